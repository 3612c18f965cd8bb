import type { EndCaps } from '../../../src-shared/compute/contours/index.ts';
import { parseMetric, type Metric } from '../../../src-shared/compute/dvh/index.ts';
import { Failure, type Dose } from '../../../src-shared/model/index.ts';
import type { OptionTable } from './arguments.ts';
import { facts, figure, table } from './output.ts';
import type { Cell, Csv } from './resultFile.ts';
import type { VerbContext } from './verb.ts';

/** What `dvh` and `metrics` both take. */
export const STATISTICS_OPTIONS: OptionTable = {
  structures: {
    kind: 'text',
    value: 'S',
    help: 'RTSTRUCT file, folder of masks (NAME.nrrd, NAME.nii.gz), or UID',
  },
  dose: { kind: 'text', value: 'D', help: 'RTDOSE, NRRD, NIfTI, MetaImage, or UID' },
  ct: {
    kind: 'text',
    value: 'C',
    help: 'the images, whose distance gives an ROI on a single plane its thickness (of UIDs, the library knows them)',
  },
  roi: { kind: 'list', value: 'NAME', help: 'only this one; may be given again' },
  'end-caps': {
    kind: 'text',
    choices: ['half', 'none'],
    help: 'beyond the outermost contours: half a slice (default) or nothing',
  },
  prescription: { kind: 'number', value: 'GY', help: 'what V95% is per cent of' },
  at: { kind: 'list', separated: true, value: 'D95,V20Gy…', help: 'figures to read off' },
};

export interface StatisticsQuestion {
  readonly endCaps: EndCaps;
  readonly prescription: number | null;
  readonly at: readonly string[];
  readonly metrics: readonly Metric[];
  readonly roiNames: readonly string[];
}

/** @throws Failure USAGE on a figure that is none, or a prescription that is not above 0. */
export function statisticsQuestion({ arguments: args }: VerbContext): StatisticsQuestion {
  const prescription = args.number('prescription') ?? null,
    at = args.list('at');
  if (prescription !== null && !(prescription > 0)) throw new Failure('USAGE', '--prescription is above 0.');
  return {
    endCaps: args.text('end-caps') === 'none' ? 'none' : 'half',
    prescription,
    at,
    metrics: at.map(parseMetric),
    roiNames: args.list('roi'),
  };
}

/** End caps belong to contours. @throws Failure USAGE where they are asked for of masks. */
export function maskEndCaps({ arguments: args }: VerbContext): EndCaps {
  if (args.text('end-caps') === 'half')
    throw new Failure('USAGE', '--end-caps half is for contours; a mask ends where its voxels end.');
  return 'none';
}

export interface RoiStatistics {
  readonly name: string;
  readonly number: number;
  readonly volumeCc: number | null;
  readonly insideGrid: number | null;
  readonly min: number | null;
  readonly max: number | null;
  readonly mean: number | null;
  readonly values: Readonly<Record<string, number | null>>;
}

/** The unit of a figure: of the dose, or of a volume. */
const unitOf = (metric: Metric, dose: string): string =>
  metric.kind === 'volume' ? (metric.as === 'cc' ? 'cc' : '%') : dose;

/** Each figure once, whatever was typed how often. */
const distinct = (metrics: readonly Metric[]): Metric[] => [
  ...new Map(metrics.map((metric) => [metric.key, metric])).values(),
];

const nameOf = ({ key }: Metric): string => key.replace('[cc]', '');

/** What a document says of the figures in it, besides the figures. */
export function aboutFigures(
  { type, summation, volume }: Dose,
  { prescription }: StatisticsQuestion,
): {
  readonly unit: string;
  readonly prescription: number | null;
  readonly summation: string | null;
  readonly doseType: string | null;
} {
  return { unit: volume.unit, prescription, summation: summation || null, doseType: type || null };
}

const SAMPLING: Readonly<Record<string, string>> = {
  standard: 'finer than the grids',
  'voxel-centres': 'values at the voxel centres',
};

/** The figures for people: what they mean above them, their units at the head of each column. */
export function statisticsTable(
  rois: readonly RoiStatistics[],
  dose: Dose,
  question: StatisticsQuestion,
  { endCaps, sampling, empty }: { endCaps: EndCaps; sampling: 'standard' | 'voxel-centres'; empty: string },
): string {
  const relative = dose.volume.unit === 'percent',
    unit = relative ? 'rel. %' : 'Gy',
    metrics = distinct(question.metrics),
    { prescription } = question;
  const kind = [dose.summation, dose.type].filter(Boolean).join(' ');
  return `${facts([
    [
      'dose',
      `${relative ? 'relative, in per cent of a reference that is not named' : 'Gy'}${kind ? ` (${kind})` : ''}`,
    ],
    ['prescription', prescription === null ? 'not given' : `${prescription} Gy`],
    ['end caps', endCaps === 'half' ? 'half a slice distance' : 'none'],
    ['sampling', SAMPLING[sampling]],
  ])}\n\n${table(
    [
      'ROI',
      'volume cc',
      'in grid %',
      ...['min', 'mean', 'max'].map((name) => `${name} ${unit}`),
      ...metrics.map((metric) => `${nameOf(metric)} ${unitOf(metric, unit)}`),
    ],
    rois.map((r) => [
      r.name,
      figure(r.volumeCc),
      figure(r.insideGrid === null ? null : 100 * r.insideGrid, 1),
      figure(r.min),
      figure(r.mean),
      figure(r.max),
      ...metrics.map(({ key }) => figure(r.values[key])),
    ]),
    empty,
  )}`;
}

/** One ROI a row, the unit of each figure in its column's name, with what the figures mean. */
export function statisticsCsv(
  rois: readonly RoiStatistics[],
  dose: Dose,
  question: StatisticsQuestion,
  { endCaps, sampling }: { endCaps: EndCaps; sampling: string },
): Csv {
  const metrics = distinct(question.metrics),
    { unit, prescription, summation, doseType } = aboutFigures(dose, question);
  const suffix = (of: string): string => (of === '%' ? 'percent' : of.toLowerCase());
  const about: Readonly<Record<string, Cell>> = {
    unit,
    end_caps: endCaps,
    sampling,
    prescription_gy: prescription,
    summation,
    dose_type: doseType,
  };
  return {
    columns: [
      'roi',
      'number',
      'volume_cc',
      'inside_grid',
      ...['min', 'mean', 'max'].map((name) => `${name}_${suffix(unit)}`),
      ...metrics.map((metric) => `${nameOf(metric)}_${suffix(unitOf(metric, unit))}`),
      ...Object.keys(about),
    ],
    rows: rois.map((r) => [
      r.name,
      r.number,
      r.volumeCc,
      r.insideGrid,
      r.min,
      r.mean,
      r.max,
      ...metrics.map(({ key }) => r.values[key]),
      ...Object.values(about),
    ]),
  };
}
