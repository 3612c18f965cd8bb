import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  affineColumn,
  affineOrigin,
  cross,
  distance,
  normalise,
  voxelCentre,
  type Vector3,
} from '../../geometry/index.ts';
import { isFailure } from '../../model/index.ts';
import {
  assembleVolume,
  planFindings,
  planSeries,
  shownVolume,
  soleVolume,
  type SeriesPlan,
  type SliceFacts,
  type ValueScaling,
  type VolumePlan,
} from './series.ts';

const slice = (z: number, change: Partial<SliceFacts> = {}): SliceFacts => ({
  sopInstanceUid: `1.${Math.round((z + 1000) * 1000)}`,
  frame: 0,
  rows: 3,
  columns: 4,
  frameOfReferenceUid: '1.9',
  position: [-10, -20, z],
  orientation: [1, 0, 0, 0, 1, 0],
  pixelSpacing: [2, 2],
  sliceThickness: 3,
  imageType: ['ORIGINAL', 'PRIMARY', 'AXIAL'],
  passes: ['1'],
  ...change,
});
const stack = (zs: readonly number[], change: Partial<SliceFacts> = {}): SliceFacts[] =>
  zs.map((z) => slice(z, change));
const evenly = (count: number, step = 3): number[] => Array.from({ length: count }, (_, n) => n * step);

const codes = (plan: SeriesPlan): string[] => planFindings(plan).map((f) => f.code);
const only = (plan: SeriesPlan): VolumePlan => {
  expect(plan.volumes).toHaveLength(1);
  return plan.volumes[0]!;
};
const order = (volume: VolumePlan): (number | string)[] =>
  volume.slices.map((s) => (s.kind === 'slice' ? s.slice : s.kind));
const refusal = (plan: SeriesPlan): { code: string; message: string; finding: unknown } => {
  try {
    soleVolume(plan);
  } catch (error) {
    if (isFailure(error)) return { code: error.code, message: error.message, finding: error.detail.finding };
    throw error;
  }
  throw new Error('the plan was not refused');
};

