import type { PixelElement } from '../dataSet.ts';
import type { PixelFormat } from '../pixelFormat.ts';
import { isSubsampled, nativeLength } from '../pixelFormat.ts';
import { Tag } from '../tags.ts';
import type { SampleArray } from './codec.ts';

/** Bits, lowest first, as one byte (0 or 1) each. */
export function unpackBits(bytes: Uint8Array, firstBit: number, count: number): Uint8Array {
  const out = new Uint8Array(count);
  for (let i = 0, bit = firstBit; i < count; i++, bit++) out[i] = ((bytes[bit >> 3] ?? 0) >> (bit & 7)) & 1;
  return out;
}

/** Y Y Cb Cr for each two pixels → Y Cb Cr for each pixel. */
function upsample(bytes: Uint8Array, pixels: number): Uint8Array {
  const out = new Uint8Array(pixels * 3);
  for (let pixel = 0, to = 0; pixel < pixels; pixel++, to += 3) {
    const pair = (pixel >> 1) * 4;
    out[to] = bytes[pair + (pixel & 1)] ?? 0;
    out[to + 1] = bytes[pair + 2] ?? 0;
    out[to + 2] = bytes[pair + 3] ?? 0;
  }
  return out;
}

function swapped(bytes: Uint8Array, size: number): Uint8Array {
  const out = new Uint8Array(bytes.length);
  for (let at = 0; at + size <= bytes.length; at += size) {
    for (let i = 0; i < size; i++) out[at + i] = bytes[at + size - 1 - i] ?? 0;
  }
  return out;
}

/** Samples that are not packed, all frames; colour as it lies in the file, but subsampled colour is filled up. */
export function nativeSamples(pixelData: PixelElement, format: PixelFormat): SampleArray {
  const count = format.rows * format.columns * format.frames * format.samplesPerPixel;
  let bytes = pixelData.value.subarray(0, nativeLength(format) + (pixelData.littleEndian ? 0 : 1));
  const isWords = pixelData.vr !== 'OB' && pixelData.vr !== 'UN';
  const isFloat = pixelData.tag === Tag.FloatPixelData;
  const isDouble = pixelData.tag === Tag.DoubleFloatPixelData;
  const size = isDouble ? 8 : isFloat ? 4 : Math.ceil(format.bitsAllocated / 8);
  if (!pixelData.littleEndian && (isWords || size > 1)) bytes = swapped(bytes, Math.max(2, size));
  if (format.bitsAllocated === 1) return unpackBits(bytes, 0, count);
  if (isSubsampled(format)) return upsample(bytes, format.rows * format.columns * format.frames);
  const aligned = bytes.byteOffset % size === 0 ? bytes : bytes.slice();
  const { buffer, byteOffset } = aligned;
  if (isDouble) return new Float64Array(buffer, byteOffset, count);
  if (isFloat) return new Float32Array(buffer, byteOffset, count);
  switch (size) {
    case 1:
      return format.isSigned
        ? new Int8Array(buffer, byteOffset, count)
        : new Uint8Array(buffer, byteOffset, count);
    case 2:
      return format.isSigned
        ? new Int16Array(buffer, byteOffset, count)
        : new Uint16Array(buffer, byteOffset, count);
    case 4:
      return format.isSigned
        ? new Int32Array(buffer, byteOffset, count)
        : new Uint32Array(buffer, byteOffset, count);
    default:
      throw new RangeError(`integers of ${format.bitsAllocated} bits are not supported`);
  }
}
