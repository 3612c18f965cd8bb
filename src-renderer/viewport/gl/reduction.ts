import type { Grid, Vector3 } from '../../../src-shared/geometry/index.ts';

/** Stands for NaN on the graphics card. */
export const noValue = -1e30;

/** Voxels per texel along each axis such that no side is longer than `limit`, times `coarser`. */
export function reductionFactors(dimensions: Vector3, limit: number, coarser = 1): [number, number, number] {
  const factor = (n: number): number => Math.min(n, Math.ceil(n / limit) * coarser);
  return [factor(dimensions[0]), factor(dimensions[1]), factor(dimensions[2])];
}

/**
 * Block means of the slices [from, to), `factors` voxels to a texel; `from` is a multiple of the factor along k.
 * Blocks at the far ends may be thinner; NaN is left out, a block of nothing else is {@link noValue}.
 */
export function reduceSlab(
  grid: Grid,
  data: Int16Array | Float32Array,
  factors: readonly [number, number, number],
  from: number,
  to: number,
): Float32Array {
  const [nx, ny] = grid.dimensions;
  const [fi, fj, fk] = factors;
  const mx = Math.ceil(nx / fi),
    my = Math.ceil(ny / fj),
    mz = Math.ceil((to - from) / fk);
  const sums = new Float64Array(mx * my * mz),
    counts = new Uint32Array(sums.length);
  for (let k = from; k < to; k++) {
    for (let j = 0; j < ny; j++) {
      const row = nx * (j + ny * k);
      const target = mx * (Math.floor(j / fj) + my * Math.floor((k - from) / fk));
      for (let i = 0; i < nx; i++) {
        const value = data[row + i]!;
        if (Number.isNaN(value)) continue;
        const at = target + Math.floor(i / fi);
        sums[at]! += value;
        counts[at]!++;
      }
    }
  }
  return Float32Array.from(sums, (sum, n) => (counts[n]! > 0 ? sum / counts[n]! : noValue));
}
