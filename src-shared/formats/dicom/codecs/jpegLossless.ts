import type { PixelFormat } from '../pixelFormat.ts';
import type { StoredSamples } from './codec.ts';
import { BitReader, type HuffmanTable } from './jpegScan.ts';
import { readHuffmanTables, u16, walkSegments } from './jpegSegments.ts';

interface LosslessFrame {
  readonly bits: number;
  readonly ids: readonly number[];
}

/**
 * JPEG lossless with Huffman coding, 2 to 16 bits, all predictors (ITU T.81 process 14, annex H). Colour is left as coded.
 *
 * @throws RangeError where the stream is damaged or ends before the last sample
 */
export function decodeLossless(bytes: Uint8Array, format: PixelFormat): StoredSamples {
  const tables = new Map<number, HuffmanTable>();
  const components = format.samplesPerPixel;
  const samples = new Uint16Array(format.rows * format.columns * components);
  const decoded = new Set<number>();
  const frames: LosslessFrame[] = [];
  let restartInterval = 0;
  walkSegments(bytes, (marker, from, end) => {
    if (marker === 0xc4) readHuffmanTables(bytes, from, end, tables, new Map());
    else if (marker === 0xc3) frames.push(readFrame(bytes, from, end, format));
    else if (marker === 0xdd) restartInterval = u16(bytes, from);
    else if (marker === 0xda) {
      const [frame] = frames;
      if (!frame || frames.length > 1) throw new RangeError('a scan without one frame');
      return decodeScan(bytes, from, end, { frame, tables, restartInterval, format, samples, decoded });
    }
    return end;
  });
  const bits = frames[0]?.bits ?? 0;
  if (decoded.size < components) throw new RangeError('a component is missing');
  return {
    samples: bits <= 8 ? Uint8Array.from(samples) : samples,
    isPlanar: false,
    isRgb: false,
  };
}

function readFrame(bytes: Uint8Array, from: number, end: number, format: PixelFormat): LosslessFrame {
  const bits = bytes[from] ?? 0;
  const count = bytes[from + 5] ?? 0;
  const rows = u16(bytes, from + 1) || format.rows;
  if (
    bits < 2 ||
    bits > 16 ||
    rows !== format.rows ||
    u16(bytes, from + 3) !== format.columns ||
    count !== format.samplesPerPixel ||
    from + 6 + 3 * count > end
  ) {
    throw new RangeError('the frame is not that of the header');
  }
  const ids = Array.from({ length: count }, (_, n) => bytes[from + 6 + 3 * n] ?? 0);
  const isSampledAlike = ids.every((_, n) => bytes[from + 7 + 3 * n] === bytes[from + 7]);
  if (!isSampledAlike) throw new RangeError('subsampled lossless colour is not supported');
  return { bits, ids };
}

interface ScanContext {
  readonly frame: LosslessFrame;
  readonly tables: ReadonlyMap<number, HuffmanTable>;
  readonly restartInterval: number;
  readonly format: PixelFormat;
  readonly samples: Uint16Array;
  readonly decoded: Set<number>;
}

function decodeScan(bytes: Uint8Array, from: number, end: number, context: ScanContext): number {
  const { frame, tables, restartInterval, format, samples, decoded } = context;
  const count = bytes[from] ?? 0;
  if (count < 1 || count > 4 || from + 4 + 2 * count > end) throw new RangeError('a scan makes no sense');
  const parts = Array.from({ length: count }, (_, n) => {
    const offset = frame.ids.indexOf(bytes[from + 1 + 2 * n] ?? -1);
    if (offset < 0) throw new RangeError('a scan of no component');
    decoded.add(offset);
    return { offset, table: tables.get((bytes[from + 2 + 2 * n] ?? 0) >> 4) };
  });
  const selection = bytes[from + 1 + 2 * count] ?? 0;
  const shift = (bytes[from + 3 + 2 * count] ?? 0) & 15;
  const step = format.samplesPerPixel;
  const line = format.columns * step;
  const start = 1 << Math.max(0, frame.bits - shift - 1);
  const reader = new BitReader(bytes, end);
  // Of the current restart interval: its first pixel, and the end of its first line
  let first = 0;
  let firstLineEnd = format.columns;
  const pixels = format.rows * format.columns;
  for (let pixel = 0, column = 0; pixel < pixels; pixel++, column++) {
    if (column === format.columns) column = 0;
    if (restartInterval > 0 && pixel > 0 && pixel % restartInterval === 0) {
      reader.restart();
      first = pixel;
      firstLineEnd = pixel - column + format.columns;
    }
    for (const { offset, table } of parts) {
      const at = pixel * step + offset;
      let prediction: number;
      if (pixel === first) prediction = start;
      else if (pixel < firstLineEnd) prediction = (samples[at - step] ?? 0) >> shift;
      else if (column === 0) prediction = (samples[at - line] ?? 0) >> shift;
      else
        prediction = predict(
          selection,
          (samples[at - step] ?? 0) >> shift,
          (samples[at - line] ?? 0) >> shift,
          (samples[at - line - step] ?? 0) >> shift,
        );
      const size = reader.symbol(table);
      if (size > 16) throw new RangeError('a difference of too many bits');
      samples[at] = (prediction + (size === 16 ? 32_768 : reader.signed(size))) << shift;
    }
  }
  if (reader.isOverrun) throw new RangeError('the scan is too short');
  return reader.endOfScan();
}

/** Left, above and above left: ITU T.81 table H.1. */
function predict(selection: number, left: number, above: number, corner: number): number {
  switch (selection) {
    case 1:
      return left;
    case 2:
      return above;
    case 3:
      return corner;
    case 4:
      return left + above - corner;
    case 5:
      return left + ((above - corner) >> 1);
    case 6:
      return above + ((left - corner) >> 1);
    case 7:
      return (left + above) >> 1;
    default:
      throw new RangeError('a predictor of hierarchical JPEG');
  }
}
