import { Failure, type FindingCode } from '../../model/index.ts';
import { type DataSet, type TagKey, tagText } from './dataSet.ts';
import { Tag } from './tags.ts';

/** Image Pixel module, checked. */
export interface PixelFormat {
  readonly rows: number;
  readonly columns: number;
  readonly frames: number;
  readonly samplesPerPixel: number;
  readonly bitsAllocated: number;
  readonly bitsStored: number;
  /** The highest bit of a value in its cell; Bits Stored − 1 where the header says what cannot be. */
  readonly highBit: number;
  readonly isSigned: boolean;
  /** 0: colour by pixel, 1: colour by plane. */
  readonly planarConfiguration: number;
  readonly photometricInterpretation: string;
}

export const refuse = (subject: string, finding: FindingCode, tag: TagKey, what: string): Failure =>
  new Failure('INPUT_NOT_USABLE', `${subject} ${what}.`, { finding, tag: tagText(tag) });

const ALLOCATED = [1, 8, 16, 32, 64];

/**
 * @throws Failure INPUT_NOT_USABLE (VALUE_INVALID, REQUIRED_TAG_MISSING) where rows, columns, frames, samples or bits make no sense
 */
export function pixelFormatOf(dataSet: DataSet, subject: string): PixelFormat {
  const whole = (tag: TagKey, name: string, least: number, most: number, fallback?: number): number => {
    const text = dataSet.text(tag);
    if (text === undefined || text === '') {
      if (fallback !== undefined) return fallback;
      throw refuse(
        subject,
        'REQUIRED_TAG_MISSING',
        tag,
        `gives no ${name}, so its pixel data cannot be read`,
      );
    }
    const value = dataSet.number(tag);
    if (value === undefined || !Number.isInteger(value) || value < least || value > most) {
      throw refuse(subject, 'VALUE_INVALID', tag, `says ${name} = '${text.slice(0, 20)}', which cannot be`);
    }
    return value;
  };
  const bitsAllocated = whole(Tag.BitsAllocated, 'Bits Allocated', 1, 64);
  if (!ALLOCATED.includes(bitsAllocated)) {
    throw refuse(
      subject,
      'VALUE_INVALID',
      Tag.BitsAllocated,
      `stores ${bitsAllocated} bits for each sample, which Fluence cannot read`,
    );
  }
  const bitsStored = whole(Tag.BitsStored, 'Bits Stored', 1, bitsAllocated, bitsAllocated);
  const highBit = dataSet.number(Tag.HighBit) ?? bitsStored - 1;
  return {
    rows: whole(Tag.Rows, 'Rows', 1, 65_535),
    columns: whole(Tag.Columns, 'Columns', 1, 65_535),
    frames: whole(Tag.NumberOfFrames, 'Number of Frames', 1, 2 ** 31, 1),
    samplesPerPixel: whole(Tag.SamplesPerPixel, 'Samples per Pixel', 1, 4, 1),
    bitsAllocated,
    bitsStored,
    highBit: isHighBit(highBit, bitsStored, bitsAllocated) ? highBit : bitsStored - 1,
    isSigned: dataSet.number(Tag.PixelRepresentation) === 1,
    planarConfiguration: dataSet.number(Tag.PlanarConfiguration) ?? 0,
    photometricInterpretation: dataSet.text(Tag.PhotometricInterpretation) ?? '',
  };
}

/** Whether a value of so many bits can end with this one. */
export const isHighBit = (highBit: number, bitsStored: number, bitsAllocated: number): boolean =>
  Number.isInteger(highBit) && highBit >= bitsStored - 1 && highBit < bitsAllocated;

/** Colour stored with half the chroma samples, not packed: Y Y Cb Cr for two pixels (PS3.3 C.7.6.3.1.2). */
export const isSubsampled = (format: PixelFormat): boolean =>
  format.samplesPerPixel === 3 &&
  format.bitsAllocated === 8 &&
  format.photometricInterpretation === 'YBR_FULL_422';

/** Bytes that all frames take when not packed. May be far beyond what a file holds. */
export function nativeLength(format: PixelFormat): number {
  const pixels = format.rows * format.columns * format.frames;
  if (isSubsampled(format)) return pixels * 2;
  return Math.ceil((pixels * format.samplesPerPixel * format.bitsAllocated) / 8);
}
