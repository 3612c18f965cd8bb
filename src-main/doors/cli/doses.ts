import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { metaImageStatedUnit } from '../../../src-shared/formats/mha/index.ts';
import { niftiStatedUnit } from '../../../src-shared/formats/nifti/index.ts';
import { nrrdStatedUnit } from '../../../src-shared/formats/nrrd/index.ts';
import { Failure, type Dose, type Volume } from '../../../src-shared/model/index.ts';
import { openDose, readVolumeFile } from '../../services/objects/index.ts';
import { tell } from './findings.ts';
import { namedObject, type NamedObject } from './inputs.ts';
import { isVolumeFile, soleFile } from './objects.ts';
import type { VerbContext } from './verb.ts';

/** A dose: RTDOSE, or a volume file whose values are a dose. What is assumed of it, and what it is not, is told. */
export async function doseOf(context: VerbContext, text: string): Promise<Dose> {
  const object = await namedObject(context, text);
  const file = soleFile(object, 'dose');
  if (isVolumeFile(object)) return doseFromVolume(context, object, await readVolumeFile(file));
  const dose = await openDose(file, { runner: context.runner, signal: context.signal });
  tell(context, dose.findings);
  return dose;
}

/** Headers end within these; longer ones are refused when the volume is read. */
const HEAD_BYTES = 1 << 20;

/** The unit that a volume file names for its values, in its own words; null where it names none. */
export async function statedUnitOf({ form, files }: NamedObject): Promise<string | null> {
  const handle = await open(files[0]!);
  try {
    const { buffer, bytesRead } = await handle.read(new Uint8Array(HEAD_BYTES), 0, HEAD_BYTES, 0);
    const head = buffer.subarray(0, bytesRead);
    if (form === 'nrrd') return nrrdStatedUnit(head);
    return form === 'nifti' ? niftiStatedUnit(head) : metaImageStatedUnit(head);
  } finally {
    await handle.close();
  }
}

const CENTIGRAY = /^(cgy|cgray|centigrays?)$/i;
/** Above this a dose for all fractions is no dose in Gy. */
const IMPLAUSIBLE_GY = 1000;

/** @throws Failure INPUT_NOT_USABLE where the file says that its values are no dose. */
async function doseFromVolume(context: VerbContext, object: NamedObject, volume: Volume): Promise<Dose> {
  const name = basename(object.files[0]!);
  const stated = volume.unit === 'stored' ? await statedUnitOf(object) : volume.unit;
  let data = volume.data instanceof Float32Array ? volume.data : Float32Array.from(volume.data);
  if (stated === null) context.warn(`${name} names no unit; its values are assumed to be Gy.`);
  else if (CENTIGRAY.test(stated)) {
    context.warn(`${name} is in ${stated}; its values were divided by 100 to give Gy.`);
    data = Float32Array.from(volume.data, (value) => value / 100);
  } else if (stated === 'percent') {
    context.warn(
      `The dose ${name} is relative: its values are per cent of a reference that the file does not name, not Gy.`,
    );
  } else if (stated !== 'Gy') {
    throw new Failure(
      'INPUT_NOT_USABLE',
      `The values of ${name} are in ${stated}, which is no unit of dose; name a dose in Gy, cGy or per cent.`,
      { unit: stated },
    );
  }
  const unit = stated === 'percent' ? 'percent' : 'Gy';
  const maximum = data.reduce((most, value) => (value > most ? value : most), 0);
  if (unit === 'Gy' && maximum > IMPLAUSIBLE_GY)
    context.warn(
      `The maximum of ${Math.round(maximum)} Gy is not plausible; ${name} may be in cGy or no dose at all.`,
    );
  return {
    sopInstanceUid: '',
    volume: { ...volume, data, unit },
    type: '',
    summation: '',
    comment: '',
    referencedPlanUid: null,
    referencedBeamNumbers: [],
    referencedStructureSetUid: null,
    storedDvhs: [],
    findings: [],
  };
}
