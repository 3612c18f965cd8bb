import type { Grid } from '../geometry/index.ts';

export type VoxelArray =
  Int8Array | Uint8Array | Int16Array | Uint16Array | Int32Array | Uint32Array | Float32Array | Float64Array;

/**
 * 'stored': values whose meaning is not known. 'percent': Dose Units RELATIVE. 'g/ml': PET as SUV. Of multi-energy CT
 * 'mg/ml', '10^23/ml' (electrons), 'relative to water' (electron density) and 'Zeff' (effective atomic number).
 */
export const VOLUME_UNITS = [
  'HU',
  'Gy',
  'percent',
  'Bq/ml',
  'g/ml',
  'counts',
  'mg/ml',
  '10^23/ml',
  'relative to water',
  'Zeff',
  'stored',
  'label',
] as const;
export type VolumeUnit = (typeof VOLUME_UNITS)[number];

/** Voxels on a grid, LPS. `data` has nx·ny·nz values, i fastest. */
export interface Volume<T extends VoxelArray = VoxelArray> extends Grid {
  readonly data: T;
  readonly unit: VolumeUnit;
  /** null where the source carries none; it is then taken to lie in the frame of whatever it meets. */
  readonly frameOfReferenceUid: string | null;
  /** Values (in `unit`, both ends included) that mark "nothing was measured here"; never counted as tissue. */
  readonly padding: { readonly from: number; readonly to: number } | null;
}
