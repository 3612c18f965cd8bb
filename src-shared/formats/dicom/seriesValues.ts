import { Failure, type Finding, type VolumeUnit } from '../../model/index.ts';
import type { DataSet, DicomFile } from './dataSet.ts';
import { modalityTableOf, TABLE_PADDING, type ValueTable } from './modalityTable.ts';
import { Tag } from './tags.ts';
import { valueMeanings } from './valueMeaning.ts';

/** How the stored values of one slice become the values of a volume. */
export interface ValueScaling {
  readonly slope: number;
  readonly intercept: number;
  readonly unit: VolumeUnit;
  /** What a person should know before trusting the values; none mostly. */
  readonly doubt?: Finding;
  /** Bounds of what can be stored, from Bits Stored and Pixel Representation. */
  readonly storedMinimum: number;
  readonly storedMaximum: number;
  /** Stored values, both included, that mark "nothing was measured here". */
  readonly padding: { readonly from: number; readonly to: number } | null;
  /** Looked up first, where there is one: slope, bounds and padding are then those of its values. */
  readonly table?: ValueTable;
}

/**
 * Scaling of each frame of an image file, in the file's order.
 * @throws Failure INPUT_NOT_USABLE for colour images, which are no scalar volume, and a damaged Modality LUT.
 */
export function valueScalingsOfFile(file: DicomFile): ValueScaling[] {
  const set = file.dataSet;
  const samples = set.number(Tag.SamplesPerPixel) ?? 1;
  if (samples > 1)
    throw new Failure(
      'INPUT_NOT_USABLE',
      'Colour images make no volume; single pictures are not shown yet.',
      {
        tag: '(0028,0002)',
      },
    );
  const frames = Math.max(1, Math.trunc(set.number(Tag.NumberOfFrames) ?? 1));
  const signed = (set.number(Tag.PixelRepresentation) ?? 0) === 1;
  const bits = set.number(Tag.BitsStored) ?? set.number(Tag.BitsAllocated) ?? 16;
  const common = {
    storedMinimum: signed ? -(2 ** (bits - 1)) : 0,
    storedMaximum: signed ? 2 ** (bits - 1) - 1 : 2 ** bits - 1,
    padding: paddingOf(set, signed),
  };
  const table = modalityTableOf(
    set,
    signed,
    common.padding,
    file.transferSyntaxUid === '1.2.840.10008.1.2.2',
  );
  const meaningOf = valueMeanings(file);
  if (table !== null) {
    const { unit, doubt } = meaningOf(0);
    const scaling = { ...tableScaling(table), unit, ...(doubt ? { doubt } : {}) };
    return Array.from({ length: frames }, () => scaling);
  }
  return Array.from({ length: frames }, (_, frame) => {
    const { slope, intercept, unit, doubt } = meaningOf(frame);
    return { ...common, slope, intercept, unit, ...(doubt ? { doubt } : {}) };
  });
}

function tableScaling(table: ValueTable): Omit<ValueScaling, 'unit'> {
  const least = table.values.reduce((a, b) => Math.min(a, b)),
    greatest = table.values.reduce((a, b) => Math.max(a, b));
  const padding = table.padding === null ? null : { from: TABLE_PADDING, to: TABLE_PADDING };
  return {
    slope: 1,
    intercept: 0,
    storedMinimum: padding === null ? least : TABLE_PADDING,
    storedMaximum: greatest,
    padding,
    table,
  };
}

/** Pixel Padding Value and Range Limit are stored values, written as US or SS whatever the pixels are (PS3.3 C.7.5.1.1.2). */
function paddingOf(set: DataSet, signed: boolean): ValueScaling['padding'] {
  const read = (value: number | undefined): number | undefined => {
    if (value === undefined) return undefined;
    if (signed && value > 32767) return value - 65536;
    return !signed && value < 0 ? value + 65536 : value;
  };
  const value = read(set.number(Tag.PixelPaddingValue));
  if (value === undefined) return null;
  const limit = read(set.number(Tag.PixelPaddingRangeLimit)) ?? value;
  return { from: Math.min(value, limit), to: Math.max(value, limit) };
}
