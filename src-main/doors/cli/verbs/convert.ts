import { basename, resolve } from 'node:path';
import { gridDirections, gridOrigin, gridSpacing } from '../../../../src-shared/geometry/index.ts';
import { resample } from '../../../../src-shared/compute/resample/index.ts';
import { Failure, type FindingCode, type Volume } from '../../../../src-shared/model/index.ts';
import { openStored, VOLUME_EXTENSIONS, writeVolumeFile } from '../../../services/objects/index.ts';
import { statedUnitOf } from '../doses.ts';
import { tell } from '../findings.ts';
import { geometryOf } from '../geometry.ts';
import { namedObject, required, type NamedObject } from '../inputs.ts';
import { isVolumeFile, VOLUME_OPTION, volumeOf } from '../objects.ts';
import { facts } from '../output.ts';
import type { Verb, VerbContext } from '../verb.ts';

/** What the written file does not show: images that are not in it, and a thickness that the dose did not give. */
const NOT_SEEN: readonly FindingCode[] = ['LOCALIZER_LEFT_OUT', 'DOSE_PLANE_ONLY'];

/** 4 GB of 32-bit values. */
const MOST_VOXELS = 1e9;

/** The grid of `--spacing`: the same box of voxel faces, whole voxels of about the spacing asked for. */
function gridOfSpacing(volume: Volume, text: string): Pick<Volume, 'dimensions' | 'affine'> {
  const wanted = text.split(',').map(Number);
  const given = wanted.length === 1 ? [wanted[0]!, wanted[0]!, wanted[0]!] : wanted;
  if (given.length !== 3 || given.some((value) => !(value > 0)))
    throw new Failure('USAGE', `--spacing is one or three numbers of mm, as 2 or 1,1,3, not "${text}".`);
  const spacing = gridSpacing(volume),
    directions = gridDirections(volume),
    origin = gridOrigin(volume);
  const counts = given.map((step, a) =>
    Math.max(1, Math.round((volume.dimensions[a]! * spacing[a]!) / step)),
  );
  if (counts.reduce((product, n) => product * n, 1) > MOST_VOXELS)
    throw new Failure(
      'USAGE',
      `--spacing ${text} would make ${counts.join(' × ')} voxels; choose a coarser one.`,
    );
  // Centred on the old box, so that the first voxel's outer face stays where it was where the counts divide.
  const shift = given.map(
    (step, a) => ((volume.dimensions[a]! - 1) * spacing[a]! - (counts[a]! - 1) * step) / 2,
  );
  const first = [0, 1, 2].map(
    (r) => origin[r]! + directions.reduce((sum, d, a) => sum + d[r]! * shift[a]!, 0),
  );
  const column = (a: 0 | 1 | 2, r: 0 | 1 | 2): number => directions[a][r] * given[a]!;
  const row = (r: 0 | 1 | 2): readonly [number, number, number, number] => [
    column(0, r),
    column(1, r),
    column(2, r),
    first[r]!,
  ];
  return { dimensions: [counts[0]!, counts[1]!, counts[2]!], affine: [...row(0), ...row(1), ...row(2)] };
}

async function converted(context: VerbContext): Promise<{ volume: Volume; components: number }> {
  const object = await namedObject(context, context.arguments.positional[0]!);
  const spacing = context.arguments.text('spacing'),
    like = context.arguments.text('like');
  if (spacing !== undefined && like !== undefined)
    throw new Failure('USAGE', 'Give --spacing or --like, not both.');
  if (context.arguments.flag('stored')) {
    if (spacing !== undefined || like !== undefined)
      throw new Failure(
        'USAGE',
        '--stored keeps the values as they are; it goes with neither --spacing nor --like.',
      );
    if (object.form !== 'dicom' || object.files.length !== 1)
      throw new Failure('USAGE', '--stored is for one DICOM file.');
    return openStored(object.files[0]!);
  }
  const { volume, findings } = await volumeOf(context, object, context.arguments.number('volume'));
  tell(context, findings, NOT_SEEN);
  await tellLostUnit(context, object, volume);
  if (spacing !== undefined)
    return { volume: resample(volume, gridOfSpacing(volume, spacing)), components: 1 };
  if (like !== undefined) {
    const target = await volumeOf(context, await namedObject(context, like));
    tell(context, target.findings);
    const frame = volume.frameOfReferenceUid,
      other = target.volume.frameOfReferenceUid;
    if (frame !== null && other !== null && frame !== other) {
      throw new Failure(
        'FRAME_OF_REFERENCE_MISMATCH',
        'The two volumes lie in different frames of reference: register them first.',
        { frames: [frame, other] },
      );
    }
    return { volume: resample(volume, target.volume), components: 1 };
  }
  return { volume, components: 1 };
}

/** A unit that volumes are not kept in is not written either. */
async function tellLostUnit(context: VerbContext, object: NamedObject, volume: Volume): Promise<void> {
  const lost = isVolumeFile(object) && volume.unit === 'stored' ? await statedUnitOf(object) : null;
  if (lost !== null)
    context.warn(
      `The values of ${basename(object.files[0]!)} are in ${lost}; they are written as they are, without this unit.`,
    );
}

export const convertVerb: Verb = {
  name: 'convert',
  summary: 'Writes a volume (DICOM series, dose, NRRD, NIfTI, MetaImage) as NRRD, NIfTI or MetaImage.',
  usage: 'convert IN -o OUT.nrrd|.nii|.nii.gz|.mha [--volume N] [--spacing MM | --like OTHER | --stored]',
  example: 'convert CT/ -o ct.nii.gz --spacing 2',
  positional: { minimum: 1, maximum: 1, what: 'one volume: a file, a folder of one series, or a UID' },
  options: {
    spacing: {
      kind: 'text',
      value: 'MM',
      help: 'resample to this spacing (one number, or three with commas)',
    },
    like: { kind: 'text', value: 'OTHER', help: 'resample onto the grid of another volume' },
    volume: VOLUME_OPTION,
    stored: { kind: 'flag', help: 'values as stored: no rescale, palette, window or colour conversion' },
  },
  writes: VOLUME_EXTENSIONS,
  async run(context) {
    const output = resolve(required(context, 'output', 'the file to write with -o'));
    const { volume, components } = await converted(context);
    context.signal.throwIfAborted();
    await writeVolumeFile(output, volume, components);
    const geometry = geometryOf(volume);
    return {
      json: { output, ...geometry, ...(components > 1 ? { components } : {}) },
      text: facts([
        ['written', output],
        ['voxels', geometry.dimensions.join(' × ')],
        ['spacing', `${geometry.spacing.map((s) => s.toPrecision(5)).join(' × ')} mm`],
      ]),
    };
  },
};