describe('order and affine', () => {
  it('O1: slices are sorted along the normal, whatever their order', () => {
    const volume = only(planSeries(stack([6, 0, 9, 3])));
    expect(order(volume)).toEqual([1, 3, 0, 2]);
    expect(volume.dimensions).toEqual([4, 3, 4]);
    expect(volume.affine).toEqual([2, 0, 0, -10, 0, 2, 0, -20, 0, 0, 3, 0]);
  });

  it('O1: against a normal that points down, k runs down', () => {
    const volume = only(planSeries(stack([0, 3, 6], { orientation: [1, 0, 0, 0, -1, 0] })));
    expect(order(volume)).toEqual([2, 1, 0]);
    expect(affineOrigin(volume.affine)).toEqual([-10, -20, 6]);
    expect(affineColumn(volume.affine, 2)).toEqual([0, 0, -3]);
  });

  it('O1: any turn of the image axes keeps every voxel where its slice says, and the axes right-handed', () => {
    const angle = fc.double({ min: -3, max: 3, noNaN: true });
    fc.assert(
      fc.property(
        angle,
        angle,
        fc.integer({ min: 2, max: 8 }),
        fc.double({ min: 0.3, max: 10, noNaN: true }),
        fc.array(fc.nat(), { minLength: 8, maxLength: 8 }),
        (a, b, count, step, keys) => {
          const row: Vector3 = [Math.cos(a), Math.sin(a), 0];
          const column = normalise([-Math.sin(a) * Math.cos(b), Math.cos(a) * Math.cos(b), Math.sin(b)]),
            normal = cross(row, column);
          const facts = evenly(count, step)
            .map((d) =>
              slice(d, {
                position: [d * normal[0], d * normal[1], d * normal[2]],
                orientation: [...row, ...column],
                pixelSpacing: [1.5, 0.75],
              }),
            )
            .sort(
              (x, y) => keys[Math.round(x.position![0] * 7) & 7]! - keys[Math.round(y.position![0] * 7) & 7]!,
            );
          const volume = only(planSeries(facts));
          expect(volume.refusal).toBeNull();
          volume.slices.forEach((source, k) => {
            const from = facts[source.kind === 'slice' ? source.slice : -1]!;
            expect(distance(voxelCentre(volume, [0, 0, k]), from.position!)).toBeLessThan(1e-6);
          });
          const [i, j, k] = [0, 1, 2].map((n) => affineColumn(volume.affine, n as 0 | 1 | 2)) as [
            Vector3,
            Vector3,
            Vector3,
          ];
          expect(cross(i, j).reduce((sum, x, n) => sum + x * k[n]!, 0)).toBeGreaterThan(0);
        },
      ),
    );
  });

  it('O2: pixel spacing is row then column; non-square pixels are told', () => {
    const plan = planSeries(stack([0, 3], { pixelSpacing: [1.5, 0.75] }));
    expect(affineColumn(only(plan).affine, 0)).toEqual([0.75, 0, 0]);
    expect(affineColumn(only(plan).affine, 1)).toEqual([0, 1.5, 0]);
    expect(codes(plan)).toEqual(['NON_SQUARE_PIXELS']);
  });

  it('O3: positions rounded in the header lie on the even lattice from first to last', () => {
    const volume = only(planSeries(stack([0, 3.3, 6.7, 10])));
    expect(volume.missing).toBe(0);
    expect(affineColumn(volume.affine, 2)[2]).toBeCloseTo(10 / 3, 9);
    expect(volume.findings).toEqual([]);
  });

  it('O4: a tilted gantry leaves a sheared affine and is told', () => {
    const tilt = (15 * Math.PI) / 180;
    const plan = planSeries(stack(evenly(5), { orientation: [1, 0, 0, 0, Math.cos(tilt), -Math.sin(tilt)] }));
    expect(affineColumn(only(plan).affine, 2)).toEqual([0, 0, 3]);
    expect(planFindings(plan)[0]).toMatchObject({
      code: 'GANTRY_TILT',
      message: expect.stringContaining('15.0 degrees') as string,
    });
  });

  it('O5: a single slice is as thick as it says, else 1 mm, and told', () => {
    expect(affineColumn(only(planSeries([slice(5)])).affine, 2)).toEqual([0, 0, 3]);
    const plan = planSeries([slice(5, { sliceThickness: null })]);
    expect(affineColumn(only(plan).affine, 2)).toEqual([0, 0, 1]);
    expect(codes(plan)).toEqual(['SINGLE_SLICE']);
  });
});

