import { describe, expect, it } from 'vitest';
import { fullPlane, paintPlane } from './thumbnails.ts';

describe('pictures of the list', () => {
  it('show the plane nearest to the middle that is not missing', () => {
    const values = Int16Array.from([1, 2, 3, 4, -1000, -1000, -1000, -1000, 5, 6]);
    const shown = (middle: number): number[] => [...fullPlane(values, 2, middle)];
    expect(shown(0)).toEqual([1, 2]);
    expect(shown(2)).toEqual([3, 4]);
    expect(shown(3)).toEqual([5, 6]);
    expect([...fullPlane(new Int16Array(6), 2, 1)]).toEqual([0, 0]);
  });

  it('are grey within the window', () => {
    const pixels = paintPlane([-200, 40, 300], 3, 1, { centre: 40, width: 400 });
    expect([...pixels]).toEqual([0, 0, 0, 255, 128, 128, 128, 255, 255, 255, 255, 255]);
  });
});
