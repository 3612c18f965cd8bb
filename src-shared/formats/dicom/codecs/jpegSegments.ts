import { type HuffmanTable, huffmanTable } from './jpegScan.ts';

export const u16 = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);

/**
 * Goes through the marker segments of a JPEG stream (ITU T.81 annex B) up to its end mark.
 *
 * @param visit gets the marker's low byte and where its segment's content begins and ends; says where to go on
 */
export function walkSegments(
  bytes: Uint8Array,
  visit: (marker: number, from: number, end: number) => number,
): void {
  let at = 2;
  while (at + 4 <= bytes.length) {
    const marker = bytes[at + 1] ?? 0;
    if (bytes[at] !== 0xff || marker === 0xff) at++;
    else if (marker === 0 || (marker >= 0xd0 && marker <= 0xd8)) at += 2;
    else if (marker === 0xd9) return;
    else {
      const end = at + 2 + Math.max(2, u16(bytes, at + 2));
      if (end > bytes.length) throw new RangeError('the stream ends in a marker segment');
      at = Math.max(end, visit(marker, at + 4, end));
    }
  }
}

/** A DHT segment: tables by number, those for DC (or lossless) and those for AC. */
export function readHuffmanTables(
  bytes: Uint8Array,
  from: number,
  end: number,
  dc: Map<number, HuffmanTable>,
  ac: Map<number, HuffmanTable>,
): void {
  let at = from;
  while (at + 17 <= end) {
    const head = bytes[at] ?? 0;
    const counts = bytes.subarray(at + 1, at + 17);
    const total = counts.reduce((sum, n) => sum + n, 0);
    if (total > 256 || at + 17 + total > end) throw new RangeError('a Huffman table is cut');
    const table = huffmanTable(counts, bytes.subarray(at + 17, at + 17 + total));
    (head >> 4 === 0 ? dc : ac).set(head & 15, table);
    at += 17 + total;
  }
}
