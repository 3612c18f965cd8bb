const MAXIMUM_LENGTH = 16;

/**
 * A number as a DICOM decimal string (PS3.5, VR DS): at most 16 characters, the nearest to `value` of all fixed
 * and exponential decimals that fit.
 * @throws RangeError where `value` is not finite.
 */
export function decimalString(value: number): string {
  if (!Number.isFinite(value)) throw new RangeError(`${value} has no decimal string`);
  if (value === 0) return '0';
  const shortest = String(value).replace('e+', 'e');
  if (shortest.length <= MAXIMUM_LENGTH) return shortest;
  const fixed = longestFixed(value),
    exponential = longestExponential(value);
  if (fixed === null) return exponential;
  return Math.abs(Number(fixed) - value) <= Math.abs(Number(exponential) - value) ? fixed : exponential;
}

/** As many decimals as fit; null where the whole part alone is too long. */
function longestFixed(value: number): string | null {
  if (Math.abs(value) >= 1e17) return null;
  for (let decimals = MAXIMUM_LENGTH; decimals >= 0; decimals--) {
    const text = value.toFixed(decimals);
    if (text.length <= MAXIMUM_LENGTH) return withoutTrailingZeros(text);
  }
  return null;
}

function longestExponential(value: number): string {
  for (let decimals = MAXIMUM_LENGTH; decimals > 0; decimals--) {
    const text = value.toExponential(decimals).replace('e+', 'e');
    // The largest doubles, rounded up, would be infinite
    if (text.length <= MAXIMUM_LENGTH && Number.isFinite(Number(text))) {
      const [mantissa, exponent] = text.split('e');
      return `${withoutTrailingZeros(mantissa!)}e${exponent}`;
    }
  }
  return value.toExponential(0).replace('e+', 'e');
}

function withoutTrailingZeros(text: string): string {
  const trimmed = text.includes('.') ? text.replace(/0+$/, '').replace(/\.$/, '') : text;
  return trimmed === '-0' ? '0' : trimmed;
}
