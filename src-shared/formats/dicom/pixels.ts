import type { Finding } from '../../model/index.ts';
import type { Codec, CodecAssets, SampleArray, StoredSamples } from './codecs/codec.ts';
import { loadEmscriptenCodec } from './codecs/emscripten.ts';
import { loadJpegCodec } from './codecs/jpeg.ts';
import { nativeSamples, unpackBits } from './codecs/native.ts';
import { rleCodec } from './codecs/rle.ts';
import { codestreamOffset } from './codestreams.ts';
import type { DicomFile } from './dataSet.ts';
import { isJp2, packedFrames } from './frames.ts';
import { inflateBounded } from './inflate.ts';
import { nativeLength, type PixelFormat, refuse } from './pixelFormat.ts';
import { Tag } from './tags.ts';
import { type Packing, transferSyntaxOf } from './uids.ts';
import { validatePixels } from './validatePixels.ts';

export type SampleType = 'u1' | 'i1' | '<u2' | '<i2' | '<u4' | '<i4' | '<f4' | '<f8';

export interface DecodedPixels {
  /** All frames in order, rows then columns, colour interleaved by pixel; before rescale, palette or window. */
  readonly samples: SampleArray;
  /** Frames, rows, columns, samples per pixel. */
  readonly shape: readonly [number, number, number, number];
  readonly dtype: SampleType;
  readonly bitsStored: number;
  /** The highest bit of a value in its sample: Bits Stored − 1, but where the header of unpacked samples says more. */
  readonly highBit: number;
  /** As Photometric Interpretation, but 'RGB' where the codec has turned the colour into RGB. */
  readonly photometricInterpretation: string;
  /** What a person should know before trusting the pixels; mostly nothing. */
  readonly doubts: readonly Finding[];
}

/**
 * The samples of all frames as they are stored: bits that are no part of the value are not cleared; 1-bit images have one byte (0 or 1) per pixel.
 *
 * @param subject the file in sentences
 * @throws Failure INPUT_NOT_USABLE: as validatePixels, or PIXEL_DATA_MALFORMED where a codec gives up
 */
export async function decodeFrames(
  file: DicomFile,
  assets: CodecAssets,
  subject = 'The file',
): Promise<DecodedPixels> {
  const { format, doubts } = validatePixels(file, subject);
  const { packing } = transferSyntaxOf(file.transferSyntaxUid);
  const { pixelData } = file;
  if (!pixelData) throw refuse(subject, 'PIXEL_DATA_MISSING', Tag.PixelData, 'has no pixel data');
  if (packing === 'native') {
    const samples = nativeSamples(pixelData, format);
    const isPlanar =
      format.samplesPerPixel > 1 && format.planarConfiguration === 1 && samples.length === countOf(format);
    return describe(format, isPlanar ? interleaved(samples, format) : samples, false, doubts);
  }
  const frames = packedFrames(pixelData, format, packing, subject);
  const decoded = await decodeAll(frames, format, packing, assets, subject);
  return describe(format, decoded.samples, decoded.isRgb, doubts);
}

const countOf = (format: PixelFormat): number =>
  format.rows * format.columns * format.frames * format.samplesPerPixel;

function describe(
  format: PixelFormat,
  samples: SampleArray,
  isRgb: boolean,
  doubts: readonly Finding[],
): DecodedPixels {
  return {
    samples,
    shape: [format.frames, format.rows, format.columns, format.samplesPerPixel],
    dtype: typeOf(samples),
    bitsStored: format.bitsStored,
    highBit: format.highBit,
    doubts,
    photometricInterpretation:
      isRgb && format.photometricInterpretation.startsWith('YBR') ? 'RGB' : format.photometricInterpretation,
  };
}

function typeOf(samples: SampleArray): SampleType {
  if (samples instanceof Uint8Array) return 'u1';
  if (samples instanceof Int8Array) return 'i1';
  if (samples instanceof Uint16Array) return '<u2';
  if (samples instanceof Int16Array) return '<i2';
  if (samples instanceof Uint32Array) return '<u4';
  if (samples instanceof Int32Array) return '<i4';
  return samples instanceof Float32Array ? '<f4' : '<f8';
}

