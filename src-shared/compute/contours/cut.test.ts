import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Plane, Vector3 } from '../../geometry/index.ts';
import {
  contour,
  disc,
  gridAround,
  prism,
  rectangle,
  roi,
  sphere,
  type Loop,
} from '../../../test/builders/rois.ts';
import { cutStack, rasterise, stackPlanes, type PlaneStack } from './index.ts';

const planeAt = (origin: Vector3, u: Vector3, v: Vector3): Plane => ({ origin, u, v, thicknessMm: 1 });
const axialAt = (z: number): Plane => planeAt([0, 0, z], [1, 0, 0], [0, 1, 0]);
const sagittalAt = (x: number): Plane => planeAt([x, 0, 0], [0, 1, 0], [0, 0, 1]);

function area(outlines: readonly Float64Array[]): number {
  let sum = 0;
  for (const o of outlines)
    for (let i = 0, j = o.length - 2; i < o.length; j = i, i += 2)
      sum += (o[j]! * o[i + 1]! - o[i]! * o[j + 1]!) / 2;
  return Math.abs(sum);
}

describe('cutStack', () => {
  it("C12: on its own plane the contour itself, in the plane's own coordinates", () => {
    const stack = stackPlanes(prism([rectangle(0, 0, 10, 20)], 0, 3, 4));
    const cut = cutStack(stack, planeAt([5, 5, 3], [-1, 0, 0], [0, 1, 0]));
    expect(cut.interpolated).toBe(false);
    expect(cut.outlines.map((o) => [...o])).toEqual([[5, -5, -5, -5, -5, 15, 5, 15]]);
  });

  it('C10, C13: between discs of two radii the disc of the mean radius', () => {
    const stack = stackPlanes(roi([contour(disc(10), 0), contour(disc(20), 4)]));
    const cut = cutStack(stack, axialAt(1));
    expect(cut.interpolated).toBe(true);
    expect(cut.outlines).toHaveLength(1);
    for (let i = 0; i < cut.outlines[0]!.length; i += 2) {
      expect(Math.hypot(cut.outlines[0]![i]!, cut.outlines[0]![i + 1]!)).toBeCloseTo(12.5, 1);
    }
  });

  it('C9, C13: beyond the outermost contour the cap, then nothing', () => {
    const stack = stackPlanes(prism([disc(10)], 0, 3, 4));
    expect(area(cutStack(stack, axialAt(-1.4)).outlines)).toBeCloseTo(Math.PI * 100, 6);
    expect(cutStack(stack, axialAt(-1.6)).outlines).toEqual([]);
    expect(cutStack(stack, axialAt(-1.4), { endCaps: 'none' }).outlines).toEqual([]);
  });

  it('C13: cut through a box along, across and askew', () => {
    const stack = stackPlanes(prism([rectangle(-10, -5, 10, 5)], -6, 2, 7));
    expect(area(cutStack(stack, sagittalAt(3), { endCaps: 'none' }).outlines)).toBeCloseTo(10 * 12, 0);
    expect(area(cutStack(stack, sagittalAt(3)).outlines)).toBeCloseTo(10 * 14, 0);
    const h = Math.SQRT1_2;
    expect(
      area(cutStack(stack, planeAt([0, 0, 0], [h, 0, h], [0, 1, 0]), { endCaps: 'none' }).outlines),
    ).toBeCloseTo(10 * 12 * Math.SQRT2, -0.5);
    expect(cutStack(stack, sagittalAt(11)).outlines).toEqual([]);
  });

  it('C3, C13: a hole stays a hole in every cut', () => {
    const stack = stackPlanes(prism([disc(20), disc(8)], 0, 2, 10));
    const across = cutStack(stack, sagittalAt(0), { endCaps: 'none' });
    expect(across.outlines).toHaveLength(2);
    expect(area(across.outlines)).toBeGreaterThan(0);
    expect(cutStack(stack, axialAt(1)).outlines).toHaveLength(2);
  });

  it('C8, C13: a gap stays empty in a cut along the stack', () => {
    const stack = stackPlanes(roi([0, 2, 4, 12, 14, 16].map((z) => contour(disc(10), z))));
    expect(cutStack(stack, sagittalAt(0)).outlines).toHaveLength(2);
    expect(cutStack(stack, axialAt(8)).outlines).toEqual([]);
  });

  it('C13: an ROI without planes has no cut', () => {
    expect(cutStack(stackPlanes(roi([])), axialAt(0))).toEqual({ outlines: [], interpolated: false });
  });

  it('C10, C13: a sphere is a disc on any plane', () => {
    const stack = stackPlanes(sphere(20, 2));
    fc.assert(
      fc.property(
        fc.double({ min: -1, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 2 * Math.PI, noNaN: true }),
        fc.double({ min: -15, max: 15, noNaN: true }),
        (c, phi, d) => {
          const s = Math.sqrt(1 - c * c),
            n: Vector3 = [s * Math.cos(phi), s * Math.sin(phi), c];
          const u: Vector3 = [-Math.sin(phi), Math.cos(phi), 0],
            v: Vector3 = [n[1] * u[2] - n[2] * u[1], n[2] * u[0] - n[0] * u[2], n[0] * u[1] - n[1] * u[0]];
          const wanted = Math.PI * (400 - d * d),
            found = area(cutStack(stack, planeAt([n[0] * d, n[1] * d, n[2] * d], u, v)).outlines);
          // Half a slice distance of cap or missing tip is the most that a cut can be off.
          expect(Math.abs(found / wanted - 1)).toBeLessThan(0.06);
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('rasterise', () => {
  const count = (mask: Uint8Array): number => mask.reduce((a, b) => a + b, 0);

  it('C15: contours along voxel edges give their voxels back, holes by channel or as loops', () => {
    const grid = gridAround([0, 0, 0], 10, 1);
    const outer = rectangle(-4.5, -3.5, 5.5, 2.5),
      inner = rectangle(-1.5, -1.5, 2.5, 0.5);
    const keyhole: Loop = [...outer, outer[0]!, inner[0]!, inner[3]!, inner[2]!, inner[1]!, inner[0]!];
    const asLoops = rasterise(stackPlanes(prism([outer, inner], -3, 1, 5)), grid);
    expect(count(asLoops)).toBe(5 * (60 - 8));
    expect(rasterise(stackPlanes(prism([keyhole], -3, 1, 5)), grid)).toEqual(asLoops);
  });

  it('C15: what lies in a cap belongs, its far end not', () => {
    const stack = stackPlanes(prism([rectangle(-2.5, -2.5, 2.5, 2.5)], 0, 2, 3)),
      grid = gridAround([0, 0, 0], 10, 1);
    expect(count(rasterise(stack, grid))).toBe(25 * 6);
    expect(count(rasterise(stack, grid, { endCaps: 'none' }))).toBe(25 * 5);
  });

  it('C10, C15: mask and cut are one solid', () => {
    const stack: PlaneStack = stackPlanes(
      roi([contour(disc(6, [-2, 1]), -4), contour(disc(11, [3, 0]), 0), contour(disc(4, [5, 5]), 4)]),
    );
    const grid = gridAround([0.13, 0.21, 0.5], 20, 0.5),
      mask = rasterise(stack, grid, { endCaps: 'none' }),
      [nx, ny, nz] = grid.dimensions;
    for (let k = 0; k < nz; k++) {
      const z = 0.5 - 20 + 0.5 * k,
        voxels = count(mask.subarray(k * nx * ny, (k + 1) * nx * ny));
      const wanted = area(cutStack(stack, axialAt(z), { endCaps: 'none' }).outlines);
      expect(Math.abs(voxels * 0.25 - wanted)).toBeLessThanOrEqual(0.02 * wanted + 1);
    }
  });

  it('C15: the same voxels on a grid that is turned', () => {
    const stack = stackPlanes(sphere(8, 2)),
      straight = gridAround([0.1, 0.2, 0.3], 10, 1);
    const turned = {
      dimensions: straight.dimensions,
      affine: [0, 0, 1, -9.9, 1, 0, 0, -9.8, 0, 1, 0, -9.7] as const,
    };
    const a = rasterise(stack, straight),
      b = rasterise(stack, turned);
    expect(count(a)).toBeGreaterThan(1500);
    expect(count(b)).toBe(count(a));
    expect(b[5 + 21 * (7 + 21 * 9)]).toBe(a[9 + 21 * (5 + 21 * 7)]);
  });
});
