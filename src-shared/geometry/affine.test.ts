import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  affineColumn,
  affineFromColumns,
  affineOrigin,
  compose,
  determinant,
  distance,
  gridDirections,
  gridSpacing,
  invert,
  length,
  normalise,
  orientationLetters,
  planeNormal,
  transformDirection,
  transformPoint,
  voxelCentre,
  voxelCount,
  voxelVolumeCc,
  type Affine,
  type Vector3,
} from './index.ts';

const number = fc.double({ min: -100, max: 100, noNaN: true }),
  vector = fc.tuple(number, number, number);
/** Affines that are far enough from singular for a comparison in doubles. */
const affine = fc
  .tuple(vector, vector, vector, vector)
  .map(([i, j, k, o]) => affineFromColumns(i, j, k, o))
  .filter((m) => Math.abs(determinant(m)) > 10);

describe('affines', () => {
  it('map indices to points: columns are steps, the last is the origin', () => {
    const m = affineFromColumns([2, 0, 0], [0, 3, 0], [0, 0, 4], [10, 20, 30]);
    expect(transformPoint(m, [1, 1, 1])).toEqual([12, 23, 34]);
    expect(transformDirection(m, [1, 1, 1])).toEqual([2, 3, 4]);
    expect(affineColumn(m, 1)).toEqual([0, 3, 0]);
    expect(affineOrigin(m)).toEqual([10, 20, 30]);
    expect(determinant(m)).toBe(24);
  });

  it('invert undoes, compose chains', () => {
    fc.assert(
      fc.property(affine, affine, vector, (a, b, p) => {
        expect(distance(transformPoint(invert(a), transformPoint(a, p)), p)).toBeLessThan(1e-6);
        const chained = transformPoint(compose(a, b), p),
          direct = transformPoint(a, transformPoint(b, p));
        expect(distance(chained, direct)).toBeLessThan(1e-9 * Math.max(1, length(direct)) + 1e-8);
      }),
    );
  });

  it('a flat affine has no inverse', () => {
    expect(() => invert(affineFromColumns([1, 0, 0], [0, 1, 0], [1, 1, 0], [0, 0, 0]))).toThrow(RangeError);
  });
});

describe('grids', () => {
  const grid = { dimensions: [4, 5, 6] as Vector3, affine: [0, 0, 5, 1, 2, 0, 0, 2, 0, -3, 0, 3] as Affine };

  it('spacing, directions, voxel volume and centres of a sagittal grid', () => {
    expect(gridSpacing(grid)).toEqual([2, 3, 5]);
    expect(gridDirections(grid)).toEqual([
      [0, 1, 0],
      [0, 0, -1],
      [1, 0, 0],
    ]);
    expect(voxelCount(grid)).toBe(120);
    expect(voxelVolumeCc(grid)).toBeCloseTo(0.03, 12);
    expect(voxelCentre(grid, [1, 1, 1])).toEqual([6, 4, 0]);
  });
});

describe('vectors and planes', () => {
  it('a vector without length has no direction', () => {
    expect(() => normalise([0, 0, 0])).toThrow(RangeError);
    expect(length(normalise([3, 4, 12]))).toBeCloseTo(1, 12);
  });

  it('the normal of a plane is u × v', () => {
    expect(planeNormal({ origin: [0, 0, 0], u: [1, 0, 0], v: [0, 1, 0], thicknessMm: 1 })).toEqual([0, 0, 1]);
  });

  it('orientation letters come from the direction, strongest first', () => {
    expect(orientationLetters([1, 0, 0])).toBe('L');
    expect(orientationLetters([-0.2, 0.9, 0.35])).toBe('PSR');
    expect(orientationLetters([0, 0.05, -1])).toBe('I');
  });
});
