import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Affine, Vector3 } from '../../geometry/index.ts';
import {
  contour,
  disc,
  doseOn,
  gridAround,
  prism,
  rectangle,
  roi,
  sphere,
  type Lay,
} from '../../../test/builders/rois.ts';
import { stackPlanes } from '../contours/index.ts';
import type { TaskRunner } from '../tasks/index.ts';
import { computeDvh, computeDvhs, differential, type Dvh } from './index.ts';

const linear =
  (axis: 0 | 1 | 2, slope = 1, base = 20) =>
  (p: Vector3): number =>
    base + slope * p[axis];
const ramp = doseOn(gridAround([0.2, -0.3, 0.1], 30, 3), linear(0));
const box = stackPlanes(prism([rectangle(-10, -6, 10, 6)], -8, 2, 9));
const codes = (d: Dvh): string[] => d.findings.map((f) => f.code);
const value = (d: Dvh, key: string): number => {
  const v = d.values[key];
  if (typeof v !== 'number') throw new Error(`${key} is ${v}`);
  return v;
};

describe('closed forms', () => {
  it.each([0, 1, 2] as const)('D2, D3, D4: a box in a dose that is linear along axis %i', (axis) => {
    const d = computeDvh(box, doseOn(gridAround([0.2, -0.3, 0.1], 30, 3), linear(axis)), {
      endCaps: 'none',
      at: ['D99', 'D75', 'D50', 'D2', 'V20Gy', 'V20Gy[cc]', 'V24Gy'],
    });
    const half = [10, 6, 8][axis]!;
    expect(d.volumeCc).toBeCloseTo((20 * 12 * 16) / 1000, 9);
    expect(d.mean).toBeCloseTo(20, 3);
    expect(value(d, 'D99%')).toBeCloseTo(20 - 0.98 * half, 1.5);
    expect(value(d, 'D75%')).toBeCloseTo(20 - half / 2, 1.5);
    expect(value(d, 'D50%')).toBeCloseTo(20, 1.5);
    expect(value(d, 'D2%')).toBeCloseTo(20 + 0.96 * half, 1.5);
    expect(value(d, 'V20Gy')).toBeCloseTo(50, 0);
    expect(value(d, 'V20Gy[cc]')).toBeCloseTo(1.92, 1);
    expect(value(d, 'V24Gy')).toBeCloseTo(50 * (1 - 4 / half), 0);
    expect(d.insideGrid).toBe(1);
  });

  it('D1: a sphere of fine planes in a linear dose: volume, mean and D95', () => {
    const d = computeDvh(stackPlanes(sphere(12, 0.5)), ramp, { endCaps: 'none', at: ['D95', 'D5'] });
    expect(d.volumeCc! / ((4 / 3) * Math.PI * 1.728)).toBeCloseTo(1, 2);
    expect(d.mean).toBeCloseTo(20, 2);
    // 5 % of a ball of radius 12 lie beyond 8.7516 mm from its centre.
    expect(value(d, 'D95%')).toBeCloseTo(11.248, 1);
    expect(value(d, 'D5%')).toBeCloseTo(28.752, 1);
  });

  it('D1: end caps on a cylinder whose outer planes are its faces add a slice distance', () => {
    const cylinder = stackPlanes(prism([disc(12)], -12, 1, 25));
    const none = computeDvh(cylinder, ramp, { endCaps: 'none' }),
      half = computeDvh(cylinder, ramp, { endCaps: 'half' });
    expect(half.volumeCc! / none.volumeCc!).toBeCloseTo(25 / 24, 9);
    expect(none.volumeCc).toBeCloseTo((Math.PI * 144 * 24) / 1000, 9);
    expect([none.endCaps, half.endCaps]).toEqual(['none', 'half']);
  });

  it('D1: a hole has no part in the figures', () => {
    const ring = stackPlanes(prism([disc(15), disc(10)], -6, 2, 7));
    const hot = doseOn(gridAround([0, 0, 0], 24, 2), (p) => (Math.hypot(p[0], p[1]) < 7 ? 50 : 10));
    const d = computeDvh(ring, hot, { endCaps: 'none', at: ['D50'] });
    expect(d.max).toBe(10);
    expect(value(d, 'D50%')).toBe(10);
  });

  it('D4: a dose without gradient gives a step', () => {
    const d = computeDvh(
      box,
      doseOn(gridAround([0, 0, 0], 30, 3), () => 1.1),
      { endCaps: 'half', at: ['D100', 'D50', 'D0', 'V1.1Gy', 'V1.11Gy'] },
    );
    const flat = Math.fround(1.1);
    expect([d.min, d.max, d.values['D100%'], d.values['D50%'], d.values['D0%']]).toEqual([
      flat,
      flat,
      flat,
      flat,
      flat,
    ]);
    expect(d.mean).toBeCloseTo(flat, 9);
    expect([d.values['V1.1Gy'], d.values['V1.11Gy']]).toEqual([100, 0]);
    expect(d.curve.volumePercent[110]).toBe(100);
    expect(d.curve.volumePercent.at(-1)).toBe(0);
  });

  it('D6: a hot grid point inside is the maximum, one outside is not', () => {
    const grid = gridAround([0, 0, 0], 30, 3),
      cold = doseOn(grid, () => 5),
      [nx, ny] = grid.dimensions;
    cold.data[10 + nx * (10 + ny * 10)] = 60;
    cold.data[15 + nx * (10 + ny * 10)] = 80;
    const d = computeDvh(box, cold, { endCaps: 'none' });
    expect([d.min, d.max]).toEqual([5, 60]);
  });
});

