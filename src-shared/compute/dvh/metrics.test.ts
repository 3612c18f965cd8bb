import { describe, expect, it } from 'vitest';
import { Failure } from '../../model/index.ts';
import { parseMetric, voxelCentreMetrics } from './index.ts';

describe('parseMetric', () => {
  it.each([
    ['D95', 'D95%'],
    ['d95%', 'D95%'],
    ['D2.50', 'D2.5%'],
    ['D0.030cc', 'D0.03cc'],
    ['D .03 cm3', 'D0.03cc'],
    ['D1cm³', 'D1cc'],
    ['D2ml', 'D2cc'],
    ['V20', 'V20Gy'],
    ['v20gy', 'V20Gy'],
    ['V20Gy[%]', 'V20Gy'],
    ['V2000cGy', 'V20Gy'],
    ['V20Gy[cc]', 'V20Gy[cc]'],
    ['V20Gy(cc)', 'V20Gy[cc]'],
    ['V20Gycc', 'V20Gy[cc]'],
    ['V95%', 'V95%'],
    ['V95%[cc]', 'V95%[cc]'],
    ['Dmean', 'Dmean'],
    ['mean', 'Dmean'],
    ['DMAX', 'Dmax'],
    ['min', 'Dmin'],
  ])('D11: %s is %s', (typed, key) => expect(parseMetric(typed).key).toBe(key));

  it.each(['', 'D', 'D101', 'D-1', 'Dninety', 'V20Sv', 'X5', 'D95% >= 3', 'D95Gy'])(
    'D11: "%s" is refused',
    (text) => {
      expect(() => parseMetric(text)).toThrow(Failure);
      expect(() => parseMetric(text)).toThrow(/write for instance D95%/);
    },
  );
});

describe('voxelCentreMetrics', () => {
  const dose = {
    dimensions: [5, 2, 1] as const,
    affine: [10, 0, 0, 0, 0, 10, 0, 0, 0, 0, 10, 0] as const,
    data: Float32Array.from([1, 2, 3, 4, 5, 90, 91, 92, NaN, 94]),
  };
  const mask = [1, 1, 1, 1, 1, 0, 0, 0, 1, 0];
  const read = (...at: string[]) =>
    voxelCentreMetrics(mask, dose, at.map(parseMetric), { unit: 'Gy', prescription: 4 });

  it('D14: linear percentiles, cc by whole voxels, shares of voxels; voxels without value left out', () => {
    const s = read(
      'D50',
      'D25',
      'D99',
      'D0.1cc',
      'D1cc',
      'D2cc',
      'D6cc',
      'V3Gy',
      'V3Gy[cc]',
      'V100%',
      'Dmean',
    );
    expect([s.voxels, s.volumeCc, s.min, s.max, s.mean]).toEqual([6, 6, 1, 5, 3]);
    const wanted = {
      'D50%': 3,
      'D25%': 4,
      'D99%': 1.04,
      'D0.1cc': 4.2,
      D1cc: 4.2,
      D2cc: 3.4,
      D6cc: null,
      V3Gy: 60,
      'V3Gy[cc]': 3,
      'V100%': 40,
      Dmean: 3,
    };
    expect(Object.keys(s.values)).toEqual(Object.keys(wanted));
    for (const [key, figure] of Object.entries(wanted)) {
      if (figure === null) expect(s.values[key]).toBeNull();
      else expect(s.values[key]).toBeCloseTo(figure, 12);
    }
  });

  it('D14: an empty mask has no figures', () => {
    const s = voxelCentreMetrics(new Uint8Array(10), dose, [parseMetric('D50')], {
      unit: 'Gy',
      prescription: null,
    });
    expect([s.voxels, s.min, s.max, s.mean, s.values['D50%']]).toEqual([0, null, null, null, null]);
  });
});
