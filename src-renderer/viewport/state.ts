import { add, dot, scale, type Vector3 } from '../../src-shared/geometry/index.ts';
import { onSlices, PLANE_KINDS, sliceFrame, type SliceFrame } from './geometry/frame.ts';
import { paneRectangles } from './geometry/layout.ts';
import type { Layer, PlaneCamera, ViewportState } from './types.ts';

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
 * Cameras such that the volume fills the panes at one common scale, for a viewport of `width` × `height`
 * device-independent pixels. The view direction in 3D is kept.
 */
export function fitCameras(state: ViewportState, width: number, height: number): ViewportState {
  const frame = sliceFrame(state);
  if (frame.corners.length === 0) return state;
  const centre = centreOf(frame);
  const extent = (axis: Vector3, step: number): number => {
    const along = frame.corners.map((corner) => dot(corner, axis));
    return Math.max(...along) - Math.min(...along) + step;
  };
  const size: Readonly<Record<'axial' | 'sagittal' | 'coronal', number>> = frameSteps(frame);
  let millimetresPerPixel = 0;
  let space = 0;
  const diagonal = Math.hypot(...PLANE_KINDS.map((kind) => extent(frame.axes[kind].normal, size[kind])));
  for (const rectangle of paneRectangles(state.layout, state.activePane, width, height)) {
    if (rectangle.pane === '3d') {
      space = (0.66 * diagonal) / Math.min(rectangle.width, rectangle.height);
      continue;
    }
    const axes = frame.axes[rectangle.pane];
    const across = extent(axes.u, 0) / rectangle.width, down = extent(axes.v, 0) / rectangle.height;
    millimetresPerPixel = Math.max(millimetresPerPixel, across * 1.04, down * 1.04);
  }
  const scaleMm = millimetresPerPixel || space || 1;
  const camera: PlaneCamera = { centre, millimetresPerPixel: scaleMm };
  const before = state.cameras['3d'];
  const away: Vector3 = [before.position[0] - before.focus[0], before.position[1] - before.focus[1], before.position[2] - before.focus[2]];
  return {
    ...state,
    cameras: {
      axial: camera,
      sagittal: camera,
      coronal: camera,
      '3d': { ...before, focus: centre, position: add(centre, away), millimetresPerPixel: space || scaleMm },
    },
  };
}

const frameSteps = (frame: SliceFrame): Record<'axial' | 'sagittal' | 'coronal', number> => ({
  axial: frame.axes.axial.stepMm,
  sagittal: frame.axes.sagittal.stepMm,
  coronal: frame.axes.coronal.stepMm,
});

function centreOf(frame: SliceFrame): Vector3 {
  if (frame.corners.length === 0) return [0, 0, 0];
  return scale(frame.corners.reduce<Vector3>((sum, corner) => add(sum, corner), [0, 0, 0]), 1 / frame.corners.length);
}
