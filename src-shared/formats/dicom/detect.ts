import { representationOf } from './valueRepresentation.ts';

export interface Encoding {
  readonly explicit: boolean;
  readonly littleEndian: boolean;
}

/** Groups with which a data set may begin: nothing that is common in front of (0008,…) is left out. */
const isFirstGroup = (group: number): boolean => group >= 0x0002 && group <= 0x0028 && (group & 1) === 0;

/**
 * How the data set at `at` is encoded, judged by its first element.
 * null where that is no element of DICOM in any encoding.
 */
export function detectEncoding(bytes: Uint8Array, at: number): Encoding | null {
  if (bytes.length - at < 8) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, bytes.length - at);
  const little = view.getUint16(0, true);
  const big = view.getUint16(0, false);
  const explicit = representationOf(view.getUint16(4, false)) !== undefined;
  if (isFirstGroup(little)) {
    if (explicit) return { explicit, littleEndian: true };
    return view.getUint32(4, true) <= view.byteLength - 8 ? { explicit, littleEndian: true } : null;
  }
  if (isFirstGroup(big) && explicit) return { explicit, littleEndian: false };
  return null;
}

/** Length of the preamble with its 'DICM'; 0 without one. */
export const preambleLength = (bytes: Uint8Array): number =>
  bytes.length >= 132 &&
  bytes[128] === 0x44 &&
  bytes[129] === 0x49 &&
  bytes[130] === 0x43 &&
  bytes[131] === 0x4d
    ? 132
    : 0;

/** End of the file meta information (group 0002, always explicit VR little endian) that starts at `at`. */
export function endOfMetaInformation(
  bytes: Uint8Array,
  at: number,
): { readonly end: number; readonly isCut: boolean } {
  let position = at;
  while (bytes.length - position >= 8) {
    const group = (bytes[position] ?? 0) | ((bytes[position + 1] ?? 0) << 8);
    if (group !== 0x0002) break;
    const code = ((bytes[position + 4] ?? 0) << 8) | (bytes[position + 5] ?? 0);
    const view = new DataView(bytes.buffer, bytes.byteOffset + position, bytes.length - position);
    const representation = representationOf(code);
    let next: number;
    if (representation?.long) {
      if (view.byteLength < 12) return { end: bytes.length, isCut: true };
      next = position + 12 + view.getUint32(8, true);
    } else if (representation) next = position + 8 + view.getUint16(6, true);
    else next = position + 8 + view.getUint32(4, true);
    if (next > bytes.length) return { end: bytes.length, isCut: true };
    position = next;
  }
  return { end: position, isCut: false };
}
