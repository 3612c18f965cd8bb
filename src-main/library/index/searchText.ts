import type { InstanceRecord } from '../../../src-shared/model/index.ts';

/** What a search finds an object by: names, identities, descriptions, and the structures and beams inside. */
export function searchText(record: InstanceRecord): string[] {
  const { patient, study, series } = record;
  return [
    // 'Doe^Jane' is found by either part.
    patient.name.replaceAll('^', ' '),
    patient.id,
    study.id,
    study.accession,
    study.description,
    study.uid,
    series.description,
    series.modality,
    series.uid,
    record.label,
    ...(record.names ?? []),
  ].map((text) => text.replaceAll('\n', ' ').trim());
}

/** Full-text query of what a person typed: every word must begin a word of the text. '' where there is nothing to look for. */
export function searchQuery(typed: string): string {
  const words = typed.split(/[\s^]+/).filter((word) => /[\p{L}\p{N}]/u.test(word));
  return words.map((word) => `"${word.replaceAll('"', '""')}"*`).join(' ');
}
