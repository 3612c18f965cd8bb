import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codecAssets } from '../../../../src-main/services/codecAssets.ts';
import type { PixelFormat } from '../pixelFormat.ts';
import { loadJpegCodec } from './jpeg.ts';
import { decodeDct } from './jpegDct.ts';
import { decodeLossless } from './jpegLossless.ts';

const format = (rows: number, columns: number, bits: number, samplesPerPixel = 1): PixelFormat => ({
  rows,
  columns,
  frames: 1,
  samplesPerPixel,
  bitsAllocated: bits > 8 ? 16 : 8,
  highBit: bits - 1,
  bitsStored: bits,
  isSigned: false,
  planarConfiguration: 0,
  photometricInterpretation: samplesPerPixel === 3 ? 'RGB' : 'MONOCHROME2',
});

const be16 = (value: number): number[] => [value >> 8, value & 255];
const segment = (marker: number, content: readonly number[]): number[] => [
  0xff,
  marker,
  ...be16(content.length + 2),
  ...content,
];

/** Codes of five bits for the first categories: no code is all ones. */
const huffman = (kind: number, categories: number): number[] =>
  segment(0xc4, [
    kind << 4,
    0,
    0,
    0,
    0,
    categories,
    ...new Array<number>(11).fill(0),
    ...Array.from({ length: categories }, (_, n) => n),
  ]);

class Bits {
  readonly bytes: number[] = [];
  #text = '';

  put(value: number, count: number): void {
    if (count > 0) this.#text += (value & (2 ** count - 1)).toString(2).padStart(count, '0');
  }

  difference(value: number): void {
    const size = value === 32_768 ? 16 : value === 0 ? 0 : 32 - Math.clz32(Math.abs(value));
    this.put(size, 5);
    if (size < 16) this.put(value < 0 ? value - 1 : value, size);
  }

  finish(): number[] {
    const text = this.#text.padEnd(Math.ceil(this.#text.length / 8) * 8, '1');
    for (let at = 0; at < text.length; at += 8) {
      const byte = Number.parseInt(text.slice(at, at + 8), 2);
      this.bytes.push(byte, ...(byte === 0xff ? [0] : []));
    }
    return this.bytes;
  }
}

function encodeLossless(
  samples: readonly number[],
  f: PixelFormat,
  bits: number,
  selection: number,
): Uint8Array {
  const { rows, columns, samplesPerPixel: n } = f;
  const out = new Bits();
  const at = (y: number, x: number, c: number): number => samples[(y * columns + x) * n + c] ?? 0;
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      for (let c = 0; c < n; c++) {
        const [a, b, d] = [at(y, x - 1, c), at(y - 1, x, c), at(y - 1, x - 1, c)];
        const inside =
          [0, a, b, d, a + b - d, a + ((b - d) >> 1), b + ((a - d) >> 1), (a + b) >> 1][selection] ?? 0;
        const predicted = y === 0 ? (x === 0 ? 2 ** (bits - 1) : a) : x === 0 ? b : inside;
        const difference = (((at(y, x, c) - predicted) % 65_536) + 65_536) % 65_536;
        out.difference(difference > 32_768 ? difference - 65_536 : difference);
      }
    }
  }
  const components = Array.from({ length: n }, (_, c) => [c, 0x11, 0]).flat();
  return Uint8Array.from([
    0xff,
    0xd8,
    ...segment(0xc3, [bits, ...be16(rows), ...be16(columns), n, ...components]),
    ...huffman(0, 17),
    ...segment(0xda, [n, ...Array.from({ length: n }, (_, c) => [c, 0]).flat(), selection, 0, 0]),
    ...out.finish(),
    0xff,
    0xd9,
  ]);
}

describe('JPEG lossless', () => {
  it('F39: every predictor, depth and colour comes back', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 7 }),
        fc.constantFrom(2, 8, 12, 16),
        fc.constantFrom(1, 3),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 5 }),
        fc.infiniteStream(fc.nat(65_535)),
        (selection, bits, n, rows, columns, stream) => {
          const f = format(rows, columns, bits, n);
          const samples = Array.from(
            { length: rows * columns * n },
            () => (stream.next().value as number) % 2 ** bits,
          );
          expect([...decodeLossless(encodeLossless(samples, f, bits, selection), f).samples]).toEqual(
            samples,
          );
        },
      ),
      { numRuns: 300 },
    );
  });

  it('F39: a stream that ends early is refused, not filled up', () => {
    const f = format(40, 40, 12);
    const whole = encodeLossless(
      Array.from({ length: 1600 }, (_, i) => (i * 37) % 4096),
      f,
      12,
      1,
    );
    const cut = Uint8Array.from([...whole.slice(0, whole.length / 2), 0xff, 0xd9]);
    expect(() => decodeLossless(cut, f)).toThrow(RangeError);
  });
});

/** Blocks of one value each: only the constant coefficient is coded, whose step is 1/8 grey level times `step`. */
function encodeFlatBlocks(
  levels: readonly number[],
  rows: number,
  columns: number,
  bits: number,
  step: number,
): Uint8Array {
  const out = new Bits();
  let before = 0;
  for (const level of levels) {
    const coefficient = Math.round(((level - 2 ** (bits - 1)) * 8) / step);
    out.difference(coefficient - before);
    before = coefficient;
    out.put(0, 5);
  }
  return Uint8Array.from([
    0xff,
    0xd8,
    ...segment(0xdb, [0, ...new Array<number>(64).fill(step)]),
    ...segment(bits === 8 ? 0xc0 : 0xc1, [bits, ...be16(rows), ...be16(columns), 1, 1, 0x11, 0]),
    ...huffman(0, 16),
    ...huffman(1, 16),
    ...segment(0xda, [1, 1, 0, 0, 63, 0]),
    ...out.finish(),
    0xff,
    0xd9,
  ]);
}

describe('JPEG with discrete cosine transform', () => {
  const levels = [0, 1000, 2048, 3000, 4095, 17];

  it('F40: flat 12-bit blocks have the value of their constant coefficient', () => {
    const f = format(16, 20, 12);
    const { samples } = decodeDct(encodeFlatBlocks(levels, 16, 20, 12, 8), f);
    expect(samples).toHaveLength(320);
    expect([0, 8, 16, 160, 168, 176].map((i) => samples[i])).toEqual(levels);
    expect(new Set(samples)).toEqual(new Set(levels));
  });

  it('F40: 8-bit streams go to libjpeg-turbo, which agrees', async () => {
    const f = format(16, 24, 8);
    const grey = [0, 50, 128, 200, 255, 17];
    const stream = encodeFlatBlocks(grey, 16, 24, 8, 8);
    const codec = await loadJpegCodec(stream, f, codecAssets);
    expect([...codec.decode(stream, f).samples]).toEqual([...decodeDct(stream, f).samples]);
  });

  it('F40: damaged streams are refused', () => {
    const whole = encodeFlatBlocks(levels, 16, 20, 12, 8);
    expect(() => decodeDct(whole, format(16, 24, 12))).toThrow(RangeError);
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, value) => {
        const bytes = whole.slice();
        bytes[at] = value;
        try {
          expect(decodeDct(bytes, format(16, 20, 12)).samples).toHaveLength(320);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }),
      { numRuns: 500 },
    );
  });
});