/** Integers of the header's depth and sign. */
function arrayFor(format: PixelFormat): SampleArray {
  const count = countOf(format);
  if (format.bitsAllocated <= 8)
    return format.isSigned && format.bitsAllocated === 8 ? new Int8Array(count) : new Uint8Array(count);
  if (format.bitsAllocated === 16) return format.isSigned ? new Int16Array(count) : new Uint16Array(count);
  return format.isSigned ? new Int32Array(count) : new Uint32Array(count);
}

async function codecFor(
  packing: Packing,
  first: Uint8Array,
  format: PixelFormat,
  assets: CodecAssets,
  subject: string,
): Promise<Codec> {
  switch (packing) {
    case 'rle':
      return rleCodec;
    case 'jpeg':
    case 'jpeg-ls':
      return loadJpegCodec(first, format, assets);
    case 'jpeg-2000':
      return loadEmscriptenCodec('openjpeg', assets);
    case 'htj2k':
      return loadEmscriptenCodec('openjph', assets);
    default:
      return { decode: (frame, format) => decodeDeflated(frame, format, subject) };
  }
}

/** Deflated image frames (PS3.5 A.4.13): each frame a deflate stream of its native bytes. */
function decodeDeflated(frame: Uint8Array, format: PixelFormat, subject: string): StoredSamples {
  const one = { ...format, frames: 1 };
  const length = nativeLength(one);
  const value = inflateBounded(frame, subject, length + 2);
  if (value.length < length) throw new RangeError('the frame is too short');
  const samples =
    format.bitsAllocated === 1
      ? unpackBits(value, 0, countOf(one))
      : nativeSamples(
          { tag: Tag.PixelData, vr: 'OB', littleEndian: true, value, fragments: null, offsetTable: null },
          one,
        );
  return { samples, isPlanar: format.samplesPerPixel > 1 && format.planarConfiguration === 1, isRgb: false };
}

interface DecodedFrames {
  readonly samples: SampleArray;
  readonly isRgb: boolean;
}

async function decodeAll(
  frames: readonly Uint8Array[],
  format: PixelFormat,
  packing: Packing,
  assets: CodecAssets,
  subject: string,
): Promise<DecodedFrames> {
  const [first] = frames;
  if (!first) throw refuse(subject, 'PIXEL_DATA_MALFORMED', Tag.PixelData, 'has no frames in its pixel data');
  const codec = await codecFor(packing, first, format, assets, subject);
  const samples = arrayFor(format);
  const perFrame = format.rows * format.columns * format.samplesPerPixel;
  let isRgb = false;
  for (const [n, frame] of frames.entries()) {
    let stored: StoredSamples;
    try {
      stored = codec.decode(isJp2(frame) ? frame.subarray(codestreamOffset(frame)) : frame, format);
    } catch {
      throw refuse(
        subject,
        'PIXEL_DATA_MALFORMED',
        Tag.PixelData,
        `has pixel data that cannot be unpacked (frame ${n + 1} of ${frames.length})`,
      );
    }
    const values = stored.isPlanar ? interleaved(stored.samples, { ...format, frames: 1 }) : stored.samples;
    samples.set(values.subarray(0, perFrame), n * perFrame);
    isRgb = stored.isRgb;
  }
  return { samples, isRgb };
}

/** Colour planes, frame by frame → colour by pixel. */
function interleaved(planes: SampleArray, format: PixelFormat): SampleArray {
  const out = planes.slice();
  const plane = format.rows * format.columns;
  const { samplesPerPixel: samples } = format;
  for (let frame = 0; frame < format.frames; frame++) {
    const base = frame * plane * samples;
    for (let s = 0; s < samples; s++) {
      for (let i = 0, from = base + s * plane, to = base + s; i < plane; i++, from++, to += samples)
        out[to] = planes[from] ?? 0;
    }
  }
  return out;
}
