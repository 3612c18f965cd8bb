import { describe, expect, it } from 'vitest';
import { parseColour } from '../colour.ts';
import { Changes } from '../changes.ts';
import { axialGrid, phantomImage, turnedGrid } from '../harness/phantom.ts';
import { RecentMap } from '../recentMap.ts';
import { initialState } from '../state.ts';
import { cubeFaces } from './cube.ts';
import { positionText } from './labels.ts';
import { letterPlaces } from './letterPlace.ts';
import { rulerFor } from './ruler.ts';
import { plain, signed } from './text.ts';

describe('what stands on the picture', () => {
  it('the ruler is the longest round length that fits', () => {
    expect(rulerFor(0.7, 140)).toMatchObject({ lengthMm: 50, label: '50 mm', tickMm: 10 });
    expect(rulerFor(1.5, 140)).toMatchObject({ lengthMm: 200, tickMm: 50 });
    expect(rulerFor(0.004, 140)).toMatchObject({ label: '0.5 mm' });
    expect(rulerFor(0.5, 100)?.pixels).toBe(100);
    expect(rulerFor(0, 100)).toBeNull();
  });

  it('letters stand in the middle, and give way to the texts beside them', () => {
    const wide = { width: 500, height: 400, titleEnd: 150, rulerEnd: 120, windowStart: 370 };
    expect(letterPlaces(wide)).toEqual({ top: { x: 250, y: 21 }, bottom: { x: 250, y: 388 } });
    const small = { width: 280, height: 200, titleEnd: 150, rulerEnd: 100, windowStart: 150 };
    expect(letterPlaces(small)).toEqual({ top: { x: 166, y: 21 }, bottom: { x: 134, y: 188 } });
    const tiny = { width: 170, height: 150, titleEnd: 160, rulerEnd: 70, windowStart: 40 };
    expect(letterPlaces(tiny)).toEqual({ top: null, bottom: { x: 85, y: 118 } });
  });

  it('positions carry axis, sign and unit; oblique ones the way they are counted', () => {
    const grid = axialGrid([41, 31, 21], [2, 2, 3], [-40, -30, -81]);
    const state = initialState([phantomImage(grid, () => 0, false)], 800, 600);
    expect(positionText(state, 'axial')).toBe('z −51.0 mm');
    expect(positionText(state, 'sagittal')).toBe('x 0.0 mm');
    const oblique = initialState([phantomImage(turnedGrid(grid, 30), () => 0, false)], 800, 600);
    expect(positionText(oblique, 'axial')).toMatch(/^[+−]\d+\.\d mm to S/);
  });

  it('numbers have a true minus and no signed zero', () => {
    expect([signed(-0.04), signed(0), signed(51), signed(-3.25, 2)]).toEqual([
      '0.0',
      '0.0',
      '+51.0',
      '−3.25',
    ]);
    expect([plain(400), plain(-1000.4), plain(0.12345), plain(-0)]).toEqual(['400', '−1000', '0.123', '0']);
  });

  it('V12: the cube shows the sides that face the eye', () => {
    const faces = cubeFaces({
      position: [600, -800, 400],
      focus: [0, 0, 0],
      up: [0, 0, 1],
      millimetresPerPixel: 1,
    });
    expect(faces.map((face) => face.letter).sort()).toEqual(['A', 'L', 'S']);
    const left = faces.find((face) => face.letter === 'L')!,
      front = faces.find((face) => face.letter === 'A')!;
    expect(left.centre[0]).toBeGreaterThan(front.centre[0]);
    expect(faces.find((face) => face.letter === 'S')!.centre[1]).toBeLessThan(0);
  });

  it('colours', () => {
    expect(parseColour('#ff8000').map((part) => Math.round(part * 255))).toEqual([255, 128, 0]);
    expect(parseColour('red')).toEqual([1, 1, 1]);
  });
});

describe('what is remembered', () => {
  it('lists differ by length or any value', () => {
    const changes = new Changes();
    expect([
      changes.differs('a', [1, NaN]),
      changes.differs('a', [1, NaN]),
      changes.differs('a', [1, 2]),
      changes.differs('a', [1]),
    ]).toEqual([true, false, true, true]);
    changes.forget('a');
    expect(changes.differs('a', [1])).toBe(true);
  });

  it('the entry asked for longest ago is forgotten', () => {
    const map = new RecentMap<number>(2);
    let made = 0;
    const obtain = (key: string): number => map.obtain(key, () => ++made);
    expect([obtain('a'), obtain('b'), obtain('a'), obtain('c'), obtain('a'), obtain('b')]).toEqual([
      1, 2, 1, 3, 1, 4,
    ]);
  });
});
