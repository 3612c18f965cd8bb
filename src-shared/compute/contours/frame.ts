import { cross, dot, normalise, subtract, scale, type Vector3 } from '../../geometry/index.ts';
import type { PlaneFrame } from './types.ts';

/** A contour counts as planar where its points leave the plane by no more than this, mm. */
export const PLANAR_WITHIN = 0.1;

const AXIS_FRAMES: readonly [PlaneFrame, PlaneFrame, PlaneFrame] = [
  { u: [0, 1, 0], v: [0, 0, 1], normal: [1, 0, 0] },
  { u: [1, 0, 0], v: [0, 0, 1], normal: [0, -1, 0] },
  { u: [1, 0, 0], v: [0, 1, 0], normal: [0, 0, 1] },
];

/** Twice the vector area (Newell): its direction is the normal of a contour whatever its shape. */
function vectorArea(points: Float64Array): Vector3 {
  let x = 0,
    y = 0,
    z = 0;
  const n = points.length;
  for (let i = 0, j = n - 3; i < n; j = i, i += 3) {
    const ax = points[j]! - points[0]!,
      ay = points[j + 1]! - points[1]!,
      az = points[j + 2]! - points[2]!;
    const bx = points[i]! - points[0]!,
      by = points[i + 1]! - points[1]!,
      bz = points[i + 2]! - points[2]!;
    x += ay * bz - az * by;
    y += az * bx - ax * bz;
    z += ax * by - ay * bx;
  }
  return [x, y, z];
}

/** Extent of a contour along a direction, mm: [least, greatest]. */
export function extentAlong(points: Float64Array, direction: Vector3): readonly [number, number] {
  let least = Infinity,
    greatest = -Infinity;
  for (let i = 0; i + 2 < points.length; i += 3) {
    const w = points[i]! * direction[0] + points[i + 1]! * direction[1] + points[i + 2]! * direction[2];
    if (w < least) least = w;
    if (w > greatest) greatest = w;
  }
  return [least, greatest];
}

function obliqueFrame(normal: Vector3): PlaneFrame {
  const n = normalise(normal);
  const along: Vector3 = Math.abs(n[0]) < 0.9 ? [1, 0, 0] : [0, 1, 0];
  const u = normalise(subtract(along, scale(n, dot(along, n))));
  return { u, v: cross(n, u), normal: n };
}

/**
 * The frame of the planes that closed contours lie in: a patient axis where most of their area is perpendicular to it,
 * otherwise the area-weighted mean normal. null where nothing encloses an area.
 */
export function frameOf(
  contours: readonly Float64Array[],
): { readonly frame: PlaneFrame; readonly oblique: boolean } | null {
  const votes: [number, number, number] = [0, 0, 0];
  let total = 0,
    sum: Vector3 = [0, 0, 0];
  for (const points of contours) {
    const a = vectorArea(points),
      size = Math.hypot(a[0], a[1], a[2]);
    if (!(size > 0)) continue;
    total += size;
    const sign = dot(a, sum) < 0 ? -1 : 1;
    sum = [sum[0] + sign * a[0], sum[1] + sign * a[1], sum[2] + sign * a[2]];
    for (const axis of [0, 1, 2] as const) {
      const [least, greatest] = extentAlong(points, AXIS_FRAMES[axis].normal);
      if (greatest - least <= PLANAR_WITHIN) votes[axis] += size;
    }
  }
  if (!(total > 0)) return null;
  for (const axis of [2, 1, 0] as const)
    if (votes[axis] >= total / 2) return { frame: AXIS_FRAMES[axis], oblique: false };
  return { frame: obliqueFrame(sum), oblique: true };
}
