import type { PatientSummary, SeriesSummary, StudySummary } from '../../../src-shared/api/index.ts';
import type { ReadableDatabase } from '../database/handles.ts';
import { searchQuery } from './searchText.ts';

interface SeriesRow {
  readonly id: number;
  readonly uid: string;
  readonly modality: string;
  readonly kind: SeriesSummary['kind'];
  readonly number: number | null;
  readonly description: string;
  readonly date: string;
  readonly files: number;
  readonly patient_position: string;
  readonly dimensions: string | null;
  readonly spacing: string | null;
  readonly findings: string;
  readonly study: number;
}

interface StudyRow {
  readonly id: number;
  readonly patient: string;
  readonly uid: string;
  readonly study_id: string;
  readonly date: string;
  readonly description: string;
}

interface PatientRow {
  readonly key: string;
  readonly id: string;
  readonly name: string;
  readonly birth_date: string;
  readonly sex: string;
  readonly imported_at: string;
}

/** Patients by name with all that they have; `search` keeps those of whom every word is found in one of their series. */
export function treeOf(
  index: ReadableDatabase,
  workspace: ReadableDatabase,
  search: string,
): PatientSummary[] {
  const opened = new Map(
    workspace
      .all<{ patient: string; at: string }>('SELECT patient, at FROM opened')
      .map((row) => [row.patient, row.at]),
  );
  const patients = index.all<PatientRow>(
    `SELECT patients.*, max(instances.imported_at) AS imported_at FROM patients
     JOIN studies ON studies.patient = patients.key JOIN series ON series.study = studies.id JOIN instances ON instances.series = series.id
     WHERE instances.trash IS NULL ${foundPatients(search)} GROUP BY patients.key ORDER BY lower(patients.name), patients.id, patients.key`,
    ...searchValues(search),
  );
  const studies = Map.groupBy(
    index.all<StudyRow>(
      'SELECT id, patient, uid, study_id, date, description FROM studies ORDER BY date DESC, time DESC, uid',
    ),
    (row) => row.patient,
  );
  const series = seriesByStudy(index);
  return patients.map((patient) => {
    const held = (studies.get(patient.key) ?? [])
      .map((study): StudySummary => ({
        uid: study.uid,
        id: study.study_id,
        date: study.date,
        description: study.description,
        series: series.get(study.id) ?? [],
      }))
      .filter((study) => study.series.length > 0);
    return {
      key: patient.key,
      id: patient.id,
      name: patient.name,
      birthDate: patient.birth_date,
      sex: patient.sex,
      importedAt: patient.imported_at,
      openedAt: opened.get(patient.key) ?? null,
      holds: holdsOf(held),
      studies: held,
    };
  });
}

/** A condition on series, studies or patients, whichever of them are joined, for what a person typed. */
export const foundPatients = (search: string): string =>
  searchQuery(search) === ''
    ? ''
    : 'AND patients.key IN (SELECT studies.patient FROM search JOIN series ON series.id = search.rowid JOIN studies ON studies.id = series.study WHERE search MATCH ?)';

export const searchValues = (search: string): string[] =>
  searchQuery(search) === '' ? [] : [searchQuery(search)];

const ORDER = ['CT', 'MR', 'PT', 'RTSTRUCT', 'RTPLAN', 'RTDOSE'];

function holdsOf(studies: readonly StudySummary[]): string[] {
  const modalities = new Set(studies.flatMap((study) => study.series.map((series) => series.modality)));
  const rank = (modality: string): number =>
    ORDER.includes(modality) ? ORDER.indexOf(modality) : ORDER.length;
  return [...modalities]
    .filter((modality) => modality !== '')
    .sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
}

function seriesByStudy(index: ReadableDatabase): Map<number, SeriesSummary[]> {
  const objects = Map.groupBy(
    index.all<{ series: number; uid: string; kind: string; label: string; facts: string }>(
      `SELECT series, sop_instance_uid AS uid, kind, label, record -> '$.facts' AS facts FROM instances
       WHERE trash IS NULL AND kind <> 'image' ORDER BY series, instance_number, sop_instance_uid`,
    ),
    (row) => row.series,
  );
  const rows = index.all<SeriesRow>(
    `SELECT series.*, count(*) AS files FROM series JOIN instances ON instances.series = series.id WHERE instances.trash IS NULL
     GROUP BY series.id ORDER BY series.number, series.uid`,
  );
  const summaries = new Map<number, SeriesSummary[]>();
  for (const row of rows) {
    const summary: SeriesSummary = {
      uid: row.uid,
      modality: row.modality,
      kind: row.kind,
      number: row.number,
      description: row.description,
      date: row.date,
      files: row.files,
      patientPosition: row.patient_position,
      dimensions: vectorOf(row.dimensions),
      spacing: vectorOf(row.spacing),
      objects: (objects.get(row.id) ?? []).map(({ uid, kind, label, facts }) => ({
        uid,
        kind,
        label,
        facts: JSON.parse(facts) as SeriesSummary['objects'][number]['facts'],
      })),
      findings: JSON.parse(row.findings) as SeriesSummary['findings'],
    };
    const beside = summaries.get(row.study);
    if (beside === undefined) summaries.set(row.study, [summary]);
    else beside.push(summary);
  }
  return summaries;
}

const vectorOf = (text: string | null): SeriesSummary['spacing'] =>
  text === null ? null : (JSON.parse(text) as SeriesSummary['spacing']);