describe('orientation', () => {
  const turned: Affine = (() => {
    const c = Math.cos(0.4),
      s = Math.sin(0.4),
      h = 2;
    return [c * h, -s * h, 0, -20 * (c - s) * h, s * h, c * h, 0, -20 * (s + c) * h, 0, 0, h, -40];
  })();

  it('D3: an oblique dose grid gives the figures of a straight one', () => {
    const straight = doseOn(gridAround([0, 0, 0], 40, 2), linear(1)),
      oblique = doseOn({ dimensions: [41, 41, 41], affine: turned }, linear(1));
    const [a, b] = [straight, oblique].map((dose) =>
      computeDvh(box, dose, { endCaps: 'half', at: ['D98', 'D50', 'D2', 'V18Gy'] }),
    );
    expect(b!.volumeCc).toBe(a!.volumeCc);
    expect(b!.mean).toBeCloseTo(a!.mean!, 3);
    for (const key of Object.keys(a!.values)) expect(value(b!, key)).toBeCloseTo(value(a!, key), 1);
  });

  it('D3: a grid that runs the other way gives the same figures', () => {
    const flipped = doseOn(
      { dimensions: [21, 21, 21], affine: [-3, 0, 0, 30.2, 0, 3, 0, -30.3, 0, 0, -3, 30.1] },
      linear(0),
    );
    const options = { endCaps: 'half', at: ['D98', 'D50', 'D2'] } as const;
    const a = computeDvh(box, ramp, options),
      b = computeDvh(box, flipped, options);
    for (const key of Object.keys(a.values)) expect(value(b, key)).toBeCloseTo(value(a, key), 2);
  });

  const lays: readonly (readonly [string, Lay, 0 | 1 | 2])[] = [
    ['sagittal', (a, b, w) => [w, a, b], 1],
    ['coronal', (a, b, w) => [a, w, b], 0],
  ];
  it.each(lays)('D3: %s contours', (_, lay, axis) => {
    const stack = stackPlanes(prism([rectangle(-10, -6, 10, 6)], -8, 2, 9, lay));
    const d = computeDvh(stack, doseOn(gridAround([0, 0, 0], 30, 3), linear(axis)), {
      endCaps: 'none',
      at: ['D75'],
    });
    expect(d.volumeCc).toBeCloseTo(3.84, 9);
    expect(value(d, 'D75%')).toBeCloseTo(15, 1);
  });
});

