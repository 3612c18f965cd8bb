import {
  affineColumn,
  cross,
  determinant,
  dot,
  gridSpacing,
  scale,
  type Vector3,
} from '../../geometry/index.ts';
import { Failure, type Volume } from '../../model/index.ts';
import {
  elementBytes,
  elementTypeOf,
  plainCompression,
  turnRas,
  unitName,
  type Compression,
} from '../voxels/index.ts';
import { DESCRIPTION_AT, NIFTI_DATA_START, NIFTI_HEADER_BYTES, UNIT_PREFIX } from './header.ts';

export interface WriteNiftiOptions {
  /** .nii.gz; default false. */
  readonly gzip?: boolean;
  readonly compression?: Compression;
}

const TYPE_CODES = {
  uint8: 2,
  int16: 4,
  int32: 8,
  float32: 16,
  float64: 64,
  int8: 256,
  uint16: 512,
  uint32: 768,
} as const;
const LONGEST_AXIS = 32767;

/**
 * A single-file NIfTI-1 volume, RAS millimetres, with sform and, where the axes are perpendicular, qform.
 * @throws Failure INPUT_NOT_USABLE where an axis is too long for the format's 16-bit sizes.
 */
export function writeNifti(
  volume: Volume,
  { gzip = false, compression = plainCompression }: WriteNiftiOptions = {},
): Uint8Array {
  if (volume.dimensions.some((n) => n > LONGEST_AXIS))
    throw new Failure(
      'INPUT_NOT_USABLE',
      `NIfTI-1 cannot hold an axis of more than ${LONGEST_AXIS} voxels; write NRRD instead.`,
    );
  const raw = elementBytes(volume.data),
    type = elementTypeOf(volume.data);
  const file = new Uint8Array(NIFTI_DATA_START + raw.length),
    view = new DataView(file.buffer);
  const int16 = (at: number, value: number): void => view.setInt16(at, value, true);
  const float = (at: number, value: number): void => view.setFloat32(at, value, true);
  view.setInt32(0, NIFTI_HEADER_BYTES, true);
  [3, ...volume.dimensions, 1, 1, 1, 1].forEach((n, axis) => int16(40 + 2 * axis, n));
  int16(70, TYPE_CODES[type]);
  int16(72, volume.data.BYTES_PER_ELEMENT * 8);
  float(108, NIFTI_DATA_START);
  float(112, 1);
  view.setUint8(123, 2); // millimetres
  const unit = unitName(volume.unit);
  if (unit !== null) file.set(new TextEncoder().encode(UNIT_PREFIX + unit), DESCRIPTION_AT);
  writeGeometry(volume, int16, float);
  file.set(new TextEncoder().encode('n+1'), 344);
  file.set(raw, NIFTI_DATA_START);
  return gzip ? compression.gzip(file) : file;
}

function writeGeometry(
  volume: Volume,
  int16: (at: number, value: number) => void,
  float: (at: number, value: number) => void,
): void {
  const columns = ([0, 1, 2, 3] as const).map((c) => turnRas(affineColumn(volume.affine, c)));
  columns.forEach((column, c) => column.forEach((value, row) => float(280 + 16 * row + 4 * c, value)));
  int16(254, 1);
  const spacing = gridSpacing(volume),
    qfac = determinant(volume.affine) < 0 ? -1 : 1;
  [qfac, ...spacing].forEach((value, axis) => float(76 + 4 * axis, value));
  const [i, j, k] = [0, 1, 2].map((c) => scale(columns[c]!, 1 / spacing[c]!)) as [Vector3, Vector3, Vector3];
  if (Math.max(Math.abs(dot(i, j)), Math.abs(dot(i, k)), Math.abs(dot(j, k))) > 1e-5) return;
  const quaternion = quaternionOf(i, j, cross(i, j));
  quaternion.forEach((value, n) => float(256 + 4 * n, value));
  columns[3]!.forEach((value, n) => float(268 + 4 * n, value));
  int16(252, 1);
}

/** Last three parts of the unit quaternion, its first not negative, of the rotation with these columns. */
function quaternionOf(x: Vector3, y: Vector3, z: Vector3): [number, number, number] {
  const trace = x[0] + y[1] + z[2];
  const squares = [1 + trace, 1 + x[0] - y[1] - z[2], 1 - x[0] + y[1] - z[2], 1 - x[0] - y[1] + z[2]];
  const largest = squares.indexOf(Math.max(...squares)),
    s = 2 * Math.sqrt(squares[largest]!);
  const q = [
    [s / 4, (y[2] - z[1]) / s, (z[0] - x[2]) / s, (x[1] - y[0]) / s],
    [(y[2] - z[1]) / s, s / 4, (x[1] + y[0]) / s, (z[0] + x[2]) / s],
    [(z[0] - x[2]) / s, (x[1] + y[0]) / s, s / 4, (y[2] + z[1]) / s],
    [(x[1] - y[0]) / s, (z[0] + x[2]) / s, (y[2] + z[1]) / s, s / 4],
  ][largest] as [number, number, number, number];
  const sign = q[0] < 0 ? -1 : 1;
  return [q[1] * sign, q[2] * sign, q[3] * sign];
}
