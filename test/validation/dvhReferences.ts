import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Affine } from '../../src-shared/geometry/index.ts';
import { openDose, openStructures } from '../../src-main/services/objects/radiotherapy.ts';
import { inlineRunner } from '../../src-shared/compute/tasks/index.ts';
import type { Roi, Volume } from '../../src-shared/model/index.ts';
import { contour, doseOn, roi, type Loop } from '../builders/rois.ts';

const shared = resolve(process.env.FLUENCE_VALIDATION_DATA ?? '../shared'),
  cache = resolve(process.env.FLUENCE_VALIDATION_CACHE ?? '.cache/data');
export const reference = (...parts: string[]): string => join(shared, 'reference', ...parts);
export const data = (...parts: string[]): string => join(cache, ...parts);
export const available = existsSync(reference('eclipse_cases'));

const json = (file: string): unknown =>
  JSON.parse((file.endsWith('.gz') ? gunzipSync(readFileSync(file)) : readFileSync(file)).toString('utf8'));

export interface DvhCase {
  readonly rois: readonly Roi[];
  readonly dose: Volume<Float32Array>;
}

type Short = 'prostate' | 'ent';

/** An Eclipse case from its contours and raw dose; the dose in shared memory, as workers want it. */
export function eclipseCase(short: Short): DvhCase {
  const file = json(reference('eclipse_cases', `${short}.contours.json.gz`)) as {
    dose: {
      file: string;
      dim_xyz: [number, number, number];
      spacing_mm: [number, number, number];
      origin_mm: [number, number, number];
    };
    rois: Record<string, { z: number; xy: [number, number][] }[]>;
  };
  const raw = gunzipSync(readFileSync(reference('eclipse_cases', file.dose.file))),
    values = new Float32Array(new SharedArrayBuffer(raw.byteLength));
  new Uint8Array(values.buffer).set(raw);
  const [x, y, z] = file.dose.spacing_mm,
    [a, b, c] = file.dose.origin_mm,
    affine: Affine = [x, 0, 0, a, 0, y, 0, b, 0, 0, z, c];
  return {
    rois: Object.entries(file.rois).map(([name, contours]) =>
      roi(
        contours.map(({ z: w, xy }) => contour(xy, w)),
        name,
      ),
    ),
    dose: {
      data: values,
      dimensions: file.dose.dim_xyz,
      affine,
      unit: 'Gy',
      frameOfReferenceUid: null,
      padding: null,
    },
  };
}

/** The same from DICOM. */
export async function eclipseDicom(short: Short): Promise<DvhCase> {
  const folder = data('rt-dicom', `eclipse-${short}`),
    dose = existsSync(join(folder, 'RD.dcm')) ? 'RD.dcm' : 'RD.day1.dcm';
  return openCase(folder, dose);
}

export async function openCase(folder: string, dose: string): Promise<DvhCase> {
  const structures = await openStructures(join(folder, 'RS.dcm'));
  return {
    rois: structures.rois,
    dose: (await openDose(join(folder, dose), { runner: inlineRunner })).volume,
  };
}

export type Table = readonly (readonly [number, number])[];

/** Eclipse's tables of a case, by ROI. */
export function eclipseTables(short: Short): Map<string, Table> {
  const folder = reference('eclipse_cases');
  return new Map(
    readdirSync(folder)
      .filter((f) => f.startsWith(`${short}_`) && f.endsWith('.csv'))
      .map((f) => [
        f.slice(short.length + 1, -4),
        readFileSync(join(folder, f), 'utf8')
          .trim()
          .split('\n')
          .slice(1)
          .map((line): readonly [number, number] => {
            const [dose, volume] = line.split(',').map(Number);
            return [dose!, volume!];
          }),
      ]),
  );
}

const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');
export const byName = <T extends { readonly name: string }>(items: readonly T[], name: string): T => {
  const found = items.find((item) => plain(item.name) === plain(name));
  if (!found) throw new Error(`no ROI ${name}`);
  return found;
};

/**
 * Agreement of a curve with a table by the criterion of the reference: a bin agrees where the curve, a polyline from (0, 100)
 * that goes on along zero volume, comes within 1 of it in units of 1 % of the table's last dose and 1 percentage point.
 */
