import {
  gridDirections,
  gridOrigin,
  gridSpacing,
  type Grid,
  type Vector3,
} from '../../../src-shared/geometry/index.ts';

export interface GeometryFacts {
  readonly dimensions: Vector3;
  readonly spacing: Vector3;
  readonly origin: Vector3;
  /** Unit directions of i, j, k. */
  readonly direction: readonly [Vector3, Vector3, Vector3];
  /** 4 × 4, rows. */
  readonly affine: readonly (readonly number[])[];
}

/** A grid as the contract shows it: LPS mm. */
export function geometryOf(grid: Grid): GeometryFacts {
  const m = grid.affine;
  return {
    dimensions: grid.dimensions,
    spacing: gridSpacing(grid),
    origin: gridOrigin(grid),
    direction: gridDirections(grid),
    affine: [m.slice(0, 4), m.slice(4, 8), m.slice(8, 12), [0, 0, 0, 1]],
  };
}

/** Less than this apart (mm, of any element of the affine) two grids are one. */
const SAME_MM = 1e-3;

export const sameGrid = (a: Grid, b: Grid): boolean =>
  a.dimensions.every((n, i) => n === b.dimensions[i]) &&
  a.affine.every((value, i) => Math.abs(value - b.affine[i]!) < SAME_MM);
