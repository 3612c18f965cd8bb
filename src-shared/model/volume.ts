import type { Grid } from '../geometry/index.ts';

export type VoxelArray =
  Int8Array | Uint8Array | Int16Array | Uint16Array | Int32Array | Uint32Array | Float32Array | Float64Array;

/** 'stored': values whose meaning is not known. 'percent': Dose Units RELATIVE. */
export type VolumeUnit = 'HU' | 'Gy' | 'percent' | 'Bq/ml' | 'stored' | 'label';

/** Voxels on a grid, LPS. `data` has nx·ny·nz values, i fastest. */
export interface Volume<T extends VoxelArray = VoxelArray> extends Grid {
  readonly data: T;
  readonly unit: VolumeUnit;
  /** null where the source carries none; it is then taken to lie in the frame of whatever it meets. */
  readonly frameOfReferenceUid: string | null;
  /** Values (in `unit`, both ends included) that mark "nothing was measured here"; never counted as tissue. */
  readonly padding: { readonly from: number; readonly to: number } | null;
}
