import type { PixelFormat } from '../pixelFormat.ts';
import type { StoredSamples } from './codec.ts';
import { BitReader, type Component, decodeScan, type HuffmanTable, type Scan } from './jpegScan.ts';
import { readHuffmanTables, u16, walkSegments } from './jpegSegments.ts';
import { inverseTransform } from './jpegTransform.ts';

/** Order in which the 64 coefficients of a block are coded (ITU T.81 figure A.6). */
const ZIGZAG = Uint8Array.from([
  0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7,
  14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46,
  53, 60, 61, 54, 47, 55, 62, 63,
]);

interface Stream {
  readonly bytes: Uint8Array;
  readonly quantisation: Map<number, Float64Array>;
  readonly dc: Map<number, HuffmanTable>;
  readonly ac: Map<number, HuffmanTable>;
  frame: {
    bits: number;
    isProgressive: boolean;
    rows: number;
    columns: number;
    components: Component[];
  } | null;
  restartInterval: number;
}

/**
 * JPEG with discrete cosine transform and Huffman coding, sequential or progressive, 8 or 12 bits (ITU T.81 processes
 * 1, 2, 4, 6, 8, 10, 12). Written for the 12-bit processes, which no packaged codec decodes.
 * Colour is left as coded.
 *
 * @throws RangeError where the stream is none of these or is damaged
 */
export function decodeDct(bytes: Uint8Array, format: PixelFormat): StoredSamples {
  const stream: Stream = {
    bytes,
    quantisation: new Map(),
    dc: new Map(),
    ac: new Map(),
    frame: null,
    restartInterval: 0,
  };
  walkSegments(bytes, (marker, from, end) => {
    readSegment(stream, marker, from, end, format);
    return marker === 0xda ? decodeScanAt(stream, from, end) : end;
  });
  const { frame } = stream;
  if (!frame) throw new RangeError('no frame');
  return {
    samples: reconstruct(stream, frame.components, frame.bits, format),
    isPlanar: false,
    isRgb: false,
  };
}

function readSegment(stream: Stream, marker: number, from: number, end: number, format: PixelFormat): void {
  switch (marker) {
    case 0xdb: {
      readQuantisation(stream, from, end);
      return;
    }
    case 0xc4: {
      readHuffmanTables(stream.bytes, from, end, stream.dc, stream.ac);
      return;
    }
    case 0xc0:
    case 0xc1:
    case 0xc2: {
      readFrame(stream, marker, from, end, format);
      return;
    }
    case 0xdd:
      stream.restartInterval = u16(stream.bytes, from);
      return;
    default:
      if (marker >= 0xc0 && marker <= 0xcf) throw new RangeError('this JPEG process is not supported');
  }
}

function readQuantisation(stream: Stream, from: number, end: number): void {
  let at = from;
  while (at < end) {
    const head = stream.bytes[at++] ?? 0;
    const isWide = head >> 4 !== 0;
    if (at + (isWide ? 128 : 64) > end) throw new RangeError('a quantisation table is cut');
    const table = new Float64Array(64);
    for (const place of ZIGZAG) {
      table[place] = isWide ? u16(stream.bytes, at) : (stream.bytes[at] ?? 0);
      at += isWide ? 2 : 1;
    }
    stream.quantisation.set(head & 15, table);
  }
}

