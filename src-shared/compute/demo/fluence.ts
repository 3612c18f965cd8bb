import type { DoseDefinition } from './definition.ts';
import type { Aperture } from './aperture.ts';

/** Relative fluence at the isocentre plane: x, y in mm. */
export type Fluence = (x: number, y: number) => number;

/** Error function to 1.5e-7 (Abramowitz and Stegun 7.1.26). */
export function erf(x: number): number {
  const t = 1 / (1 + 0.3275911 * Math.abs(x));
  const tail =
    t *
    (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429)))) *
    Math.exp(-x * x);
  return x < 0 ? tail - 1 : 1 - tail;
}

/** What a Gaussian of this standard deviation makes of the interval from a to b, at x. */
const blurred = (x: number, a: number, b: number, sigma: number): number =>
  0.5 * (erf((b - x) / (sigma * Math.SQRT2)) - erf((a - x) / (sigma * Math.SQRT2)));

/** The aperture with its penumbra, scatter about it and transmission through the leaves, tabulated at `spacing` mm. */
export function fluenceOf(aperture: Aperture, boundaries: readonly number[], dose: DoseDefinition): Fluence {
  const spacing = 1.25,
    reach = 4 * dose.scatter.width,
    { jaws, left, right } = aperture;
  const x0 = jaws.x[0] - reach,
    y0 = jaws.y[0] - reach;
  const nx = Math.ceil((jaws.x[1] + reach - x0) / spacing) + 1,
    ny = Math.ceil((jaws.y[1] + reach - y0) / spacing) + 1;
  const table = new Float64Array(nx * ny);
  const parts = [
    { sigma: dose.penumbra, share: 1 - dose.scatter.share },
    { sigma: dose.scatter.width, share: dose.scatter.share },
  ];
  for (const { sigma, share } of parts) {
    left.forEach((a, pair) => {
      const b = right[pair]!;
      const from = Math.max(boundaries[pair]!, jaws.y[0]),
        to = Math.min(boundaries[pair + 1]!, jaws.y[1]);
      if (b <= a || to <= from) return;
      const across = Float64Array.from({ length: nx }, (_, i) => blurred(x0 + i * spacing, a, b, sigma));
      for (let j = 0; j < ny; j++) {
        const along = share * blurred(y0 + j * spacing, from, to, sigma);
        if (along < 1e-6) continue;
        for (let i = 0; i < nx; i++) table[i + nx * j] = table[i + nx * j]! + along * across[i]!;
      }
    });
  }
  for (let n = 0; n < table.length; n++) {
    const leak =
      blurred(x0 + (n % nx) * spacing, ...jaws.x, 6) *
      blurred(y0 + Math.floor(n / nx) * spacing, ...jaws.y, 6);
    table[n] = table[n]! + dose.transmission * (0.2 + 0.8 * leak) * (1 - table[n]!);
  }
  const outside = 0.2 * dose.transmission;
  return (x, y) => {
    const fi = (x - x0) / spacing,
      fj = (y - y0) / spacing,
      i = Math.floor(fi),
      j = Math.floor(fj);
    if (i < 0 || j < 0 || i >= nx - 1 || j >= ny - 1) return outside;
    const u = fi - i,
      v = fj - j,
      n = i + nx * j;
    return (
      (table[n]! * (1 - u) + table[n + 1]! * u) * (1 - v) +
      (table[n + nx]! * (1 - u) + table[n + nx + 1]! * u) * v
    );
  };
}
