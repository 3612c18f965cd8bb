import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { affineFromColumns, voxelCentre, type Affine, type Vector3 } from '../../geometry/index.ts';
import type { Volume } from '../../model/index.ts';
import { resample } from './index.ts';

const axes: Affine = affineFromColumns([1, 0, 0], [0, 2, 0], [0, 0, 3], [-5, 10, 20]);

function volumeOf<T extends Int16Array | Float32Array>(
  dimensions: Vector3,
  affine: Affine,
  data: T,
  more: Partial<Volume> = {},
): Volume<T> {
  return { dimensions, affine, unit: 'HU', frameOfReferenceUid: '1.2', padding: null, ...more, data };
}

const field = (p: Vector3): number => 3 * p[0] - 2 * p[1] + 0.5 * p[2] + 7;

describe('resample', () => {
  it('R1: onto its own grid gives the same values', () => {
    const data = Int16Array.from({ length: 60 }, (_, n) => ((n * 7919) % 3000) - 1000);
    const volume = volumeOf([5, 4, 3], axes, data);
    expect(resample(volume, volume).data).toEqual(data);
  });

  it('R2: a linear field is exact at any point inside', () => {
    const data = new Float32Array(8 * 6 * 5);
    const volume = volumeOf([8, 6, 5], axes, data);
    for (let k = 0, n = 0; k < 5; k++)
      for (let j = 0; j < 6; j++)
        for (let i = 0; i < 8; i++, n++) data[n] = field(voxelCentre(volume, [i, j, k]));
    const inside = (n: number) => fc.double({ min: 0, max: n - 1, noNaN: true });
    fc.assert(
      fc.property(inside(8), inside(6), inside(5), (i, j, k) => {
        const point = voxelCentre(volume, [i, j, k]);
        const one = resample(volume, {
          dimensions: [1, 1, 1],
          affine: affineFromColumns([1, 0, 0], [0, 1, 0], [0, 0, 1], point),
        });
        expect(one.data[0]).toBeCloseTo(field(point), 4);
      }),
    );
  });

  it('R3: the nearest value up to half a voxel outside, then the value for outside', () => {
    const volume = volumeOf(
      [2, 1, 1],
      affineFromColumns([2, 0, 0], [0, 2, 0], [0, 0, 2], [0, 0, 0]),
      Int16Array.of(100, 200),
    );
    const at = (x: number): number =>
      resample(volume, {
        dimensions: [1, 1, 1],
        affine: affineFromColumns([1, 0, 0], [0, 1, 0], [0, 0, 1], [x, 0, 0]),
      }).data[0]!;
    expect([at(-1), at(-0.5), at(1), at(3), at(3.1), at(-1.1)]).toEqual([100, 100, 150, 200, -1024, -1024]);
  });

  it('R4: padding is not mixed into tissue', () => {
    const volume = volumeOf(
      [2, 1, 1],
      affineFromColumns([1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 0]),
      Int16Array.of(-2000, 40),
      { padding: { from: -2000, to: -2000 } },
    );
    const grid = {
      dimensions: [2, 1, 1] as Vector3,
      affine: affineFromColumns([0.5, 0, 0], [0, 1, 0], [0, 0, 1], [0.25, 0, 0]),
    };
    expect([...resample(volume, grid).data]).toEqual([-2000, 40]);
  });

  it('R5: labels take the nearest neighbour', () => {
    const volume = volumeOf(
      [2, 1, 1],
      affineFromColumns([1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 0]),
      Int16Array.of(3, 9),
      { unit: 'label' },
    );
    const grid = {
      dimensions: [1, 1, 1] as Vector3,
      affine: affineFromColumns([1, 0, 0], [0, 1, 0], [0, 0, 1], [0.4, 0, 0]),
    };
    expect(resample(volume, grid).data[0]).toBe(3);
  });
});
