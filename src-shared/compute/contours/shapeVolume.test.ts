import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  contour,
  disc,
  doseOn,
  gridAround,
  prism,
  rectangle,
  roi,
  sphere,
} from '../../../test/builders/rois.ts';
import { computeDvh } from '../dvh/index.ts';
import { planimetry, shapeVolume, stackPlanes } from './index.ts';

const dose = doseOn(gridAround([0, 0, 0], 60, 4), ([x]) => 50 + x / 4);

describe('shapeVolume', () => {
  it('C16: a prism with a hole has the volume of planimetry, exactly, and its centroid', () => {
    const stack = stackPlanes(prism([rectangle(0, 0, 10, 20), rectangle(2, 2, 4, 5)], 0, 3, 4));
    for (const endCaps of ['half', 'none'] as const) {
      const found = shapeVolume(stack, endCaps),
        wanted = planimetry(stack, endCaps);
      expect(found.volumeCc).toBeCloseTo(wanted.volumeCc!, 10);
      found.centroid!.forEach((x, a) => expect(x).toBeCloseTo(wanted.centroid![a]!, 2));
    }
  });

  it('C10, C16: between discs of two radii the frustum, with its own centroid', () => {
    const stack = stackPlanes(roi([contour(disc(10, [3, -2]), 0), contour(disc(20, [3, -2]), 6)]));
    const { volumeCc, centroid } = shapeVolume(stack, 'none');
    const volume = ((Math.PI * 6) / 3) * (100 + 200 + 400);
    // Height of a frustum's centroid: h/4 · (R² + 2Rr + 3r²) / (R² + Rr + r²), from the large end.
    const height = 6 - (6 / 4) * ((400 + 400 + 300) / 700);
    expect(Math.abs((1000 * volumeCc!) / volume - 1)).toBeLessThan(5e-4);
    expect(centroid![0]).toBeCloseTo(3, 2);
    expect(centroid![1]).toBeCloseTo(-2, 2);
    expect(centroid![2]).toBeCloseTo(height, 2);
  });

  it('C8, C16: a gap is left empty; what has no volume has none', () => {
    const gap = stackPlanes(roi([0, 2, 4, 12, 14, 16].map((z) => contour(rectangle(0, 0, 10, 10), z))));
    expect(shapeVolume(gap, 'none').volumeCc).toBeCloseTo(0.8, 10);
    expect(shapeVolume(gap, 'half').volumeCc).toBeCloseTo(1.2, 10);
    expect(shapeVolume(stackPlanes(roi([])), 'half')).toEqual({ volumeCc: null, centroid: null });
  });

  it('C16: a sphere is off by no more than its caps and slices make it', () => {
    const { volumeCc, centroid } = shapeVolume(stackPlanes(sphere(20, 1, [5, 6, 7])), 'half');
    expect(Math.abs((1000 * volumeCc!) / ((4 / 3) * Math.PI * 8000) - 1)).toBeLessThan(2e-3);
    expect(Math.hypot(centroid![0] - 5, centroid![1] - 6, centroid![2] - 7)).toBeLessThan(0.01);
  });

  it('C16: the DVH of any ROI has this volume', () => {
    const planes = fc.array(
      fc.record({
        radius: fc.double({ min: 2, max: 30, noNaN: true }),
        x: fc.integer({ min: -20, max: 20 }),
        y: fc.integer({ min: -20, max: 20 }),
      }),
      { minLength: 2, maxLength: 4 },
    );
    fc.assert(
      fc.property(planes, fc.constantFrom('half' as const, 'none' as const), (discs, endCaps) => {
        const stack = stackPlanes(
          roi(discs.map(({ radius, x, y }, k) => contour(disc(radius, [x, y], 40), 3 * k))),
        );
        const wanted = shapeVolume(stack, endCaps).volumeCc!;
        expect(Math.abs(computeDvh(stack, dose, { endCaps }).volumeCc! / wanted - 1)).toBeLessThan(5e-4);
      }),
      { numRuns: 25 },
    );
  });
});
