import type { EndCaps } from '../../../../src-shared/compute/contours/index.ts';
import { Failure, type Dose } from '../../../../src-shared/model/index.ts';
import { dvhsOf, maskDvhsOf, stacksWith, type RoiDvh } from '../../../services/dvh.ts';
import { doseOf } from '../doses.ts';
import { tell } from '../findings.ts';
import { required } from '../inputs.ts';
import { masksOf, regionsOf, type Regions } from '../regions.ts';
import { chosenRois } from '../rois.ts';
import {
  aboutFigures,
  maskEndCaps,
  STATISTICS_OPTIONS,
  statisticsCsv,
  statisticsQuestion,
  statisticsTable,
  type RoiStatistics,
  type StatisticsQuestion,
} from '../statistics.ts';
import type { Verb, VerbContext } from '../verb.ts';
import { voxelsOfContours, voxelsOfMasks } from '../voxels.ts';

/** As the DVH samples it. */
async function sampled(
  context: VerbContext,
  regions: Regions,
  dose: Dose,
  question: StatisticsQuestion,
): Promise<RoiStatistics[]> {
  const { endCaps, prescription, at, roiNames } = question,
    { signal } = context;
  let dvhs: RoiDvh[];
  if (regions.form === 'masks')
    dvhs = await maskDvhsOf(chosenRois(regions.masks, roiNames) ?? regions.masks, dose, {
      binGy: 0.01,
      prescription,
      at,
      signal,
    });
  else {
    const { structures, imageDistance } = regions;
    dvhs = await dvhsOf(
      structures,
      chosenRois(structures.rois, roiNames),
      dose,
      { endCaps, binGy: 0.01, prescription, at, stackOf: stacksWith(imageDistance), signal },
      context.runner,
    );
  }
  for (const { findings } of dvhs) tell(context, findings);
  return dvhs.map(({ name, number, volumeCc, insideGrid, min, max, mean, values }) => ({
    name,
    number,
    volumeCc,
    insideGrid,
    min,
    max,
    mean,
    values,
  }));
}

export const metricsVerb: Verb = {
  name: 'metrics',
  summary:
    'Dose statistics without curves; from contours or masks as the DVH samples them, or from voxel values.',
  usage:
    'metrics --dose D (--structures S | --masks FOLDER) [--roi NAME]… [--at D95,D0.1cc…] [--sampling standard|voxel-centres] [-o metrics.csv]',
  example: 'metrics --structures RS.dcm --dose RD.dcm --at D95,D0.1cc,V20Gy --sampling voxel-centres',
  positional: { minimum: 0, maximum: 0, what: 'no arguments besides options' },
  options: {
    ...STATISTICS_OPTIONS,
    masks: {
      kind: 'text',
      value: 'FOLDER',
      help: 'as --structures FOLDER, at the voxel centres unless --sampling says otherwise',
    },
    sampling: {
      kind: 'text',
      choices: ['standard', 'voxel-centres'],
      help: 'finer than the grids (default), or the values at the voxel centres',
    },
  },
  writes: ['.csv', '.json'],
  async run(context) {
    const { arguments: args } = context,
      question = statisticsQuestion(context),
      folder = args.text('masks');
    if (folder !== undefined && args.text('structures') !== undefined)
      throw new Failure('USAGE', 'Give --structures or --masks, not both.');
    const asked = args.text('sampling') ?? (folder === undefined ? 'standard' : 'voxel-centres'),
      sampling = asked === 'standard' ? 'standard' : 'voxel-centres';
    const named = folder ?? required(context, 'structures', 'the structure set, or give --masks');
    const dose = await doseOf(context, required(context, 'dose', 'the dose'));
    const regions: Regions =
      folder === undefined
        ? await regionsOf(context, named)
        : { form: 'masks', masks: await masksOf(context, named) };
    const endCaps: EndCaps = regions.form === 'masks' ? maskEndCaps(context) : question.endCaps;
    let rois: RoiStatistics[];
    if (sampling === 'standard') rois = await sampled(context, regions, dose, question);
    else if (regions.form === 'masks')
      rois = voxelsOfMasks(
        context,
        chosenRois(regions.masks, question.roiNames) ?? regions.masks,
        dose,
        question,
      );
    else rois = voxelsOfContours(context, regions, dose, question);
    return {
      json: { endCaps, sampling, ...aboutFigures(dose, question), rois },
      text: statisticsTable(rois, dose, question, {
        endCaps,
        sampling,
        empty: 'There is no ROI with a volume.',
      }),
      csv: statisticsCsv(rois, dose, question, { endCaps, sampling }),
    };
  },
};