describe('slices that do not make one even stack', () => {
  it('O6: missing slices leave their planes empty; work that needs a whole volume refuses', () => {
    const plan = planSeries(stack([0, 3, 6, 12, 15]));
    const volume = only(plan);
    expect(order(volume)).toEqual([0, 1, 2, 'missing', 3, 4]);
    expect(volume.missing).toBe(1);
    expect(affineColumn(volume.affine, 2)).toEqual([0, 0, 3]);
    expect(planFindings(plan)[0]).toMatchObject({
      code: 'SLICE_GAP',
      severity: 'error',
      message:
        'A gap of 6 mm between z = 6 and z = 12 mm, where the slices are 3 mm apart: 1 slice is missing.',
    });
    expect(refusal(plan)).toMatchObject({ code: 'INPUT_NOT_USABLE', finding: 'SLICE_GAP' });
  });

  it('O6: a lattice that would be mostly empty is refused', () => {
    expect(only(planSeries(stack([0, 3, 6, 600]))).refusal?.code).toBe('SLICE_GAP');
  });

  it('O7: uneven spacing is interpolated onto the narrowest, and told', () => {
    const plan = planSeries(stack([0, 3, 6, 7.5, 9, 10.5, 12]));
    const volume = only(plan);
    expect(affineColumn(volume.affine, 2)[2]).toBeCloseTo(1.5, 9);
    expect(volume.slices[1]).toEqual({ kind: 'between', below: 0, above: 1, share: 0.5 });
    expect(volume.slices[4]).toEqual({ kind: 'slice', slice: 2 });
    expect(codes(plan)).toEqual(['UNEVEN_SPACING']);
  });

  it('O7: a hole too wide to interpolate is refused', () => {
    expect(only(planSeries(stack([0, 1, 2.5, 3.5, 5, 40]))).refusal?.code).toBe('SLICE_GAP');
  });

  it('O8: two slices at one place are refused, wherever they came in', () => {
    const twin = slice(3, { sopInstanceUid: '1.77' });
    for (const facts of [
      [...stack(evenly(4)), twin],
      [twin, ...stack(evenly(4))],
    ]) {
      const plan = planSeries(facts);
      expect(refusal(plan).finding).toBe('DUPLICATE_SLICE_POSITION');
      expect(refusal(plan).message).toContain('z = 3 mm');
    }
  });

  it('O8: whole passes over the same places are volumes of their own', () => {
    const plan = planSeries([
      ...stack(evenly(4)),
      ...stack(evenly(4)).map((s) => ({ ...s, sopInstanceUid: `${s.sopInstanceUid}.2`, passes: ['2'] })),
    ]);
    expect(plan.volumes.map((v) => order(v))).toEqual([
      [0, 1, 2, 3],
      [4, 5, 6, 7],
    ]);
    expect(codes(plan)).toEqual(['DUPLICATE_SLICE_POSITION']);
    expect(refusal(plan).message).toContain('2 volumes');
    expect(plan.volumes.map(({ label }) => label)).toEqual([
      'Axial, 4 slices, 2 × 2 × 3 mm, acquisition 1',
      'Axial, 4 slices, 2 × 2 × 3 mm, acquisition 2',
    ]);
  });

  it('O19: the volume of a number is the one that is taken; the largest, told, where none was chosen', () => {
    const turned = evenly(3).map((x) =>
      slice(x, {
        sopInstanceUid: `1.7.${x}`,
        position: [x, -20, 0],
        orientation: [0.1, 0.995, 0, 0, 0, -1],
        frameOfReferenceUid: '1.10',
      }),
    );
    const plan = planSeries([...turned, ...stack(evenly(4))]);
    expect(plan.volumes.map(({ label }) => label)).toEqual([
      'Axial, 4 slices, 2 × 2 × 3 mm',
      expect.stringMatching(/^Sagittal oblique, 3 slices, .* mm, another frame of reference$/),
    ]);
    for (const take of [soleVolume, shownVolume]) {
      expect(order(take(plan, 1))).toEqual([3, 4, 5, 6]);
      expect(take(plan, 2).frameOfReferenceUid).toBe('1.10');
      expect(() => take(plan, 3)).toThrow('holds no volume 3, but 2: 1 (Axial, 4 slices');
      expect(() => take(planSeries(stack(evenly(4))), 2)).toThrow('one volume only');
    }
    expect(order(shownVolume(plan))).toEqual([3, 4, 5, 6]);
    expect(shownVolume(plan).findings.at(-1)).toMatchObject({ severity: 'warning' });
    expect(shownVolume(plan, 2).findings.at(-1)).toMatchObject({ severity: 'information' });
  });

  it('O19: a volume that was refused is not taken by its number either', () => {
    const plan = planSeries([slice(3), slice(3, { sopInstanceUid: '1.twin' }), ...stack(evenly(4))]);
    expect(() => shownVolume(plan, 1)).toThrow('lie at the same position');
    expect(() => soleVolume(plan, 1)).toThrow('lie at the same position');
  });

  it('O9: localizers are left out', () => {
    const plan = planSeries([
      ...stack(evenly(4)),
      slice(50, { imageType: ['ORIGINAL', 'PRIMARY', 'LOCALIZER'], orientation: [1, 0, 0, 0, 0, -1] }),
    ]);
    expect(order(only(plan))).toEqual([0, 1, 2, 3]);
    expect(codes(plan)).toEqual(['LOCALIZER_LEFT_OUT']);
    expect(soleVolume(plan).findings.map((f) => f.code)).toEqual(['LOCALIZER_LEFT_OUT']);
  });

  it('O10: frames of reference are never joined', () => {
    const plan = planSeries([...stack([0, 3, 6]), ...stack([9, 12], { frameOfReferenceUid: '1.10' })]);
    expect(plan.volumes.map((v) => [v.frameOfReferenceUid, v.slices.length])).toEqual([
      ['1.9', 3],
      ['1.10', 2],
    ]);
    expect(refusal(plan).finding).toBe('FRAME_OF_REFERENCE_MIXED');
  });

  it('O10: other sizes and directions are volumes of their own; a lone stray is left out and told', () => {
    const size = planSeries([...stack([0, 3, 6]), ...stack([0, 3], { rows: 5 })]);
    expect(size.volumes).toHaveLength(2);
    expect(codes(size)).toEqual(['SIZE_MIXED']);
    const turned = planSeries([...stack(evenly(4)), slice(40, { orientation: [0, 1, 0, 0, 0, -1] })]);
    expect(order(only(turned))).toEqual([0, 1, 2, 3]);
    expect(codes(turned)).toEqual(['ORIENTATION_MIXED']);
  });

  it('O10: a slice turned by less than half a pixel at the edge stays, and is told', () => {
    const a = 0.002;
    const plan = planSeries([
      ...stack([0, 3, 9]),
      slice(6, { orientation: [Math.cos(a), Math.sin(a), 0, -Math.sin(a), Math.cos(a), 0] }),
    ]);
    expect(order(only(plan))).toEqual([0, 1, 3, 2]);
    expect(codes(plan)).toEqual(['ORIENTATION_MIXED']);
  });

  it('O11: images without a place make no volume, and say which tag is to blame', () => {
    const plan = planSeries(stack(evenly(3), { position: null }));
    expect(plan.volumes).toEqual([]);
    expect(refusal(plan)).toMatchObject({ finding: 'POSITION_MISSING' });
    expect(planSeries(stack([0], { pixelSpacing: null })).findings[0]?.tag).toBe('(0028,0030)');
    expect(planSeries(stack([0], { orientation: [1, 0, 0, 1, 0, 0] })).volumes).toEqual([]);
    expect(planSeries([]).volumes).toEqual([]);
    expect(refusal(planSeries([])).code).toBe('INPUT_NOT_USABLE');
  });

  it('O11: slices shifted within their planes are refused', () => {
    const plan = planSeries([slice(0), slice(3, { position: [-4, -20, 3] }), slice(6)]);
    expect(only(plan).refusal?.code).toBe('UNEVEN_SPACING');
  });
});

