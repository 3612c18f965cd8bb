import { describe, expect, it } from 'vitest';
import { axialGrid, phantomContours, phantomMarkers } from '../harness/phantom.ts';
import { noValue, reduceSlab, reductionFactors } from './reduction.ts';
import { lineBuffers, lineInputs } from './spaceLines.ts';

describe('volumes larger than the card takes', () => {
  it('V10: each side is cut by the least whole factor that fits', () => {
    expect(reductionFactors([512, 512, 2500], 2048)).toEqual([1, 1, 2]);
    expect(reductionFactors([4097, 2048, 10], 2048)).toEqual([3, 1, 1]);
    expect(reductionFactors([512, 512, 1], 2048, 2)).toEqual([2, 2, 1]);
  });

  it('V10: block means, thinner at the far ends, without missing values', () => {
    const grid = axialGrid([3, 2, 3], [1, 1, 1], [0, 0, 0]);
    const data = Float32Array.from({ length: 18 }, (_, n) => n);
    expect([...reduceSlab(grid, data, [2, 2, 2], 0, 2)]).toEqual([5, 6.5]);
    expect([...reduceSlab(grid, data, [2, 2, 2], 2, 3)]).toEqual([14, 15.5]);
    data[14] = NaN;
    expect(reduceSlab(grid, data, [2, 2, 2], 2, 3)[1]).toBe(17);
    data[17] = NaN;
    expect(reduceSlab(grid, data, [2, 2, 2], 2, 3)[1]).toBe(Math.fround(noValue));
  });
});

describe('lines of the 3D pane', () => {
  const layers = [phantomContours(5), phantomMarkers];

  it('V12: closed contours end where they began, in their colour', () => {
    const { points, cells, colours } = lineBuffers([
      { ...phantomContours(5), rois: [phantomContours(5).rois[1]!] },
    ]);
    expect(cells[0]).toBe(73);
    expect(cells[73]).toBe(cells[1]);
    expect([...colours.subarray(0, 3)]).toEqual([0x35, 0xd0, 0xa0]);
    expect(points.length).toBe(3 * 72 * phantomContours(5).rois[1]!.contours.length);
  });

  it('V12: are thinned to about the limit, short ones kept', () => {
    const all = lineBuffers(layers),
      thin = lineBuffers(layers, 1500);
    expect(thin.points.length / 3).toBeLessThan(1500 * 1.3);
    expect(all.points.length).toBeGreaterThan(thin.points.length * 4);
    // Every cell list is whole: its counts lead exactly to its end.
    for (const { cells } of [all, thin]) {
      let at = 0;
      while (at < cells.length) at += cells[at]! + 1;
      expect(at).toBe(cells.length);
    }
  });

  it('do not depend on what leaves them as they are', () => {
    const selected = {
      ...phantomContours(5),
      rois: layers[0]!.kind === 'contours' ? layers[0]!.rois.map((roi) => ({ ...roi, selected: true })) : [],
    };
    expect(lineInputs([selected, phantomMarkers])).toEqual(lineInputs(layers));
    expect(lineInputs([{ ...selected, visible: false }])).toEqual([]);
  });
});
