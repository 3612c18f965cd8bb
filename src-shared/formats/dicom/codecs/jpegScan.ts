/** Entropy-coded part of a JPEG stream: ITU T.81 annexes F (sequential) and G (progressive), Huffman coding. */

export interface Component {
  readonly id: number;
  readonly h: number;
  readonly v: number;
  readonly quantisation: number;
  /** Units of all components (MCU) across and down. */
  readonly across: number;
  readonly down: number;
  readonly columnScale: number;
  readonly rowScale: number;
  /** Blocks of this component that hold pixels. */
  readonly blocksAcross: number;
  readonly blocksDown: number;
  /** 64 per block in natural order, across · h blocks in a row. */
  readonly coefficients: Int16Array;
  predictor: number;
}

export interface HuffmanTable {
  /** By code length, 1 to 16: smallest code, largest code (-1: none), index of the smallest code's value. */
  readonly least: Int32Array;
  readonly most: Int32Array;
  readonly start: Int32Array;
  readonly values: Uint8Array;
  /** By the next eight bits: length · 256 + value of the code they begin with; 0 where it is longer. */
  readonly short: Uint16Array;
}

/** ITU T.81 annex C. */
export function huffmanTable(counts: Uint8Array, values: Uint8Array): HuffmanTable {
  const least = new Int32Array(17);
  const most = new Int32Array(17).fill(-1);
  const start = new Int32Array(17);
  const short = new Uint16Array(256);
  let code = 0;
  let index = 0;
  for (let length = 1; length <= 16; length++) {
    const count = counts[length - 1] ?? 0;
    least[length] = code;
    start[length] = index;
    if (count > 0) most[length] = code + count - 1;
    for (let n = 0; n < count && length <= 8; n++) {
      const from = (code + n) << (8 - length);
      short.fill(length * 256 + (values[index + n] ?? 0), from, from + (1 << (8 - length)));
    }
    code = (code + count) << 1;
    index += count;
  }
  return { least, most, start, values, short };
}