function readFrame(stream: Stream, marker: number, from: number, end: number, format: PixelFormat): void {
  const { bytes } = stream;
  if (stream.frame) throw new RangeError('two frames in one image');
  const bits = bytes[from] ?? 0;
  const rows = u16(bytes, from + 1) || format.rows;
  const columns = u16(bytes, from + 3);
  const count = bytes[from + 5] ?? 0;
  if (
    (bits !== 8 && bits !== 12) ||
    rows !== format.rows ||
    columns !== format.columns ||
    count !== format.samplesPerPixel ||
    from + 6 + 3 * count > end
  ) {
    throw new RangeError('the frame is not that of the header');
  }
  const specifications = Array.from({ length: count }, (_, n) =>
    bytes.subarray(from + 6 + 3 * n, from + 9 + 3 * n),
  );
  const factors = specifications.map(([, sampling = 0]) => ({ h: sampling >> 4, v: sampling & 15 }));
  if (factors.some(({ h, v }) => h < 1 || h > 4 || v < 1 || v > 4))
    throw new RangeError('sampling factors make no sense');
  const widest = Math.max(...factors.map(({ h }) => h));
  const tallest = Math.max(...factors.map(({ v }) => v));
  const across = Math.ceil(columns / (8 * widest));
  const down = Math.ceil(rows / (8 * tallest));
  const components = specifications.map(([id = 0, , quantisation = 0], n): Component => {
    const { h, v } = factors[n] ?? { h: 1, v: 1 };
    return {
      id,
      h,
      v,
      quantisation,
      across,
      down,
      columnScale: widest / h,
      rowScale: tallest / v,
      blocksAcross: Math.ceil((columns * h) / (8 * widest)),
      blocksDown: Math.ceil((rows * v) / (8 * tallest)),
      coefficients: new Int16Array(across * h * down * v * 64),
      predictor: 0,
    };
  });
  stream.frame = { bits, isProgressive: marker === 0xc2, rows, columns, components };
}

/** @returns where the scan's entropy-coded data end */
function decodeScanAt(stream: Stream, from: number, end: number): number {
  const { bytes, frame } = stream;
  if (!frame) throw new RangeError('a scan before the frame');
  const count = bytes[from] ?? 0;
  if (count < 1 || count > 4 || from + 4 + 2 * count > end) throw new RangeError('a scan makes no sense');
  const parts = Array.from({ length: count }, (_, n) => {
    const id = bytes[from + 1 + 2 * n];
    const tables = bytes[from + 2 + 2 * n] ?? 0;
    const component = frame.components.find((c) => c.id === id);
    if (!component) throw new RangeError('a scan of no component');
    return { component, dc: stream.dc.get(tables >> 4), ac: stream.ac.get(tables & 15) };
  });
  const at = from + 1 + 2 * count;
  const scan: Scan = {
    parts,
    isProgressive: frame.isProgressive,
    first: frame.isProgressive ? (bytes[at] ?? 0) : 0,
    last: frame.isProgressive ? Math.min(63, bytes[at + 1] ?? 0) : 63,
    high: (bytes[at + 2] ?? 0) >> 4,
    low: (bytes[at + 2] ?? 0) & 15,
    restartInterval: stream.restartInterval,
    zigzag: ZIGZAG,
  };
  const reader = new BitReader(bytes, end);
  decodeScan(reader, scan);
  return reader.endOfScan();
}

function reconstruct(
  stream: Stream,
  components: readonly Component[],
  bits: number,
  format: PixelFormat,
): Uint16Array {
  const { rows, columns } = format;
  const samples = components.length;
  const out = new Uint16Array(rows * columns * samples);
  const highest = 2 ** bits - 1;
  const block = new Float64Array(64);
  for (const [n, component] of components.entries()) {
    const quantisation = stream.quantisation.get(component.quantisation);
    if (!quantisation) throw new RangeError('a quantisation table is missing');
    const stride = component.across * component.h;
    const height = component.blocksDown * 8;
    const width = component.blocksAcross * 8;
    const plane = new Uint16Array(width * height);
    for (let by = 0; by < component.blocksDown; by++) {
      for (let bx = 0; bx < component.blocksAcross; bx++) {
        inverseTransform(component.coefficients, (by * stride + bx) * 64, quantisation, block);
        for (let i = 0; i < 64; i++) {
          const value = Math.round(block[i] ?? 0) + (highest + 1) / 2;
          plane[(by * 8 + (i >> 3)) * width + bx * 8 + (i & 7)] =
            value < 0 ? 0 : value > highest ? highest : value;
        }
      }
    }
    for (let y = 0; y < rows; y++) {
      const row = Math.floor(y / component.rowScale) * width;
      for (let x = 0; x < columns; x++)
        out[(y * columns + x) * samples + n] = plane[row + Math.floor(x / component.columnScale)] ?? 0;
    }
  }
  return out;
}
