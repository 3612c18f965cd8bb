import { basename } from 'node:path';
import { Failure, type Dose, type Finding, type Plan, type StructureSet, type Volume } from '../../../src-shared/model/index.ts';
import { openDose, openPlan, openSeries, openStructures, readVolumeFile, recordOf } from '../../services/objects/index.ts';
import { tell } from './findings.ts';
import { namedObject, type NamedObject } from './inputs.ts';
import type { VerbContext } from './verb.ts';

const ofOneFile = (object: NamedObject, what: string): string => {
  const [file, ...more] = object.files;
  if (file === undefined || more.length > 0) throw new Failure('INPUT_NOT_USABLE', `${object.text} holds ${object.files.length} files; name the one that is the ${what}.`);
  return file;
};

export interface NamedVolume {
  readonly volume: Volume;
  /** Of a DICOM series; '' where the file says nothing. */
  readonly modality: string;
  readonly description: string;
  readonly patientPosition: string;
  readonly findings: readonly Finding[];
}

/** An image volume: a DICOM series or file, NRRD, NIfTI or MetaImage. A dose is a volume too. */
export async function volumeOf(context: VerbContext, object: NamedObject): Promise<NamedVolume> {
  const nothing = { modality: '', description: '', patientPosition: '', findings: [] };
  if (object.form !== 'dicom' && object.form !== 'folder') return { volume: await readVolumeFile(object.files[0]!), ...nothing };
  const runner = await context.runner();
  if (object.files.length === 1 && (await recordOf(object.files[0]!)).kind === 'dose') {
    const dose = await openDose(object.files[0]!, { runner, signal: context.signal });
    return { ...nothing, volume: dose.volume, modality: 'RTDOSE', description: dose.comment, findings: dose.findings };
  }
  const series = await openSeries(object.files, {
    runner,
    signal: context.signal,
    onProgress: (progress) => context.progress(`${Math.floor(progress * 100)} % of ${object.files.length} files decoded`),
  });
  const { volume, findings } = await series.done;
  return { volume, modality: series.modality, description: series.description, patientPosition: series.patientPosition, findings };
}

/** A structure set from contours; `imageDistance` where the library knows the images it was drawn on. */
export async function structuresOf(context: VerbContext, text: string): Promise<{ structures: StructureSet; imageDistance: number | null }> {
  const object = await namedObject(context, text);
  const file = ofOneFile(object, 'structure set');
  if (object.form !== 'dicom') throw new Failure('INPUT_NOT_USABLE', `${basename(file)} is no structure set: name an RTSTRUCT file or its UID.`);
  const structures = await openStructures(file);
  tell(context, structures.findings);
  return { structures, imageDistance: null };
}

/** A dose: RTDOSE, or a volume file whose values are Gy. */
export async function doseOf(context: VerbContext, text: string): Promise<Dose> {
  const object = await namedObject(context, text);
  const file = ofOneFile(object, 'dose');
  if (object.form === 'dicom') {
    const dose = await openDose(file, { runner: await context.runner(), signal: context.signal });
    tell(context, dose.findings);
    return dose;
  }
  const volume = await readVolumeFile(file);
  const data = volume.data instanceof Float32Array ? volume.data : Float32Array.from(volume.data);
  return {
    sopInstanceUid: '',
    volume: { ...volume, data, unit: volume.unit === 'percent' ? 'percent' : 'Gy' },
    type: 'PHYSICAL',
    summation: 'PLAN',
    comment: '',
    referencedPlanUid: null,
    referencedBeamNumbers: [],
    referencedStructureSetUid: null,
    storedDvhs: [],
    findings: [],
  };
}

export async function planOf(object: NamedObject): Promise<Plan> {
  return openPlan(ofOneFile(object, 'plan'));
}
