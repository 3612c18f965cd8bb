import type { Finding } from '../../model/index.ts';
import type { DicomFile } from './dataSet.ts';
import { doseEmptyFinding, isDoseEmpty } from './dose.ts';
import { Tag } from './tags.ts';
import { SopClassUid } from './uids.ts';

/** What is wrong with one object by itself that is worth saying when it comes in. Fast: nothing is decoded. */
export function inspectAtImport(file: DicomFile): Finding[] {
  if (file.sopClassUid !== SopClassUid.RtDose || !isDoseEmpty(file)) return [];
  return [
    { ...doseEmptyFinding(file.dataSet.text(Tag.DoseUnits) === 'RELATIVE'), objects: [file.sopInstanceUid] },
  ];
}