describe('values', () => {
  const rule = (change: Partial<ValueScaling> = {}): ValueScaling => ({
    slope: 1,
    intercept: 0,
    unit: 'HU',
    storedMinimum: -32768,
    storedMaximum: 32767,
    padding: null,
    ...change,
  });
  const plain = soleVolume(planSeries(stack([3, 0])));
  const area = 12;
  const fill = (...values: number[]): Int16Array[] => values.map((v) => new Int16Array(area).fill(v));

  it('O12: each slice goes to its place with its own rescale; CT is Int16 HU', () => {
    const { volume, findings } = assembleVolume(
      plain,
      [rule({ intercept: -1024 }), rule({ slope: 2 })],
      fill(1000, 50),
    );
    expect(volume.data).toBeInstanceOf(Int16Array);
    expect([volume.data[0], volume.data[area]]).toEqual([100, -24]);
    expect(volume.unit).toBe('HU');
    expect(findings).toEqual([]);
  });

  it('O12: fractional slopes are rounded to whole HU, and told', () => {
    const { volume, findings } = assembleVolume(
      plain,
      [rule({ slope: 0.5, intercept: -1000 }), rule({ slope: 0.5, intercept: -1000 })],
      fill(2081, 2000),
    );
    expect([volume.data[0], volume.data[area]]).toEqual([0, 41]);
    expect(findings).toMatchObject([
      {
        code: 'VALUES_ROUNDED',
        severity: 'information',
        message: expect.stringContaining('12 values') as string,
      },
    ]);
    expect(assembleVolume(plain, [rule({ slope: 0.5 }), rule({ slope: 0.5 })], fill(2, 4)).findings).toEqual(
      [],
    );
  });

  it('O12: HU beyond 16 bits are cut, and told', () => {
    const wide = fill(0, 0).map(() => new Uint16Array(area).fill(65535));
    const { volume, findings } = assembleVolume(
      plain,
      [rule({ intercept: -1024 }), rule({ intercept: -1024 })],
      wide,
    );
    expect(volume.data[0]).toBe(32767);
    expect(findings[0]).toMatchObject({ code: 'VALUES_ROUNDED', severity: 'warning' });
  });

  it('O13: padding is known in the unit of the volume and never interpolated', () => {
    const padded = rule({ intercept: -1024, padding: { from: -2000, to: -2000 } });
    expect(assembleVolume(plain, [padded, padded], fill(-2000, 0)).volume.padding).toEqual({
      from: -3024,
      to: -3024,
    });
    const uneven = soleVolume(planSeries(stack([0, 3, 6, 7.5, 9, 10.5])));
    const { volume } = assembleVolume(
      uneven,
      uneven.slices.map(() => padded),
      fill(-2000, 1024, 1124, 1024, 1024, 1024),
    );
    expect([0, 1, 2, 3, 4].map((k) => volume.data[k * area])).toEqual([-3024, 0, 0, 50, 100]);
  });

  it('O13: padding that slices have at different values is one value of the volume, never tissue', () => {
    const padded = (intercept: number): ValueScaling =>
      rule({ intercept, padding: { from: -2000, to: -1990 } });
    const stored = [Int16Array.from({ length: area }, (_, i) => (i < 3 ? -2000 + i : 1040)), ...fill(-1995)];
    const { volume, findings } = assembleVolume(plain, [padded(-1000), padded(-1001)], stored);
    expect(volume.padding).toEqual({ from: -32768, to: -32768 });
    expect(new Set(volume.data.slice(0, area))).toEqual(new Set([-32768]));
    expect([...volume.data.slice(area, area + 4)]).toEqual([-32768, -32768, -32768, 40]);
    expect(findings).toMatchObject([{ code: 'PADDING_PRESENT', severity: 'information' }]);
  });

  it('O13: a slice that names no padding keeps all its values, beside slices that do', () => {
    const padded = rule({ intercept: -1024, padding: { from: -2000, to: -2000 } });
    const { volume } = assembleVolume(plain, [padded, rule({ intercept: -1024 })], fill(-2000, -2000));
    expect([volume.data[0], volume.data[area]]).toEqual([-3024, -32768]);
    expect(volume.padding).toEqual({ from: -32768, to: -32768 });
  });

  it('O13: the value of padding is none that could have been measured, in every type', () => {
    const markOf = (change: Partial<ValueScaling>): unknown => {
      const own = rule({ unit: 'stored', padding: { from: 0, to: 0 }, ...change });
      const { volume } = assembleVolume(plain, [own, { ...own, intercept: 1 }], fill(0, 7));
      expect([volume.data[0], volume.data[area]]).toEqual([8 * own.slope, volume.padding?.from]);
      return [volume.data.constructor, volume.padding?.from];
    };
    expect(markOf({ storedMinimum: 0, storedMaximum: 4095 })).toEqual([Int16Array, -32768]);
    expect(markOf({ storedMinimum: 0, storedMaximum: 40_000 })).toEqual([Uint16Array, 65535]);
    expect(markOf({ storedMinimum: 0, storedMaximum: 65_535 })).toEqual([Float32Array, -32768]);
    expect(markOf({})).toEqual([Float32Array, -131072]);
  });

  it('O12: rounding and cutting of padding itself are not told', () => {
    const padded = (intercept: number): ValueScaling =>
      rule({ slope: 0.5, intercept, padding: { from: -2001, to: -2001 } });
    const { findings } = assembleVolume(plain, [padded(-500), padded(-32_000)], fill(-2001, -2001));
    expect(findings.map(({ code }) => code)).toEqual(['PADDING_PRESENT']);
  });

  it('O12: CT that is not HU keeps its decimals; what there is to doubt is told once', () => {
    const density = rule({ unit: '10^23/ml', slope: 0.001 });
    const { volume, findings } = assembleVolume(plain, [density, density], fill(3340, 1));
    expect(volume.unit).toBe('10^23/ml');
    expect([...new Set(volume.data)]).toEqual([Math.fround(0.001), Math.fround(3.34)]);
    expect(findings).toEqual([]);
    const doubt = { code: 'NOTE', severity: 'warning', message: 'Not known to be HU.' } as const;
    const unknown = rule({ unit: 'stored', doubt });
    expect(
      assembleVolume(plain, [unknown, { ...unknown, doubt: { ...doubt } }], fill(1, 2)).findings,
    ).toEqual([doubt]);
  });

  it('O14: a volume of images in different units has none, and it is told', () => {
    const { volume, findings } = assembleVolume(
      plain,
      [rule({ unit: 'Bq/ml' }), rule({ unit: 'counts' })],
      fill(1, 2),
    );
    expect(volume.unit).toBe('stored');
    expect(findings).toMatchObject([{ code: 'VALUES_MIXED', severity: 'warning' }]);
  });

  it('O7: planes between slices are their linear mixture', () => {
    const uneven = soleVolume(planSeries(stack([0, 3, 6, 7.5, 9, 10.5])));
    const { volume } = assembleVolume(
      uneven,
      uneven.slices.map(() => rule()),
      fill(0, 100, 200, 300, 400, 500),
    );
    expect([0, 1, 2, 3, 4, 5].map((k) => volume.data[k * area])).toEqual([0, 50, 100, 150, 200, 300]);
  });

  it('O6: planes without an image hold padding, even where the images name none', () => {
    const gapped = only(planSeries(stack([0, 3, 9])));
    const { volume } = assembleVolume(gapped, [rule(), rule(), rule()], fill(1, 2, 3));
    expect([0, 1, 2, 3].map((k) => volume.data[k * area])).toEqual([1, 2, -32768, 3]);
    expect(volume.padding).toEqual({ from: -32768, to: -32768 });
  });

  it('O14: PET is Float32; MR takes the narrowest type that is exact', () => {
    const type = (change: Partial<ValueScaling>): unknown =>
      assembleVolume(plain, [rule(change), rule(change)], fill(1, 2)).volume.data.constructor;
    expect(type({ unit: 'Bq/ml', slope: 3 })).toBe(Float32Array);
    expect(type({ unit: 'g/ml', slope: 3 })).toBe(Float32Array);
    expect(type({ unit: 'stored' })).toBe(Int16Array);
    expect(type({ unit: 'stored', storedMinimum: 0, storedMaximum: 65535 })).toBe(Uint16Array);
    expect(type({ unit: 'stored', slope: 1.25 })).toBe(Float32Array);
  });

  it('O15: an image of the wrong size, or one that never came, is refused', () => {
    expect(() => assembleVolume(plain, [rule(), rule()], [new Int16Array(3), new Int16Array(area)])).toThrow(
      /holds 3 values/,
    );
    expect(() => assembleVolume(plain, [rule(), rule()], fill(1))).toThrow(/1 of the 2 images/);
  });
});

describe('what is shown', () => {
  it('O18: a gap is shown with empty planes at their places, and told', () => {
    const plan = planSeries(stack([0, 3, 9, 12]));
    const shown = shownVolume(plan);
    expect(order(shown)).toEqual([0, 1, 'missing', 2, 3]);
    expect(shown.findings.map((f) => f.code)).toEqual(['SLICE_GAP']);
    expect(refusal(plan).finding).toBe('SLICE_GAP');
  });

  it('O18: of several volumes the largest is shown, and told', () => {
    const plan = planSeries([...stack([0, 3, 6]), ...stack([0, 3, 6, 9], { frameOfReferenceUid: '1.10' })]);
    const shown = shownVolume(plan);
    expect(shown.frameOfReferenceUid).toBe('1.10');
    expect(shown.findings.at(-1)?.message).toBe(
      'The series holds 2 volumes; the largest, of 4 slices, is shown and the other is not.',
    );
  });

  it('O18: what makes no volume is refused with the reason', () => {
    expect(() => shownVolume(planSeries(stack([0, 3, 3, 6])))).toThrow(/lie at the same position/);
    expect(() => shownVolume(planSeries([]))).toThrow(/no image that could be part of a volume/);
  });
});
