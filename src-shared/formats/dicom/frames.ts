import type { PixelElement } from './dataSet.ts';
import { type PixelFormat, refuse } from './pixelFormat.ts';
import { Tag } from './tags.ts';
import type { Packing } from './uids.ts';

const startsWith = (bytes: Uint8Array, a: number, b: number): boolean => bytes[0] === a && bytes[1] === b;

/** Whether a fragment is the first of a frame, by how its codestream begins. */
const isFrameStart = (fragment: Uint8Array, packing: Packing): boolean => {
  switch (packing) {
    case 'jpeg':
    case 'jpeg-ls':
      return startsWith(fragment, 0xff, 0xd8);
    case 'jpeg-2000':
    case 'htj2k':
      return startsWith(fragment, 0xff, 0x4f) || isJp2(fragment);
    default:
      return true;
  }
};

/** The twelve bytes with which a JP2 file begins; DICOM wants the bare codestream, but such files exist. */
export const isJp2 = (bytes: Uint8Array): boolean =>
  bytes[4] === 0x6a && bytes[5] === 0x50 && bytes[6] === 0x20 && bytes[7] === 0x20;

const join = (parts: readonly Uint8Array[]): Uint8Array => {
  const [first] = parts;
  if (parts.length === 1 && first) return first;
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
};

/**
 * The packed bytes of each frame: one fragment per frame, or grouped by the offset table, or by where codestreams begin.
 *
 * @throws Failure PIXEL_DATA_MALFORMED where fragments and Number of Frames do not fit
 */
export function packedFrames(
  pixelData: PixelElement,
  format: PixelFormat,
  packing: Packing,
  subject: string,
): Uint8Array[] {
  const fragments = pixelData.fragments ?? [];
  if (fragments.length === format.frames) return [...fragments];
  if (format.frames === 1 && fragments.length > 0) return [join(fragments)];
  const starts = startsByTable(pixelData, format.frames) ?? startsByContent(fragments, packing);
  if (starts.length !== format.frames) {
    throw refuse(
      subject,
      'PIXEL_DATA_MALFORMED',
      Tag.PixelData,
      `says it has ${format.frames} frames, but its pixel data hold ${starts.length}`,
    );
  }
  return starts.map((start, n) => join(fragments.slice(start, starts[n + 1])));
}

/** Index of each frame's first fragment by the basic offset table; undefined where it does not fit the fragments. */
function startsByTable(pixelData: PixelElement, frames: number): number[] | undefined {
  const { offsetTable: table, fragments } = pixelData;
  if (!table || !fragments || table.length !== 4 * frames) return undefined;
  const view = new DataView(table.buffer, table.byteOffset, table.length);
  const starts: number[] = [];
  let offset = 0;
  for (const [index, fragment] of fragments.entries()) {
    if (starts.length < frames && view.getUint32(4 * starts.length, pixelData.littleEndian) === offset)
      starts.push(index);
    offset += 8 + fragment.length;
  }
  return starts.length === frames ? starts : undefined;
}

const startsByContent = (fragments: readonly Uint8Array[], packing: Packing): number[] =>
  fragments.flatMap((fragment, index) => (isFrameStart(fragment, packing) ? [index] : []));
