import { affineColumn, affineOrigin, determinant, transformPoint, type Affine } from './affine.ts';
import { length, scale, type Vector3 } from './vector.ts';

/** A lattice of voxel centres; `data[i + nx * (j + ny * k)]` belongs to index (i, j, k). */
export interface Grid {
  /** Voxels along i (columns, fastest), j (rows), k (slices). */
  readonly dimensions: Vector3;
  readonly affine: Affine;
}

/** Length of one step along each index axis, mm. */
export const gridSpacing = (grid: Grid): Vector3 => [
  length(affineColumn(grid.affine, 0)),
  length(affineColumn(grid.affine, 1)),
  length(affineColumn(grid.affine, 2)),
];

/** Unit directions of the index axes, LPS. */
export function gridDirections(grid: Grid): readonly [Vector3, Vector3, Vector3] {
  const s = gridSpacing(grid);
  return [
    scale(affineColumn(grid.affine, 0), 1 / s[0]),
    scale(affineColumn(grid.affine, 1), 1 / s[1]),
    scale(affineColumn(grid.affine, 2), 1 / s[2]),
  ];
}

export const gridOrigin = (grid: Grid): Vector3 => affineOrigin(grid.affine);
export const voxelCount = (grid: Grid): number =>
  grid.dimensions[0] * grid.dimensions[1] * grid.dimensions[2];

/** Volume of one voxel, cc. */
export const voxelVolumeCc = (grid: Grid): number => Math.abs(determinant(grid.affine)) / 1000;

/** LPS of the voxel centre at a (fractional) index. */
export const voxelCentre = (grid: Grid, index: Vector3): Vector3 => transformPoint(grid.affine, index);
