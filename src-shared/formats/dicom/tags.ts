import type { TagKey } from './dataSet.ts';
import { NUMBER_TAGS } from './dictionary/numbers.ts';
import { STRUCTURE_TAGS } from './dictionary/structures.ts';
import { TEXT_TAGS } from './dictionary/texts.ts';

/** DICOM keyword → tag, for what Fluence reads or writes: `Tag.SOPInstanceUID` is 'x00080018'. */
export const Tag = {
  ...TEXT_TAGS.AE,
  ...TEXT_TAGS.AS,
  ...TEXT_TAGS.CS,
  ...TEXT_TAGS.DA,
  ...TEXT_TAGS.DT,
  ...TEXT_TAGS.LO,
  ...TEXT_TAGS.LT,
  ...TEXT_TAGS.PN,
  ...TEXT_TAGS.SH,
  ...TEXT_TAGS.ST,
  ...TEXT_TAGS.TM,
  ...TEXT_TAGS.UI,
  ...TEXT_TAGS.UR,
  ...TEXT_TAGS.UT,
  ...NUMBER_TAGS.DS,
  ...NUMBER_TAGS.FD,
  ...NUMBER_TAGS.FL,
  ...NUMBER_TAGS.IS,
  ...NUMBER_TAGS.SS,
  ...NUMBER_TAGS.UL,
  ...NUMBER_TAGS.US,
  ...NUMBER_TAGS.XS,
  ...STRUCTURE_TAGS.AT,
  ...STRUCTURE_TAGS.OB,
  ...STRUCTURE_TAGS.OD,
  ...STRUCTURE_TAGS.OF,
  ...STRUCTURE_TAGS.OV,
  ...STRUCTURE_TAGS.OW,
  ...STRUCTURE_TAGS.SQ,
} as const;

/** 0x00080018 of 'x00080018'. */
export const tagNumber = (tag: TagKey): number => Number.parseInt(tag.slice(1), 16);

/** 'x00080018' of 0x00080018. */
export const tagKey = (tag: number): TagKey => `x${tag.toString(16).padStart(8, '0')}`;

const VR_OF_NUMBER = new Map<number, string>();
for (const table of [TEXT_TAGS, NUMBER_TAGS, STRUCTURE_TAGS]) {
  for (const [vr, tags] of Object.entries<Readonly<Record<string, TagKey>>>(table)) {
    for (const tag of Object.values(tags)) VR_OF_NUMBER.set(Number.parseInt(tag.slice(1), 16), vr);
  }
}

/** As vrOfTag, by the tag's number. */
export const vrOfTagNumber = (tag: number): string | undefined => {
  const vr = VR_OF_NUMBER.get(tag);
  if (vr !== undefined) return vr;
  // PS3.5 7.2 and 7.8.1: group lengths, and the reservation of private blocks
  if ((tag & 0xffff) === 0) return 'UL';
  return (tag & 0x10000) !== 0 && (tag & 0xff00) === 0 ? 'LO' : undefined;
};

/** Value representation by the dictionary ('XS': US or SS, as Pixel Representation says); undefined for other tags. */
export const vrOfTag = (tag: TagKey): string | undefined => vrOfTagNumber(tagNumber(tag));
