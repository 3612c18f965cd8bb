import { type CharacterSet, characterSetOf, decodeText, DEFAULT_CHARACTER_SET } from './characterSets.ts';
import type { DataSet, TagKey } from './dataSet.ts';
import { parseDecimal, parseDecimals } from './decimal.ts';
import type { Element, ElementSet } from './elements.ts';
import { tagKey, tagNumber, vrOfTagNumber } from './tags.ts';
import { binarySize, isCharacterSetText, isSingleText } from './valueRepresentation.ts';

const SPECIFIC_CHARACTER_SET = 0x00080005;
const PIXEL_REPRESENTATION = 0x00280103;
const NO_NUMBERS = new Float64Array(0);

/** A data set over the bytes of its file; nothing is decoded before it is asked for. */
export class ParsedDataSet implements DataSet {
  readonly #bytes: Uint8Array;
  readonly #set: ElementSet;
  #characterSet: CharacterSet | null = null;

  constructor(bytes: Uint8Array, set: ElementSet) {
    this.#bytes = bytes;
    this.#set = set;
  }

  has(tag: TagKey): boolean {
    return this.#set.find(tagNumber(tag)) !== undefined;
  }

  tags(): readonly TagKey[] {
    return this.#set.elements.map((element) => tagKey(element.tag));
  }

  vr(tag: TagKey): string | undefined {
    const element = this.#set.find(tagNumber(tag));
    return element && this.#representation(element);
  }

  bytes(tag: TagKey): Uint8Array | undefined {
    const element = this.#set.find(tagNumber(tag));
    return element && this.#value(element);
  }

  text(tag: TagKey): string | undefined {
    const element = this.#set.find(tagNumber(tag));
    return element && (this.#texts(element, 1)[0] ?? '');
  }

  texts(tag: TagKey): readonly string[] {
    const element = this.#set.find(tagNumber(tag));
    return element ? this.#texts(element, Infinity) : [];
  }

  number(tag: TagKey): number | undefined {
    const element = this.#set.find(tagNumber(tag));
    if (!element || element.length === 0) return undefined;
    const vr = this.#representation(element);
    const size = binarySize(vr);
    const bytes = this.#value(element);
    let value: number;
    if (size > 0) value = this.#binary(bytes.subarray(0, size), vr, size)[0] ?? Number.NaN;
    else {
      const stop = bytes.indexOf(0x5c);
      value = parseDecimal(bytes, 0, stop < 0 ? bytes.length : stop);
    }
    return Number.isFinite(value) ? value : undefined;
  }

  numbers(tag: TagKey): Float64Array {
    const element = this.#set.find(tagNumber(tag));
    if (!element || element.length === 0 || element.items) return NO_NUMBERS;
    const vr = this.#representation(element);
    const size = binarySize(vr);
    return size > 0 ? this.#binary(this.#value(element), vr, size) : parseDecimals(this.#value(element));
  }

  items(tag: TagKey): readonly DataSet[] {
    return this.#set.find(tagNumber(tag))?.items?.map((set) => new ParsedDataSet(this.#bytes, set)) ?? [];
  }

  #value(element: Element): Uint8Array {
    return this.#bytes.subarray(element.offset, element.offset + element.length);
  }

  #representation(element: Element): string {
    if (element.items) return 'SQ';
    if (element.vr !== '' && element.vr !== 'UN') return element.vr;
    const vr = vrOfTagNumber(element.tag) ?? 'UN';
    return vr === 'XS' ? this.#signedOrNot() : vr;
  }

  #signedOrNot(): string {
    for (let set: ElementSet | null = this.#set; set; set = set.parent) {
      const element = set.find(PIXEL_REPRESENTATION);
      if (element)
        return this.#bytes[element.offset] === 1 || this.#bytes[element.offset + 1] === 1 ? 'SS' : 'US';
    }
    return 'US';
  }

  #texts(element: Element, limit: number): string[] {
    const vr = this.#representation(element);
    if (vr === 'SQ' || element.length === 0) return [];
    const size = binarySize(vr);
    const bytes = this.#value(element);
    if (size > 0)
      return Array.from(this.#binary(limit === 1 ? bytes.subarray(0, size) : bytes, vr, size), String);
    const set = isCharacterSetText(vr) || vr === 'UN' ? this.#characters() : DEFAULT_CHARACTER_SET;
    const text = decodeText(bytes, set, vr === 'PN');
    if (isSingleText(vr)) return [trimEnd(text)];
    const values = limit === 1 ? text.split('\\', 1) : text.split('\\');
    return values.map((value) =>
      (vr === 'PN' ? trimEnd(value).replace(/=+$/, '') : trimEnd(value)).trimStart(),
    );
  }

  #characters(): CharacterSet {
    if (this.#characterSet) return this.#characterSet;
    this.#characterSet = DEFAULT_CHARACTER_SET;
    for (let set: ElementSet | null = this.#set; set; set = set.parent) {
      const element = set.find(SPECIFIC_CHARACTER_SET);
      if (!element) continue;
      this.#characterSet = characterSetOf(
        decodeText(this.#value(element), DEFAULT_CHARACTER_SET, false).split('\\').map(trimEnd),
      );
      break;
    }
    return this.#characterSet;
  }

  #binary(bytes: Uint8Array, vr: string, size: number): Float64Array {
    const { littleEndian } = this.#set;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const values = new Float64Array(Math.floor(bytes.length / size));
    for (let n = 0, at = 0; n < values.length; n++, at += size)
      values[n] = binaryValue(view, at, vr, littleEndian);
    return values;
  }
}

function binaryValue(view: DataView, at: number, vr: string, littleEndian: boolean): number {
  switch (vr) {
    case 'US':
    case 'OW':
      return view.getUint16(at, littleEndian);
    case 'SS':
      return view.getInt16(at, littleEndian);
    case 'UL':
    case 'OL':
      return view.getUint32(at, littleEndian);
    case 'SL':
      return view.getInt32(at, littleEndian);
    case 'FL':
    case 'OF':
      return view.getFloat32(at, littleEndian);
    case 'FD':
    case 'OD':
      return view.getFloat64(at, littleEndian);
    case 'UV':
    case 'OV':
      return Number(view.getBigUint64(at, littleEndian));
    case 'SV':
      return Number(view.getBigInt64(at, littleEndian));
    case 'AT':
      return view.getUint16(at, littleEndian) * 0x10000 + view.getUint16(at + 2, littleEndian);
    default:
      return view.getUint8(at);
  }
}

const trimEnd = (text: string): string => {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) <= 32) end--;
  return text.slice(0, end);
};
