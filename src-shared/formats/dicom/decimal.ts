const POWERS_OF_TEN = Array.from({ length: 23 }, (_, n) => 10 ** n);
/** Below it every whole number is a double, and so is its quotient by a power of ten up to 10²², rounded once. */
const EXACT = 2 ** 53;
const BACKSLASH = 0x5c;

const latin = (bytes: Uint8Array, from: number, to: number): string => {
  let text = '';
  for (let i = from; i < to; i++) text += String.fromCharCode(bytes[i] ?? 0);
  return text;
};

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** A decimal text as a double, rounded as Number() rounds; NaN where it is none. */
export function parseDecimal(bytes: Uint8Array, start: number, stop: number): number {
  let from = start;
  let to = stop;
  while (from < to && (bytes[from] ?? 0) <= 32) from++;
  while (to > from && (bytes[to - 1] ?? 0) <= 32) to--;
  let i = from;
  const sign = bytes[i];
  if (sign === 0x2d || sign === 0x2b) i++;
  let mantissa = 0;
  let digits = 0;
  let decimals = 0;
  let afterPoint = false;
  for (; i < to; i++) {
    const c = bytes[i] ?? 0;
    if (c >= 48 && c <= 57) {
      mantissa = mantissa * 10 + (c - 48);
      digits++;
      if (afterPoint) decimals++;
    } else if (c === 0x2e && !afterPoint) afterPoint = true;
    else break;
  }
  const power = POWERS_OF_TEN[decimals];
  if (i === to && digits > 0 && mantissa < EXACT && power !== undefined) {
    const value = decimals === 0 ? mantissa : mantissa / power;
    return sign === 0x2d ? -value : value;
  }
  if (to - from > 1024) return Number.NaN;
  const text = latin(bytes, from, to);
  return DECIMAL.test(text) ? Number(text) : Number.NaN;
}

/** Decimals between backslashes; NaN where one is no number. An empty value has none. */
export function parseDecimals(bytes: Uint8Array): Float64Array {
  let end = bytes.length;
  while (end > 0 && (bytes[end - 1] ?? 0) <= 32) end--;
  if (end === 0) return new Float64Array(0);
  let count = 1;
  for (let i = 0; i < end; i++) if (bytes[i] === BACKSLASH) count++;
  const values = new Float64Array(count);
  let from = 0;
  for (let n = 0; n < count; n++) {
    let to = from;
    while (to < end && bytes[to] !== BACKSLASH) to++;
    values[n] = parseDecimal(bytes, from, to);
    from = to + 1;
  }
  return values;
}