describe('outside and without value', () => {
  it('D7: what lies outside the grid counts as dose 0, and is told', () => {
    const d = computeDvh(
      box,
      doseOn(gridAround([20, 0, 0], 20, 2), () => 30),
      { endCaps: 'none', at: ['D60', 'D40', 'V30Gy'] },
    );
    expect(d.insideGrid).toBeCloseTo(0.5, 9);
    expect([d.min, d.max]).toEqual([30, 30]);
    expect(d.mean).toBeCloseTo(15, 9);
    expect([d.values['D60%'], d.values['D40%']]).toEqual([0, 30]);
    expect(value(d, 'V30Gy')).toBeCloseTo(50, 9);
    expect([d.curve.volumePercent[0], codes(d)]).toEqual([100, ['DOSE_OUTSIDE_GRID']]);
  });

  it('D7: wholly outside, or on a dose of one plane', () => {
    for (const grid of [
      gridAround([500, 0, 0], 20, 2),
      { dimensions: [21, 21, 1] as Vector3, affine: [2, 0, 0, -20, 0, 2, 0, -20, 0, 0, 2, 0] as Affine },
    ]) {
      const d = computeDvh(
        box,
        doseOn(grid, () => 30),
        { endCaps: 'none', at: ['D50'] },
      );
      expect([d.insideGrid, d.min, d.max, d.mean, d.values['D50%']]).toEqual([0, null, null, 0, 0]);
      expect(d.volumeCc).toBeCloseTo(3.84, 9);
    }
  });

  it('D8: no-value markers are left out and told', () => {
    const dose = doseOn(gridAround([0, 0, 0], 30, 3), (p) => (p[0] > 0.5 ? NaN : 10));
    const d = computeDvh(box, dose, { endCaps: 'none', at: ['D5', 'V10Gy'] });
    expect([d.mean, d.max, d.values['D5%'], d.values['V10Gy']]).toEqual([expect.closeTo(10, 9), 10, 10, 100]);
    expect(d.volumeCc).toBeCloseTo(3.84, 9);
    expect(codes(d)).toEqual(['DOSE_NO_VALUE_MARKER']);
  });

  it('D9: an ROI without volume has no figures', () => {
    const d = computeDvh(stackPlanes(roi([contour(disc(5), 0)])), ramp, { endCaps: 'half', at: ['D95'] });
    expect([d.volumeCc, d.insideGrid, d.min, d.max, d.mean, d.values['D95%'], d.curve.dose.length]).toEqual([
      null,
      null,
      null,
      null,
      null,
      null,
      0,
    ]);
    expect(codes(d)).toEqual(['SINGLE_PLANE_NO_VOLUME']);
  });
});

