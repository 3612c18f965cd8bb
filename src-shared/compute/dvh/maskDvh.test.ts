import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { doseOn, gridAround, prism, rectangle } from '../../../test/builders/rois.ts';
import type { Affine, Grid, Vector3 } from '../../geometry/index.ts';
import { stackPlanes } from '../contours/index.ts';
import { computeDvh, maskDvh, type Dvh, type Mask } from './index.ts';

/** A mask of one grid's voxels whose centres satisfy a condition on their indices. */
function maskOn(grid: Grid, belongs: (i: number, j: number, k: number) => boolean): Mask {
  const [nx, ny, nz] = grid.dimensions,
    data = new Uint8Array(nx * ny * nz);
  for (let k = 0; k < nz; k++)
    for (let j = 0; j < ny; j++)
      for (let i = 0; i < nx; i++) data[i + nx * (j + ny * k)] = belongs(i, j, k) ? 1 : 0;
  return { ...grid, data };
}
const value = (d: Dvh, key: string): number => {
  const v = d.values[key];
  if (typeof v !== 'number') throw new Error(`${key} is ${v}`);
  return v;
};
const linear =
  (g: Vector3) =>
  (p: Vector3): number =>
    20 + g[0] * p[0] + g[1] * p[1] + g[2] * p[2];
/** 5 × 4 × 4 voxels of 4 × 3 × 4 mm, all set: the box of ±10, ±6, ±8 mm. */
const box: Mask = maskOn(
  { dimensions: [5, 4, 4], affine: [4, 0, 0, -8, 0, 3, 0, -4.5, 0, 0, 4, -6] },
  () => true,
);
const at = ['D99', 'D75', 'D50', 'D2', 'V20Gy', 'V20Gy[cc]'];

