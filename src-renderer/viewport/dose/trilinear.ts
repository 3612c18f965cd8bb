import {
  invert,
  transformPoint,
  type Affine,
  type Grid,
  type Vector3,
} from '../../../src-shared/geometry/index.ts';

const inverses = new WeakMap<Grid, Affine>();

/** LPS to (fractional) voxel index of a grid. */
export function patientToIndex(grid: Grid): Affine {
  const known = inverses.get(grid);
  if (known) return known;
  const made = invert(grid.affine);
  inverses.set(grid, made);
  return made;
}

/** How far outside the box of voxel centres a point still counts as on it, voxels. */
const SLACK = 1e-3;

/**
 * Trilinear value at a fractional index; NaN outside the box of the voxel centres and next to a missing value. A grid
 * of one plane has half a voxel of thickness to each side.
 */
export function trilinearAtIndex(grid: Grid, data: Int16Array | Float32Array, index: Vector3): number {
  const base: [number, number, number] = [0, 0, 0],
    part: [number, number, number] = [0, 0, 0];
  for (const a of [0, 1, 2] as const) {
    const n = grid.dimensions[a],
      slack = n === 1 ? 0.5 : SLACK;
    const at = index[a];
    if (!(at >= -slack && at <= n - 1 + slack)) return NaN;
    const inside = Math.max(0, Math.min(n - 1, at));
    base[a] = Math.max(0, Math.min(n - 2, Math.floor(inside)));
    part[a] = inside - base[a];
  }
  const nx = grid.dimensions[0],
    plane = nx * grid.dimensions[1];
  let sum = 0;
  for (let n = 0; n < 8; n++) {
    const di = n & 1,
      dj = (n >> 1) & 1,
      dk = n >> 2;
    const weight = (di ? part[0] : 1 - part[0]) * (dj ? part[1] : 1 - part[1]) * (dk ? part[2] : 1 - part[2]);
    if (weight < 1e-6) continue;
    sum += weight * data[base[0] + di + nx * (base[1] + dj) + plane * (base[2] + dk)]!;
  }
  return sum;
}

export const trilinear = (grid: Grid, data: Int16Array | Float32Array, point: Vector3): number =>
  trilinearAtIndex(grid, data, transformPoint(patientToIndex(grid), point));

/** Value of the voxel that a point lies in; null outside the volume. */
export function nearestVoxel(grid: Grid, data: Int16Array | Float32Array, point: Vector3): number | null {
  const [i, j, k] = transformPoint(patientToIndex(grid), point).map(Math.round) as [number, number, number];
  const [nx, ny, nz] = grid.dimensions;
  if (!(i >= 0 && j >= 0 && k >= 0 && i < nx && j < ny && k < nz)) return null;
  return data[i + nx * (j + ny * k)] ?? null;
}
