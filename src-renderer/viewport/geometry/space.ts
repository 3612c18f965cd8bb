import {
  add,
  cross,
  dot,
  normalise,
  scale,
  subtract,
  type Vector3,
} from '../../../src-shared/geometry/index.ts';
import type { SpaceCamera, ViewportState } from '../types.ts';
import { PLANE_KINDS, sliceFrame, type SliceFrame } from './frame.ts';
import { panePlane, type PaneSize } from './pane.ts';

/** The parallel projection of the 3D pane: unit vectors to the right, up and away from the eye. */
export interface SpaceAxes {
  readonly right: Vector3;
  readonly up: Vector3;
  readonly forward: Vector3;
}

export function spaceAxes(camera: SpaceCamera): SpaceAxes {
  const forward = normalise(subtract(camera.focus, camera.position));
  const right = normalise(cross(forward, camera.up));
  return { right, up: cross(right, forward), forward };
}

/** Turns the camera about its focus: `acrossDegrees` about its up, `downDegrees` about its right. */
export function turnCamera(camera: SpaceCamera, acrossDegrees: number, downDegrees: number): SpaceCamera {
  const axes = spaceAxes(camera);
  const turn = (v: Vector3): Vector3 =>
    rotate(rotate(v, axes.up, (-acrossDegrees * Math.PI) / 180), axes.right, (-downDegrees * Math.PI) / 180);
  return {
    ...camera,
    position: add(camera.focus, turn(subtract(camera.position, camera.focus))),
    up: turn(axes.up),
  };
}

/** Rodrigues' rotation of `v` about the unit vector `axis`. */
function rotate(v: Vector3, axis: Vector3, angle: number): Vector3 {
  const c = Math.cos(angle),
    s = Math.sin(angle);
  return add(add(scale(v, c), scale(cross(axis, v), s)), scale(axis, dot(axis, v) * (1 - c)));
}

/** The four corners of a plane where it shows the volume in 3D: origin and the two sides, mm. */
export interface PlanePatch {
  readonly corner: Vector3;
  readonly alongU: Vector3;
  readonly alongV: Vector3;
}

/** The part of a pane's plane that covers the volume, half a voxel beyond the outermost centres. */
export function planePatch(
  state: ViewportState,
  kind: (typeof PLANE_KINDS)[number],
  frame: SliceFrame = sliceFrame(state),
): PlanePatch | null {
  if (frame.corners.length === 0) return null;
  const plane = panePlane(state, kind);
  const margin = Math.max(...PLANE_KINDS.map((other) => frame.axes[other].stepMm));
  const extent = (axis: Vector3): [number, number] => {
    const along = frame.corners.map((corner) => dot(corner, axis));
    return [Math.min(...along) - margin, Math.max(...along) + margin];
  };
  const [u0, u1] = extent(plane.u),
    [v0, v1] = extent(plane.v);
  return {
    corner: add(add(plane.origin, scale(plane.u, u0)), scale(plane.v, v0)),
    alongU: scale(plane.u, u1 - u0),
    alongV: scale(plane.v, v1 - v0),
  };
}

/** Where the line of sight through a pixel of the 3D pane first meets one of the image planes; null where none. */
export function pickInSpace(state: ViewportState, size: PaneSize, x: number, y: number): Vector3 | null {
  const camera = state.cameras['3d'];
  const axes = spaceAxes(camera);
  const start = add(
    camera.focus,
    add(
      scale(axes.right, (x - size.width / 2) * camera.millimetresPerPixel),
      scale(axes.up, (size.height / 2 - y) * camera.millimetresPerPixel),
    ),
  );
  let nearest: { at: number; point: Vector3 } | null = null;
  for (const kind of PLANE_KINDS) {
    const patch = planePatch(state, kind);
    if (!patch) continue;
    const normal = cross(patch.alongU, patch.alongV);
    const slope = dot(axes.forward, normal);
    if (Math.abs(slope) < 1e-9) continue;
    const at = dot(subtract(patch.corner, start), normal) / slope;
    const point = add(start, scale(axes.forward, at));
    const from = subtract(point, patch.corner);
    const a = dot(from, patch.alongU) / dot(patch.alongU, patch.alongU);
    const b = dot(from, patch.alongV) / dot(patch.alongV, patch.alongV);
    if (a < 0 || a > 1 || b < 0 || b > 1) continue;
    if (!nearest || at < nearest.at) nearest = { at, point };
  }
  return nearest?.point ?? null;
}
