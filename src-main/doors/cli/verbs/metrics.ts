import { rasterise, stackPlanes, type EndCaps } from '../../../../src-shared/compute/contours/index.ts';
import { voxelCentreMetrics } from '../../../../src-shared/compute/dvh/index.ts';
import { resample } from '../../../../src-shared/compute/resample/index.ts';
import { Failure, type Dose, type Volume } from '../../../../src-shared/model/index.ts';
import {
  checkFrames,
  checkMaskFrames,
  dvhsOf,
  hasClosedContours,
  maskDvhsOf,
  stacksWith,
  type NamedMask,
  type RoiDvh,
} from '../../../services/dvh.ts';
import { tell } from '../findings.ts';
import { sameGrid } from '../geometry.ts';
import { required } from '../inputs.ts';
import { doseOf, type NamedStructures } from '../objects.ts';
import { figure, table } from '../output.ts';
import { masksOf, regionsOf, type Regions } from '../regions.ts';
import { chosenRois } from '../rois.ts';
import {
  maskEndCaps,
  STATISTICS_OPTIONS,
  statisticsCsv,
  statisticsQuestion,
  type RoiStatistics,
  type StatisticsQuestion,
} from '../statistics.ts';
import type { Verb, VerbContext } from '../verb.ts';

const unitOf = (dose: Dose): 'Gy' | 'percent' => (dose.volume.unit === 'percent' ? 'percent' : 'Gy');

/** Of each mask at its own voxel centres: on another grid than the dose's the dose is interpolated there. */
function voxelsOfMasks(
  masks: readonly NamedMask[],
  dose: Dose,
  { metrics, prescription }: StatisticsQuestion,
): RoiStatistics[] {
  checkMaskFrames(masks, dose);
  return masks.map(({ name, number, mask }) => {
    const onMask = sameGrid(mask, dose.volume)
      ? dose.volume
      : (resample(dose.volume, mask) as Volume<Float32Array>);
    const { volumeCc, min, max, mean, values } = voxelCentreMetrics(
      mask.data,
      { ...mask, data: onMask.data },
      metrics,
      { unit: unitOf(dose), prescription },
    );
    return { name, number, volumeCc, insideGrid: null, min, max, mean, values };
  });
}

/** Of contours, at the dose's voxel centres inside them. */
function voxelsOfContours(
  context: VerbContext,
  { structures, imageDistance }: NamedStructures,
  dose: Dose,
  question: StatisticsQuestion,
): RoiStatistics[] {
  const { endCaps, metrics, prescription, roiNames } = question;
  const rois = chosenRois(structures.rois, roiNames) ?? structures.rois.filter(hasClosedContours);
  checkFrames(rois, structures, dose);
  return rois.map((roi) => {
    const stack = stackPlanes(roi, { imageDistance });
    tell(context, stack.findings);
    const mask = rasterise(stack, dose.volume, { endCaps });
    const { volumeCc, min, max, mean, values } = voxelCentreMetrics(mask, dose.volume, metrics, {
      unit: unitOf(dose),
      prescription,
    });
    return { name: roi.name, number: roi.number, volumeCc, insideGrid: null, min, max, mean, values };
  });
}

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
    const sampling = args.text('sampling') ?? (folder === undefined ? 'standard' : 'voxel-centres');
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
      rois = voxelsOfMasks(chosenRois(regions.masks, question.roiNames) ?? regions.masks, dose, question);
    else rois = voxelsOfContours(context, regions, dose, question);
    const keys = question.metrics.map(({ key }) => key),
      { unit } = dose.volume;
    return {
      json: { endCaps, sampling, unit, rois },
      text: table(
        ['ROI', 'cc', 'min', 'mean', 'max', ...keys],
        rois.map((r) => [
          r.name,
          figure(r.volumeCc),
          figure(r.min),
          figure(r.mean),
          figure(r.max),
          ...keys.map((key) => figure(r.values[key])),
        ]),
        'There is no ROI with a volume.',
      ),
      csv: statisticsCsv(rois, question.metrics, { unit, end_caps: endCaps, sampling }),
    };
  },
};
