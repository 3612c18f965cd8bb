import { cross, dot, subtract, type Plane, type Vector3 } from '../../../src-shared/geometry/index.ts';
import type { KeptCut, OutlineCache } from '../contours/outlines.ts';
import { planeKey, type IsodoseCache } from '../dose/isodoses.ts';
import { patientToPixel, type PaneMapping } from '../geometry/pane.ts';
import type { ContoursLayer, DoseLayer, Layer, MarkersLayer } from '../types.ts';
import { haloText } from './text.ts';
import type { Theme } from './theme.ts';

const paths = new WeakMap<object, Path2D>();

function pathOf(
  source: object,
  lines: readonly { readonly points: Float64Array; readonly closed: boolean }[],
): Path2D {
  const known = paths.get(source);
  if (known) return known;
  const path = new Path2D();
  for (const { points, closed } of lines) {
    for (let n = 0; n + 1 < points.length; n += 2) {
      if (n === 0) path.moveTo(points[0]!, points[1]!);
      else path.lineTo(points[n]!, points[n + 1]!);
    }
    if (closed) path.closePath();
  }
  paths.set(source, path);
  return path;
}

/** Draws in plane millimetres, so that paths are made once per plane and not per zoom or pan; lines keep their pixels. */
function inMillimetres(
  context: CanvasRenderingContext2D,
  mapping: PaneMapping,
  draw: (pixel: number) => void,
): void {
  const s = 1 / mapping.millimetresPerPixel;
  context.save();
  context.transform(s, 0, 0, s, -mapping.left * s, -mapping.top * s);
  context.lineJoin = 'round';
  draw(mapping.millimetresPerPixel);
  context.restore();
}

export function drawIsodoses(
  context: CanvasRenderingContext2D,
  mapping: PaneMapping,
  layer: DoseLayer,
  cache: IsodoseCache,
): void {
  if (!layer.lines) return;
  const key = planeKey(mapping.plane);
  inMillimetres(context, mapping, (pixel) => {
    context.lineWidth = 1.25 * pixel;
    for (const level of layer.levels) {
      if (!level.visible) continue;
      const lines = cache.get(layer, mapping.plane, key, level.dose);
      if (!lines || lines.length === 0) continue;
      context.strokeStyle = level.colour;
      context.stroke(pathOf(lines, lines));
    }
  });
}

export function drawContours(
  context: CanvasRenderingContext2D,
  mapping: PaneMapping,
  layer: ContoursLayer,
  cache: OutlineCache<Path2D>,
  imageDistance: number,
): void {
  const key = planeKey(mapping.plane);
  inMillimetres(context, mapping, (pixel) => {
    // The selected one last, so that it lies on top.
    const rois = layer.rois
      .filter((roi) => roi.visible)
      .sort((a, b) => Number(a.selected) - Number(b.selected));
    for (const roi of rois) {
      const cut = cache.get(roi, mapping.plane, key, imageDistance);
      if (cut && cut.cut.outlines.length > 0) {
        cut.kept ??= pathOf(
          cut,
          cut.cut.outlines.map((points) => ({ points, closed: true })),
        );
        strokeCut(context, cut, cut.kept, roi.colour, roi.fillOpacity, roi.selected, pixel);
      }
      drawOpen(context, mapping, roi, pixel);
    }
  });
}

function strokeCut(
  context: CanvasRenderingContext2D,
  cut: KeptCut<Path2D>,
  path: Path2D,
  colour: string,
  fillOpacity: number,
  selected: boolean,
  pixel: number,
): void {
  if (fillOpacity > 0) {
    context.globalAlpha = fillOpacity;
    context.fillStyle = colour;
    context.fill(path, 'evenodd');
    context.globalAlpha = 1;
  }
  context.strokeStyle = colour;
  context.lineWidth = (selected ? 3 : 2) * pixel;
  context.setLineDash(cut.between ? [6 * pixel, 4 * pixel] : []);
  context.stroke(path);
  context.setLineDash([]);
}

/** Asks for all lines of a plane without drawing any: what is not known yet is put off. */
export function foreseeLines(
  plane: Plane,
  layers: readonly Layer[],
  dose: DoseLayer | null,
  outlines: OutlineCache<Path2D>,
  isodoses: IsodoseCache,
  imageDistance: number,
): void {
  const key = planeKey(plane);
  if (dose?.lines)
    for (const level of dose.levels) if (level.visible) isodoses.get(dose, plane, key, level.dose);
  for (const layer of layers) {
    if (layer.kind !== 'contours' || !layer.visible) continue;
    for (const roi of layer.rois) if (roi.visible) outlines.get(roi, plane, key, imageDistance);
  }
}

/** Open contours and points of an ROI that lie on the plane, within half its thickness. */
function drawOpen(
  context: CanvasRenderingContext2D,
  mapping: PaneMapping,
  roi: ContoursLayer['rois'][number],
  pixel: number,
): void {
  const { plane } = mapping;
  const normal = cross(plane.u, plane.v);
  for (const { type, points } of roi.contours) {
    if (type.startsWith('CLOSED')) continue;
    const placed: [number, number][] = [];
    for (let n = 0; n + 2 < points.length; n += 3) {
      const from = subtract([points[n]!, points[n + 1]!, points[n + 2]!], plane.origin);
      if (Math.abs(dot(from, normal)) <= plane.thicknessMm / 2 + 1e-6)
        placed.push([dot(from, plane.u), dot(from, plane.v)]);
    }
    if (placed.length === 0) continue;
    context.strokeStyle = roi.colour;
    context.lineWidth = (roi.selected ? 3 : 2) * pixel;
    context.beginPath();
    if (type === 'POINT' || placed.length === 1) {
      for (const [a, b] of placed) {
        context.moveTo(a - 5 * pixel, b);
        context.lineTo(a + 5 * pixel, b);
        context.moveTo(a, b - 5 * pixel);
        context.lineTo(a, b + 5 * pixel);
      }
    } else {
      placed.forEach(([a, b], n) => (n === 0 ? context.moveTo(a, b) : context.lineTo(a, b)));
    }
    context.stroke();
  }
}

/** Markers on the plane: points within half a slice of it, lines as they project where any part is that near. */
export function drawMarkers(
  context: CanvasRenderingContext2D,
  theme: Theme,
  mapping: PaneMapping,
  layer: MarkersLayer,
): void {
  const { plane } = mapping;
  const normal = cross(plane.u, plane.v);
  const off = (p: Vector3): number => dot(subtract(p, plane.origin), normal);
  for (const marker of layer.markers) {
    const nearest = Math.min(...marker.points.map((p) => Math.abs(off(p))));
    const crosses = marker.points.some((p, n) => n > 0 && off(p) * off(marker.points[n - 1]!) <= 0);
    if (!crosses && !(nearest <= plane.thicknessMm / 2 + 1e-6)) continue;
    const placed = marker.points.map((p) => patientToPixel(mapping, p));
    const first = placed[0];
    if (!first) continue;
    context.strokeStyle = marker.colour;
    context.lineWidth = 1.5;
    context.beginPath();
    if (placed.length === 1) {
      context.arc(first.x, first.y, 5, 0, 2 * Math.PI);
      context.moveTo(first.x - 9, first.y);
      context.lineTo(first.x + 9, first.y);
      context.moveTo(first.x, first.y - 9);
      context.lineTo(first.x, first.y + 9);
    } else placed.forEach(({ x, y }, n) => (n === 0 ? context.moveTo(x, y) : context.lineTo(x, y)));
    context.stroke();
    if (marker.label) haloText(context, theme, marker.label, first.x + 8, first.y - 8, { weight: 500 });
  }
}
