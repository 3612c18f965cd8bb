import type { Volume, VoxelArray } from '../../model/index.ts';
import {
  canHold,
  checkSizes,
  ELEMENT_BYTES,
  plainCompression,
  readElements,
  refuseFile,
  type Compression,
} from '../voxels/index.ts';
import { NIFTI_DATA_START, readNiftiHeader, type NiftiHeader } from './header.ts';

const WHAT = 'The NIfTI file';

/**
 * A volume from a NIfTI-1 file (.nii or .nii.gz), RAS turned to LPS, intensity scaling applied.
 * @throws Failure INPUT_NOT_USABLE for header and data in two files, series of volumes, colour, cut or lying files.
 */
export function readNifti(bytes: Uint8Array, compression: Compression = plainCompression): Volume {
  const packed = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const unpack = (limit: number): Uint8Array => {
    if (!packed) return bytes;
    try {
      return compression.gunzip(bytes, limit);
    } catch {
      return refuseFile(`${WHAT} looks packed by gzip, but cannot be unpacked.`);
    }
  };
  const header = readNiftiHeader(unpack(NIFTI_DATA_START));
  const count = checkSizes(header.dimensions, 1, WHAT);
  const wanted = header.dataStart + count * ELEMENT_BYTES[header.type];
  if (packed && !canHold(bytes.length, wanted))
    refuseFile(`${WHAT} cannot hold the values that its header promises.`, 'FILE_TRUNCATED');
  const stored = readElements(
    unpack(wanted).subarray(header.dataStart),
    header.type,
    count,
    header.littleEndian,
    WHAT,
  );
  return {
    dimensions: header.dimensions,
    affine: header.affine,
    data: scaled(stored, header),
    unit: 'stored',
    frameOfReferenceUid: null,
    padding: null,
  };
}

/** Values by slope and intercept; a slope of 0 means none (nifti1.h). Whole numbers stay whole. */
function scaled(stored: VoxelArray, { slope, intercept }: NiftiHeader): VoxelArray {
  if (
    !Number.isFinite(slope) ||
    !Number.isFinite(intercept) ||
    slope === 0 ||
    (slope === 1 && intercept === 0)
  )
    return stored;
  const whole =
    !(stored instanceof Float32Array || stored instanceof Float64Array) &&
    Number.isInteger(slope) &&
    Number.isInteger(intercept);
  if (!whole) {
    const values =
      stored instanceof Float64Array ? new Float64Array(stored.length) : new Float32Array(stored.length);
    for (let i = 0; i < values.length; i++) values[i] = stored[i]! * slope + intercept;
    return values;
  }
  let low = Infinity,
    high = -Infinity;
  for (let i = 0; i < stored.length; i++) {
    const value = stored[i]! * slope + intercept;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const values =
    low >= -32768 && high <= 32767
      ? new Int16Array(stored.length)
      : low >= -(2 ** 31) && high < 2 ** 31
        ? new Int32Array(stored.length)
        : new Float64Array(stored.length);
  for (let i = 0; i < values.length; i++) values[i] = stored[i]! * slope + intercept;
  return values;
}
