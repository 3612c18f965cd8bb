import type { EndCaps } from '../../../src-shared/compute/contours/index.ts';
import { parseMetric, type Metric } from '../../../src-shared/compute/dvh/index.ts';
import { Failure } from '../../../src-shared/model/index.ts';
import type { OptionTable } from './arguments.ts';
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

/** One ROI a row, with what the figures mean. */
export function statisticsCsv(
  rois: readonly RoiStatistics[],
  metrics: readonly Metric[],
  about: Readonly<Record<string, Cell>>,
): Csv {
  const keys = [...new Set(metrics.map(({ key }) => key))];
  return {
    columns: [
      'roi',
      'number',
      'volume_cc',
      'inside_grid',
      'min',
      'mean',
      'max',
      ...keys,
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
      ...keys.map((key) => r.values[key]),
      ...Object.values(about),
    ]),
  };
}
