export interface NumberLimits {
  readonly minimum?: number | undefined;
  readonly maximum?: number | undefined;
  /** The word or sign after the number, for the sentence. */
  readonly unit?: string | undefined;
}

export type NumberEntry = { readonly value: number } | { readonly error: string };

/** Reads what a person typed: a comma or a point as decimal sign, a true minus sign, blanks around, the unit repeated. */
export function readNumber(text: string, limits: NumberLimits = {}): NumberEntry {
  const unit = limits.unit ?? '';
  let clean = text.trim().replace('−', '-');
  if (unit !== '' && clean.toLowerCase().endsWith(unit.toLowerCase()))
    clean = clean.slice(0, -unit.length).trim();
  clean = clean.replace(',', '.');
  if (!/^[+-]?(\d+\.?\d*|\.\d+)$/.test(clean)) return { error: 'Type a number.' };
  const value = Number(clean);
  const named = (limit: number): string => `${limit}${unit === '' ? '' : ` ${unit}`}`;
  if (limits.minimum !== undefined && value < limits.minimum)
    return { error: `Not less than ${named(limits.minimum)}.` };
  if (limits.maximum !== undefined && value > limits.maximum)
    return { error: `Not more than ${named(limits.maximum)}.` };
  return { value };
}

/** The next value of a step up or down: on the step's own lattice, within the limits. */
export function stepNumber(
  value: number,
  step: number,
  direction: 1 | -1,
  limits: NumberLimits = {},
): number {
  const ratio = value / step;
  const near = Math.round(ratio);
  const whole =
    Math.abs(ratio - near) < 1e-9 ? near + direction : direction > 0 ? Math.ceil(ratio) : Math.floor(ratio);
  const decimals = Math.max(0, -Math.floor(Math.log10(step)));
  const next = Number((whole * step).toFixed(decimals));
  return Math.min(limits.maximum ?? Infinity, Math.max(limits.minimum ?? -Infinity, next));
}
