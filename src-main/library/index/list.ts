import type { ReadableDatabase } from '../database/handles.ts';
import type { ListFilter } from '../types.ts';
import { foundPatients, searchValues } from './tree.ts';

const COLUMNS = {
  patients: `patients.key AS uid, patients.id, patients.name, patients.birth_date AS birthDate, patients.sex,
    count(DISTINCT studies.id) AS studies, count(*) AS objects, max(instances.imported_at) AS importedAt`,
  studies: `studies.uid, studies.study_id AS id, studies.date, studies.description, patients.name AS patient, patients.id AS patientId,
    count(DISTINCT series.id) AS series, count(*) AS objects, sum(instances.bytes) AS bytes`,
  series: `series.uid, series.modality, series.kind, series.number, series.description, series.date, patients.name AS patient,
    patients.id AS patientId, studies.uid AS study, count(*) AS files, sum(instances.bytes) AS bytes, series.dimensions, series.spacing,
    series.frame_of_reference_uid AS frameOfReferenceUid, series.patient_position AS patientPosition`,
  objects: `instances.sop_instance_uid AS uid, instances.sop_class_uid AS sopClass, instances.kind, series.modality, series.uid AS series,
    instances.instance_number AS number, instances.label, instances.sha256, instances.bytes, instances.imported_at AS importedAt`,
} as const;

const GROUPS = {
  patients: 'patients.key',
  studies: 'studies.id',
  series: 'series.id',
  objects: 'instances.sha256',
} as const;
const ORDERS = {
  patients: 'lower(patients.name), patients.id, patients.key',
  studies: 'lower(patients.name), patients.key, studies.date, studies.uid',
  series: 'lower(patients.name), patients.key, studies.date, studies.uid, series.number, series.uid',
  objects:
    'lower(patients.name), patients.key, studies.date, studies.uid, series.number, series.uid, instances.instance_number, instances.sop_instance_uid',
} as const;

/** Flat rows of what the library holds, each with its `uid` (of a patient: its key). */
export function listOf(
  index: ReadableDatabase,
  what: keyof typeof COLUMNS,
  { patient = '', modality = '', search = '' }: ListFilter,
): Record<string, unknown>[] {
  const conditions = [
    patient === ''
      ? ''
      : `AND (patients.key = ? OR patients.id = ? OR lower(patients.name) LIKE ? ESCAPE '\\')`,
    modality === '' ? '' : 'AND series.modality = ?',
    foundPatients(search),
  ];
  const values = [
    ...(patient === '' ? [] : [patient, patient, `%${patient.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`]),
    ...(modality === '' ? [] : [modality.toUpperCase()]),
    ...searchValues(search),
  ];
  const rows = index.all<Record<string, unknown>>(
    `SELECT ${COLUMNS[what]} FROM instances JOIN series ON series.id = instances.series JOIN studies ON studies.id = series.study
     JOIN patients ON patients.key = studies.patient WHERE instances.trash IS NULL ${conditions.join(' ')}
     GROUP BY ${GROUPS[what]} ORDER BY ${ORDERS[what]}`,
    ...values,
  );
  return what === 'series'
    ? rows.map((row) => ({ ...row, dimensions: parsed(row['dimensions']), spacing: parsed(row['spacing']) }))
    : rows;
}

const parsed = (value: unknown): unknown => (typeof value === 'string' ? JSON.parse(value) : null);
