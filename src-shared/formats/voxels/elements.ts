import { Failure, type VoxelArray } from '../../model/index.ts';

/** Number types of volume files. */
export type ElementType =
  'int8' | 'uint8' | 'int16' | 'uint16' | 'int32' | 'uint32' | 'int64' | 'uint64' | 'float32' | 'float64';

export const ELEMENT_BYTES: Readonly<Record<ElementType, number>> = {
  int8: 1,
  uint8: 1,
  int16: 2,
  uint16: 2,
  int32: 4,
  uint32: 4,
  int64: 8,
  uint64: 8,
  float32: 4,
  float64: 8,
};

/** The type of an array, as a file names it. */
export function elementTypeOf(data: VoxelArray): Exclude<ElementType, 'int64' | 'uint64'> {
  if (data instanceof Int8Array) return 'int8';
  if (data instanceof Uint8Array) return 'uint8';
  if (data instanceof Int16Array) return 'int16';
  if (data instanceof Uint16Array) return 'uint16';
  if (data instanceof Int32Array) return 'int32';
  if (data instanceof Uint32Array) return 'uint32';
  return data instanceof Float32Array ? 'float32' : 'float64';
}

/** Little-endian bytes of the values (a view; every platform that Fluence runs on is little-endian). */
export const elementBytes = (data: VoxelArray): Uint8Array =>
  new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

/**
 * `count` values of a type from the start of `bytes`, as a copy. 64-bit integers become Float64.
 * @throws Failure INPUT_NOT_USABLE where there are fewer, or an integer is too large to be exact.
 */
export function readElements(
  bytes: Uint8Array,
  type: ElementType,
  count: number,
  littleEndian: boolean,
  what: string,
): VoxelArray {
  const size = ELEMENT_BYTES[type],
    wanted = count * size;
  if (bytes.length < wanted) {
    throw new Failure(
      'INPUT_NOT_USABLE',
      `${what} holds ${Math.floor(bytes.length / size)} of the ${count} values that its header promises; it was not read.`,
      { finding: 'FILE_TRUNCATED' },
    );
  }
  const copy = bytes.slice(0, wanted);
  if (!littleEndian && size > 1) swap(copy, size);
  switch (type) {
    case 'int8':
      return new Int8Array(copy.buffer);
    case 'uint8':
      return copy;
    case 'int16':
      return new Int16Array(copy.buffer);
    case 'uint16':
      return new Uint16Array(copy.buffer);
    case 'int32':
      return new Int32Array(copy.buffer);
    case 'uint32':
      return new Uint32Array(copy.buffer);
    case 'float32':
      return new Float32Array(copy.buffer);
    case 'float64':
      return new Float64Array(copy.buffer);
    case 'int64':
      return exact(new BigInt64Array(copy.buffer), what);
    case 'uint64':
      return exact(new BigUint64Array(copy.buffer), what);
  }
}

function exact(values: BigInt64Array | BigUint64Array, what: string): Float64Array {
  const numbers = new Float64Array(values.length);
  for (let i = 0; i < numbers.length; i++) {
    const value = Number(values[i]);
    if (!Number.isSafeInteger(value))
      throw new Failure(
        'INPUT_NOT_USABLE',
        `${what} holds 64-bit integers beyond 2⁵³, which cannot be kept exactly.`,
        { finding: 'VALUE_INVALID' },
      );
    numbers[i] = value;
  }
  return numbers;
}

function swap(bytes: Uint8Array, size: number): void {
  for (let at = 0; at < bytes.length; at += size) bytes.subarray(at, at + size).reverse();
}