/** Bits of a scan; a marker ends them, and behind the end come zeros for a while before it is given up. */
export class BitReader {
  readonly #bytes: Uint8Array;
  #at: number;
  /** The lowest #left bits are still to be read. */
  #bits = 0;
  #left = 0;
  #overrun = 0;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.#at = at;
  }

  #need(count: number): void {
    while (this.#left < count) {
      const byte = this.#bytes[this.#at];
      let next = byte ?? 0;
      if (byte === undefined || (byte === 0xff && this.#bytes[this.#at + 1] !== 0)) {
        // A decoder may read a few bits too many; a damaged stream reads on and on
        if (++this.#overrun > 64) throw new RangeError('the scan is too short');
        next = 0;
      } else this.#at += byte === 0xff ? 2 : 1;
      this.#bits = ((this.#bits & 0xffff) << 8) | next;
      this.#left += 8;
    }
  }

  bit(): number {
    return this.bits(1);
  }

  /** Up to 16 bits. */
  bits(count: number): number {
    if (count === 0) return 0;
    this.#need(count);
    this.#left -= count;
    return (this.#bits >> this.#left) & ((1 << count) - 1);
  }

  /** RECEIVE and EXTEND of F.2.2.1. */
  signed(count: number): number {
    if (count === 0) return 0;
    const value = this.bits(count);
    return value < 1 << (count - 1) ? value - (1 << count) + 1 : value;
  }

  symbol(table: HuffmanTable | undefined): number {
    if (!table) throw new RangeError('a Huffman table is missing');
    this.#need(8);
    const entry = table.short[(this.#bits >> (this.#left - 8)) & 0xff] ?? 0;
    if (entry !== 0) {
      this.#left -= entry >> 8;
      return entry & 0xff;
    }
    let code = this.bits(8);
    for (let length = 9; length <= 16; length++) {
      code = (code << 1) | this.bits(1);
      if (code <= (table.most[length] ?? -1))
        return table.values[(table.start[length] ?? 0) + code - (table.least[length] ?? 0)] ?? 0;
    }
    throw new RangeError('a code of no table');
  }

  /** Whether the data ended before the last bit was read. */
  get isOverrun(): boolean {
    return this.#overrun * 8 > this.#left;
  }

  /** Goes behind the next restart marker, if that is the next marker. */
  restart(): void {
    this.#left = 0;
    this.#bits = 0;
    this.#overrun = 0;
    const at = this.#nextMarker();
    const marker = this.#bytes[at + 1] ?? 0;
    if (marker >= 0xd0 && marker <= 0xd7) this.#at = at + 2;
  }

  endOfScan(): number {
    let at = this.#nextMarker();
    while ((this.#bytes[at + 1] ?? 0) >= 0xd0 && (this.#bytes[at + 1] ?? 0) <= 0xd7) {
      this.#at = at + 2;
      at = this.#nextMarker();
    }
    return at;
  }

  #nextMarker(): number {
    let at = this.#at;
    while (
      at + 1 < this.#bytes.length &&
      !(this.#bytes[at] === 0xff && this.#bytes[at + 1] !== 0 && this.#bytes[at + 1] !== 0xff)
    )
      at++;
    return at + 1 < this.#bytes.length ? at : this.#bytes.length;
  }
}

interface ScanPart {
  readonly component: Component;
  readonly dc: HuffmanTable | undefined;
  readonly ac: HuffmanTable | undefined;
}

export interface Scan {
  readonly parts: readonly ScanPart[];
  readonly isProgressive: boolean;
  /** Spectral band, ends included. */
  readonly first: number;
  readonly last: number;
  /** Bit positions of the approximation before and after this scan; high 0 in the first scan of a band. */
  readonly high: number;
  readonly low: number;
  readonly restartInterval: number;
  readonly zigzag: Uint8Array;
}

export function decodeScan(reader: BitReader, scan: Scan): void {
  const state = { endOfBandRun: 0 };
  const [only] = scan.parts;
  const isSingle = scan.parts.length === 1 && only !== undefined;
  const units = isSingle
    ? only.component.blocksAcross * only.component.blocksDown
    : (only?.component.across ?? 0) * (only?.component.down ?? 0);
  for (const { component } of scan.parts) component.predictor = 0;
  for (let unit = 0; unit < units; unit++) {
    if (scan.restartInterval > 0 && unit > 0 && unit % scan.restartInterval === 0) {
      reader.restart();
      state.endOfBandRun = 0;
      for (const { component } of scan.parts) component.predictor = 0;
    }
    if (isSingle) {
      const { component } = only;
      const row = Math.floor(unit / component.blocksAcross);
      decodeBlock(reader, scan, only, row, unit - row * component.blocksAcross, state);
      continue;
    }
    for (const part of scan.parts) {
      const { component } = part;
      const row = Math.floor(unit / component.across);
      const column = unit - row * component.across;
      for (let v = 0; v < component.v; v++) {
        for (let h = 0; h < component.h; h++)
          decodeBlock(reader, scan, part, row * component.v + v, column * component.h + h, state);
      }
    }
  }
}

interface BandState {
  endOfBandRun: number;
}

function decodeBlock(
  reader: BitReader,
  scan: Scan,
  part: ScanPart,
  row: number,
  column: number,
  state: BandState,
): void {
  const { component } = part;
  const block = component.coefficients;
  const offset = (row * component.across * component.h + column) * 64;
  if (!scan.isProgressive) {
    decodeDc(reader, part, block, offset, 0);
    decodeSequentialAc(reader, scan, part.ac, block, offset);
  } else if (scan.first === 0) {
    if (scan.high === 0) decodeDc(reader, part, block, offset, scan.low);
    else if (reader.bit() === 1) block[offset] = (block[offset] ?? 0) | (1 << scan.low);
  } else if (scan.high === 0) decodeFirstAc(reader, scan, part.ac, block, offset, state);
  else refineAc(reader, scan, part.ac, block, offset, state);
}

function decodeDc(reader: BitReader, part: ScanPart, block: Int16Array, offset: number, low: number): void {
  const size = reader.symbol(part.dc);
  if (size > 16) throw new RangeError('a difference of too many bits');
  part.component.predictor += reader.signed(size);
  block[offset] = part.component.predictor << low;
}

function decodeSequentialAc(
  reader: BitReader,
  scan: Scan,
  table: HuffmanTable | undefined,
  block: Int16Array,
  offset: number,
): void {
  for (let k = 1; k < 64; k++) {
    const symbol = reader.symbol(table);
    const size = symbol & 15;
    const run = symbol >> 4;
    if (size === 0) {
      if (run < 15) return;
      k += 15;
      continue;
    }
    k += run;
    if (k > 63) throw new RangeError('a run beyond the block');
    block[offset + (scan.zigzag[k] ?? 0)] = reader.signed(size);
  }
}

function decodeFirstAc(
  reader: BitReader,
  scan: Scan,
  table: HuffmanTable | undefined,
  block: Int16Array,
  offset: number,
  state: BandState,
): void {
  if (state.endOfBandRun > 0) {
    state.endOfBandRun--;
    return;
  }
  for (let k = scan.first; k <= scan.last; k++) {
    const symbol = reader.symbol(table);
    const size = symbol & 15;
    const run = symbol >> 4;
    if (size === 0) {
      if (run < 15) {
        state.endOfBandRun = (1 << run) + reader.bits(run) - 1;
        return;
      }
      k += 15;
      continue;
    }
    k += run;
    if (k > 63) throw new RangeError('a run beyond the block');
    block[offset + (scan.zigzag[k] ?? 0)] = reader.signed(size) << scan.low;
  }
}

/** G.1.2.3: one more bit for coefficients that are not zero yet, and new ones of ±1 in between. */
function refineAc(
  reader: BitReader,
  scan: Scan,
  table: HuffmanTable | undefined,
  block: Int16Array,
  offset: number,
  state: BandState,
): void {
  const step = 1 << scan.low;
  let k = scan.first;
  if (state.endOfBandRun === 0) {
    for (; k <= scan.last; k++) {
      const symbol = reader.symbol(table);
      let run = symbol >> 4;
      let value = 0;
      if ((symbol & 15) !== 0) value = reader.bit() === 1 ? step : -step;
      else if (run < 15) {
        state.endOfBandRun = (1 << run) + reader.bits(run);
        break;
      }
      for (; k <= scan.last; k++) {
        const at = offset + (scan.zigzag[k] ?? 0);
        if ((block[at] ?? 0) !== 0) refine(reader, block, at, step);
        else if (run-- === 0) {
          if (value !== 0) block[at] = value;
          break;
        }
      }
    }
  }
  if (state.endOfBandRun > 0) {
    for (; k <= scan.last; k++) {
      const at = offset + (scan.zigzag[k] ?? 0);
      if ((block[at] ?? 0) !== 0) refine(reader, block, at, step);
    }
    state.endOfBandRun--;
  }
}

function refine(reader: BitReader, block: Int16Array, at: number, step: number): void {
  const value = block[at] ?? 0;
  if (reader.bit() === 1 && (Math.abs(value) & step) === 0)
    block[at] = value > 0 ? value + step : value - step;
}
