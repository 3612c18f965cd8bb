import {
  belongingOf,
  inspectAtImport,
  parseDicomFile,
  readRecord,
  Tag,
  type DataSet,
  type TagKey,
} from '../../../src-shared/formats/dicom/index.ts';
import type { InstanceRecord } from '../../../src-shared/model/index.ts';
import type { Meaning } from './readFile.ts';

/** What the importer asks of a file's bytes. */
export const dicomFiles: Meaning = { record: describeFile, belonging: belongingOf };

/** Record of a file as the library keeps it: what the reader says, what is wrong with the object alone, and the names inside. */
export function describeFile(bytes: Uint8Array, fileName: string): InstanceRecord {
  const record = readRecord(bytes, fileName);
  if (record.kind !== 'dose' && record.kind !== 'structures' && record.kind !== 'plan') return record;
  const file = parseDicomFile(bytes, { fileName });
  const names = namesIn(file.dataSet);
  return {
    ...record,
    findings: [...record.findings, ...inspectAtImport(file)],
    ...(names.length > 0 ? { names } : {}),
  };
}

const NAMED: readonly (readonly [TagKey, TagKey])[] = [
  [Tag.StructureSetROISequence, Tag.ROIName],
  [Tag.BeamSequence, Tag.BeamName],
  [Tag.IonBeamSequence, Tag.BeamName],
];

function namesIn(dataSet: DataSet): string[] {
  const names = NAMED.flatMap(([sequence, name]) =>
    dataSet.items(sequence).map((item) => item.text(name) ?? ''),
  );
  return [...new Set(names)].filter((name) => name !== '');
}