describe('figures', () => {
  it('D10: more cc than there are have no dose', () => {
    const d = computeDvh(box, ramp, { endCaps: 'none', at: ['D3.84cc', 'D3.85cc', 'D0.03cc'] });
    expect(d.values['D3.85cc']).toBeNull();
    expect(d.values['D3.84cc']).toBeCloseTo(d.min!, 0);
    expect(value(d, 'D0.03cc')).toBeCloseTo(30 - 20 * (0.03 / 3.84), 1);
  });

  it('D12: per cent of the prescription, in Gy and in a relative dose', () => {
    const options = { endCaps: 'none', at: ['V100%', 'V20Gy'] } as const;
    const without = computeDvh(box, ramp, options),
      given = computeDvh(box, ramp, { ...options, prescription: 20 });
    expect([without.values['V100%'], codes(without)]).toEqual([null, ['NOTE']]);
    expect(given.values['V100%']).toBe(given.values['V20Gy']);
    const relative = { ...ramp, unit: 'percent' as const };
    expect(computeDvh(box, relative, { ...options, prescription: 100 }).values['V20Gy']).toBe(
      computeDvh(box, relative, { endCaps: 'none', at: ['V20%'] }).values['V20%'],
    );
    expect(computeDvh(box, relative, options).values['V20Gy']).toBeNull();
  });

  it('D13: the curve starts at (0, 100), steps by the bin, never rises, ends at 0', () => {
    const { curve, max } = computeDvh(box, ramp, { endCaps: 'none', binGy: 0.1 });
    expect([curve.dose[0], curve.volumePercent[0], curve.dose[3]]).toEqual([0, 100, 0.3]);
    expect(curve.volumePercent.at(-1)).toBe(0);
    expect(curve.dose.at(-1)).toBeGreaterThan(max!);
    expect(differential(curve.volumePercent).every((step) => step >= 0)).toBe(true);
    expect(differential(curve.volumePercent).reduce((a, b) => a + b, 0)).toBeCloseTo(100, 9);
  });

  it('D5, D13: a dose of 100 000 Gy keeps the curve within bounds', () => {
    const d = computeDvh(
      box,
      doseOn(gridAround([0, 0, 0], 30, 3), (p) => 1e5 + p[0]),
      { endCaps: 'none', at: ['D50'] },
    );
    expect(d.curve.dose.length).toBeLessThanOrEqual(100_002);
    expect(codes(d)).toEqual(['NOTE']);
    expect(value(d, 'D50%')).toBeCloseTo(1e5, 1);
  });

  it('D5: figures do not depend on the bin', () => {
    const at = ['D95', 'D2', 'V22Gy'];
    expect(computeDvh(box, ramp, { endCaps: 'half', at, binGy: 5 }).values).toEqual(
      computeDvh(box, ramp, { endCaps: 'half', at }).values,
    );
  });

  it('D13: negative doses', () => {
    const d = computeDvh(box, doseOn(gridAround([0, 0, 0], 30, 3), linear(0, 1, 0)), {
      endCaps: 'none',
      at: ['D75', 'D25'],
      binGy: 0.5,
    });
    expect(value(d, 'D75%')).toBeCloseTo(-5, 1);
    expect(value(d, 'D25%')).toBeCloseTo(5, 1);
    expect([d.curve.dose[0]! <= d.min!, d.curve.volumePercent[0]]).toEqual([true, 100]);
  });
});

