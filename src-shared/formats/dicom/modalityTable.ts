import { Failure } from '../../model/index.ts';
import type { DataSet } from './dataSet.ts';
import { Tag } from './tags.ts';

/** A Modality LUT: what each stored value stands for (PS3.3 C.11.1). */
export interface ValueTable {
  /** The stored value of the first entry; those before it have the first entry's value, those beyond the last the last's. */
  readonly first: number;
  /** At least one. */
  readonly values: Uint16Array;
  /** Stored values, both included, that mark "nothing was measured here"; they become {@link TABLE_PADDING}. */
  readonly padding: { readonly from: number; readonly to: number } | null;
}

/** No entry of a table is below 0, so that this stays apart from all that was measured. */
export const TABLE_PADDING = -1;

/**
 * The Modality LUT of an image; null where it has none.
 * @throws Failure INPUT_NOT_USABLE where its descriptor and data do not fit.
 */
export function modalityTableOf(
  set: DataSet,
  isSigned: boolean,
  padding: ValueTable['padding'],
  isBigEndian = false,
): ValueTable | null {
  const item = set.items(Tag.ModalityLUTSequence)[0];
  if (item === undefined) return null;
  const [count, start, bits] = item.numbers(Tag.LUTDescriptor);
  const values =
    count === undefined ? null : entriesOf(item, count <= 0 ? count + 65536 : count, bits, isBigEndian);
  if (values === null || start === undefined || !Number.isInteger(start))
    throw new Failure(
      'INPUT_NOT_USABLE',
      'The table that says what the stored values stand for (Modality LUT) is damaged, so the image cannot be read.',
      { finding: 'VALUE_INVALID', tag: '(0028,3000)' },
    );
  // Written as US or SS whatever the pixels are.
  const first = isSigned && start > 32767 ? start - 65536 : !isSigned && start < 0 ? start + 65536 : start;
  return { first, values, padding };
}

function entriesOf(
  item: DataSet,
  count: number,
  bits: number | undefined,
  isBigEndian: boolean,
): Uint16Array | null {
  const vr = item.vr(Tag.LUTData),
    stored = item.bytes(Tag.LUTData);
  if (stored === undefined || !(count > 0)) return null;
  if (vr === 'US' || vr === 'SS') {
    const words = item.numbers(Tag.LUTData);
    return words.length < count ? null : Uint16Array.from(words.subarray(0, count), (word) => word & 0xffff);
  }
  // The bytes of a word stand the other way round in big endian, also where the words hold two entries each (PS3.5 7.3).
  const bytes = isBigEndian && vr === 'OW' ? swapped(stored) : stored;
  // Entries of 8 bits may lie packed two to a word.
  if (bits === 8 && bytes.length < 2 * count)
    return bytes.length < count ? null : Uint16Array.from(bytes.subarray(0, count));
  if (bytes.length < 2 * count) return null;
  return Uint16Array.from({ length: count }, (_, n) => bytes[2 * n]! | (bytes[2 * n + 1]! << 8));
}

function swapped(bytes: Uint8Array): Uint8Array {
  const turned = new Uint8Array(bytes.length & ~1);
  for (let n = 0; n < turned.length; n++) turned[n] = bytes[n ^ 1]!;
  return turned;
}

/** What a stored value stands for. */
export function lookUp({ first, values, padding }: ValueTable, stored: number): number {
  if (padding !== null && stored >= padding.from && stored <= padding.to) return TABLE_PADDING;
  return values[Math.max(0, Math.min(values.length - 1, stored - first))]!;
}
