// DICOM files byte by byte, for tests of the reader: right ones, odd ones and wrong ones.

export interface Syntax {
  readonly explicit: boolean;
  readonly littleEndian: boolean;
}

export const EXPLICIT: Syntax = { explicit: true, littleEndian: true };
export const IMPLICIT: Syntax = { explicit: false, littleEndian: true };
export const BIG_ENDIAN: Syntax = { explicit: true, littleEndian: false };

const LONG = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'SQ', 'SV', 'UC', 'UN', 'UR', 'UT', 'UV', 'ZZ']);
const UNDEFINED = 0xffffffff;

export const join = (...parts: readonly Uint8Array[]): Uint8Array => {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
};

export const latin = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

export const u16 = (value: number, littleEndian = true): Uint8Array =>
  Uint8Array.from(littleEndian ? [value & 255, value >> 8] : [value >> 8, value & 255]);

export const u32 = (value: number, littleEndian = true): Uint8Array =>
  littleEndian
    ? join(u16(value & 0xffff), u16(value >>> 16))
    : join(u16(value >>> 16, false), u16(value & 0xffff, false));

const tagBytes = (tag: number, { littleEndian }: Syntax): Uint8Array =>
  join(u16(tag >>> 16, littleEndian), u16(tag & 0xffff, littleEndian));

/** An element with any length field, right or not. */
export function head(tag: number, vr: string, length: number, syntax: Syntax = EXPLICIT): Uint8Array {
  const { explicit, littleEndian } = syntax;
  if (!explicit) return join(tagBytes(tag, syntax), u32(length, littleEndian));
  if (LONG.has(vr)) return join(tagBytes(tag, syntax), latin(vr), u16(0), u32(length, littleEndian));
  return join(tagBytes(tag, syntax), latin(vr), u16(length, littleEndian));
}

/** Texts are padded to even length; numbers are unsigned 16-bit values. */
export function element(
  tag: number,
  vr: string,
  value: string | Uint8Array | readonly number[],
  syntax: Syntax = EXPLICIT,
): Uint8Array {
  let bytes: Uint8Array;
  if (typeof value === 'string')
    bytes = latin(value.length % 2 === 0 ? value : value + (vr === 'UI' ? '\0' : ' '));
  else if (value instanceof Uint8Array) bytes = value;
  else bytes = join(...value.map((n) => u16(n, syntax.littleEndian)));
  return join(head(tag, vr, bytes.length, syntax), bytes);
}

export const item = (content: Uint8Array, hasLength = true, syntax: Syntax = EXPLICIT): Uint8Array =>
  hasLength
    ? join(tagBytes(0xfffee000, syntax), u32(content.length, syntax.littleEndian), content)
    : join(tagBytes(0xfffee000, syntax), u32(UNDEFINED), content, tagBytes(0xfffee00d, syntax), u32(0));

export function sequence(
  tag: number,
  items: readonly Uint8Array[],
  hasLength = true,
  syntax: Syntax = EXPLICIT,
  vr = 'SQ',
): Uint8Array {
  const content = join(...items);
  if (hasLength) return join(head(tag, vr, content.length, syntax), content);
  return join(head(tag, vr, UNDEFINED, syntax), content, tagBytes(0xfffee0dd, syntax), u32(0));
}

/** Encapsulated pixel data without an offset table. */
export const fragments = (...frames: readonly Uint8Array[]): Uint8Array =>
  sequence(0x7fe00010, [item(new Uint8Array(0)), ...frames.map((f) => item(f))], false, EXPLICIT, 'OB');

export function metaInformation(transferSyntaxUid: string): Uint8Array {
  const content = join(element(0x00020010, 'UI', transferSyntaxUid));
  return join(new Uint8Array(128), latin('DICM'), element(0x00020000, 'UL', u32(content.length)), content);
}

export const CT_CLASS = '1.2.840.10008.5.1.4.1.1.2';

export interface ImageOptions {
  readonly rows: number;
  readonly columns: number;
  readonly bits?: number;
  readonly bitsStored?: number;
  /** Default: bitsStored − 1. */
  readonly highBit?: number;
  readonly samples?: number;
  readonly frames?: number;
  readonly signed?: boolean;
  readonly planar?: number;
  readonly photometric?: string;
  readonly transferSyntaxUid?: string;
  readonly sopClassUid?: string;
  readonly syntax?: Syntax;
  readonly extra?: Uint8Array;
}

/** A small image with all the tags an importer asks for; `pixelData` is the whole element. */
export function imageFile(pixelData: Uint8Array, options: ImageOptions): Uint8Array {
  const syntax = options.syntax ?? EXPLICIT;
  const { samples = 1, bits = 16 } = options;
  const e = (tag: number, vr: string, value: string | readonly number[]): Uint8Array =>
    element(tag, vr, value, syntax);
  return join(
    metaInformation(options.transferSyntaxUid ?? '1.2.840.10008.1.2.1'),
    e(0x00080016, 'UI', options.sopClassUid ?? CT_CLASS),
    e(0x00080018, 'UI', '1.2.3'),
    e(0x00080060, 'CS', 'CT'),
    options.extra ?? new Uint8Array(0),
    e(0x00100020, 'LO', 'P1'),
    e(0x0020000d, 'UI', '1.2.3.1'),
    e(0x0020000e, 'UI', '1.2.3.2'),
    e(0x00280002, 'US', [samples]),
    e(0x00280004, 'CS', options.photometric ?? (samples === 3 ? 'RGB' : 'MONOCHROME2')),
    e(0x00280006, 'US', [options.planar ?? 0]),
    e(0x00280008, 'IS', String(options.frames ?? 1)),
    e(0x00280010, 'US', [options.rows]),
    e(0x00280011, 'US', [options.columns]),
    e(0x00280100, 'US', [bits]),
    e(0x00280101, 'US', [options.bitsStored ?? bits]),
    e(0x00280102, 'US', [options.highBit ?? (options.bitsStored ?? bits) - 1]),
    e(0x00280103, 'US', [options.signed ? 1 : 0]),
    pixelData,
  );
}
