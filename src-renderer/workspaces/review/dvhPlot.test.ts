import { describe, expect, it } from 'vitest';
import type { RoiDvh } from '../../../src-shared/api/index.ts';
import { makeCurves, nearestCurve, niceStep, pathOf, ticks, valueAt, wholeBox } from './dvhPlot.ts';

/** Volume falls linearly from 100 % at 0 Gy to 0 % at 10 Gy. */
const linear = (number: number, end = 10): RoiDvh => ({
  name: `Roi ${number}`,
  number,
  endCaps: 'half',
  volumeCc: 50,
  insideGrid: 1,
  min: 0,
  max: end,
  mean: end / 2,
  values: {},
  findings: [],
  curve: {
    dose: Array.from({ length: 101 }, (_, index) => (index * end) / 100),
    volumePercent: Array.from({ length: 101 }, (_, index) => 100 - index),
  },
});
const colours = new Map([[1, '#ff0000']]);

describe('curves', () => {
  it('reads between the points, 100 % before the start and 0 beyond the end', () => {
    const [curve] = makeCurves([linear(1)], colours, 'cumulative', 'relative');
    if (!curve) throw new Error('no curve');
    expect(valueAt(curve, 2.55)).toBeCloseTo(74.5, 9);
    expect(valueAt(curve, -1)).toBe(100);
    expect(valueAt(curve, 11)).toBe(0);
  });
  it('scales to cc by the volume', () => {
    const [curve] = makeCurves([linear(1)], colours, 'cumulative', 'absolute');
    expect(curve && valueAt(curve, 5)).toBeCloseTo(25, 9);
  });
  it('the differential curve of a straight fall is flat: per cent per Gy', () => {
    const [curve] = makeCurves([linear(1)], colours, 'differential', 'relative');
    expect(curve && [...curve.y].every((value) => Math.abs(value - 10) < 1e-9)).toBe(true);
  });
  it('leaves out what has no volume', () =>
    expect(makeCurves([{ ...linear(1), volumeCc: null }], colours, 'cumulative', 'relative')).toEqual([]));
});

describe('axes', () => {
  it('steps by 1, 2 or 5', () =>
    expect([niceStep(80, 8), niceStep(7, 8), niceStep(0.3, 5)]).toEqual([10, 1, 0.1]));
  it('ticks lie inside the range and have no binary dust', () =>
    expect(ticks({ from: 0.05, to: 0.75 }, 8)).toEqual([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7]));
  it('the whole box ends beyond the hottest curve', () => {
    const box = wholeBox(
      makeCurves([linear(1), linear(2, 74)], colours, 'cumulative', 'relative'),
      'cumulative',
      'relative',
    );
    expect(box.x.from).toBe(0);
    expect(box.x.to).toBeGreaterThan(74);
    expect(box.y).toEqual({ from: 0, to: 100 });
  });
});

describe('the picture', () => {
  const box = { x: { from: 0, to: 10 }, y: { from: 0, to: 100 } };
  const curves = makeCurves([linear(1), linear(2, 5)], colours, 'cumulative', 'relative');

  it('a path begins at the top left and ends at the bottom', () => {
    const [curve] = curves;
    if (!curve) throw new Error('no curve');
    const path = pathOf(curve, box, 200, 100);
    expect(path.startsWith('M0.0 0.0L')).toBe(true);
    expect(path.endsWith('200.0 100.0')).toBe(true);
  });
  it('finds the curve under the hand, and none far away', () => {
    expect(nearestCurve(curves, box, 200, 100, 100, 50, 12)?.number).toBe(1);
    expect(nearestCurve(curves, box, 200, 100, 50, 50, 12)?.number).toBe(2);
    expect(nearestCurve(curves, box, 200, 100, 190, 10, 12)).toBeNull();
  });
});
