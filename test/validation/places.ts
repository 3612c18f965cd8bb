import { expect } from 'vitest';
import {
  distance,
  invert,
  transformPoint,
  voxelCentre,
  type Vector3,
} from '../../src-shared/geometry/index.ts';
import type { Volume } from '../../src-shared/model/index.ts';

export const near = (a: Vector3, b: Vector3, tolerance: number): void =>
  expect(distance(a, b), `${a.join(' ')} for ${b.join(' ')}`).toBeLessThanOrEqual(tolerance);

/** Value at the voxel whose centre is a point. */
export function valueAt(volume: Volume, point: Vector3): number {
  const index = transformPoint(invert(volume.affine), point),
    at = index.map(Math.round) as [number, number, number];
  expect(distance(voxelCentre(volume, at), point), 'the point is a voxel centre').toBeLessThan(0.01);
  const [nx, ny] = volume.dimensions;
  return volume.data[at[0] + nx * (at[1] + ny * at[2])]!;
}
