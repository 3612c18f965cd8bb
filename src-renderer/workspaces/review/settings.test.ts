import { describe, expect, it } from 'vitest';
import { takeTouching } from './caseData.ts';
import { convertLevels, defaultLevels, isodoses, recolour } from './isodose.ts';
import { presetsByValues, sampledPercentile } from './presets.ts';
import { readQuantity } from './quantities.ts';

describe('isodose levels', () => {
  it('are per cent of the reference, highest first, and none without one', () => {
    const doses = isodoses(defaultLevels('standard'), 70);
    expect(doses.map((level) => level.dose)).toEqual(
      [77, 74.9, 70, 66.5, 63, 56, 35].map((dose) => expect.closeTo(dose, 9) as number),
    );
    expect(isodoses(defaultLevels('standard'), null)).toEqual([]);
  });
  it('go to Gy and back', () => {
    const gray = convertLevels(defaultLevels('standard'), 'Gy', 60);
    expect(gray.map((level) => level.value)).toEqual([66, 64.2, 60, 57, 54, 48, 30]);
    expect(convertLevels(gray, '%', 60).map((level) => level.value)).toEqual([110, 107, 100, 95, 90, 80, 50]);
  });
  it('change colours, not values', () => {
    const safe = recolour(defaultLevels('standard'), 'colour-blind');
    expect(safe.map((level) => level.value)).toEqual(defaultLevels('standard').map((level) => level.value));
    expect(safe.map((level) => level.colour)).toEqual(
      defaultLevels('colour-blind').map((level) => level.colour),
    );
  });
});

describe('slices as they come', () => {
  it('grow from the middle; what does not touch waits for its neighbour', () => {
    const waiting: (readonly [number, number])[] = [[40, 50]];
    let present = takeTouching(null, waiting);
    waiting.push([60, 70]);
    present = takeTouching(present, waiting);
    expect(present).toEqual([40, 50]);
    waiting.push([50, 60]);
    present = takeTouching(present, waiting);
    expect(present).toEqual([40, 70]);
    expect(waiting).toEqual([]);
  });
  it('nothing has come: nothing is there', () => expect(takeTouching(null, [])).toBeNull());
});

describe('windows by values', () => {
  it('take in the values from the first to the last per cent', () => {
    const values = Float32Array.from({ length: 1001 }, (_, index) => index);
    const [automatic, full] = presetsByValues(sampledPercentile(values, 0, values.length));
    expect(automatic).toMatchObject({ centre: 500, width: 980 });
    expect(full).toMatchObject({ centre: 500, width: 1000 });
  });
  it('ignore what is no number', () =>
    expect(sampledPercentile(Float32Array.of(NaN, 4, NaN), 0, 3)(0.5)).toBe(4));
});

describe('figures typed by a person', () => {
  it('say what they are', () => {
    expect(readQuantity('d0.03 cc')).toMatchObject({ key: 'D0.03cc', unit: 'dose' });
    expect(readQuantity('V20')).toMatchObject({ key: 'V20Gy', unit: '%' });
    expect(readQuantity('V20Gy[cc]')).toMatchObject({ unit: 'cc' });
  });
  it('or why they are none', () => expect(readQuantity('D95furlong')).toHaveProperty('error'));
});
