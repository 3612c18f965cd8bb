import type { Finding } from '../../model/index.ts';

/** 'x' + eight lower-case hex digits: 'x00080018'. */
export type TagKey = `x${string}`;

/** '(0008,0018)' of 'x00080018'. */
export const tagText = (tag: TagKey): string =>
  `(${tag.slice(1, 5).toUpperCase()},${tag.slice(5, 9).toUpperCase()})`;

/** Read access to one data set (the file's, or a sequence item's). Nothing here throws on a missing tag. */
export interface DataSet {
  has(tag: TagKey): boolean;
  tags(): readonly TagKey[];
  vr(tag: TagKey): string | undefined;
  /** Raw value bytes (a view, not a copy). */
  bytes(tag: TagKey): Uint8Array | undefined;
  /** First value as text: character set applied, padding trimmed; undefined where missing, '' where empty. */
  text(tag: TagKey): string | undefined;
  /** All values of a multi-valued text. */
  texts(tag: TagKey): readonly string[];
  /** First value as a number, whatever its VR (DS, IS, US, SS, UL, SL, FL, FD, AT); undefined where missing or not a number. */
  number(tag: TagKey): number | undefined;
  /** All values as numbers; NaN where one is not a number. Fast for long DS lists (Contour Data). */
  numbers(tag: TagKey): Float64Array;
  items(tag: TagKey): readonly DataSet[];
}

/** The pixel data as they lie in the file. */
export interface PixelElement {
  /** Pixel Data, Float Pixel Data or Double Float Pixel Data. */
  readonly tag: TagKey;
  /** '' in implicit VR. */
  readonly vr: string;
  readonly littleEndian: boolean;
  /** All frames, not packed (a view); empty where encapsulated. */
  readonly value: Uint8Array;
  /** Encapsulated data without the offset table (views); null where not packed. */
  readonly fragments: readonly Uint8Array[] | null;
  /** Basic offset table; empty where the file gives none. */
  readonly offsetTable: Uint8Array | null;
}

export interface DicomFile {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly transferSyntaxUid: string;
  readonly dataSet: DataSet;
  /** What had to be assumed or repaired to read it. */
  readonly repairs: readonly Finding[];
  /** Missing where the object has none, or where only the header was read. */
  readonly pixelData?: PixelElement;
}