export function agreement(
  table: Table,
  curve: { readonly dose: Float64Array; readonly volumePercent: Float64Array },
): { readonly percent: number; readonly worst: number } {
  const unit = 0.01 * table.at(-1)![0];
  const x = [0, ...Array.from(curve.dose, (d) => d / unit), 1e6],
    y = [100, ...curve.volumePercent, 0];
  let agreeing = 0,
    worst = 0;
  for (const [dose, volume] of table) {
    const px = dose / unit;
    let best = Infinity;
    for (let i = 0; i + 1 < x.length; i++) {
      // Nothing farther along the dose axis than what was found can be nearer.
      if (x[i]! - px > Math.sqrt(best) || px - x[i + 1]! > Math.sqrt(best)) continue;
      const dx = x[i + 1]! - x[i]!,
        dy = y[i + 1]! - y[i]!,
        length = dx * dx + dy * dy;
      const t =
        length > 0 ? Math.min(1, Math.max(0, ((px - x[i]!) * dx + (volume - y[i]!) * dy) / length)) : 0;
      best = Math.min(best, (x[i]! + t * dx - px) ** 2 + (y[i]! + t * dy - volume) ** 2);
    }
    if (best <= 1) agreeing++;
    worst = Math.max(worst, Math.sqrt(best));
  }
  return { percent: (100 * agreeing) / table.length, worst };
}

type DoseFormula =
  | {
      readonly type: 'linear';
      readonly axis: 'x' | 'y' | 'z';
      readonly base_gy: number;
      readonly slope_gy_per_mm: number;
    }
  | {
      readonly type: string;
      readonly peak_gy: number;
      readonly centre_mm: readonly number[];
      readonly sigma_mm: number;
    };

export type Model = 'ideal' | 'ideal_cut' | 'stack_caps' | 'stack_nocaps';

export interface AnalyticSet {
  readonly name: string;
  readonly roi: Roi;
  readonly doses: readonly {
    readonly title: string;
    readonly linear: boolean;
    readonly dose: Volume<Float32Array>;
    readonly results: Readonly<Partial<Record<Model, Readonly<Record<string, number>> | null>>>;
  }[];
}

/** The analytic solids; linear doses on 1 mm, Gaussian ones on 0.4 mm. */
export function analyticSets(wanted: (name: string) => boolean, linearOnly = true): AnalyticSet[] {
  const folder = reference('dvh_analytic');
  return readdirSync(folder)
    .filter((f) => f.endsWith('.json.gz'))
    .map((f) => f.slice(0, -8))
    .filter(wanted)
    .map((name) => {
      const file = json(join(folder, `${name}.json.gz`)) as {
        centre_mm: [number, number, number];
        contours: { z_mm: number; xy_mm: Loop }[];
        doses: { dose: DoseFormula; results: Partial<Record<Model, Record<string, number> | null>> }[];
      };
      return {
        name,
        roi: roi(
          file.contours.map(({ z_mm, xy_mm }) => contour(xy_mm, z_mm)),
          name,
        ),
        doses: file.doses
          .filter(({ dose }) => !linearOnly || 'axis' in dose)
          .map(({ dose, results }) => ({
            title: 'axis' in dose ? `linear ${dose.axis}` : `Gaussian at ${dose.centre_mm.join(', ')}`,
            linear: 'axis' in dose,
            dose: onGrid(dose, file.centre_mm),
            results,
          })),
      };
    });
}

function onGrid(dose: DoseFormula, centre: readonly [number, number, number]): Volume<Float32Array> {
  const [n, h] = 'axis' in dose ? [37, 1] : [91, 0.4],
    half = (h * (n - 1)) / 2;
  const grid = {
    dimensions: [n, n, n] as const,
    affine: [h, 0, 0, centre[0] - half, 0, h, 0, centre[1] - half, 0, 0, h, centre[2] - half] as const,
  };
  if ('axis' in dose) {
    const a = 'xyz'.indexOf(dose.axis) as 0 | 1 | 2;
    return doseOn(grid, (p) => dose.base_gy + dose.slope_gy_per_mm * (p[a] - centre[a]));
  }
  return doseOn(
    grid,
    (p) =>
      dose.peak_gy *
      Math.exp(-p.reduce((sum, x, a) => sum + (x - dose.centre_mm[a]!) ** 2, 0) / (2 * dose.sigma_mm ** 2)),
  );
}

export const DX = ['D99', 'D98', 'D95', 'D50', 'D5', 'D2', 'D1'] as const;
