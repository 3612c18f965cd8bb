import { Tag, vrOfTag } from '../tags.ts';

export type Keyword = keyof typeof Tag;

/** A number for DS, IS, US, SS, UL, FL, AT; text for the rest; a list for several values; bytes for OB and OW; items for SQ. */
export type Value =
  string | number | readonly string[] | readonly number[] | Float64Array | Uint8Array | readonly Attributes[];

/** A data set to write, by DICOM keyword. `undefined` leaves an attribute out, '' writes it empty. */
export type Attributes = { readonly [K in Keyword]?: Value | undefined };

export interface Attribute {
  readonly keyword: Keyword;
  /** Group × 65536 + element. */
  readonly tag: number;
  readonly vr: string;
  readonly value: Value;
}

/** US or SS by Pixel Representation in the dictionary; the images written here are signed. */
const SIGNED_OR_NOT = 'XS';

/** The attributes that are there, in ascending order of tags. */
export const inOrder = (attributes: Attributes): Attribute[] =>
  (Object.keys(attributes) as Keyword[])
    .flatMap((keyword) => {
      const value = attributes[keyword],
        vr = vrOfTag(Tag[keyword]) ?? 'UN';
      return value === undefined
        ? []
        : [
            {
              keyword,
              tag: Number.parseInt(Tag[keyword].slice(1), 16),
              vr: vr === SIGNED_OR_NOT ? 'SS' : vr,
              value,
            },
          ];
    })
    .sort((a, b) => a.tag - b.tag);
