import type { Volume, VoxelArray } from '../../model/index.ts';
import {
  canHold,
  checkSizes,
  ELEMENT_BYTES,
  plainCompression,
  readElements,
  refuseFile,
  unitNamed,
  type Compression,
} from '../voxels/index.ts';
import { NIFTI_DATA_START, readNiftiHeader, type NiftiHeader } from './header.ts';

const WHAT = 'The NIfTI file';

/**
 * A volume from a NIfTI-1 file (.nii or .nii.gz), RAS turned to LPS, intensity scaling applied.
 * @throws Failure INPUT_NOT_USABLE for header and data in two files, series of volumes, colour, cut or lying files.
 */
export function readNifti(bytes: Uint8Array, compression: Compression = plainCompression): Volume {
  const packed = isPacked(bytes);
  const header = readNiftiHeader(unpack(bytes, NIFTI_DATA_START, compression));
  const count = checkSizes(header.dimensions, 1, WHAT);
  const wanted = header.dataStart + count * ELEMENT_BYTES[header.type];
  if (packed && !canHold(bytes.length, wanted))
    refuseFile(`${WHAT} cannot hold the values that its header promises.`, 'FILE_TRUNCATED');
  const stored = readElements(
    unpack(bytes, wanted, compression).subarray(header.dataStart),
    header.type,
    count,
    header.littleEndian,
    WHAT,
  );
  return {
    dimensions: header.dimensions,
    affine: header.affine,
    data: scaled(stored, header),
    unit: unitNamed(header.unit),
    frameOfReferenceUid: null,
    padding: null,
  };
}

/**
 * The unit that a NIfTI header names, in its own words; null where it names none. `head`: the file, or its first bytes.
 * @throws Failure INPUT_NOT_USABLE where that is no NIfTI header.
 */
export const niftiStatedUnit = (head: Uint8Array): string | null =>
  readNiftiHeader(unpack(head, NIFTI_DATA_START, plainCompression)).unit;

const isPacked = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

function unpack(bytes: Uint8Array, limit: number, compression: Compression): Uint8Array {
  if (!isPacked(bytes)) return bytes;
  try {
    return compression.gunzip(bytes, limit);
  } catch {
    return refuseFile(`${WHAT} looks packed by gzip, but cannot be unpacked.`);
  }
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
