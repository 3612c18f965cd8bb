/// <reference path="./packages.d.ts" />
import type { Codec, CodecAssets, StoredSamples } from './codec.ts';
import { loadEmscriptenCodec } from './emscripten.ts';
import { decodeDct } from './jpegDct.ts';

/** Start-of-frame marker and precision of a JPEG stream; 0 where there is none. */
export function jpegFrameOf(bytes: Uint8Array): { readonly marker: number; readonly bits: number } {
  let at = 2;
  while (at + 4 < bytes.length) {
    const marker = bytes[at + 1] ?? 0;
    if (bytes[at] !== 0xff) break;
    if (marker === 0xff) {
      at++;
      continue;
    }
    const isTable = marker === 0xc4 || marker === 0xc8 || marker === 0xcc;
    if ((marker >= 0xc0 && marker <= 0xcf && !isTable) || marker === 0xf7) return { marker, bits: bytes[at + 4] ?? 0 };
    if (marker === 0xda) break;
    at += 2 + Math.max(2, ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0));
  }
  return { marker: 0, bits: 0 };
}

const LOSSLESS = 0xc3;
const JPEG_LS = 0xf7;

/**
 * The codec for a JPEG stream, by what the stream is and not by what the header calls it: lossless (process 14), 8-bit
 * DCT by libjpeg-turbo, 12-bit DCT by our own.
 */
export async function loadJpegCodec(first: Uint8Array, assets: CodecAssets): Promise<Codec> {
  const { marker, bits } = jpegFrameOf(first);
  if (marker === JPEG_LS) return loadEmscriptenCodec('charls', assets);
  if (marker === LOSSLESS) return loadLossless();
  if (marker >= 0xc0 && marker <= 0xc2 && bits === 8) return loadEmscriptenCodec('libjpeg-turbo', assets);
  return { decode: decodeDct };
}

async function loadLossless(): Promise<Codec> {
  const { Decoder } = await import('jpeg-lossless-decoder-js');
  return {
    decode(frame, format): StoredSamples {
      const { bits } = jpegFrameOf(frame);
      const decoder = new Decoder();
      // The package takes whole ArrayBuffers with an offset, and gives up at the end of the buffer, not of the frame
      const copy = frame.slice();
      const samples = decoder.decode(copy.buffer, 0, copy.length, bits > 8 ? 2 : 1);
      if (samples.length < format.rows * format.columns * format.samplesPerPixel) throw new RangeError('the JPEG image is too short');
      return { samples, isPlanar: false, isRgb: false, isSigned: false, bits };
    },
  };
}
