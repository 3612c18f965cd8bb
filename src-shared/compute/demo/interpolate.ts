/** Where z lies among ascending positions: the interval below it and the share of the way through; null outside. */
export function locate(
  positions: readonly number[],
  z: number,
): { readonly n: number; readonly t: number } | null {
  const last = positions.length - 1;
  if (z < positions[0]! || z > positions[last]!) return null;
  let n = 0;
  while (n < last - 1 && z > positions[n + 1]!) n++;
  const width = positions[n + 1] === undefined ? 1 : positions[n + 1]! - positions[n]!;
  return { n, t: (z - positions[n]!) / width };
}

/** Cubic Hermite through ascending positions with slopes that never overshoot (Fritsch and Butland, 1984). */
export function smoothly(
  positions: readonly number[],
  values: readonly number[],
  at: { readonly n: number; readonly t: number },
): number {
  const { n, t } = at,
    a = values[n]!,
    b = values[n + 1];
  if (b === undefined) return a;
  const h = positions[n + 1]! - positions[n]!;
  const ma = slope(positions, values, n) * h,
    mb = slope(positions, values, n + 1) * h;
  const t2 = t * t,
    t3 = t2 * t;
  return a * (2 * t3 - 3 * t2 + 1) + ma * (t3 - 2 * t2 + t) + b * (3 * t2 - 2 * t3) + mb * (t3 - t2);
}

function slope(x: readonly number[], y: readonly number[], n: number): number {
  const before = n > 0 ? (y[n]! - y[n - 1]!) / (x[n]! - x[n - 1]!) : null;
  const after = n < x.length - 1 ? (y[n + 1]! - y[n]!) / (x[n + 1]! - x[n]!) : null;
  if (before === null || after === null) return before ?? after ?? 0;
  return before * after <= 0 ? 0 : (2 * before * after) / (before + after);
}
