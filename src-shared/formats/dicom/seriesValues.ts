import { Failure, type VolumeUnit } from '../../model/index.ts';
import type { DataSet, DicomFile } from './dataSet.ts';
import { modalityTableOf, TABLE_PADDING, type ValueTable } from './modalityTable.ts';
import { Tag } from './tags.ts';
import { SopClassUid } from './uids.ts';

/** How the stored values of one slice become the values of a volume. */
export interface ValueScaling {
  readonly slope: number;
  readonly intercept: number;
  readonly unit: VolumeUnit;
  /** Bounds of what can be stored, from Bits Stored and Pixel Representation. */
  readonly storedMinimum: number;
  readonly storedMaximum: number;
  /** Stored values, both included, that mark "nothing was measured here". */
  readonly padding: { readonly from: number; readonly to: number } | null;
  /** Looked up first, where there is one: slope, bounds and padding are then those of its values. */
  readonly table?: ValueTable;
}

const CT_CLASSES: ReadonlySet<string> = new Set([
  SopClassUid.CtImage,
  SopClassUid.EnhancedCtImage,
  '1.2.840.10008.5.1.4.1.1.2.2',
]);
const PET_CLASSES: ReadonlySet<string> = new Set([
  SopClassUid.PetImage,
  '1.2.840.10008.5.1.4.1.1.130',
  '1.2.840.10008.5.1.4.1.1.128.1',
]);

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
  const shared = set.items(Tag.SharedFunctionalGroupsSequence)[0];
  const perFrame = set.items(Tag.PerFrameFunctionalGroupsSequence);
  const signed = (set.number(Tag.PixelRepresentation) ?? 0) === 1;
  const bits = set.number(Tag.BitsStored) ?? set.number(Tag.BitsAllocated) ?? 16;
  const common = {
    unit: unitOf(file),
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
  if (table !== null) {
    const scaling = tableScaling(
      table,
      set.items(Tag.ModalityLUTSequence)[0]?.text(Tag.ModalityLUTType) === 'HU' ? common.unit : 'stored',
    );
    return Array.from({ length: frames }, () => scaling);
  }
  return Array.from({ length: frames }, (_, frame) => {
    const transformations = [perFrame[frame], shared].flatMap(
      (item) => item?.items(Tag.PixelValueTransformationSequence) ?? [],
    );
    const source = [...transformations, set].find(
      (s) => s.number(Tag.RescaleSlope) !== undefined || s.number(Tag.RescaleIntercept) !== undefined,
    );
    const slope = source?.number(Tag.RescaleSlope) ?? 1;
    return {
      ...common,
      slope: slope === 0 ? 1 : slope,
      intercept: source?.number(Tag.RescaleIntercept) ?? 0,
    };
  });
}

function tableScaling(table: ValueTable, unit: VolumeUnit): ValueScaling {
  const least = table.values.reduce((a, b) => Math.min(a, b)),
    greatest = table.values.reduce((a, b) => Math.max(a, b));
  const padding = table.padding === null ? null : { from: TABLE_PADDING, to: TABLE_PADDING };
  return {
    slope: 1,
    intercept: 0,
    unit,
    storedMinimum: padding === null ? least : TABLE_PADDING,
    storedMaximum: greatest,
    padding,
    table,
  };
}

function unitOf(file: DicomFile): VolumeUnit {
  const modality = file.dataSet.text(Tag.Modality);
  if (CT_CLASSES.has(file.sopClassUid) || (file.sopClassUid === '' && modality === 'CT')) return 'HU';
  const pet = PET_CLASSES.has(file.sopClassUid) || (file.sopClassUid === '' && modality === 'PT');
  return pet && file.dataSet.text(Tag.Units) === 'BQML' ? 'Bq/ml' : 'stored';
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
