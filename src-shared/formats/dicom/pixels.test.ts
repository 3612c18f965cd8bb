import { readFileSync } from 'node:fs';
import { deflateSync } from 'fflate';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  BIG_ENDIAN,
  element,
  fragments,
  imageFile,
  join,
  latin,
  u16,
  u32,
  type ImageOptions,
} from '../../../test/builders/dicomBytes.ts';
import { codecAssets } from '../../../src-main/services/codecAssets.ts';
import { Failure } from '../../model/index.ts';
import { decodeFrames, interpretedSamples, parseDicomFile, type DecodedPixels } from './index.ts';
import { validatePixels } from './validatePixels.ts';

const decode = (bytes: Uint8Array): Promise<DecodedPixels> =>
  decodeFrames(parseDicomFile(bytes), codecAssets);
const native = (value: Uint8Array, options: ImageOptions, vr = 'OW'): Promise<DecodedPixels> =>
  decode(imageFile(element(0x7fe00010, vr, value, options.syntax), options));
const packed = (uid: string, frames: readonly Uint8Array[], options: ImageOptions): Promise<DecodedPixels> =>
  decode(imageFile(fragments(...frames), { ...options, transferSyntaxUid: uid }));

async function refusal(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Failure) return error.detail.finding;
    throw error;
  }
  return 'decoded';
}

describe('native pixels', () => {
  it('F30: have the type that bits and sign say', async () => {
    const size = { rows: 1, columns: 2 };
    const bytes = Uint8Array.from([0xff, 0xff, 0x01, 0x00]);
    const of = async (bits: number, signed: boolean): Promise<[string, number[]]> => {
      const value = bits === 8 ? bytes.subarray(0, 2) : bits === 16 ? bytes : join(bytes, bytes);
      const { dtype, samples } = await native(value, { ...size, bits, signed });
      return [dtype, [...samples]];
    };
    expect(await of(8, false)).toEqual(['u1', [255, 255]]);
    expect(await of(8, true)).toEqual(['i1', [-1, -1]]);
    expect(await of(16, false)).toEqual(['<u2', [65_535, 1]]);
    expect(await of(16, true)).toEqual(['<i2', [-1, 1]]);
    expect(await of(32, false)).toEqual(['<u4', [131_071, 131_071]]);
    expect(await of(32, true)).toEqual(['<i4', [131_071, 131_071]]);
  });

  it('F31: big-endian words are turned, also those that hold two 8-bit samples', async () => {
    const options = { rows: 1, columns: 3, syntax: BIG_ENDIAN, transferSyntaxUid: '1.2.840.10008.1.2.2' };
    expect([...(await native(Uint8Array.from([0, 1, 0, 2, 1, 0]), options)).samples]).toEqual([1, 2, 256]);
    expect([...(await native(Uint8Array.from([2, 1, 0, 3]), { ...options, bits: 8 })).samples]).toEqual([
      1, 2, 3,
    ]);
    expect([...(await native(Uint8Array.from([1, 2, 3, 0]), { ...options, bits: 8 }, 'OB')).samples]).toEqual(
      [1, 2, 3],
    );
  });

  it('F32: single bits run on across rows and frames, lowest first', async () => {
    const { samples, shape } = await native(Uint8Array.from([0b1010_0101, 0b11]), {
      rows: 1,
      columns: 5,
      bits: 1,
      frames: 2,
    });
    expect(shape).toEqual([2, 1, 5, 1]);
    expect([...samples]).toEqual([1, 0, 1, 0, 0, 1, 0, 1, 1, 1]);
  });

  it('F33: colour planes are interleaved frame by frame; subsampled colour is filled up', async () => {
    const planes = Uint8Array.from([1, 2, 3, 4, 5, 6, 11, 12, 13, 14, 15, 16]);
    const { samples } = await native(planes, {
      rows: 1,
      columns: 2,
      bits: 8,
      samples: 3,
      frames: 2,
      planar: 1,
    });
    expect([...samples]).toEqual([1, 3, 5, 2, 4, 6, 11, 13, 15, 12, 14, 16]);
    const half = await native(Uint8Array.from([10, 20, 1, 2]), {
      rows: 1,
      columns: 2,
      bits: 8,
      samples: 3,
      photometric: 'YBR_FULL_422',
    });
    expect([...half.samples]).toEqual([10, 1, 2, 20, 1, 2]);
  });

  it('F34: float pixel data', async () => {
    const value = new Uint8Array(Float32Array.of(0.25, -3e8).buffer);
    const file = imageFile(element(0x7fe00008, 'OF', value), { rows: 1, columns: 2, bits: 32 });
    const { dtype, samples } = await decode(file);
    expect([dtype, ...samples]).toEqual(['<f4', 0.25, Math.fround(-3e8)]);
  });

  it('F21: too short, impossible or unreadable formats are refused', async () => {
    const value = new Uint8Array(8);
    expect(await refusal(native(value, { rows: 3, columns: 2 }))).toBe('PIXEL_DATA_MALFORMED');
    expect(await refusal(native(value, { rows: 0, columns: 2 }))).toBe('VALUE_INVALID');
    expect(await refusal(native(value, { rows: 2, columns: 2, frames: -1 }))).toBe('VALUE_INVALID');
    expect(await refusal(native(value, { rows: 2, columns: 2, bitsStored: 17 }))).toBe('VALUE_INVALID');
    expect(await refusal(native(value, { rows: 2, columns: 2, bits: 12 }))).toBe('VALUE_INVALID');
    expect(
      await refusal(native(value, { rows: 2, columns: 2, transferSyntaxUid: '1.2.840.10008.1.2.4.102' })),
    ).toBe('TRANSFER_SYNTAX_UNSUPPORTED');
    expect(
      await refusal(native(value, { rows: 2, columns: 2, transferSyntaxUid: '1.2.840.10008.1.2.4.90' })),
    ).toBe('PIXEL_DATA_MALFORMED');
    expect(await refusal(native(new Uint8Array(0), { rows: 2, columns: 2 }))).toBe('PIXEL_DATA_MISSING');
  });
});

