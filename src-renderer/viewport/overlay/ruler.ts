/** A ruler of a round length that fits: its length in mm, its width in pixels and the mm between ticks. */
export interface Ruler {
  readonly lengthMm: number;
  readonly pixels: number;
  readonly tickMm: number;
  readonly label: string;
}

const STEPS = [1, 2, 5];

/** The longest of 1, 2, 5 × 10ⁿ mm that takes at most `maximum` pixels; null where none is sensible. */
export function rulerFor(millimetresPerPixel: number, maximum: number): Ruler | null {
  const limit = millimetresPerPixel * maximum;
  if (!(limit > 0) || !Number.isFinite(limit)) return null;
  const decade = 10 ** Math.floor(Math.log10(limit));
  const lengthMm = Math.max(
    ...STEPS.map((step) => step * decade).filter((length) => length <= limit * (1 + 1e-9)),
  );
  if (!Number.isFinite(lengthMm)) return null;
  const digits = lengthMm >= 1 ? 0 : Math.ceil(-Math.log10(lengthMm));
  const tenth = lengthMm / decade === 2 ? lengthMm / 4 : lengthMm / 5;
  return {
    lengthMm,
    pixels: lengthMm / millimetresPerPixel,
    tickMm: tenth,
    label: `${lengthMm.toFixed(digits)} mm`,
  };
}
