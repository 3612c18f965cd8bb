import { Failure } from '../../../../src-shared/model/index.ts';
import type { EndCaps } from '../../../../src-shared/compute/contours/index.ts';
import { dvhsOf } from '../../../services/dvh.ts';
import { tell } from '../findings.ts';
import { required } from '../inputs.ts';
import { doseOf, structuresOf } from '../objects.ts';
import { figure, table } from '../output.ts';
import { chosenRois } from '../rois.ts';
import type { Verb } from '../verb.ts';

export const dvhVerb: Verb = {
  name: 'dvh',
  summary: 'Cumulative dose-volume histograms and what is read off them.',
  usage: 'dvh --structures S --dose D [--roi NAME]… [--end-caps half|none] [--at D95,D2,V20Gy…]',
  example: 'dvh --structures RS.dcm --dose RD.dcm --roi PTV --at D95,D2,V20Gy --prescription 60 --json',
  positional: { minimum: 0, maximum: 0, what: 'no arguments besides options' },
  options: {
    structures: { kind: 'text', value: 'S', help: 'RTSTRUCT file, folder of masks, or UID' },
    dose: { kind: 'text', value: 'D', help: 'RTDOSE, NRRD, NIfTI, MetaImage, or UID' },
    roi: { kind: 'list', value: 'NAME', help: 'only this one; may be given again' },
    'end-caps': { kind: 'text', choices: ['half', 'none'], help: 'beyond the outermost contours: half a slice (default) or nothing' },
    bin: { kind: 'number', value: 'GY', help: 'step of the curve (default 0.01)' },
    prescription: { kind: 'number', value: 'GY', help: 'what V95% is per cent of' },
    at: { kind: 'list', separated: true, value: 'D95,V20Gy…', help: 'figures to read off' },
  },
  async run(context) {
    const { arguments: args } = context;
    const endCaps = (args.text('end-caps') ?? 'half') as EndCaps;
    const binGy = args.number('bin') ?? 0.01, prescription = args.number('prescription') ?? null;
    if (!(binGy > 0)) throw new Failure('USAGE', '--bin is above 0.');
    if (prescription !== null && !(prescription > 0)) throw new Failure('USAGE', '--prescription is above 0.');
    const { structures, imageDistance } = await structuresOf(context, required(context, 'structures', 'the structure set'));
    const dose = await doseOf(context, required(context, 'dose', 'the dose'));
    const question = { endCaps, binGy, prescription, at: args.list('at'), imageDistance, signal: context.signal };
    const dvhs = await dvhsOf(structures, chosenRois(structures, args.list('roi')), dose, question, await context.runner());
    for (const { findings } of dvhs) tell(context, findings);
    const keys = Object.keys(dvhs[0]?.values ?? {});
    return {
      json: {
        endCaps,
        unit: dose.volume.unit,
        rois: dvhs.map(({ name, number, volumeCc, insideGrid, min, max, mean, values, curve }) => ({ name, number, volumeCc, insideGrid, min, max, mean, values, curve })),
      },
      text: table(
        ['ROI', 'cc', 'in grid', 'min', 'mean', 'max', ...keys],
        dvhs.map((d) => [d.name, figure(d.volumeCc), figure(d.insideGrid, 3), figure(d.min), figure(d.mean), figure(d.max), ...keys.map((key) => figure(d.values[key]))]),
        'The structure set has no ROI with a volume.',
      ),
    };
  },
};
