import { dot, scale, subtract, type Plane, type Vector3 } from '../../../src-shared/geometry/index.ts';
import type { ViewportState } from '../types.ts';
import { sliceFrame, type PlaneKind, type SliceAxes } from './frame.ts';

export interface PaneSize {
  readonly width: number;
  readonly height: number;
}

/**
 * The plane that a pane shows: u to the right, v down, unit vectors. Its origin is the point of the plane nearest to
 * LPS (0, 0, 0), so that it does not move with pan and zoom and can be a key of a cache.
 */
export function panePlane(state: ViewportState, pane: PlaneKind): Plane {
  const axes = sliceFrame(state).axes[pane];
  return {
    origin: scale(axes.normal, dot(state.crosshair, axes.normal)),
    u: axes.u,
    v: axes.v,
    thicknessMm: axes.stepMm,
  };
}

/** How plane coordinates (mm along u and v from the plane's origin) fall on a pane's pixels. */
export interface PaneMapping {
  readonly plane: Plane;
  readonly axes: SliceAxes;
  readonly millimetresPerPixel: number;
  /** Plane coordinates of the pane's top left corner, mm. */
  readonly left: number;
  readonly top: number;
}

export function paneMapping(state: ViewportState, pane: PlaneKind, size: PaneSize): PaneMapping {
  const axes = sliceFrame(state).axes[pane];
  const camera = state.cameras[pane];
  const millimetresPerPixel = camera.millimetresPerPixel;
  return {
    plane: panePlane(state, pane),
    axes,
    millimetresPerPixel,
    left: dot(camera.centre, axes.u) - (size.width / 2) * millimetresPerPixel,
    top: dot(camera.centre, axes.v) - (size.height / 2) * millimetresPerPixel,
  };
}

/** LPS of a pixel of the pane. */
export function pixelToPatient(mapping: PaneMapping, x: number, y: number): Vector3 {
  const a = mapping.left + x * mapping.millimetresPerPixel;
  const b = mapping.top + y * mapping.millimetresPerPixel;
  const { origin, u, v } = mapping.plane;
  return [origin[0] + a * u[0] + b * v[0], origin[1] + a * u[1] + b * v[1], origin[2] + a * u[2] + b * v[2]];
}

/** Pixel of the pane at which a point of patient space appears, seen along the normal. */
export function patientToPixel(mapping: PaneMapping, point: Vector3): { x: number; y: number } {
  const from = subtract(point, mapping.plane.origin);
  return {
    x: (dot(from, mapping.plane.u) - mapping.left) / mapping.millimetresPerPixel,
    y: (dot(from, mapping.plane.v) - mapping.top) / mapping.millimetresPerPixel,
  };
}
