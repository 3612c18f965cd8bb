import { rlePlaneLength, rleSegments } from '../codestreams.ts';
import type { PixelFormat } from '../pixelFormat.ts';
import { unpackBits } from './native.ts';
import type { Codec, StoredSamples } from './codec.ts';

/** RLE lossless (PS3.5 annex G): a segment for each byte of each sample, the most significant byte first. */
export const rleCodec: Codec = { decode: decodeRle };

function decodeRle(frame: Uint8Array, format: PixelFormat): StoredSamples {
  const segments = rleSegments(frame, format);
  if (!segments) throw new RangeError('RLE segments make no sense');
  const length = rlePlaneLength(format);
  const planes = segments.map((segment) => unpackRle(segment, length));
  const shared = { isPlanar: format.samplesPerPixel > 1, isRgb: false };
  const [first] = planes;
  if (format.bitsAllocated === 1 && first) {
    return {
      ...shared,
      samples: unpackBits(first, 0, format.rows * format.columns * format.samplesPerPixel),
    };
  }
  const size = format.bitsAllocated / 8;
  const bytes = new Uint8Array(length * planes.length);
  for (const [n, plane] of planes.entries()) {
    // Little-endian samples, one colour plane after the other
    let at = Math.floor(n / size) * length * size + (size - 1 - (n % size));
    for (const byte of plane) {
      bytes[at] = byte;
      at += size;
    }
  }
  const count = length * format.samplesPerPixel;
  switch (size) {
    case 1:
      return { ...shared, samples: bytes };
    case 2:
      return { ...shared, samples: new Uint16Array(bytes.buffer, 0, count) };
    case 4:
      return { ...shared, samples: new Uint32Array(bytes.buffer, 0, count) };
    default:
      throw new RangeError('RLE samples of this size are not supported');
  }
}

function unpackRle(segment: Uint8Array, length: number): Uint8Array {
  const out = new Uint8Array(length);
  let to = 0;
  let from = 0;
  while (to < length && from + 1 < segment.length) {
    const control = segment[from] ?? 0;
    if (control < 128) {
      const count = Math.min(control + 1, length - to, segment.length - from - 1);
      out.set(segment.subarray(from + 1, from + 1 + count), to);
      to += count;
      from += control + 2;
    } else if (control > 128) {
      const count = Math.min(257 - control, length - to);
      out.fill(segment[from + 1] ?? 0, to, to + count);
      to += count;
      from += 2;
    } else from++;
  }
  if (to < length) throw new RangeError('an RLE segment is too short');
  return out;
}
