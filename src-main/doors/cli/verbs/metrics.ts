import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { rasterise, stackPlanes } from '../../../../src-shared/compute/contours/index.ts';
import { parseMetric, voxelCentreMetrics, type Metric } from '../../../../src-shared/compute/dvh/index.ts';
import { resample } from '../../../../src-shared/compute/resample/index.ts';
import { Failure, type Dose, type Volume } from '../../../../src-shared/model/index.ts';
import { checkFrames, dvhsOf } from '../../../services/dvh.ts';
import { readVolumeFile } from '../../../services/objects/index.ts';
import { tell } from '../findings.ts';
import { namedObject, required } from '../inputs.ts';
import { doseOf, structuresOf } from '../objects.ts';
import { figure, table } from '../output.ts';
import { chosenRois } from '../rois.ts';
import type { Verb, VerbContext } from '../verb.ts';

interface RoiMetrics {
  readonly name: string;
  readonly number: number;
  readonly volumeCc: number | null;
  readonly insideGrid: number | null;
  readonly min: number | null;
  readonly max: number | null;
  readonly mean: number | null;
  readonly values: Readonly<Record<string, number | null>>;
}

const MASK = /\.(nrrd|nii|nii\.gz)$/i;

/** One mask a file, named after its ROI; sorted by name. */
async function masksOf(context: VerbContext, folder: string): Promise<{ name: string; mask: Volume }[]> {
  await namedObject(context, folder);
  const files = readdirSync(resolve(folder)).filter((name) => MASK.test(name)).sort();
  if (files.length === 0) throw new Failure('INPUT_NOT_USABLE', `The folder ${folder} holds no masks (NAME.nrrd or NAME.nii.gz).`);
  return Promise.all(files.map(async (file) => ({ name: file.replace(MASK, ''), mask: await readVolumeFile(join(resolve(folder), file)) })));
}

const sameGrid = (a: Volume, b: Volume): boolean =>
  a.dimensions.every((n, i) => n === b.dimensions[i]) && a.affine.every((value, i) => Math.abs(value - b.affine[i]!) < 1e-3);

function fromMasks(masks: readonly { name: string; mask: Volume }[], dose: Dose, metrics: readonly Metric[], prescription: number | null): RoiMetrics[] {
  const unit = dose.volume.unit === 'percent' ? 'percent' : 'Gy';
  return masks.map(({ name, mask }, n) => {
    // Voxel centres are the mask's: on another grid the dose is interpolated there.
    const onMask = sameGrid(mask, dose.volume) ? dose.volume : (resample(dose.volume, mask) as Volume<Float32Array>);
    const { volumeCc, min, max, mean, values } = voxelCentreMetrics(mask.data, { ...mask, data: onMask.data }, metrics, { unit, prescription });
    return { name, number: n + 1, volumeCc, insideGrid: null, min, max, mean, values };
  });
}

export const metricsVerb: Verb = {
  name: 'metrics',
  summary: 'Dose statistics without curves; from contours as the DVH samples them, or from voxel values.',
  usage: 'metrics --dose D (--structures S | --masks FOLDER) [--roi NAME]… [--at D95,D0.1cc…] [--sampling standard|voxel-centres]',
  example: 'metrics --structures RS.dcm --dose RD.dcm --at D95,D0.1cc,V20Gy --sampling voxel-centres',
  positional: { minimum: 0, maximum: 0, what: 'no arguments besides options' },
  options: {
    structures: { kind: 'text', value: 'S', help: 'RTSTRUCT file, folder of masks, or UID' },
    masks: { kind: 'text', value: 'FOLDER', help: 'one NAME.nrrd or NAME.nii.gz per ROI; voxels above 0 belong to it' },
    dose: { kind: 'text', value: 'D', help: 'RTDOSE, NRRD, NIfTI, MetaImage, or UID' },
    roi: { kind: 'list', value: 'NAME', help: 'only this one; may be given again' },
    'end-caps': { kind: 'text', choices: ['half', 'none'], help: 'half a slice beyond the outermost contours (default) or nothing' },
    sampling: { kind: 'text', choices: ['standard', 'voxel-centres'], help: 'finer than the grids (default), or the values at the voxel centres' },
    prescription: { kind: 'number', value: 'GY', help: 'what V95% is per cent of' },
    at: { kind: 'list', separated: true, value: 'D95,V20Gy…', help: 'figures to read off' },
  },
  async run(context) {
    const { arguments: args } = context;
    const endCaps = args.text('end-caps') === 'none' ? 'none' : 'half';
    const prescription = args.number('prescription') ?? null, at = args.list('at');
    const sampling = args.text('sampling') ?? 'standard', roiNames = args.list('roi');
    const metrics = at.map(parseMetric);
    const dose = await doseOf(context, required(context, 'dose', 'the dose'));
    const folder = args.text('masks');
    let rois: RoiMetrics[];
    if (folder !== undefined) {
      const masks = await masksOf(context, folder);
      const chosen = roiNames.length === 0 ? masks : masks.filter(({ name }) => roiNames.includes(name));
      if (chosen.length === 0) throw new Failure('NOT_FOUND', `There is no mask named ${roiNames.join(' or ')}; there are ${masks.map(({ name }) => name).join(', ')}.`);
      rois = fromMasks(chosen, dose, metrics, prescription);
    } else {
      const { structures, imageDistance } = await structuresOf(context, required(context, 'structures', 'the structure set, or give --masks'));
      const wanted = chosenRois(structures, roiNames);
      if (sampling === 'standard') {
        const question = { endCaps, binGy: 0.01, prescription, at, imageDistance, signal: context.signal } as const;
        const dvhs = await dvhsOf(structures, wanted, dose, question, await context.runner());
        for (const { findings } of dvhs) tell(context, findings);
        rois = dvhs.map(({ name, number, volumeCc, insideGrid, min, max, mean, values }) => ({ name, number, volumeCc, insideGrid, min, max, mean, values }));
      } else {
        const list = wanted ?? structures.rois.filter(({ contours }) => contours.length > 0);
        checkFrames(list, structures, dose);
        const unit = dose.volume.unit === 'percent' ? 'percent' : 'Gy';
        rois = list.map((roi) => {
          const stack = stackPlanes(roi, { imageDistance });
          tell(context, stack.findings);
          const mask = rasterise(stack, dose.volume, { endCaps });
          const { volumeCc, min, max, mean, values } = voxelCentreMetrics(mask, dose.volume, metrics, { unit, prescription });
          return { name: roi.name, number: roi.number, volumeCc, insideGrid: null, min, max, mean, values };
        });
      }
    }
    const keys = metrics.map(({ key }) => key);
    return {
      json: { endCaps, sampling: folder === undefined ? sampling : 'voxel-centres', unit: dose.volume.unit, rois },
      text: table(
        ['ROI', 'cc', 'min', 'mean', 'max', ...keys],
        rois.map((r) => [r.name, figure(r.volumeCc), figure(r.min), figure(r.mean), figure(r.max), ...keys.map((key) => figure(r.values[key]))]),
        'There is no ROI with a volume.',
      ),
    };
  },
};
