import type { PixelFormat } from '../pixelFormat.ts';
import type { Codec, CodecAssets } from './codec.ts';
import { loadEmscriptenCodec } from './emscripten.ts';
import { decodeDct } from './jpegDct.ts';
import { decodeLossless } from './jpegLossless.ts';
import { walkSegments } from './jpegSegments.ts';

/** What the head of a JPEG stream tells. */
export interface JpegHead {
  /** Low byte of the start-of-frame marker; 0 where there is none. */
  readonly marker: number;
  readonly bits: number;
  /** A JFIF or Adobe segment says how colour is coded. */
  readonly saysColour: boolean;
}

const STARTS_FRAME = new Set([
  0xc0, 0xc1, 0xc2, 0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf, 0xf7,
]);

export function jpegHeadOf(bytes: Uint8Array): JpegHead {
  let marker = 0;
  let bits = 0;
  let saysColour = false;
  walkSegments(bytes, (found, from, end) => {
    if (STARTS_FRAME.has(found)) {
      marker = found;
      bits = bytes[from] ?? 0;
    }
    if (found === 0xe0 && bytes[from] === 0x4a && bytes[from + 1] === 0x46) saysColour = true;
    // An Adobe segment that is too short does not reach its colour transform
    if (found === 0xee && bytes[from] === 0x41 && bytes[from + 1] === 0x64 && end - from >= 12)
      saysColour = true;
    return found === 0xda || marker !== 0 ? bytes.length : end;
  });
  return { marker, bits, saysColour };
}

const LOSSLESS = 0xc3;
const JPEG_LS = 0xf7;

/**
 * The codec for a JPEG stream, by what the stream is and not by what the transfer syntax calls it: JPEG-LS by CharLS, 8-bit
 * DCT by libjpeg-turbo, lossless and 12-bit DCT by our own. So too 8-bit colour that the header calls RGB where the stream
 * does not say how it is coded: libjpeg-turbo would take it for YCbCr.
 */
export async function loadJpegCodec(
  first: Uint8Array,
  format: PixelFormat,
  assets: CodecAssets,
): Promise<Codec> {
  const { marker, bits, saysColour } = jpegHeadOf(first);
  if (marker === JPEG_LS) return loadEmscriptenCodec('charls', assets);
  if (marker === LOSSLESS) return { decode: decodeLossless };
  const isPlainRgb =
    format.samplesPerPixel === 3 && format.photometricInterpretation === 'RGB' && !saysColour;
  if (marker >= 0xc0 && marker <= 0xc2 && bits === 8 && !isPlainRgb)
    return loadEmscriptenCodec('libjpeg-turbo', assets);
  return { decode: decodeDct };
}
