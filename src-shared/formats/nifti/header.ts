import { affineFromColumns, determinant, type Affine, type Vector3 } from '../../geometry/index.ts';
import { refuseFile, statedUnit, turnRas, type ElementType } from '../voxels/index.ts';

export const NIFTI_HEADER_BYTES = 348,
  NIFTI_DATA_START = 352;

/** Codes of nifti1.h. */
export const NIFTI_TYPES: Readonly<Record<number, ElementType>> = {
  2: 'uint8',
  4: 'int16',
  8: 'int32',
  16: 'float32',
  64: 'float64',
  256: 'int8',
  512: 'uint16',
  768: 'uint32',
  1024: 'int64',
  1280: 'uint64',
};

export interface NiftiHeader {
  readonly littleEndian: boolean;
  readonly dimensions: Vector3;
  readonly type: ElementType;
  readonly slope: number;
  readonly intercept: number;
  readonly dataStart: number;
  /** LPS millimetres. */
  readonly affine: Affine;
  /** Of the values, in the file's own words; null where it says nothing. */
  readonly unit: string | null;
}

/** `descrip`, the format's field for any text: where it keeps what the format has no field for. */
export const DESCRIPTION_AT = 148,
  DESCRIPTION_BYTES = 80,
  UNIT_PREFIX = 'sample units: ';

/** @throws Failure INPUT_NOT_USABLE for what is no single-file NIfTI-1 volume of single numbers. */
export function readNiftiHeader(bytes: Uint8Array): NiftiHeader {
  if (bytes.length < NIFTI_HEADER_BYTES)
    refuseFile('The NIfTI file ends within its header.', 'FILE_TRUNCATED');
  const view = new DataView(bytes.buffer, bytes.byteOffset, NIFTI_HEADER_BYTES);
  const littleEndian = view.getInt32(0, true) === NIFTI_HEADER_BYTES;
  if (!littleEndian && view.getInt32(0, false) !== NIFTI_HEADER_BYTES) {
    const nifti2 = view.getInt32(0, true) === 540 || view.getInt32(0, false) === 540;
    refuseFile(
      nifti2
        ? 'The file is NIfTI-2, which is not opened; save it as NIfTI-1.'
        : 'The file is not a NIfTI file.',
    );
  }
  const magic = new TextDecoder('latin1').decode(bytes.subarray(344, 347));
  if (magic === 'ni1')
    refuseFile('The NIfTI header keeps its data in another file; save the two as one .nii.');
  if (magic !== 'n+1')
    refuseFile(
      'The file is an Analyze image, which does not say where it lies in the patient; save it as NIfTI-1.',
    );
  const int16 = (at: number): number => view.getInt16(at, littleEndian);
  const float = (at: number): number => view.getFloat32(at, littleEndian);
  const axes = int16(40);
  if (axes < 1 || axes > 7) refuseFile(`The NIfTI header gives ${axes} dimensions.`);
  const size = (axis: number): number => (axis <= axes ? int16(40 + 2 * axis) : 1);
  const extra = [4, 5, 6, 7].filter((axis) => size(axis) > 1);
  if (extra.length > 0)
    refuseFile(
      `The NIfTI file holds ${extra.map(size).reduce((a, b) => a * b, 1)} volumes or values per voxel; only single volumes are opened.`,
    );
  const code = int16(70);
  const unit = { 1: 1000, 3: 0.001 }[view.getUint8(123) & 7] ?? 1;
  return {
    littleEndian,
    dimensions: [size(1), size(2), size(3)],
    type:
      NIFTI_TYPES[code] ??
      refuseFile(`The NIfTI file holds values of type ${code}, which are not single numbers.`),
    slope: float(112),
    intercept: float(116),
    dataStart: Math.max(NIFTI_DATA_START, Math.trunc(float(108)) || 0),
    affine: affineOf(int16, float, unit),
    unit: unitIn(bytes),
  };
}

function unitIn(bytes: Uint8Array): string | null {
  const field = bytes.subarray(DESCRIPTION_AT, DESCRIPTION_AT + DESCRIPTION_BYTES),
    end = field.indexOf(0);
  const text = new TextDecoder('latin1').decode(end < 0 ? field : field.subarray(0, end));
  return text.startsWith(UNIT_PREFIX) ? statedUnit(text.slice(UNIT_PREFIX.length)) : null;
}

/** By sform, else qform, else pixdim alone (nifti1.h, methods 3, 2, 1). */
function affineOf(int16: (at: number) => number, float: (at: number) => number, mm: number): Affine {
  const pixdim = (axis: number): number => float(76 + 4 * axis);
  const sform =
    int16(254) > 0 ? fromRas((c) => [float(280 + 4 * c), float(296 + 4 * c), float(312 + 4 * c)], mm) : null;
  if (sform) return sform;
  const spacing = [1, 2, 3].map((axis) => Math.abs(pixdim(axis)) || 1);
  if (int16(252) > 0) {
    const r = rotation(float(256), float(260), float(264)),
      qfac = pixdim(0) < 0 ? -1 : 1;
    const offset: Vector3 = [float(268), float(272), float(276)];
    const qform = fromRas((c) => {
      if (c === 3) return offset;
      const s = spacing[c]! * (c === 2 ? qfac : 1);
      return [r[c]! * s, r[3 + c]! * s, r[6 + c]! * s];
    }, mm);
    if (qform) return qform;
  }
  return (
    fromRas(
      (c) =>
        c === 3
          ? [0, 0, 0]
          : [c === 0 ? spacing[0]! : 0, c === 1 ? spacing[1]! : 0, c === 2 ? spacing[2]! : 0],
      mm,
    ) ?? refuseFile('The NIfTI header gives axes that do not span a volume.')
  );
}

/** null where the columns do not span space. */
function fromRas(column: (c: 0 | 1 | 2 | 3) => Vector3, mm: number): Affine | null {
  const lps = (c: 0 | 1 | 2 | 3): Vector3 => {
    const v = turnRas(column(c));
    return [v[0] * mm, v[1] * mm, v[2] * mm];
  };
  const affine = affineFromColumns(lps(0), lps(1), lps(2), lps(3));
  return affine.every(Number.isFinite) && Math.abs(determinant(affine)) > 1e-12 ? affine : null;
}

/** Rotation matrix, row-major, of the unit quaternion whose last three parts are given. */
export function rotation(b: number, c: number, d: number): readonly number[] {
  const a = Math.sqrt(Math.max(0, 1 - b * b - c * c - d * d));
  return [
    a * a + b * b - c * c - d * d,
    2 * (b * c - a * d),
    2 * (b * d + a * c),
    2 * (b * c + a * d),
    a * a + c * c - b * b - d * d,
    2 * (c * d - a * b),
    2 * (b * d - a * c),
    2 * (c * d + a * b),
    a * a + d * d - b * b - c * c,
  ];
}
