import { parseColour } from '../colour.ts';
import { surroundingRois } from '../contours/box.ts';
import type { ContourRoi, Layer } from '../types.ts';

/** All lines of the 3D pane in one set of buffers: one actor costs vtk.js as much as hundreds of contours. */
export interface LineBuffers {
  /** x, y, z of each point, LPS mm. */
  readonly points: Float32Array;
  /** vtk's cells: number of points, then their indices. */
  readonly cells: Uint32Array;
  /** red, green, blue of each point, 0 to 255. */
  readonly colours: Uint8Array;
}

interface Polyline {
  readonly points: ArrayLike<number>;
  readonly closed: boolean;
  readonly colour: string;
  /** 1, or less for what must not stand before the rest. */
  readonly strength: number;
}

/** What is all around would hide the others if it were as bright. */
const SURROUNDING_STRENGTH = 0.3;

/** Points of all lines at most. Above, contours keep every second point, every third …: it is an overview. */
export const MAXIMUM_POINTS = 250_000;

/** What the 3D lines of the layers depend on; equal lists give equal lines. */
export const lineInputs = (layers: readonly Layer[]): readonly unknown[] =>
  layers.flatMap((layer): unknown[] => {
    if (layer.kind === 'contours' && layer.visible)
      return layer.rois.flatMap((roi) => (roi.visible ? [roi.contours, roi.colour] : []));
    return layer.kind === 'markers' && layer.visible ? [layer.markers] : [];
  });

export function lineBuffers(layers: readonly Layer[], maximumPoints = MAXIMUM_POINTS): LineBuffers {
  const around = surroundingRois(layers);
  const lines = layers.flatMap((layer) => polylinesOf(layer, around));
  const total = lines.reduce((sum, line) => sum + line.points.length / 3, 0);
  const stride = Math.max(1, Math.ceil(total / maximumPoints));
  const counts = lines.map((line) => keptPoints(line, stride).length);
  const kept = counts.reduce((sum, count) => sum + count, 0);
  const points = new Float32Array(3 * kept),
    colours = new Uint8Array(3 * kept);
  const cells = new Uint32Array(
    lines.reduce((sum, line, n) => sum + 1 + counts[n]! + (line.closed ? 1 : 0), 0),
  );
  let point = 0,
    cell = 0;
  lines.forEach((line, n) => {
    const first = point,
      colour = parseColour(line.colour).map((part) => Math.round(255 * line.strength * part));
    cells[cell++] = counts[n]! + (line.closed ? 1 : 0);
    for (const at of keptPoints(line, stride)) {
      for (let axis = 0; axis < 3; axis++) {
        points[3 * point + axis] = line.points[3 * at + axis]!;
        colours[3 * point + axis] = colour[axis]!;
      }
      cells[cell++] = point++;
    }
    if (line.closed) cells[cell++] = first;
  });
  return { points, cells, colours };
}

/** Short lines are kept whole: markers, and contours that would lose their shape. */
function keptPoints(line: Polyline, stride: number): number[] {
  const count = line.points.length / 3;
  const step = count / stride < 8 ? Math.max(1, Math.floor(count / 8)) : stride;
  const kept: number[] = [];
  for (let n = 0; n < count; n += step) kept.push(n);
  if (!line.closed && kept.at(-1) !== count - 1) kept.push(count - 1);
  return kept;
}

function polylinesOf(layer: Layer, around: ReadonlySet<ContourRoi>): Polyline[] {
  if (!layer.visible) return [];
  if (layer.kind === 'contours') {
    return layer.rois.flatMap((roi) =>
      (roi.visible ? roi.contours : []).flatMap(({ points, type }) => {
        if (points.length < 6) return points.length === 3 ? cross(points, roi.colour) : [];
        const strength = around.has(roi) ? SURROUNDING_STRENGTH : 1;
        return [{ points, closed: type.startsWith('CLOSED'), colour: roi.colour, strength }];
      }),
    );
  }
  if (layer.kind === 'markers') {
    return layer.markers.flatMap(({ points, colour }): Polyline[] => {
      if (points.length > 1) return [{ points: points.flat(), closed: false, colour, strength: 1 }];
      return points.flatMap((point) => cross(point, colour));
    });
  }
  return [];
}

/** A point as three short strokes, 8 mm across. */
const cross = (at: ArrayLike<number>, colour: string): Polyline[] =>
  [0, 1, 2].map((axis) => {
    const end = (by: number): number[] => [0, 1, 2].map((a) => at[a]! + (a === axis ? by : 0));
    return { points: [...end(-4), ...end(4)], closed: false, colour, strength: 1 };
  });