/** RLE with runs of three and more as runs, the rest as literals of up to 128. */
function rleSegment(bytes: Uint8Array): Uint8Array {
  const out: number[] = [];
  for (let at = 0; at < bytes.length;) {
    let run = 1;
    while (run < 128 && bytes[at + run] === bytes[at] && at + run < bytes.length) run++;
    if (run >= 2) out.push(257 - run, bytes[at] ?? 0);
    else out.push(0, bytes[at] ?? 0);
    at += run;
  }
  if (out.length % 2 === 1) out.push(0);
  return Uint8Array.from(out);
}

function rleFrame(planes: readonly Uint8Array[]): Uint8Array {
  const segments = planes.map(rleSegment);
  let offset = 64;
  const offsets = segments.map((segment) => (offset += segment.length) - segment.length);
  return join(
    u32(segments.length),
    ...Array.from({ length: 15 }, (_, n) => u32(offsets[n] ?? 0)),
    ...segments,
  );
}

describe('RLE', () => {
  const RLE = '1.2.840.10008.1.2.5';

  it('F35: any 16-bit frame comes back', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 6 }),
        fc.array(fc.integer({ min: 0, max: 65_535 }), { minLength: 12, maxLength: 12 }),
        async (rows, values) => {
          const pixels = values.slice(0, rows * 2);
          const frame = rleFrame([
            Uint8Array.from(pixels, (v) => v >> 8),
            Uint8Array.from(pixels, (v) => v & 255),
          ]);
          expect([...(await packed(RLE, [frame], { rows, columns: 2 })).samples]).toEqual(pixels);
        },
      ),
    );
  });

  it('F35: colour planes are interleaved; frames stay in order', async () => {
    const frame = (base: number): Uint8Array =>
      rleFrame([0, 1, 2].map((c) => Uint8Array.of(base + c, base + c + 10)));
    const { samples } = await packed(RLE, [frame(0), frame(100)], {
      rows: 1,
      columns: 2,
      bits: 8,
      samples: 3,
      frames: 2,
    });
    expect([...samples]).toEqual([0, 1, 2, 10, 11, 12, 100, 101, 102, 110, 111, 112]);
  });

  it('F22: segments that point outside, are too short or too long are refused', async () => {
    const good = rleFrame([new Uint8Array(4), new Uint8Array(4)]);
    const outside = good.slice();
    outside.set(u32(5000), 4);
    const options = { rows: 2, columns: 2 };
    expect(await refusal(packed(RLE, [outside], options))).toBe('PIXEL_DATA_MALFORMED');
    expect(await refusal(packed(RLE, [good], { rows: 4, columns: 4 }))).toBe('PIXEL_DATA_MALFORMED');
    expect(await refusal(packed(RLE, [rleFrame([new Uint8Array(9000), new Uint8Array(4)])], options))).toBe(
      'PIXEL_DATA_MALFORMED',
    );
    expect(await refusal(packed(RLE, [good, good], options))).toBe('PIXEL_DATA_MALFORMED');
    expect(await refusal(packed(RLE, [good], { ...options, frames: 2 }))).toBe('PIXEL_DATA_MALFORMED');
  });
});

