import { compose, invert, type Grid } from '../../geometry/index.ts';
import type { Volume, VoxelArray } from '../../model/index.ts';

const HALF_VOXEL = 0.5;
/** Rounding of the index is not a place outside. */
const SLACK = 1e-6;

function outsideOf(volume: Volume): number {
  if (volume.padding) return volume.padding.from;
  return volume.unit === 'HU' ? -1024 : 0;
}

const likeArray = (data: VoxelArray, length: number): VoxelArray => {
  const Kind = data.constructor as new (n: number) => VoxelArray;
  return new Kind(length);
};

/**
 * The volume's values at the voxel centres of another grid, trilinear (nearest for labels); same type, unit and frame.
 * Rules R1 to R6 of SPEC.md.
 */
export function resample(volume: Volume, target: Grid): Volume {
  const [nx, ny, nz] = volume.dimensions,
    [mx, my, mz] = target.dimensions;
  const toSource = compose(invert(volume.affine), target.affine);
  const source = volume.data,
    data = likeArray(source, mx * my * mz);
  const outside = outsideOf(volume),
    padding = volume.padding;
  const whole = !(data instanceof Float32Array || data instanceof Float64Array),
    nearestOnly = volume.unit === 'label';
  const clamp = (x: number, n: number): number =>
    x < -HALF_VOXEL - SLACK || x > n - HALF_VOXEL + SLACK ? NaN : Math.min(Math.max(x, 0), n - 1);
  const isPadding = (value: number): boolean =>
    padding !== null && value >= padding.from && value <= padding.to;

  const valueAt = (x: number, y: number, z: number): number => {
    const near = source[Math.round(x) + nx * (Math.round(y) + ny * Math.round(z))]!;
    if (nearestOnly) return near;
    const i = Math.min(Math.floor(x), nx - 1),
      j = Math.min(Math.floor(y), ny - 1),
      k = Math.min(Math.floor(z), nz - 1);
    const a = x - i,
      b = y - j,
      c = z - k;
    let sum = 0;
    for (let corner = 0; corner < 8; corner++) {
      const di = corner & 1,
        dj = (corner >> 1) & 1,
        dk = corner >> 2;
      const weight = (di ? a : 1 - a) * (dj ? b : 1 - b) * (dk ? c : 1 - c);
      if (weight === 0) continue;
      const value = source[i + di + nx * (j + dj + ny * (k + dk))]!;
      if (isPadding(value)) return near;
      sum += weight * value;
    }
    return whole ? Math.round(sum) : sum;
  };

  let n = 0;
  for (let k = 0; k < mz; k++) {
    for (let j = 0; j < my; j++) {
      for (let i = 0; i < mx; i++, n++) {
        const x = clamp(toSource[0] * i + toSource[1] * j + toSource[2] * k + toSource[3], nx);
        const y = clamp(toSource[4] * i + toSource[5] * j + toSource[6] * k + toSource[7], ny);
        const z = clamp(toSource[8] * i + toSource[9] * j + toSource[10] * k + toSource[11], nz);
        data[n] = Number.isNaN(x + y + z) ? outside : valueAt(x, y, z);
      }
    }
  }
  return { ...volume, dimensions: target.dimensions, affine: target.affine, data };
}
