import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  makeDemoPatient,
  readDemoDefinition,
  type DemoPatient,
} from '../../src-shared/compute/demo/index.ts';
import {
  derivedUid,
  writeCtSlice,
  writeDose,
  writePlan,
  writeStructureSet,
  type WriteContext,
} from '../../src-shared/formats/dicom/write/index.ts';
import { SopClassUid } from '../../src-shared/formats/dicom/uids.ts';
import { writeWhole } from './objects/wholeFile.ts';

export interface DemoFile {
  /** Relative to the folder that it is written to, with '/'. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Soft tissue of the pelvis. */
const WINDOW = { centre: 40, width: 400 };

/** The demo patient as DICOM files: CT slices, structure set, plan and dose. */
export function demoFiles(demo: DemoPatient): DemoFile[] {
  const { definition, image, structures, plan, dose } = demo,
    { study } = definition;
  const context = (series: WriteContext['series'], instanceNumber: number): WriteContext => ({
    patient: definition.patient,
    study: {
      uid: demo.studyUid,
      id: study.id,
      date: study.date,
      time: study.time,
      description: study.description,
      accession: '',
    },
    series,
    frameOfReferenceUid: demo.frameOfReferenceUid,
    instanceNumber,
    made: { date: study.date, time: study.time },
    equipment: { manufacturer: 'Fluence', model: 'Demo patient', version: String(definition.format) },
  });
  const slices = image.instanceUids.map((instance, k): DemoFile => ({
    name: `CT/CT.${String(k + 1).padStart(4, '0')}.dcm`,
    bytes: writeCtSlice(
      image.volume,
      k,
      context({ uid: image.seriesUid, number: 1, description: 'CT pelvis' }, k + 1),
      {
        instance,
        patientPosition: definition.patientPosition,
        bodyPart: definition.bodyPart,
        window: WINDOW,
      },
    ),
  }));
  return [
    ...slices,
    {
      name: 'RS.dcm',
      bytes: writeStructureSet(
        structures.set,
        context({ uid: structures.seriesUid, number: 2, description: 'Structures' }, 1),
        {
          name: structures.set.label,
          images: [
            { seriesUid: image.seriesUid, sopClass: SopClassUid.CtImage, instances: image.instanceUids },
          ],
        },
      ),
    },
    {
      name: 'RP.dcm',
      bytes: writePlan(plan.plan, context({ uid: plan.seriesUid, number: 3, description: 'Plan' }, 1), {
        description: definition.plan.description,
      }),
    },
    {
      name: 'RD.dcm',
      bytes: writeDose(dose.dose, context({ uid: dose.seriesUid, number: 4, description: 'Dose' }, 1), {
        bits: 16,
        heterogeneity: 'IMAGE',
      }),
    },
  ];
}

/**
 * Writes the demo patient to a folder, made if need be. `resources` is the product's resource folder.
 * @returns the paths written, in the order of slices, structure set, plan and dose.
 */
export async function writeDemo(directory: string, resources: string): Promise<string[]> {
  const definition = readDemoDefinition(
    JSON.parse(await readFile(join(resources, 'demo', 'pelvis.json'), 'utf8')),
  );
  const paths: string[] = [];
  for (const { name, bytes } of demoFiles(makeDemoPatient(definition, derivedUid))) {
    const path = join(directory, name);
    await mkdir(dirname(path), { recursive: true });
    await writeWhole(path, bytes);
    paths.push(path);
  }
  return paths;
}
