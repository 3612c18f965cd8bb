import type { InstanceRecord } from '../../../src-shared/model/index.ts';
import type { ReadableDatabase, WritableDatabase } from '../database/handles.ts';
import type { StoredObject } from '../types.ts';
import { patientKey } from './patientKey.ts';
import { searchText } from './searchText.ts';

export interface NewInstance {
  readonly record: InstanceRecord;
  readonly sha256: string;
  readonly bytes: number;
  readonly importedAt: string;
  /** The trash item that the object lies in, null for the library itself. */
  readonly trash: number | null;
}

/** Adds an instance with whatever patient, study and series it brings. */
export function insertInstance(index: WritableDatabase, instance: NewInstance): void {
  const { record } = instance;
  const study = studyRow(index, record);
  const series = seriesRow(index, study, record);
  index.run(
    `INSERT INTO instances (sha256, sop_instance_uid, series, sop_class_uid, kind, instance_number, label, bytes, imported_at, trash, record)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    instance.sha256,
    record.sopInstanceUid,
    series,
    record.sopClassUid,
    record.kind,
    record.instanceNumber,
    record.label,
    instance.bytes,
    instance.importedAt,
    instance.trash,
    JSON.stringify(record),
  );
  index.run(
    'UPDATE studies SET described = 0 WHERE patient = ? AND described = 1',
    patientKey(record.patient),
  );
}

/** Takes instances out, and the series, studies and patients that nothing is left of. */
export function removeInstances(index: WritableDatabase, sha256s: readonly string[]): void {
  const series = new Set<number>();
  for (const sha256 of sha256s) {
    mustBeDescribed(index, sha256);
    for (const row of index.all<{ series: number }>('SELECT series FROM instances WHERE sha256 = ?', sha256))
      series.add(row.series);
    index.run('DELETE FROM instances WHERE sha256 = ?', sha256);
  }
  index.run(
    'DELETE FROM search WHERE rowid IN (SELECT id FROM series WHERE NOT EXISTS (SELECT 1 FROM instances WHERE series = series.id))',
  );
  const touched = index.all<{ id: number; study: number; patient: string }>(
    `SELECT series.id, study, patient FROM series JOIN studies ON studies.id = series.study
     WHERE series.id IN (SELECT value FROM json_each(?))`,
    JSON.stringify([...series]),
  );
  index.run(
    'DELETE FROM series WHERE NOT EXISTS (SELECT 1 FROM instances WHERE instances.series = series.id)',
  );
  index.run('DELETE FROM studies WHERE NOT EXISTS (SELECT 1 FROM series WHERE series.study = studies.id)');
  index.run(
    'DELETE FROM patients WHERE NOT EXISTS (SELECT 1 FROM studies WHERE studies.patient = patients.key)',
  );
  for (const { id } of touched) saySeries(index, id);
  for (const study of new Set(touched.map((row) => row.study))) sayStudy(index, study);
  for (const patient of new Set(touched.map((row) => row.patient))) sayPatient(index, patient);
}

export function setTrash(index: WritableDatabase, sha256: string, trash: number | null): void {
  index.run('UPDATE instances SET trash = ? WHERE sha256 = ?', trash, sha256);
  mustBeDescribed(index, sha256);
}

/** Links are looked for among all studies of a patient, so all of them have to be looked at again. */
function mustBeDescribed(index: WritableDatabase, sha256: string): void {
  index.run(
    `UPDATE studies SET described = 0 WHERE described = 1 AND patient = (
       SELECT studies.patient FROM instances JOIN series ON series.id = instances.series JOIN studies ON studies.id = series.study WHERE sha256 = ?)`,
    sha256,
  );
}

export function clearIndex(index: WritableDatabase): void {
  index.run(`UPDATE state SET change = -1, change_hash = ''`);
  for (const table of ['search', 'instances', 'series', 'studies', 'patients'])
    index.run(`DELETE FROM ${table}`);
}

interface InstanceRow {
  readonly sha256: string;
  readonly bytes: number;
  readonly imported_at: string;
  readonly record: string;
}

export const storedObject = (row: InstanceRow): StoredObject => ({
  ...(JSON.parse(row.record) as InstanceRecord),
  sha256: row.sha256,
  bytes: row.bytes,
  importedAt: row.imported_at,
});

const LIVE = `
  SELECT instances.sha256, instances.bytes, instances.imported_at, instances.record
  FROM instances JOIN series ON series.id = instances.series JOIN studies ON studies.id = series.study
  WHERE instances.trash IS NULL AND `;
const STABLE =
  ' ORDER BY studies.date, studies.uid, series.number, series.uid, instances.instance_number, instances.sop_instance_uid';

/** Live objects of a patient key, study, series or SOP Instance UID. */
export function objectsOf(index: ReadableDatabase, uid: string): StoredObject[] {
  for (const column of ['instances.sop_instance_uid', 'series.uid', 'studies.uid', 'studies.patient']) {
    const rows = index.all<InstanceRow>(`${LIVE} ${column} = ? ${STABLE}`, uid);
    if (rows.length > 0) return rows.map(storedObject);
  }
  return [];
}

/** Live objects of every study that holds this study, series or instance. */
export function studyObjectsOf(index: ReadableDatabase, uid: string): StoredObject[] {
  return index
    .all<InstanceRow>(
      `${LIVE} studies.id IN (
       SELECT id FROM studies WHERE uid = ?
       UNION SELECT study FROM series WHERE uid = ?
       UNION SELECT series.study FROM series JOIN instances ON instances.series = series.id WHERE sop_instance_uid = ? AND trash IS NULL) ${STABLE}`,
      uid,
      uid,
      uid,
    )
    .map(storedObject);
}

/** The record of the object that came first, as a rebuild has it, of a series, study or patient. */
function firstRecord(
  index: ReadableDatabase,
  column: 'series.id' | 'studies.id' | 'studies.patient',
  value: string | number,
): InstanceRecord | undefined {
  const row = index.first<{ record: string }>(
    `SELECT record FROM instances JOIN series ON series.id = instances.series JOIN studies ON studies.id = series.study
     WHERE ${column} = ? ORDER BY imported_at, sha256 LIMIT 1`,
    value,
  )[0];
  return row && (JSON.parse(row.record) as InstanceRecord);
}

// What a series, study or patient says of itself is what its first object says: where that one went, the next one's word.

function saySeries(index: WritableDatabase, id: number): void {
  const record = firstRecord(index, 'series.id', id);
  if (record === undefined) return;
  const { series } = record;
  index.run(
    `UPDATE series SET number = ?, modality = ?, kind = ?, description = ?, date = ?, frame_of_reference_uid = ?, patient_position = ?
     WHERE id = ?`,
    series.number,
    series.modality,
    record.kind,
    series.description,
    series.date,
    series.frameOfReferenceUid,
    series.patientPosition,
    id,
  );
  const others = index
    .all<{ record: string }>(
      `SELECT record FROM instances WHERE series = ? AND kind <> 'image' ORDER BY imported_at, sha256`,
      id,
    )
    .map((row) => searchText(JSON.parse(row.record) as InstanceRecord));
  index.run(
    'UPDATE search SET text = ? WHERE rowid = ?',
    joined('', [...searchText(record), ...others.flat()]),
    id,
  );
}

function sayStudy(index: WritableDatabase, id: number): void {
  const study = firstRecord(index, 'studies.id', id)?.study;
  if (study !== undefined)
    index.run(
      'UPDATE studies SET study_id = ?, date = ?, time = ?, description = ?, accession = ? WHERE id = ?',
      study.id,
      study.date,
      study.time,
      study.description,
      study.accession,
      id,
    );
}

function sayPatient(index: WritableDatabase, key: string): void {
  const patient = firstRecord(index, 'studies.patient', key)?.patient;
  if (patient !== undefined)
    index.run(
      'UPDATE patients SET id = ?, name = ?, birth_date = ?, sex = ? WHERE key = ?',
      patient.id,
      patient.name,
      patient.birthDate,
      patient.sex,
      key,
    );
}

function studyRow(index: WritableDatabase, { patient, study }: InstanceRecord): number {
  const key = patientKey(patient);
  const found = index.first<{ id: number }>(
    'SELECT id FROM studies WHERE patient = ? AND uid = ?',
    key,
    study.uid,
  )[0];
  if (found !== undefined) return found.id;
  index.run(
    'INSERT OR IGNORE INTO patients (key, id, name, birth_date, sex) VALUES (?, ?, ?, ?, ?)',
    key,
    patient.id,
    patient.name,
    patient.birthDate,
    patient.sex,
  );
  return index.run(
    'INSERT INTO studies (patient, uid, study_id, date, time, description, accession) VALUES (?, ?, ?, ?, ?, ?, ?)',
    key,
    study.uid,
    study.id,
    study.date,
    study.time,
    study.description,
    study.accession,
  ).id;
}

function seriesRow(index: WritableDatabase, study: number, record: InstanceRecord): number {
  const { series } = record;
  const found = index.first<{ id: number; text: string }>(
    'SELECT series.id, search.text FROM series JOIN search ON search.rowid = series.id WHERE study = ? AND uid = ?',
    study,
    series.uid,
  )[0];
  if (found !== undefined) {
    // Slices say nothing new; a second structure set or plan does.
    const text = record.kind === 'image' ? found.text : joined(found.text, searchText(record));
    if (text !== found.text) index.run('UPDATE search SET text = ? WHERE rowid = ?', text, found.id);
    return found.id;
  }
  const { id } = index.run(
    `INSERT INTO series (study, uid, number, modality, kind, description, date, frame_of_reference_uid, patient_position)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    study,
    series.uid,
    series.number,
    series.modality,
    record.kind,
    series.description,
    series.date,
    series.frameOfReferenceUid,
    series.patientPosition,
  );
  index.run('INSERT INTO search (rowid, text) VALUES (?, ?)', id, joined('', searchText(record)));
  return id;
}

const joined = (text: string, more: readonly string[]): string =>
  [...new Set([...text.split('\n'), ...more].filter((line) => line !== ''))].join('\n');
