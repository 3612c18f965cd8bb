import { isJp2 } from './frames.ts';
import type { PixelFormat } from './pixelFormat.ts';
import type { Packing } from './uids.ts';

/**
 * Looks at the head and the frame of a packed image without decoding it.
 *
 * @returns what is wrong with it, as the end of a sentence, or null
 */
export function faultOfCodestream(bytes: Uint8Array, packing: Packing, format: PixelFormat): string | null {
  if (bytes.length === 0) return 'has an empty frame in its pixel data';
  switch (packing) {
    case 'jpeg':
    case 'jpeg-ls':
      return faultOfJpeg(bytes, format);
    case 'jpeg-2000':
    case 'htj2k':
      return faultOfJpeg2000(bytes, format);
    case 'rle':
      return faultOfRle(bytes, format);
    default:
      return null;
  }
}

const u16 = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
const u32 = (bytes: Uint8Array, at: number): number => u16(bytes, at) * 0x10000 + u16(bytes, at + 2);

const NOT_JPEG = 'has pixel data that are no JPEG image';
const NOT_JPEG_2000 = 'has pixel data that are no JPEG 2000 image';
const CUT = 'has pixel data that end within a frame';

const otherSize = (rows: number, columns: number, format: PixelFormat): string | null =>
  rows === format.rows && columns === format.columns
    ? null
    : `has a packed frame of ${rows} × ${columns} pixels where its header says ${format.rows} × ${format.columns}`;

/** ITU T.81 and T.87: markers up to the start of the scan. */
function faultOfJpeg(bytes: Uint8Array, format: PixelFormat): string | null {
  if (u16(bytes, 0) !== 0xffd8) return NOT_JPEG;
  let at = 2;
  let hasFrame = false;
  while (at + 4 <= bytes.length) {
    if (bytes[at] !== 0xff) return NOT_JPEG;
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xff) {
      at++;
      continue;
    }
    const length = u16(bytes, at + 2);
    // SOF0 to SOF15 without DHT, JPG and DAC; SOF55 is JPEG-LS
    const isFrame =
      (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) ||
      marker === 0xf7;
    if (isFrame) {
      hasFrame = true;
      const rows = u16(bytes, at + 5);
      // A height of 0 is given after the scan (DNL)
      const fault = rows === 0 ? null : otherSize(rows, u16(bytes, at + 7), format);
      if (fault) return fault;
    }
    if (marker === 0xda) return hasFrame ? null : NOT_JPEG;
    if (length < 2) return NOT_JPEG;
    at += 2 + length;
  }
  return CUT;
}

/** What may be wrong with a frame though its stream is sound, as a sentence; null mostly. */
export function doubtOfCodestream(bytes: Uint8Array, packing: Packing): string | null {
  if (packing !== 'jpeg') return null;
  let is16Bit = false;
  let at = 2;
  while (at + 4 <= bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xc3) is16Bit = bytes[at + 4] === 16;
    if (marker === 0xda) {
      const selection = bytes[at + 5 + 2 * (bytes[at + 4] ?? 0)];
      return is16Bit && selection === 6
        ? 'The JPEG lossless image uses predictor 6 with 16 bits, which some encoders write wrongly; look whether the picture is sound.'
        : null;
    }
    at += 2 + Math.max(2, u16(bytes, at + 2));
  }
  return null;
}

/** ISO 15444-1 annex A: main header, then tile parts, whose lengths must lead from one to the next up to the end mark. */
function faultOfJpeg2000(bytes: Uint8Array, format: PixelFormat): string | null {
  let at = isJp2(bytes) ? codestreamOffset(bytes) : 0;
  if (u16(bytes, at) !== 0xff4f || u16(bytes, at + 2) !== 0xff51) return NOT_JPEG_2000;
  const columns = u32(bytes, at + 8) - u32(bytes, at + 16);
  const rows = u32(bytes, at + 12) - u32(bytes, at + 20);
  const fault = otherSize(rows, columns, format);
  if (fault) return fault;
  at += 2;
  while (at + 4 <= bytes.length && u16(bytes, at) !== 0xff90) {
    if (bytes[at] !== 0xff) return NOT_JPEG_2000;
    at += 2 + Math.max(2, u16(bytes, at + 2));
  }
  while (at + 12 <= bytes.length) {
    const marker = u16(bytes, at);
    if (marker === 0xffd9) return null;
    if (marker !== 0xff90) return 'has a damaged JPEG 2000 image in its pixel data';
    const length = u32(bytes, at + 6);
    // 0: the tile part runs to the end of the codestream
    if (length === 0) return null;
    if (length < 14) return 'has a damaged JPEG 2000 image in its pixel data';
    at += length;
  }
  return at <= bytes.length ? null : CUT;
}

/** Where the codestream box of a JP2 file begins; 0 where there is none. */
export function codestreamOffset(bytes: Uint8Array): number {
  let at = 0;
  while (at + 8 <= bytes.length) {
    const length = u32(bytes, at);
    if (u32(bytes, at + 4) === 0x6a703263) return at + (length === 1 ? 16 : 8);
    if (length < 8) return 0;
    at += length;
  }
  return 0;
}

/** Bytes that padding at the end of an RLE segment may be mistaken for. */
const RLE_PADDING = 64;

/** PS3.5 annex G: each segment is one byte plane, and must unpack to the frame, no more than its padding beyond. */
function faultOfRle(bytes: Uint8Array, format: PixelFormat): string | null {
  const segments = rleSegments(bytes, format);
  if (!segments) return 'has RLE pixel data whose segments make no sense';
  const wanted = rlePlaneLength(format);
  for (const segment of segments) {
    const length = rleLength(segment, wanted + RLE_PADDING + 1);
    if (length < wanted) return 'has RLE pixel data that are too short for a frame';
    if (length > wanted + RLE_PADDING) return 'has RLE pixel data that unpack to more than a frame';
  }
  return null;
}

/** Bytes of one unpacked segment. Single-bit images are packed eight pixels to a byte. */
export const rlePlaneLength = (format: PixelFormat): number =>
  format.bitsAllocated === 1
    ? Math.ceil((format.rows * format.columns * format.samplesPerPixel) / 8)
    : format.rows * format.columns;

/** The packed segments of a frame; undefined where number or offsets are wrong. */
export function rleSegments(bytes: Uint8Array, format: PixelFormat): Uint8Array[] | undefined {
  if (bytes.length < 64) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const count = view.getUint32(0, true);
  const wanted = format.bitsAllocated === 1 ? 1 : (format.samplesPerPixel * format.bitsAllocated) / 8;
  if (count !== wanted || count > 15) return undefined;
  const segments: Uint8Array[] = [];
  for (let n = 0; n < count; n++) {
    const from = view.getUint32(4 + 4 * n, true);
    const to = n + 1 < count ? view.getUint32(8 + 4 * n, true) : bytes.length;
    if (from < 64 || from > to || to > bytes.length) return undefined;
    segments.push(bytes.subarray(from, to));
  }
  return segments;
}

/** Bytes that a segment unpacks to, counted up to the limit. A padding byte at the end may look like one more run. */
function rleLength(segment: Uint8Array, limit: number): number {
  let length = 0;
  let at = 0;
  while (at + 1 < segment.length && length < limit) {
    const control = segment[at] ?? 0;
    if (control < 128) {
      length += Math.min(control + 1, segment.length - at - 1);
      at += control + 2;
    } else if (control > 128) {
      length += 257 - control;
      at += 2;
    } else at++;
  }
  return length;
}
