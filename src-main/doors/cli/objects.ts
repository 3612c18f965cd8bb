import { basename } from 'node:path';
import { gridSpacing } from '../../../src-shared/geometry/index.ts';
import {
  Failure,
  type Finding,
  type ObjectKind,
  type Plan,
  type StructureSet,
  type Volume,
} from '../../../src-shared/model/index.ts';
import {
  imageDistance,
  openDose,
  openPlan,
  openSeries,
  openStructures,
  readHeaders,
  readVolumeFile,
  recordOf,
  sliceDistance,
  type SeriesVolume,
} from '../../services/objects/index.ts';
import { tell } from './findings.ts';
import { namedObject, type NamedObject } from './inputs.ts';
import { meter } from './progress.ts';
import type { OptionDefinition } from './arguments.ts';
import type { VerbContext } from './verb.ts';

const WHAT: Partial<Record<ObjectKind, string>> = { structures: 'structure set', dose: 'dose', plan: 'plan' };

/**
 * The one file of a kind: of a folder the only file, of a UID (of a study, a series or the object) the only object of
 * that kind.
 * @throws Failure INPUT_NOT_USABLE where there is none, or several.
 */
export function soleFile(object: NamedObject, kind: 'structures' | 'dose' | 'plan'): string {
  const what = WHAT[kind] ?? kind;
  if (object.stored === null) {
    const [file, ...more] = object.files;
    if (file === undefined || more.length > 0)
      throw new Failure(
        'INPUT_NOT_USABLE',
        `${object.text} holds ${object.files.length} files; name the one that is the ${what}.`,
      );
    return file;
  }
  const fitting = object.files.filter((_, n) => object.stored?.[n]?.kind === kind);
  const [file, ...more] = fitting;
  if (file === undefined)
    throw new Failure('INPUT_NOT_USABLE', `What the library holds under ${object.text} is no ${what}.`);
  if (more.length > 0) {
    const uids = object.stored
      .filter((stored) => stored.kind === kind)
      .map((stored) => stored.sopInstanceUid);
    throw new Failure(
      'INPUT_NOT_USABLE',
      `${object.text} stands for ${fitting.length} objects that are a ${what}; name one by its own UID.`,
      { uids },
    );
  }
  return file;
}

export interface NamedVolume {
  readonly volume: Volume;
  /** Of a DICOM series; '' where the file says nothing. */
  readonly modality: string;
  readonly description: string;
  readonly patientPosition: string;
  readonly findings: readonly Finding[];
  /** All that a DICOM series holds, and the number of this one; none of other files. */
  readonly volumes: readonly SeriesVolume[];
  readonly number: number;
}

export const isVolumeFile = (object: NamedObject): boolean =>
  object.form !== 'dicom' && object.form !== 'folder';

/**
 * An image volume: a DICOM series or file, NRRD, NIfTI or MetaImage. A dose is a volume too.
 * @param choice which of several volumes of a series, from 1; undefined where there must be one.
 */
export async function volumeOf(
  context: VerbContext,
  object: NamedObject,
  choice?: number,
): Promise<NamedVolume> {
  const nothing = {
    modality: '',
    description: '',
    patientPosition: '',
    findings: [],
    volumes: [],
    number: 1,
  };
  if (isVolumeFile(object)) return { volume: await readVolumeFile(object.files[0]!), ...nothing };
  const { runner, signal } = context;
  const images =
    object.stored === null
      ? object.files
      : object.files.filter((_, n) => object.stored?.[n]?.kind === 'image');
  const kind = object.files.length === 1 ? (await recordOf(object.files[0]!)).kind : null;
  if (kind === 'dose' || (images.length === 0 && kind === null)) {
    const dose = await openDose(soleFile(object, 'dose'), { runner, signal });
    return {
      ...nothing,
      volume: dose.volume,
      modality: 'RTDOSE',
      description: dose.comment,
      findings: dose.findings,
    };
  }
  if (kind !== null && kind !== 'image') {
    throw new Failure('INPUT_NOT_USABLE', `${object.text} is no volume but a ${WHAT[kind] ?? kind}.`);
  }
  const onProgress = meter(context.progress, { total: images.length, unit: 'files', done: 'decoded' });
  const series = await openSeries(images, {
    runner,
    signal,
    onProgress,
    ...(choice === undefined ? {} : { choice }),
  });
  const { volume, findings } = await series.done;
  return {
    volume,
    modality: series.modality,
    description: series.description,
    patientPosition: series.patientPosition,
    findings,
    volumes: series.volumes,
    number: series.number,
  };
}

/** Option of verbs that take one image: which volume of a series of several. */
export const VOLUME_OPTION = {
  kind: 'number',
  value: 'N',
  minimum: 1,
  whole: true,
  help: 'of a series that holds several volumes: which one, from 1',
} as const satisfies OptionDefinition;

export interface NamedStructures {
  readonly structures: StructureSet;
  /** mm between the images that it was drawn on; null where neither the library nor `--ct` knows them. */
  readonly imageDistance: number | null;
}

/** A structure set from contours. The images of an ROI on a single plane come from the library, or from `--ct`. */
export async function structuresOf(context: VerbContext, object: NamedObject): Promise<NamedStructures> {
  const file = soleFile(object, 'structures');
  if (isVolumeFile(object))
    throw new Failure(
      'INPUT_NOT_USABLE',
      `${basename(file)} is no structure set: name an RTSTRUCT file or its UID.`,
    );
  const structures = await openStructures(file);
  tell(context, structures.findings);
  const ct = context.arguments.text('ct');
  if (ct !== undefined)
    return { structures, imageDistance: await distanceOf(context, await namedObject(context, ct)) };
  const stored = object.stored?.find(({ kind }) => kind === 'structures');
  return { structures, imageDistance: stored ? imageDistance(stored, await context.library()) : null };
}

async function distanceOf(context: VerbContext, object: NamedObject): Promise<number | null> {
  if (isVolumeFile(object)) {
    return gridSpacing(await readVolumeFile(object.files[0]!))[2];
  }
  const { images } = await readHeaders(object.files, { runner: context.runner, signal: context.signal });
  return sliceDistance(images.flatMap(({ slices }) => slices));
}

export async function planOf(object: NamedObject): Promise<Plan> {
  return openPlan(soleFile(object, 'plan'));
}
