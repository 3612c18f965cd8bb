import type { Vector3 } from '../../geometry/index.ts';
import { refuseFile, type ElementType } from '../voxels/index.ts';

export interface NrrdHeader {
  /** Fields in lower case, and key/value pairs as written. */
  readonly fields: ReadonlyMap<string, string>;
  readonly pairs: ReadonlyMap<string, string>;
  /** Where the data begin. */
  readonly dataStart: number;
}

const LONGEST_HEADER = 1 << 20;

/** The text part of an NRRD file. @throws Failure INPUT_NOT_USABLE where it is none, or keeps its data elsewhere. */
export function readNrrdHeader(bytes: Uint8Array): NrrdHeader {
  if (new TextDecoder('latin1').decode(bytes.subarray(0, 4)) !== 'NRRD')
    refuseFile('The file is not an NRRD file.');
  const end = endOfHeader(bytes);
  const lines = new TextDecoder().decode(bytes.subarray(0, end)).split(/\r?\n/);
  const fields = new Map<string, string>(),
    pairs = new Map<string, string>();
  for (const line of lines.slice(1)) {
    if (line.startsWith('#')) continue;
    const pair = /^([^:]+):=(.*)$/.exec(line),
      field = /^([^:]+): ?(.*)$/.exec(line);
    if (pair) pairs.set(pair[1]!, pair[2]!);
    else if (field) fields.set(alias(field[1]!.trim().toLowerCase()), field[2]!.trim());
  }
  if (fields.has('data file'))
    refuseFile(
      'The NRRD header keeps its data in another file; join the two (for example in 3D Slicer) and open that.',
    );
  return { fields, pairs, dataStart: end };
}

const ALIASES: Readonly<Record<string, string>> = {
  datafile: 'data file',
  lineskip: 'line skip',
  byteskip: 'byte skip',
  axismins: 'axis mins',
  sampleunits: 'sample units',
};
const alias = (name: string): string => ALIASES[name] ?? name;

/** After the first empty line. */
function endOfHeader(bytes: Uint8Array): number {
  const limit = Math.min(bytes.length, LONGEST_HEADER);
  for (let i = 0; i < limit; i++) {
    if (bytes[i] !== 10) continue;
    if (bytes[i + 1] === 10) return i + 2;
    if (bytes[i + 1] === 13 && bytes[i + 2] === 10) return i + 3;
  }
  return refuseFile('The NRRD header does not end, or keeps its data in another file.', 'FILE_TRUNCATED');
}

const TYPES: Readonly<Record<string, ElementType>> = {
  'signed char': 'int8',
  int8: 'int8',
  int8_t: 'int8',
  uchar: 'uint8',
  'unsigned char': 'uint8',
  uint8: 'uint8',
  uint8_t: 'uint8',
  short: 'int16',
  'short int': 'int16',
  'signed short': 'int16',
  'signed short int': 'int16',
  int16: 'int16',
  int16_t: 'int16',
  ushort: 'uint16',
  'unsigned short': 'uint16',
  'unsigned short int': 'uint16',
  uint16: 'uint16',
  uint16_t: 'uint16',
  int: 'int32',
  'signed int': 'int32',
  int32: 'int32',
  int32_t: 'int32',
  uint: 'uint32',
  'unsigned int': 'uint32',
  uint32: 'uint32',
  uint32_t: 'uint32',
  longlong: 'int64',
  'long long': 'int64',
  'long long int': 'int64',
  'signed long long': 'int64',
  'signed long long int': 'int64',
  int64: 'int64',
  int64_t: 'int64',
  ulonglong: 'uint64',
  'unsigned long long': 'uint64',
  'unsigned long long int': 'uint64',
  uint64: 'uint64',
  uint64_t: 'uint64',
  float: 'float32',
  double: 'float64',
};

/** @throws Failure where the type is missing or none of the number types. */
export const nrrdType = (header: NrrdHeader): ElementType => {
  const name = header.fields.get('type') ?? '';
  return (
    TYPES[name.toLowerCase()] ??
    refuseFile(`The NRRD file holds values of type '${name}', which are no numbers.`)
  );
};

/** @throws Failure where the field is missing or holds anything but numbers. */
export function nrrdNumbers(header: NrrdHeader, field: string): number[] {
  const numbers = (header.fields.get(field) ?? '').split(/\s+/).filter(Boolean).map(Number);
  return numbers.length > 0 && numbers.every((n) => !Number.isNaN(n))
    ? numbers
    : refuseFile(`The NRRD header gives no usable '${field}'.`);
}

/** Vectors such as '(1,0,0) none (0,1,0)'. @throws Failure where one is not three numbers. */
export function nrrdVectors(text: string): (Vector3 | null)[] {
  return [...text.matchAll(/none|\(([^)]*)\)/g)].map((match) => {
    if (match[1] === undefined) return null;
    const v = match[1].split(',').map(Number);
    if (v.length !== 3 || !v.every(Number.isFinite))
      return refuseFile(`The NRRD header gives the vector (${match[1]}), which is not three numbers.`);
    return [v[0]!, v[1]!, v[2]!];
  });
}