describe('properties', () => {
  const hill =
    (centre: Vector3) =>
    (p: Vector3): number =>
      60 * Math.exp(-((p[0] - centre[0]) ** 2 + (p[1] - centre[1]) ** 2 + (p[2] - centre[2]) ** 2) / 450);
  const at = ['D98', 'D50', 'D2', 'V30Gy'];
  const shift = fc
    .tuple(...[0, 1, 2].map(() => fc.double({ min: -200, max: 200, noNaN: true })))
    .map((s): Vector3 => [s[0]!, s[1]!, s[2]!]);
  const original = computeDvh(
    stackPlanes(sphere(10, 2)),
    doseOn(gridAround([3, 0, 0], 30, 2.5), hill([3, 0, 0])),
    { endCaps: 'half', at },
  );

  it('D2: moving contours and dose together changes nothing', () => {
    fc.assert(
      fc.property(shift, (s) => {
        const stack = stackPlanes(sphere(10, 2, s)),
          centre: Vector3 = [s[0] + 3, s[1], s[2]];
        const moved = computeDvh(stack, doseOn(gridAround(centre, 30, 2.5), hill(centre)), {
          endCaps: 'half',
          at,
        });
        expect(moved.volumeCc! / original.volumeCc!).toBeCloseTo(1, 6);
        for (const key of Object.keys(original.values))
          expect(value(moved, key)).toBeCloseTo(value(original, key), 1.5);
      }),
      { numRuns: 12 },
    );
  });

  it('D2: turning contours in their plane with the dose changes little', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 6.28, noNaN: true }), (angle) => {
        const c = Math.cos(angle),
          s = Math.sin(angle),
          lay: Lay = (a, b, w) => [a * c - b * s, a * s + b * c, w];
        const options = { endCaps: 'none', at: ['D90', 'D50', 'D10'] } as const;
        const turned = computeDvh(
          stackPlanes(prism([rectangle(-10, -6, 10, 6)], -8, 2, 9, lay)),
          doseOn(gridAround([0, 0, 0], 30, 3), (p) => 20 + p[0] * c + p[1] * s),
          options,
        );
        const straight = computeDvh(box, ramp, options);
        expect(turned.volumeCc! / straight.volumeCc!).toBeCloseTo(1, 2.5);
        for (const key of Object.keys(straight.values))
          expect(value(turned, key)).toBeCloseTo(value(straight, key), 1);
      }),
      { numRuns: 12 },
    );
  });

  it('D2: two halves have the volume and the mean of the whole', () => {
    fc.assert(
      fc.property(fc.double({ min: -8, max: 8, noNaN: true }), (cut) => {
        const [left, right] = [rectangle(-10, -6, cut, 6), rectangle(cut, -6, 10, 6)].map((loop) =>
          computeDvh(stackPlanes(prism([loop], -8, 2, 9)), ramp, { endCaps: 'half' }),
        );
        const whole = computeDvh(box, ramp, { endCaps: 'half' });
        expect(left!.volumeCc! + right!.volumeCc!).toBeCloseTo(whole.volumeCc!, 9);
        expect(
          (left!.mean! * left!.volumeCc! + right!.mean! * right!.volumeCc!) / whole.volumeCc!,
        ).toBeCloseTo(whole.mean!, 3);
      }),
      { numRuns: 10 },
    );
  });

  it('D10: V of D is the volume, D of V the dose', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1, max: 99, noNaN: true }).map((x) => Number(x.toFixed(3))),
        (x) => {
          const stack = stackPlanes(sphere(10, 2)),
            dose = doseOn(gridAround([3, 0, 0], 30, 2.5), hill([3, 0, 0]));
          const d = value(computeDvh(stack, dose, { endCaps: 'half', at: [`D${x}`] }), `D${x}%`);
          expect(
            Object.values(computeDvh(stack, dose, { endCaps: 'half', at: [`V${d.toFixed(9)}Gy`] }).values)[0],
          ).toBeCloseTo(x, 3);
        },
      ),
      { numRuns: 10 },
    );
  });

  it('D2: a finer dose grid of the same dose changes little', () => {
    const [coarse, fine] = [2.5, 0.8].map((h) =>
      computeDvh(stackPlanes(sphere(10, 2)), doseOn(gridAround([3, 0, 0], 20, h), linear(2)), {
        endCaps: 'half',
        at: ['D98', 'D50', 'D2'],
      }),
    );
    expect(fine!.volumeCc! / coarse!.volumeCc!).toBeCloseTo(1, 3);
    for (const key of Object.keys(fine!.values))
      expect(value(fine!, key)).toBeCloseTo(value(coarse!, key), 1);
  });
});

describe('workers', () => {
  /** Gives every piece to another imaginary worker, ends them in reverse, and copies all that goes in and out. */
  const scattered = (workers: number): TaskRunner => ({
    workers,
    async run(task, input) {
      const copy = structuredClone(input);
      await new Promise<void>((resolve) =>
        setTimeout(resolve, (input as { work?: number }).work ?? Math.trunc(Math.random() * 5)),
      );
      return structuredClone(await task.run(copy));
    },
  });

  it('D15: the same bits alone, with four workers, with and without shared memory', async () => {
    const stacks = [stackPlanes(sphere(28, 1)), box],
      dose = doseOn(gridAround([3, 2, 1], 32, 1), (p) => 30 + p[0] * Math.sin(p[1] / 9));
    const shared = new Float32Array(new SharedArrayBuffer(dose.data.byteLength));
    shared.set(dose.data);
    const options = { endCaps: 'half', at: ['D95', 'D0.03cc', 'V30Gy'] } as const;
    const alone = stacks.map((stack) => computeDvh(stack, dose, options));
    expect(await computeDvhs(stacks, dose, options, scattered(1))).toEqual(alone);
    expect(await computeDvhs(stacks, { ...dose, data: shared }, options, scattered(4))).toEqual(alone);
  });

  it('D11: a figure that nobody knows is refused before any work', async () => {
    await expect(
      computeDvhs([box], ramp, { endCaps: 'half', at: ['Dninety'] }, scattered(2)),
    ).rejects.toMatchObject({ code: 'USAGE' });
  });
});
