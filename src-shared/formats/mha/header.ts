import { refuseFile, statedUnit, type ElementType } from '../voxels/index.ts';

/** A key of ours for the unit, which the format has no key for; other programs pass over it. */
export const UNIT_KEY = 'SampleUnits';

export interface MetaImageHeader {
  readonly fields: ReadonlyMap<string, string>;
  /** Where local data begin. */
  readonly dataStart: number;
}

const LONGEST_HEADER = 1 << 18;

/** @throws Failure INPUT_NOT_USABLE where the file is no MetaImage. */
export function readMetaImageHeader(bytes: Uint8Array): MetaImageHeader {
  const fields = new Map<string, string>();
  const text = new TextDecoder('latin1').decode(bytes.subarray(0, LONGEST_HEADER));
  let at = 0;
  while (at < text.length) {
    const end = text.indexOf('\n', at),
      line = text.slice(at, end < 0 ? undefined : end);
    at = end < 0 ? text.length : end + 1;
    const split = line.indexOf('=');
    if (split < 0) {
      if (line.trim() === '') continue;
      break;
    }
    const key = line.slice(0, split).trim();
    if (fields.size === 0 && !/^[A-Za-z]+$/.test(key)) break;
    fields.set(key, line.slice(split + 1).trim());
    if (key === 'ElementDataFile') return { fields, dataStart: at };
  }
  return refuseFile('The file is not a MetaImage file.');
}

/** MetaImage's long is 32 bits wide. */
const TYPES: Readonly<Record<string, ElementType>> = {
  MET_CHAR: 'int8',
  MET_UCHAR: 'uint8',
  MET_SHORT: 'int16',
  MET_USHORT: 'uint16',
  MET_INT: 'int32',
  MET_UINT: 'uint32',
  MET_LONG: 'int32',
  MET_ULONG: 'uint32',
  MET_LONG_LONG: 'int64',
  MET_ULONG_LONG: 'uint64',
  MET_FLOAT: 'float32',
  MET_DOUBLE: 'float64',
};

/** @throws Failure where the element type is none of the number types. */
export const metaImageType = (header: MetaImageHeader): ElementType => {
  const name = header.fields.get('ElementType') ?? '';
  return (
    TYPES[name] ?? refuseFile(`The MetaImage file holds values of type '${name}', which are not opened.`)
  );
};

/** The numbers of the first of these fields that is there; `fallback` where none is. @throws Failure where they are no numbers. */
export function metaImageNumbers(
  header: MetaImageHeader,
  names: readonly string[],
  fallback: readonly number[],
): readonly number[] {
  const name = names.find((n) => header.fields.has(n));
  if (name === undefined) return fallback;
  const numbers = header.fields.get(name)!.split(/\s+/).map(Number);
  return numbers.every(Number.isFinite)
    ? numbers
    : refuseFile(`The MetaImage header gives a '${name}' that is not made of numbers.`);
}

export const metaImageFlag = (header: MetaImageHeader, names: readonly string[]): boolean =>
  names.some((name) => /^(true|1)$/i.test(header.fields.get(name) ?? ''));

/**
 * The unit that the header names, in its own words; null where it names none. `head`: the file, or its first bytes.
 * @throws Failure INPUT_NOT_USABLE where that is no MetaImage header.
 */
export const metaImageStatedUnit = (head: Uint8Array): string | null =>
  statedUnit(readMetaImageHeader(head).fields.get(UNIT_KEY));
