import { Failure } from '../../../../src-shared/model/index.ts';
import { dvhsOf, maskDvhsOf, stacksWith, type RoiDvh } from '../../../services/dvh.ts';
import { doseOf } from '../doses.ts';
import { tell } from '../findings.ts';
import { required } from '../inputs.ts';
import { meter, watched } from '../progress.ts';
import { regionsOf } from '../regions.ts';
import type { Cell, Csv } from '../resultFile.ts';
import { chosenRois } from '../rois.ts';
import {
  aboutFigures,
  maskEndCaps,
  STATISTICS_OPTIONS,
  statisticsQuestion,
  statisticsTable,
} from '../statistics.ts';
import type { Verb } from '../verb.ts';

/** One point a row, all ROIs one after another. */
function curves(dvhs: readonly RoiDvh[], unit: string): Csv {
  function* rows(): Generator<Cell[]> {
    for (const { name, number, endCaps, curve } of dvhs)
      for (let n = 0; n < curve.dose.length; n++)
        yield [name, number, endCaps, curve.dose[n], curve.volumePercent[n]];
  }
  return {
    columns: ['roi', 'number', 'end_caps', unit === 'percent' ? 'dose_percent' : 'dose_gy', 'volume_percent'],
    rows: rows(),
  };
}

export const dvhVerb: Verb = {
  name: 'dvh',
  summary: 'Cumulative dose-volume histograms and what is read off them.',
  usage:
    'dvh --structures S --dose D [--roi NAME]… [--end-caps half|none] [--at D95,D2,V20Gy…] [-o curves.csv]',
  example: 'dvh --structures RS.dcm --dose RD.dcm --roi PTV --at D95,D2,V20Gy --prescription 60 --json',
  positional: { minimum: 0, maximum: 0, what: 'no arguments besides options' },
  options: {
    ...STATISTICS_OPTIONS,
    bin: { kind: 'number', value: 'GY', help: 'step of the curve (default 0.01)' },
  },
  writes: ['.csv', '.json'],
  async run(context) {
    const binGy = context.arguments.number('bin') ?? 0.01;
    if (!(binGy > 0)) throw new Failure('USAGE', '--bin is above 0.');
    const asked = statisticsQuestion(context),
      { endCaps, prescription, at, roiNames } = asked;
    const named = required(context, 'structures', 'the structure set'),
      dose = await doseOf(context, required(context, 'dose', 'the dose'));
    const regions = await regionsOf(context, named),
      question = { binGy, prescription, at, signal: context.signal };
    let caps = endCaps,
      dvhs: RoiDvh[];
    if (regions.form === 'masks') {
      caps = maskEndCaps(context);
      dvhs = await maskDvhsOf(chosenRois(regions.masks, roiNames) ?? regions.masks, dose, question);
    } else {
      const { structures, imageDistance } = regions;
      const runner = watched(
        context.runner,
        meter(context.progress, { total: 100, unit: 'per cent', done: 'sampled' }),
      );
      dvhs = await dvhsOf(
        structures,
        chosenRois(structures.rois, roiNames),
        dose,
        { ...question, endCaps, stackOf: stacksWith(imageDistance) },
        runner,
      );
    }
    for (const { findings } of dvhs) tell(context, findings);
    return {
      json: {
        endCaps: caps,
        ...aboutFigures(dose, asked),
        rois: dvhs.map(({ name, number, volumeCc, insideGrid, min, max, mean, values, curve }) => ({
          name,
          number,
          volumeCc,
          insideGrid,
          min,
          max,
          mean,
          values,
          curve,
        })),
      },
      text: statisticsTable(dvhs, dose, asked, {
        endCaps: caps,
        sampling: 'standard',
        empty: 'The structure set has no ROI with a volume.',
      }),
      csv: curves(dvhs, dose.volume.unit),
    };
  },
};
