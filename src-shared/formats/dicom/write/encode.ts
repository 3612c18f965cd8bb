import { Failure } from '../../../model/index.ts';
import { inOrder, type Attribute, type Attributes } from './attributes.ts';
import { decimalString } from './decimalString.ts';

/** The largest even length that a VR with a 16-bit length can have. */
const SHORT_LENGTH_LIMIT = 65534;
const LONG_LENGTH_VRS: ReadonlySet<string> = new Set(['OB', 'OW', 'SQ']);

/** Longest value in characters (PS3.5, 6.2); numbers are bounded by their own rules. */
const CHARACTER_LIMITS: Readonly<Record<string, number>> = {
  CS: 16,
  DA: 8,
  LO: 64,
  LT: 10240,
  PN: 324,
  SH: 16,
  ST: 1024,
  TM: 16,
  UI: 64,
};
const MULTILINE: ReadonlySet<string> = new Set(['LT', 'ST']);

/** What one attribute becomes, before it is known whether VRs are written. */
interface Encoded {
  readonly tag: number;
  readonly vr: string;
  readonly keyword: string;
  readonly body: Uint8Array | readonly Encoded[][];
}

export type Encoding = 'explicit' | 'implicit';

/** The data set's bytes. 'explicit' unless a value is too long for it (W2). */
export function encodeDataSet(
  attributes: Attributes,
  wanted: Encoding | null,
): { bytes: Uint8Array; encoding: Encoding } {
  const encoded = prepare(attributes);
  const tooLong = findTooLong(encoded);
  if (wanted === 'explicit' && tooLong !== null) {
    throw new Failure(
      'INPUT_NOT_USABLE',
      `${tooLong.keyword} is too long for explicit VR; write the file in implicit VR little endian.`,
    );
  }
  const encoding = wanted ?? (tooLong === null ? 'explicit' : 'implicit');
  const bytes = new Uint8Array(sizeOfDataSet(encoded, encoding));
  put(encoded, encoding, bytes, new DataView(bytes.buffer), 0);
  return { bytes, encoding };
}

const prepare = (attributes: Attributes): Encoded[] =>
  inOrder(attributes).map((attribute) => ({
    tag: attribute.tag,
    vr: attribute.vr,
    keyword: attribute.keyword,
    body:
      attribute.vr === 'SQ'
        ? (attribute.value as readonly Attributes[]).map(prepare)
        : encodeValue(attribute),
  }));

function findTooLong(encoded: readonly Encoded[]): Encoded | null {
  for (const entry of encoded) {
    if (entry.body instanceof Uint8Array) {
      if (!LONG_LENGTH_VRS.has(entry.vr) && entry.body.length > SHORT_LENGTH_LIMIT) return entry;
      continue;
    }
    for (const item of entry.body) {
      const found = findTooLong(item);
      if (found !== null) return found;
    }
  }
  return null;
}

const headerSize = (vr: string, encoding: Encoding): number =>
  encoding === 'explicit' && LONG_LENGTH_VRS.has(vr) ? 12 : 8;

const sizeOfBody = (body: Encoded['body'], encoding: Encoding): number =>
  body instanceof Uint8Array
    ? body.length
    : body.reduce((sum, item) => sum + 8 + sizeOfDataSet(item, encoding), 0);

const sizeOfDataSet = (encoded: readonly Encoded[], encoding: Encoding): number =>
  encoded.reduce((sum, entry) => sum + headerSize(entry.vr, encoding) + sizeOfBody(entry.body, encoding), 0);

/** Writes the entries at `offset`; returns the offset after them. */
function put(
  encoded: readonly Encoded[],
  encoding: Encoding,
  bytes: Uint8Array,
  view: DataView,
  offset: number,
): number {
  let at = offset;
  for (const { tag, vr, body } of encoded) {
    at = putHeader(view, at, tag, vr, sizeOfBody(body, encoding), encoding);
    if (body instanceof Uint8Array) {
      bytes.set(body, at);
      at += body.length;
      continue;
    }
    for (const item of body) {
      view.setUint16(at, 0xfffe, true);
      view.setUint16(at + 2, 0xe000, true);
      view.setUint32(at + 4, sizeOfDataSet(item, encoding), true);
      at = put(item, encoding, bytes, view, at + 8);
    }
  }
  return at;
}