describe('other packings', () => {
  it('F36: deflated frames', async () => {
    const frame = (values: readonly number[]): Uint8Array => deflateSync(join(...values.map((v) => u16(v))));
    const even = (bytes: Uint8Array): Uint8Array =>
      bytes.length % 2 === 0 ? bytes : join(bytes, new Uint8Array(1));
    const { samples } = await packed(
      '1.2.840.10008.1.2.8.1',
      [even(frame([1, 2])), even(frame([3, 40_000]))],
      { rows: 1, columns: 2, frames: 2 },
    );
    expect([...samples]).toEqual([1, 2, 3, 40_000]);
  });

  it.each(['jpeg-ls', 'jpeg-2000', 'htj2k'])('F37: %s, lossless and signed', async (name) => {
    const file = new Uint8Array(
      readFileSync(new URL(`../../../test/fixtures/dicom/${name}.dcm`, import.meta.url)),
    );
    const { samples, dtype, shape } = await decode(file);
    expect(dtype).toBe('<i2');
    expect(shape).toEqual([1, 12, 16, 1]);
    expect([...samples]).toEqual(
      Array.from(
        { length: 192 },
        (_, i) => (i % 16) * 70 - Math.floor(i / 16) * 90 - 500 + (((i % 16) * Math.floor(i / 16)) % 7),
      ),
    );
    const cut = file.slice();
    cut.fill(0x55, file.length - 100, file.length - 20);
    const outcome = await decode(cut).then(
      () => 'decoded',
      (error: unknown) => (error instanceof Failure ? 'refused' : 'crashed'),
    );
    expect(outcome).not.toBe('crashed');
  });

  it('F22: codestreams of another size, cut ones and other bytes are refused', async () => {
    const options = { rows: 2, columns: 2 };
    for (const uid of [
      '1.2.840.10008.1.2.4.50',
      '1.2.840.10008.1.2.4.70',
      '1.2.840.10008.1.2.4.80',
      '1.2.840.10008.1.2.4.90',
      '1.2.840.10008.1.2.4.201',
    ]) {
      expect(await refusal(packed(uid, [latin('raw bytes, not a codestream.')], options))).toBe(
        'PIXEL_DATA_MALFORMED',
      );
      expect(await refusal(packed(uid, [new Uint8Array(0)], options))).toBe('PIXEL_DATA_MALFORMED');
    }
  });

  it('F23: a claim of far more pixels than the packed bytes can hold is refused before anything is allocated', async () => {
    expect(
      await refusal(
        packed('1.2.840.10008.1.2.4.90', [new Uint8Array(64)], { rows: 65_535, columns: 65_535 }),
      ),
    ).toBe('PIXEL_DATA_MALFORMED');
  });

  it('F38: a value is that of the Bits Stored alone, with its sign', () => {
    const samples = Int16Array.of(0, 4095, 4096, 8191);
    expect([...interpretedSamples({ samples, bitsStored: 13 })]).toEqual([0, 4095, -4096, -1]);
    expect([...samples]).toEqual([0, 4095, 4096, 8191]);
    expect([...interpretedSamples({ samples: Int8Array.of(-1, 7, 8, 15), bitsStored: 4 })]).toEqual([
      -1, 7, -8, -1,
    ]);
    expect([...interpretedSamples({ samples: Uint32Array.of(0xffffffff, 5), bitsStored: 31 })]).toEqual([
      0x7fffffff, 5,
    ]);
    expect([...interpretedSamples({ samples: Float32Array.of(1.5, -2), bitsStored: 12 })]).toEqual([1.5, -2]);
  });

  it('F38: what is in order already is not copied', () => {
    for (const [samples, bitsStored] of [
      [Int16Array.of(-2048, 2047), 12],
      [Uint16Array.of(0, 4095), 12],
      [Uint16Array.of(65_535), 16],
      [Uint32Array.of(0xffffffff), 32],
    ] as const)
      expect(interpretedSamples({ samples, bitsStored })).toBe(samples);
  });

  it('F38: overlays above the Bits Stored are stored samples, and no part of the values', async () => {
    const words = [0x1400, 0x2fff, 0x8123, 0x0123];
    const value = Uint8Array.from(words.flatMap((word) => [word & 255, word >> 8]));
    const decoded = await native(value, { rows: 1, columns: 4, bitsStored: 12 });
    expect([...decoded.samples]).toEqual(words);
    expect([...interpretedSamples(decoded)]).toEqual([0x400, 0xfff, 0x123, 0x123]);
  });

  it('F38: padding beyond the Bits Stored stays padding', () => {
    const samples = Int16Array.of(-32_768, -2000, 0x1001);
    expect([...interpretedSamples({ samples, bitsStored: 12 }, { from: -32_768, to: -32_768 })]).toEqual([
      -32_768, -2000, 1,
    ]);
  });

  it('F38: values end at the High Bit, in every sign, depth and byte order', async () => {
    const words = [0x0000, 0x7ff0, 0xfff5, 0x123a];
    const bytes = (littleEndian: boolean): Uint8Array =>
      join(...words.map((word) => u16(word, littleEndian)));
    const options = { rows: 1, columns: 4, bitsStored: 12, highBit: 15 };
    const decoded = await native(bytes(true), options);
    expect([decoded.highBit, ...decoded.samples]).toEqual([15, ...words]);
    expect(decoded.doubts).toEqual([]);
    expect([...interpretedSamples(decoded)]).toEqual([0, 0x7ff, 0xfff, 0x123]);
    expect([...interpretedSamples(await native(bytes(true), { ...options, signed: true }))]).toEqual([
      0, 0x7ff, -1, 0x123,
    ]);
    const middle = { ...options, bitsStored: 8, highBit: 11 };
    expect([...interpretedSamples(await native(bytes(true), middle))]).toEqual([0, 0xff, 0xff, 0x23]);
    const big = { ...options, syntax: BIG_ENDIAN, transferSyntaxUid: '1.2.840.10008.1.2.2' };
    expect([...interpretedSamples(await native(bytes(false), big))]).toEqual([0, 0x7ff, 0xfff, 0x123]);
    const wide = await native(join(u32(0xfff00001), u32(0x00180000)), {
      ...options,
      columns: 2,
      bits: 32,
      bitsStored: 13,
      highBit: 31,
    });
    expect([...interpretedSamples(wide)]).toEqual([0x1ffe, 3]);
    const frame = rleFrame([
      Uint8Array.from(words, (word) => word >> 8),
      Uint8Array.from(words, (word) => word & 255),
    ]);
    expect([...interpretedSamples(await packed('1.2.840.10008.1.2.5', [frame], options))]).toEqual([
      0, 0x7ff, 0xfff, 0x123,
    ]);
  });

  it('F38: a value above the lowest bit is not taken for padding by its cell', () => {
    const samples = Uint16Array.of(160, 2560, 63_536);
    const value = { samples, bitsStored: 12, highBit: 15 };
    expect([...interpretedSamples(value, { from: 160, to: 160 })]).toEqual([10, 160, 3971]);
    expect([...interpretedSamples(value, { from: 63_536, to: 63_536 })]).toEqual([10, 160, 63_536]);
  });

  it('F42: a High Bit that cannot be is told, and the values are taken from the lowest bit on', async () => {
    const value = join(u16(0x1fff), u16(5));
    for (const highBit of [10, 16, 0]) {
      const decoded = await native(value, { rows: 1, columns: 2, bitsStored: 12, highBit });
      expect([...interpretedSamples(decoded)]).toEqual([0xfff, 5]);
      expect(decoded.doubts).toMatchObject([
        { code: 'VALUE_INVALID', severity: 'warning', tag: '(0028,0102)' },
      ]);
    }
    expect((await native(value, { rows: 1, columns: 2, bitsStored: 12 })).doubts).toEqual([]);
  });

  it('F42: a High Bit that a codec does not heed is told', () => {
    const bytes = new Uint8Array(
      readFileSync(new URL('../../../test/fixtures/dicom/jpeg-ls.dcm', import.meta.url)),
    );
    expect(validatePixels(parseDicomFile(bytes), 'The file').doubts).toEqual([]);
    const bitsStored = element(0x00280101, 'US', [16]);
    const at = bytes.findIndex((_, n) => bitsStored.every((byte, i) => bytes[n + i] === byte));
    const partial = bytes.slice();
    partial.set(element(0x00280101, 'US', [12]), at);
    const { format, doubts } = validatePixels(parseDicomFile(partial), 'The file');
    expect(format.highBit).toBe(11);
    expect(doubts).toMatchObject([{ code: 'VALUE_INVALID', tag: '(0028,0102)' }]);
  });

  it('F42: pixel data with room for more frames than the header says are told', async () => {
    const told = async (values: number, frames: number, bits = 16): Promise<string | undefined> => {
      const value = new Uint8Array(values + (values % 2));
      const { doubts } = await native(value, { rows: 2, columns: 2, bits, frames });
      expect(doubts.every(({ code }) => code === 'PIXEL_DATA_MALFORMED')).toBe(true);
      return doubts[0]?.message;
    };
    expect(await told(32, 1)).toBe(
      'The pixel data are long enough for 4 frames where the header says 1; the rest is not read.',
    );
    expect(await told(31, 3)).toContain('4 frames where the header says 3');
    expect(await told(14, 1)).toBeUndefined();
    expect(await told(32, 4)).toBeUndefined();
    const one = await native(new Uint8Array(2), { rows: 1, columns: 1, bits: 8 });
    expect(one.doubts).toEqual([]);
  });

  it('F42: bits of a dose beyond the Bits Stored are told; those of an image are overlays', async () => {
    const of = (sopClassUid: string, value: number): Promise<DecodedPixels> =>
      native(join(u32(value), u32(7)), { rows: 1, columns: 2, bits: 32, bitsStored: 16, sopClassUid });
    const dose = '1.2.840.10008.5.1.4.1.1.481.2';
    expect((await of(dose, 0x1_0001)).doubts).toMatchObject([
      { code: 'VALUE_INVALID', severity: 'warning', tag: '(0028,0101)' },
    ]);
    expect((await of(dose, 0xffff)).doubts).toEqual([]);
    expect((await of('1.2.840.10008.5.1.4.1.1.2', 0x1_0001)).doubts).toEqual([]);
  });
});
