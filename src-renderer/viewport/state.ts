import { add, dot, scale, subtract, type Vector3 } from '../../src-shared/geometry/index.ts';
import { boxOf, externalRoi } from './contours/box.ts';
import {
  onSlices,
  PLANE_KINDS,
  referenceImage,
  sliceFrame,
  type PlaneKind,
  type SliceFrame,
} from './geometry/frame.ts';
import { paneRectangles } from './geometry/layout.ts';
import { occupancyOf } from './geometry/occupancy.ts';
import type { Layer, PaneKind, PlaneCamera, ViewportState } from './types.ts';

/** Room around the volume in a plane, and of its diagonal in 3D, as parts of the pane. */
const PLANE_MARGIN = 1.1;
const SPACE_MARGIN = 0.8;
/** An external contour that covers less of the volume, mm, is none to fit to. */
const LEAST_CONTENT = 30;

/** A state with nothing in it: panes without a picture. */
export const emptyState: ViewportState = {
  layers: [],
  crosshair: [0, 0, 0],
  showCrosshair: true,
  showOverlays: true,
  layout: 'four',
  activePane: 'axial',
  cameras: {
    axial: { centre: [0, 0, 0], millimetresPerPixel: 1 },
    sagittal: { centre: [0, 0, 0], millimetresPerPixel: 1 },
    coronal: { centre: [0, 0, 0], millimetresPerPixel: 1 },
    '3d': { position: [600, -800, 400], focus: [0, 0, 0], up: [0, 0, 1], millimetresPerPixel: 1 },
  },
};

/** Layers in their first view: crosshair on the middle voxel, everything fitted into an element of that size. */
export function initialState(layers: readonly Layer[], width: number, height: number): ViewportState {
  const bare: ViewportState = { ...emptyState, layers };
  const frame = sliceFrame(bare);
  return fitCameras({ ...bare, crosshair: onSlices(frame, centreOf(frame)) }, width, height);
}

/**
 * Cameras such that the volume fills the panes of a viewport of `width` × `height` device-independent pixels: four
 * panes at one common scale, otherwise each at its own. The view direction in 3D is kept.
 */
export function fitCameras(state: ViewportState, width: number, height: number): ViewportState {
  const frame = sliceFrame(state);
  if (frame.corners.length === 0) return state;
  const corners = contentCorners(state, frame);
  const range = (axis: Vector3): [number, number] => {
    const along = corners.map((corner) => dot(corner, axis));
    return [Math.min(...along), Math.max(...along)];
  };
  const extent = (axis: Vector3): number => {
    const [from, to] = range(axis);
    return to - from;
  };
  const centre = PLANE_KINDS.reduce<Vector3>(
    (sum, kind) => {
      const { normal } = frame.axes[kind];
      const [from, to] = range(normal);
      return add(sum, scale(normal, (from + to) / 2));
    },
    [0, 0, 0],
  );
  const diagonal = Math.hypot(
    ...PLANE_KINDS.map((kind) => extent(frame.axes[kind].normal) + frame.axes[kind].stepMm),
  );
  const rectangles = paneRectangles(state.layout, state.activePane, width, height);
  const scales = new Map<PaneKind, number>(
    rectangles.map((rectangle) => {
      if (rectangle.pane === '3d')
        return ['3d', (SPACE_MARGIN * diagonal) / Math.min(rectangle.width, rectangle.height)];
      const { u, v } = frame.axes[rectangle.pane];
      return [
        rectangle.pane,
        PLANE_MARGIN * Math.max(extent(u) / rectangle.width, extent(v) / rectangle.height),
      ];
    }),
  );
  const largest = Math.max(...PLANE_KINDS.map((kind) => scales.get(kind) ?? 0)) || scales.get('3d') || 1;
  const camera = (kind: PlaneKind): PlaneCamera => ({
    centre,
    millimetresPerPixel: (state.layout === 'four' ? 0 : scales.get(kind)) || largest,
  });
  const before = state.cameras['3d'];
  return {
    ...state,
    cameras: {
      axial: camera('axial'),
      sagittal: camera('sagittal'),
      coronal: camera('coronal'),
      '3d': {
        ...before,
        focus: centre,
        position: add(centre, subtract(before.position, before.focus)),
        millimetresPerPixel: scales.get('3d') ?? largest,
      },
    },
  };
}

/**
 * Corners of what the first view is to show: the external contour as far as it lies in the volume, else what is not
 * air, else the whole volume.
 */
function contentCorners(state: ViewportState, frame: SliceFrame): readonly Vector3[] {
  const image = referenceImage(state);
  const external = externalRoi(state.layers);
  if (external) {
    const { least, greatest } = boxOf(external.contours);
    const inside = [0, 1, 2].map((axis) => {
      const along = frame.corners.map((corner) => corner[axis as 0 | 1 | 2]);
      return [
        Math.max(least[axis]!, Math.min(...along)),
        Math.min(greatest[axis]!, Math.max(...along)),
      ] as const;
    });
    if (inside.every(([from, to]) => to - from > LEAST_CONTENT))
      return [0, 1, 2, 3, 4, 5, 6, 7].map((c): Vector3 => [
        inside[0]![c & 1]!,
        inside[1]![(c >> 1) & 1]!,
        inside[2]![c >> 2]!,
      ]);
  }
  return (image && occupancyOf(image)?.corners) ?? frame.corners;
}

function centreOf(frame: SliceFrame): Vector3 {
  if (frame.corners.length === 0) return [0, 0, 0];
  return scale(
    frame.corners.reduce<Vector3>((sum, corner) => add(sum, corner), [0, 0, 0]),
    1 / frame.corners.length,
  );
}
