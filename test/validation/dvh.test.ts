import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { provideBuiltKernels } from '../../src-main/services/kernelAssets.ts';
import { openStructures } from '../../src-main/services/objects/radiotherapy.ts';
import { rasterise, stackPlanes, type EndCaps } from '../../src-shared/compute/contours/index.ts';
import { computeDvh, parseMetric, voxelCentreMetrics } from '../../src-shared/compute/dvh/index.ts';
import { doseOn, gridAround } from '../builders/rois.ts';
import {
  agreement,
  analyticSets,
  available,
  byName,
  data,
  DX,
  eclipseCase,
  eclipseDicom,
  eclipseTables,
  openCase,
  type Model,
} from './dvhReferences.ts';

provideBuiltKernels();

describe.skipIf(!available).each(['prostate', 'ent'] as const)("Eclipse's tables of the %s case", (short) => {
  it.each(['reference contours', 'DICOM'] as const)(
    'every bin of every ROI agrees without caps, from %s',
    async (source) => {
      const { rois, dose } = source === 'DICOM' ? await eclipseDicom(short) : eclipseCase(short),
        tables = eclipseTables(short);
      expect(tables.size).toBe(short === 'ent' ? 16 : 6);
      const agreeing = [...tables].map(([name, table]) => [
        name,
        agreement(table, computeDvh(stackPlanes(byName(rois, name)), dose, { endCaps: 'none' }).curve)
          .percent,
      ]);
      expect(agreeing).toEqual([...tables.keys()].map((name) => [name, 100]));
    },
  );
});

describe.skipIf(!available)('solids of radius 12 in linear doses', () => {
  const worst = (pattern: RegExp, endCaps: EndCaps, model: Model): { volume: number; dose: number } => {
    let volume = 0,
      off = 0;
    const sets = analyticSets((name) => pattern.test(name) && !name.startsWith('small'));
    expect(sets.length).toBeGreaterThan(0);
    for (const set of sets) {
      for (const { dose, results } of set.doses) {
        const d = computeDvh(stackPlanes(set.roi), dose, { endCaps, at: [...DX] }),
          wanted = results[model]!;
        volume = Math.max(volume, Math.abs((100_000 * d.volumeCc!) / wanted.volume_mm3! - 100));
        for (const x of DX) off = Math.max(off, Math.abs(d.values[`${x}%`]! - wanted[`${x}_gy`]!));
      }
    }
    return { volume, dose: off };
  };

  it.each([
    [1, 0.5],
    [2, 1.2],
    [3, 2.4],
  ] as const)(
    'no caps against the solid cut at its outer planes, %i mm: volume within %d per cent, doses within 0.2 Gy',
    (mm, percent) => {
      const pattern = new RegExp(`${mm > 1 ? '^(?!cone_rot)' : ''}.*_${mm}mm_`);
      const { volume, dose } = worst(pattern, 'none', 'ideal_cut');
      expect(volume).toBeLessThanOrEqual(percent);
      expect(dose).toBeLessThanOrEqual(0.2);
    },
  );

  it('half caps on planes at half steps of 1 mm against the ideal: volume within 0.5 %, doses within 0.2 Gy', () => {
    const { volume, dose } = worst(/_1mm_half$/, 'half', 'ideal');
    expect(volume).toBeLessThanOrEqual(0.5);
    expect(dose).toBeLessThanOrEqual(0.2);
  });

  it('half caps on a cylinder whose outer planes are its faces are rightly 4.17 % too large', () => {
    expect(worst(/^cylinder_1mm_plane$/, 'half', 'ideal').volume).toBeCloseTo(4.17, 1);
  });
});

describe.skipIf(!available)('other references', () => {
  it("the Pinnacle cone's volume within 0.5 % of 3.61911 cc without caps", async () => {
    const { rois } = await openStructures(data('rt', 'dvh-phantom-cone', 'RTSTRUCT.dcm')),
      cone = rois.find((roi) => /cone/i.test(roi.name))!;
    const { volumeCc } = computeDvh(
      stackPlanes(cone),
      doseOn(gridAround([0, 0, 0], 400, 400), () => 1),
      { endCaps: 'none' },
    );
    expect(Math.abs(volumeCc! / 3.61911 - 1)).toBeLessThan(0.005);
  });

  it.each(['pt_99', 'pt_187', 'pt_201', 'pt_236'])(
    'OpenKBP %s: contours along voxel edges give the metrics of the masks',
    async (patient) => {
      const { rois, dose } = await openCase(data('rt-dicom', `openkbp-${patient}`), 'RD.dcm');
      const wanted = readFileSync(data('rt', 'openkbp', patient, 'reference-metrics.csv'), 'utf8')
        .trim()
        .split('\n')
        .slice(1)
        .map((line) => line.split(','));
      const metrics = ['D99', 'D95', 'D1', 'D0.1cc', 'Dmean'].map(parseMetric),
        found = new Map<string, Readonly<Record<string, number | null>>>();
      for (const [name, metric, value] of wanted) {
        const roi = byName(rois, name!);
        const values =
          found.get(name!) ??
          voxelCentreMetrics(rasterise(stackPlanes(roi), dose), dose, metrics, {
            unit: 'Gy',
            prescription: null,
          }).values;
        found.set(name!, values);
        const key =
          metric === 'mean' ? 'Dmean' : metric === 'D_0.1_cc' ? 'D0.1cc' : `${metric!.replace('_', '')}%`;
        expect(Math.abs(values[key]! - Number(value)), `${name} ${metric}`).toBeLessThan(1e-3);
      }
      expect(found.size).toBeGreaterThan(5);
    },
  );
});