describe('DVH of a mask', () => {
  it.each([0, 1, 2] as const)('D16, D3: a box in a dose that is linear along axis %i', (axis) => {
    const gradient: [number, number, number] = [0, 0, 0];
    gradient[axis] = 1;
    const d = maskDvh('Box', box, doseOn(gridAround([0.2, -0.3, 0.1], 30, 3), linear(gradient)), { at });
    const half = [10, 6, 8][axis]!;
    expect(d.volumeCc).toBeCloseTo((20 * 12 * 16) / 1000, 12);
    expect(d.mean).toBeCloseTo(20, 3);
    expect(value(d, 'D99%')).toBeCloseTo(20 - 0.98 * half, 1.5);
    expect(value(d, 'D75%')).toBeCloseTo(20 - half / 2, 1.5);
    expect(value(d, 'D50%')).toBeCloseTo(20, 1.5);
    expect(value(d, 'D2%')).toBeCloseTo(20 + 0.96 * half, 1.5);
    expect(value(d, 'V20Gy')).toBeCloseTo(50, 0);
    expect(value(d, 'V20Gy[cc]')).toBeCloseTo(1.92, 1);
    expect(d.min).toBeCloseTo(20 - half, 4);
    expect(d.max).toBeCloseTo(20 + half, 4);
    expect(d.insideGrid).toBe(1);
    expect(d.endCaps).toBe('none');
  });

  it('D16: the same solid as mask and as contours has the same figures', () => {
    const dose = doseOn(
      gridAround([0.2, -0.3, 0.1], 30, 3),
      (p) => 30 + 10 * Math.sin(p[0] / 8) * Math.cos(p[1] / 7) + p[2] / 4,
    );
    const contours = computeDvh(stackPlanes(prism([rectangle(-10, -6, 10, 6)], -8, 2, 9)), dose, {
      endCaps: 'none',
      at,
    });
    const mask = maskDvh('Box', box, dose, { at });
    expect(mask.volumeCc).toBeCloseTo(contours.volumeCc ?? NaN, 9);
    expect(mask.mean).toBeCloseTo(contours.mean ?? NaN, 2);
    for (const key of ['D99%', 'D50%', 'D2%', 'V20Gy'])
      expect(value(mask, key)).toBeCloseTo(value(contours, key), 1);
  });

  it('D16, D3: an oblique, sheared mask in a linear dose has the dose of its centre as mean', () => {
    const affine: Affine = [2, 0.4, 0.3, -4, -0.3, 3, 0.5, -5, 0.2, -0.6, 2.5, -3];
    fc.assert(
      fc.property(
        fc.array(fc.boolean(), { minLength: 27, maxLength: 27 }).filter((on) => on.some(Boolean)),
        (on) => {
          const mask = maskOn({ dimensions: [3, 3, 3], affine }, (i, j, k) => on[i + 3 * (j + 3 * k)]!);
          const dose = doseOn(gridAround([0, 0, 0], 24, 3), linear([0.5, -0.25, 1]));
          const d = maskDvh('Any', mask, dose, {});
          let sum = 0,
            n = 0;
          on.forEach((set, v) => {
            const [i, j, k] = [v % 3, Math.trunc(v / 3) % 3, Math.trunc(v / 9)];
            if (!set) return;
            n++;
            sum += linear([0.5, -0.25, 1])(
              [0, 4, 8].map(
                (r) => affine[r]! * i + affine[r + 1]! * j + affine[r + 2]! * k + affine[r + 3]!,
              ) as [number, number, number],
            );
          });
          const determinant =
            2 * (3 * 2.5 + 0.5 * 0.6) - 0.4 * (-0.3 * 2.5 - 0.5 * 0.2) + 0.3 * (0.3 * 0.6 - 3 * 0.2);
          expect(d.volumeCc).toBeCloseTo((n * determinant) / 1000, 12);
          expect(d.mean).toBeCloseTo(sum / n, 3);
        },
      ),
      { numRuns: 20 },
    );
  });

  it('D7: the part outside the box of voxel centres counts as dose 0', () => {
    const dose = doseOn(
      { dimensions: [11, 21, 21], affine: [3, 0, 0, 0, 0, 3, 0, -30, 0, 0, 3, -30] },
      () => 10,
    );
    const d = maskDvh('Box', box, dose, { at: ['D60', 'D40', 'V5Gy'] });
    expect(d.insideGrid).toBeCloseTo(0.5, 9);
    expect(d.mean).toBeCloseTo(5, 6);
    expect([d.min, d.max]).toEqual([10, 10]);
    expect(value(d, 'D60%')).toBe(0);
    expect(value(d, 'D40%')).toBe(10);
    expect(value(d, 'V5Gy')).toBeCloseTo(50, 6);
    expect(d.findings.map(({ code }) => code)).toEqual(['DOSE_OUTSIDE_GRID']);
  });

  it('D6: a hot grid point in a hole is not the maximum, one in a voxel is', () => {
    const grid = gridAround([0, 0, 0], 10, 5),
      dose = doseOn(grid, () => 5);
    dose.data[2 + 5 * (2 + 5 * 2)] = 80;
    // Voxels of 1 mm around the centre, without the middle one: no sample reaches the hot point.
    const fine: Grid = { dimensions: [3, 3, 3], affine: [1, 0, 0, -1, 0, 1, 0, -1, 0, 0, 1, -1] };
    const ring = maskDvh(
      'Ring',
      maskOn(fine, (i, j, k) => !(i === 1 && j === 1 && k === 1)),
      dose,
      {},
    );
    const whole = maskDvh(
      'Whole',
      maskOn(fine, () => true),
      dose,
      {},
    );
    expect(whole.max).toBe(80);
    expect(ring.max).toBeLessThan(80);
  });

  it('D8, D9: no value is left out; an empty mask has no figures and says so', () => {
    const dose = doseOn(gridAround([0, 0, 0], 30, 3), (p) => (p[0] < -6.5 ? NaN : 12));
    const d = maskDvh('Box', box, dose, {});
    expect(d.mean).toBeCloseTo(12, 6);
    expect(d.findings.map(({ code }) => code)).toEqual(['DOSE_NO_VALUE_MARKER']);
    const none = maskDvh(
      'Empty',
      maskOn(box, () => false),
      dose,
      { at: ['D95'] },
    );
    expect(none).toMatchObject({ volumeCc: null, mean: null, values: { 'D95%': null } });
    expect(none.findings.map(({ code }) => code)).toEqual(['ROI_EMPTY']);
  });
});
