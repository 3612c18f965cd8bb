import { describe, expect, it } from 'vitest';
import type { RoiDvh } from '../../../src-shared/api/index.ts';
import { dvhInSteps, joinDvhs } from './dvhSteps.ts';

const signal = new AbortController().signal;
const row = (number: number, mean: number): RoiDvh => ({
  number,
  name: `ROI ${number}`,
  endCaps: 'half',
  volumeCc: 1,
  insideGrid: 1,
  min: 0,
  max: 2,
  mean,
  values: {},
  curve: { dose: [], volumePercent: [] },
  findings: [],
});

describe('the DVH in steps', () => {
  it('the selected structure alone and first, then the others, each once', async () => {
    const asked: (readonly number[])[] = [],
      came: (readonly number[])[] = [];
    await dvhInSteps({
      rois: [1, 2, 3, 4, 5, 6, 7],
      selected: () => 5,
      signal,
      ask: (rois) => (asked.push(rois), Promise.resolve(rois)),
      onPart: (rois) => came.push(rois),
    });
    expect(asked).toEqual([[5], [1, 2, 3, 4], [6, 7]]);
    expect(came).toEqual(asked);
  });
  it('what is selected meanwhile comes next', async () => {
    const asked: (readonly number[])[] = [];
    let selected = 2;
    await dvhInSteps({
      rois: [1, 2, 3, 4, 5, 6, 7, 8],
      selected: () => selected,
      signal,
      ask: (rois) => (asked.push(rois), (selected = 8), Promise.resolve(rois)),
      onPart: () => {},
    });
    expect(asked).toEqual([[2], [8], [1, 3, 4, 5], [6, 7]]);
  });
  it('a change of dose or structures ends it: nothing more is asked or told', async () => {
    const abort = new AbortController(),
      asked: (readonly number[])[] = [],
      came: unknown[] = [];
    await dvhInSteps({
      rois: [1, 2, 3, 4, 5],
      selected: () => null,
      signal: abort.signal,
      ask: (rois) => (asked.push(rois), abort.abort(), Promise.resolve(rois)),
      onPart: (rois) => came.push(rois),
    });
    expect(asked).toEqual([[1, 2, 3, 4]]);
    expect(came).toEqual([]);
  });
  it('rows stand in the order of the structure set, newer ones in place of older', () => {
    const joined = joinDvhs([row(3, 1), row(1, 1)], [row(2, 2), row(3, 2)], [1, 2, 3]);
    expect(joined.map(({ number, mean }) => [number, mean])).toEqual([
      [1, 1],
      [2, 2],
      [3, 2],
    ]);
  });
});
