import { describe, expect, it } from 'vitest';
import { transformPoint, type Grid, type Plane, type Vector3 } from '../../../src-shared/geometry/index.ts';
import { axialGrid, phantomDose, turnedGrid } from '../harness/phantom.ts';
import { Deferred } from '../deferred.ts';
import { IsodoseCache } from './isodoses.ts';
import { latticeOnPlane, type Lattice } from './lattice.ts';
import { isolines } from './marchingSquares.ts';
import { nearestVoxel, trilinear } from './trilinear.ts';

const axial = (z: number): Plane => ({ origin: [0, 0, z], u: [1, 0, 0], v: [0, 1, 0], thicknessMm: 1 });
const sagittal = (x: number): Plane => ({ origin: [x, 0, 0], u: [0, 1, 0], v: [0, 0, -1], thicknessMm: 1 });
const cone = (x: number, y: number, z: number): number => 100 - Math.hypot(x - 2.3, y + 1.1, z - 0.4);

const onPlane = ({ origin, u, v }: Plane, a: number, b: number): Vector3 => [
  origin[0] + a * u[0] + b * v[0],
  origin[1] + a * u[1] + b * v[1],
  origin[2] + a * u[2] + b * v[2],
];

/** Largest distance of the dose at a line's points from the level, and half-way along its chords. */
function misses(
  grid: Grid,
  data: Float32Array,
  plane: Plane,
  level: number,
): { points: number; chords: number; length: number } {
  let points = 0,
    chords = 0,
    length = 0;
  for (const line of isolines(latticeOnPlane(grid, data, plane)!, level)) {
    for (let n = 0; n + 1 < line.points.length; n += 2) {
      const a = line.points[n]!,
        b = line.points[n + 1]!;
      points = Math.max(points, Math.abs(trilinear(grid, data, onPlane(plane, a, b)) - level));
      if (n === 0) continue;
      const a0 = line.points[n - 2]!,
        b0 = line.points[n - 1]!;
      length += Math.hypot(a - a0, b - b0);
      chords = Math.max(
        chords,
        Math.abs(trilinear(grid, data, onPlane(plane, (a + a0) / 2, (b + b0) / 2)) - level),
      );
    }
  }
  return { points, chords, length };
}

describe('trilinear dose', () => {
  const grid = axialGrid([5, 4, 3], [2, 3, 5], [-4, -4.5, -5]);
  const linear = (x: number, y: number, z: number): number => 40 + 2 * x - 3 * y + 0.5 * z;
  const { data } = phantomDose(grid, linear);

  it('V13: reproduces a linear dose exactly inside the box of centres and is nothing outside', () => {
    for (const p of [
      [0.3, 1.7, -2.2],
      [-4, -4.5, -5],
      [4, 4.5, 5],
    ] as Vector3[])
      expect(trilinear(grid, data, p)).toBeCloseTo(linear(...p), 4);
    expect(trilinear(grid, data, [4.1, 0, 0])).toBeNaN();
    expect(trilinear(grid, data, [0, 0, -5.1])).toBeNaN();
  });

  it('V13: is nothing next to a missing value, but not where that has no weight', () => {
    const holed = data.slice();
    holed[2 + 5 * (1 + 4 * 1)] = NaN;
    expect(trilinear(grid, holed, [0.5, -1.5, 0])).toBeNaN();
    expect(trilinear(grid, holed, [2, -1.5, 0])).toBeCloseTo(linear(2, -1.5, 0), 4);
  });

  it('V19: the voxel that a point lies in', () => {
    expect(nearestVoxel(grid, data, [0.9, 1.4, 2.4])).toBeCloseTo(linear(0, 1.5, 0), 4);
    expect(nearestVoxel(grid, data, [5.1, 0, 0])).toBeNull();
  });
});

