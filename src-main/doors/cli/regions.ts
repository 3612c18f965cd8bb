import { basename } from 'node:path';
import { Failure } from '../../../src-shared/model/index.ts';
import type { NamedMask } from '../../services/dvh.ts';
import { readVolumeFile } from '../../services/objects/index.ts';
import { formOf, namedObject, type NamedObject } from './inputs.ts';
import { structuresOf, type NamedStructures } from './objects.ts';
import type { VerbContext } from './verb.ts';

/** What `--structures` may name: a structure set from contours, or masks. */
export type Regions =
  | ({ readonly form: 'contours' } & NamedStructures)
  | { readonly form: 'masks'; readonly masks: readonly NamedMask[] };

const MASK = /\.(nrrd|nii|nii\.gz|mha|mhd)$/i;

/** Structures of an RTSTRUCT (file, folder of it alone, UID), or masks: a folder of NAME.nrrd or NAME.nii.gz, or one file. */
export async function regionsOf(context: VerbContext, text: string): Promise<Regions> {
  const object = await namedObject(context, text);
  if (object.files.some((file) => formOf(file) !== 'dicom'))
    return { form: 'masks', masks: await masksIn(context, object) };
  return { form: 'contours', ...(await structuresOf(context, object)) };
}

/** The masks of a folder, numbered in the order of their names. */
export const masksOf = async (context: VerbContext, text: string): Promise<NamedMask[]> =>
  masksIn(context, await namedObject(context, text));

async function masksIn(context: VerbContext, { text, files }: NamedObject): Promise<NamedMask[]> {
  const paths = files.filter((file) => MASK.test(file)),
    others = files.length - paths.length;
  if (paths.length === 0)
    throw new Failure('INPUT_NOT_USABLE', `${text} holds no masks (NAME.nrrd or NAME.nii.gz).`);
  if (others > 0)
    context.warn(
      `${text}: ${others} ${others === 1 ? 'file that is no mask was' : 'files that are no masks were'} left out.`,
    );
  const names = paths.map((path) => basename(path).replace(MASK, ''));
  const twice = names.find((name, n) => names.indexOf(name) !== n);
  if (twice !== undefined)
    throw new Failure('INPUT_NOT_USABLE', `${text} holds two masks named ${twice}; leave one.`);
  return Promise.all(
    paths.map(async (path, n) => ({ name: names[n]!, number: n + 1, mask: await readVolumeFile(path) })),
  );
}
