import { basename } from 'node:path';
import {
  describeInstance,
  parseDicomFile,
  readDose,
  readPlan,
  readStructureSet,
  type DicomFile,
} from '../../../src-shared/formats/dicom/index.ts';
import {
  Failure,
  type Dose,
  type Finding,
  type InstanceRecord,
  type ObjectKind,
  type Plan,
  type StructureSet,
} from '../../../src-shared/model/index.ts';
import { readBytes } from './bytes.ts';
import { decodeTask } from './tasks.ts';
import type { ReadOptions } from './types.ts';

/** @throws Failure NOT_FOUND, or INPUT_NOT_USABLE where the file cannot be read or is no DICOM. */
export async function readDicom(file: string): Promise<DicomFile> {
  return parseDicomFile(await readBytes(file), { fileName: basename(file) });
}

/** A file with its record; both have the same UIDs, also where they had to be made. */
async function described(file: string): Promise<{ parsed: DicomFile; record: InstanceRecord }> {
  const bytes = await readBytes(file);
  const parsed = parseDicomFile(bytes, { fileName: basename(file) });
  const record = describeInstance(parsed, bytes);
  return { parsed: { ...parsed, sopInstanceUid: record.sopInstanceUid }, record };
}

/** What a file is, from its SOP class. */
export const recordOf = async (file: string): Promise<InstanceRecord> => (await described(file)).record;

const NAMES: Partial<Record<ObjectKind, string>> = {
  structures: 'structure set',
  dose: 'dose',
  plan: 'plan',
};

async function readKind(
  file: string,
  kind: ObjectKind,
): Promise<{ parsed: DicomFile; repairs: readonly Finding[] }> {
  const { parsed, record } = await described(file);
  if (record.kind !== kind) {
    throw new Failure(
      'INPUT_NOT_USABLE',
      `${basename(file)} is no ${NAMES[kind] ?? kind} but ${record.kind === 'image' ? 'an image' : `a ${NAMES[record.kind] ?? record.kind}`}.`,
    );
  }
  return { parsed, repairs: parsed.repairs };
}

/** @throws Failure INPUT_NOT_USABLE where the file is no structure set. */
export async function openStructures(file: string): Promise<StructureSet> {
  const { parsed, repairs } = await readKind(file, 'structures');
  const structures = readStructureSet(parsed);
  return { ...structures, findings: [...repairs, ...structures.findings] };
}

/** @throws Failure INPUT_NOT_USABLE where the file is no dose, or its values mean nothing. */
export async function openDose(file: string, { runner, signal }: ReadOptions): Promise<Dose> {
  const { parsed, repairs } = await readKind(file, 'dose');
  const count = Math.max(1, Math.trunc(parsed.dataSet.number('x00280008') ?? 1));
  const [decoded] = await runner.run(
    decodeTask,
    { files: [{ file, frames: Array.from({ length: count }, (_, frame) => frame) }] },
    signal ? { signal } : {},
  );
  const dose = readDose(parsed, decoded?.frames ?? []);
  return { ...dose, findings: [...repairs, ...(decoded?.doubts ?? []), ...dose.findings] };
}

/** @throws Failure INPUT_NOT_USABLE where the file is no plan. */
export async function openPlan(file: string): Promise<Plan> {
  const { parsed, repairs } = await readKind(file, 'plan');
  const plan = readPlan(parsed);
  return { ...plan, findings: [...repairs, ...plan.findings] };
}