function putHeader(
  view: DataView,
  offset: number,
  tag: number,
  vr: string,
  length: number,
  encoding: Encoding,
): number {
  view.setUint16(offset, Math.floor(tag / 65536), true);
  view.setUint16(offset + 2, tag % 65536, true);
  if (encoding === 'implicit') {
    view.setUint32(offset + 4, length, true);
    return offset + 8;
  }
  view.setUint8(offset + 4, vr.charCodeAt(0));
  view.setUint8(offset + 5, vr.charCodeAt(1));
  if (LONG_LENGTH_VRS.has(vr)) {
    view.setUint32(offset + 8, length, true);
    return offset + 12;
  }
  view.setUint16(offset + 6, length, true);
  return offset + 8;
}

function encodeValue(attribute: Attribute): Uint8Array {
  const { vr, value, keyword } = attribute;
  if (value instanceof Uint8Array) return evenly(value, 0);
  const values: readonly unknown[] =
    typeof value === 'string' || typeof value === 'number'
      ? [value]
      : Array.from(value as ArrayLike<unknown>);
  switch (vr) {
    case 'US':
      return binary(values, 2, (view, at, n) => view.setUint16(at, n, true));
    case 'UL':
      return binary(values, 4, (view, at, n) => view.setUint32(at, n, true));
    case 'SS':
      return binary(values, 2, (view, at, n) => view.setInt16(at, n, true));
    case 'FL':
      return binary(values, 4, (view, at, n) => view.setFloat32(at, n, true));
    case 'AT':
      return binary(values, 4, (view, at, n) => {
        view.setUint16(at, Math.floor(n / 65536), true);
        view.setUint16(at + 2, n % 65536, true);
      });
    case 'DS':
      return text(
        values.map((one) => (typeof one === 'number' ? decimalString(one) : String(one))).join('\\'),
        ' ',
      );
    case 'IS':
      return text(values.map((one) => integerString(one, keyword)).join('\\'), ' ');
    default:
      return text(
        values.map((one) => checkedText(String(one), vr, keyword)).join('\\'),
        vr === 'UI' ? '\0' : ' ',
      );
  }
}

function binary(
  values: readonly unknown[],
  size: number,
  set: (view: DataView, at: number, value: number) => void,
): Uint8Array {
  const view = new DataView(new ArrayBuffer(values.length * size));
  values.forEach((value, n) => set(view, n * size, Number(value)));
  return new Uint8Array(view.buffer);
}

function integerString(value: unknown, keyword: string): string {
  if (value === '') return '';
  const number = Number(value);
  if (!Number.isInteger(number) || Math.abs(number) > 2 ** 31 - 1) {
    throw new Failure('INPUT_NOT_USABLE', `${keyword} must be a whole number, not ${String(value)}.`);
  }
  return String(number);
}

function checkedText(value: string, vr: string, keyword: string): string {
  const limit = CHARACTER_LIMITS[vr];
  if (limit !== undefined && Array.from(value).length > limit) {
    throw new Failure(
      'INPUT_NOT_USABLE',
      `${keyword} can have at most ${limit} characters; shorten '${value.slice(0, 40)}'.`,
    );
  }
  const forbidden = Array.from(value).some((character) => {
    const code = character.codePointAt(0)!;
    if (code === 0x5c) return !MULTILINE.has(vr);
    return (code < 0x20 && !(MULTILINE.has(vr) && (code === 0x0a || code === 0x0d))) || code === 0x7f;
  });
  if (forbidden)
    throw new Failure(
      'INPUT_NOT_USABLE',
      `${keyword} holds a backslash or a control character, which DICOM does not allow there.`,
    );
  return value;
}

const text = (value: string, padding: ' ' | '\0'): Uint8Array =>
  evenly(new TextEncoder().encode(value), padding.charCodeAt(0));

function evenly(bytes: Uint8Array, padding: number): Uint8Array {
  if (bytes.length % 2 === 0) return bytes;
  const padded = new Uint8Array(bytes.length + 1);
  padded.set(bytes);
  padded[bytes.length] = padding;
  return padded;
}
