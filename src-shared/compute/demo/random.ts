/** A 32-bit number from three whole numbers and a seed: always the same, in any order (integer mixing after MurmurHash3). */
export function hash(i: number, j: number, k: number, seed: number): number {
  let h = seed | 0;
  h = Math.imul(h ^ i, 0xcc9e2d51);
  h = Math.imul((h ^ (h >>> 15)) + j, 0x1b873593);
  h = Math.imul((h ^ (h >>> 13)) + k, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 16), 0xc2b2ae35);
  return (h ^ (h >>> 15)) >>> 0;
}

/** Mean 0, standard deviation 1, near enough to a Gaussian: the sum of the four bytes of a number. */
export const bellShaped = (bits: number): number =>
  ((bits & 255) + ((bits >>> 8) & 255) + ((bits >>> 16) & 255) + (bits >>> 24) - 510) / 147.8;

/** Trilinear interpolation in a lattice of random values loses variance; this gives most of it back. */
const LATTICE_GAIN = 1.7;

/**
 * Smooth noise in space with standard deviation of about 1: random values on a lattice of `size` mm, linear
 * between. Adds `strength` times the noise to `into`, for the pixels of one axial plane.
 */
export function addTexture(
  into: Float64Array,
  plane: { readonly x: Float64Array; readonly y: Float64Array; readonly z: number },
  size: number,
  strength: number,
  seed: number,
): void {
  const { x, y, z } = plane,
    i0 = Math.floor(x[0]! / size),
    j0 = Math.floor(y[0]! / size),
    k = Math.floor(z / size),
    w = z / size - k;
  const columns = Math.floor(x.at(-1)! / size) - i0 + 2,
    rows = Math.floor(y.at(-1)! / size) - j0 + 2;
  const lattice = new Float64Array(columns * rows),
    gain = strength * LATTICE_GAIN;
  for (let n = 0; n < lattice.length; n++) {
    const i = i0 + (n % columns),
      j = j0 + Math.floor(n / columns);
    lattice[n] = gain * (bellShaped(hash(i, j, k, seed)) * (1 - w) + bellShaped(hash(i, j, k + 1, seed)) * w);
  }
  for (let row = 0, n = 0; row < y.length; row++) {
    const jf = y[row]! / size - j0,
      j = Math.floor(jf),
      v = jf - j;
    for (let column = 0; column < x.length; column++, n++) {
      const f = x[column]! / size - i0,
        i = Math.floor(f),
        u = f - i,
        at = i + columns * j;
      const near = lattice[at]! * (1 - u) + lattice[at + 1]! * u,
        far = lattice[at + columns]! * (1 - u) + lattice[at + columns + 1]! * u;
      into[n] = into[n]! + near * (1 - v) + far * v;
    }
  }
}