describe('isodose lines', () => {
  const grid = axialGrid([33, 29, 21], [2.5, 2.5, 3], [-40.3, -35.2, -29.7]);
  const dose = phantomDose(grid, cone);

  it('V14: lie on the trilinear dose, also between two planes of the grid', () => {
    for (const plane of [axial(-2.7), axial(1.111), sagittal(0.05)]) {
      for (const level of [75, 80.4, 90]) {
        const { points, chords, length } = misses(grid, dose.data, plane, level);
        expect(length).toBeGreaterThan(20);
        expect(points).toBeLessThan(2e-4);
        // 0.02 mm along a dose that falls by 1 per mm.
        expect(chords).toBeLessThan(0.025);
      }
    }
  });

  it('V14: lie on it where plane and grid are oblique to one another', () => {
    const turned = turnedGrid(grid, 17);
    const middle = transformPoint(turned.affine, [16, 14, 10]);
    const { data } = phantomDose(
      turned,
      (x, y, z) => 100 - Math.hypot(x - middle[0], y - middle[1], z - middle[2]),
    );
    const { points, length } = misses(turned, data, axial(middle[2]), 85);
    expect(length).toBeGreaterThan(80);
    expect(points).toBeLessThan(2e-3);
  });

  it('V14: a level inside the grid is one closed ring, a level that leaves it an open line', () => {
    const rings = isolines(latticeOnPlane(grid, dose.data, axial(0.3))!, 90);
    expect(rings.map((line) => line.closed)).toEqual([true]);
    const slope = phantomDose(grid, (x) => x);
    const open = isolines(latticeOnPlane(grid, slope.data, axial(0.3))!, 1.25);
    expect(open.map((line) => line.closed)).toEqual([false]);
    const ys = [...open[0]!.points].filter((_, n) => n % 2 === 1);
    expect(Math.min(...ys)).toBeCloseTo(-35.2, 4);
    expect(Math.max(...ys)).toBeCloseTo(-35.2 + 28 * 2.5, 4);
    for (const [n, a] of open[0]!.points.entries()) if (n % 2 === 0) expect(a).toBeCloseTo(1.25, 5);
  });

  it('V13: there are none outside the grid or through missing values', () => {
    expect(isolines(latticeOnPlane(grid, dose.data, axial(31))!, 80)).toEqual([]);
    const holed = dose.data.slice().fill(NaN, 33 * 29 * 10, 33 * 29 * 11);
    expect(isolines(latticeOnPlane(grid, holed, axial(grid.affine[11] + 30))!, 80)).toEqual([]);
  });

  it('saddles are parted as the bilinear function parts them', () => {
    const saddle = (values: number[]): Lattice => ({
      columns: 2,
      rows: 2,
      values: Float64Array.from(values),
      origin: [0, 0],
      stepI: [1, 0],
      stepJ: [0, 1],
      bilinear: true,
      at: () => NaN,
    });
    // High corners top left and bottom right; the middle is above 5, so they are joined and the low corners cut off.
    const joined = isolines(saddle([10, 1, 1, 10]), 5);
    expect(joined).toHaveLength(2);
    const nearLowCorner = joined.some(({ points }) =>
      [...points].every((x, n) => (n % 2 === 0 ? x >= 0.5 : x <= 0.5)),
    );
    expect(nearLowCorner).toBe(true);
    const parted = isolines(saddle([10, 1, 1, 10]), 6);
    expect(parted.some(({ points }) => [...points].every((x) => x <= 0.5))).toBe(true);
  });

  it('V16: are put off, and computed once per plane and level', () => {
    const deferred = new Deferred(),
      cache = new IsodoseCache(deferred);
    expect(cache.get(dose, axial(0), 'a', 80)).toBeNull();
    cache.get(dose, axial(0), 'a', 81);
    expect(deferred.waiting).toBe(2);
    deferred.work(Infinity);
    const first = cache.get(dose, axial(0), 'a', 80);
    expect(first?.length).toBeGreaterThan(0);
    expect(cache.get(dose, axial(0), 'a', 80)).toBe(first);
    expect(cache.get(dose, axial(0), 'a', 81)).not.toBe(first);
    expect(deferred.waiting).toBe(0);
  });
});
