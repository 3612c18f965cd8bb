import type { Migration } from '../migrate.ts';

/** Patients, studies, series and instances with foreign keys, and the full-text search over them. */
export const index0001: Migration = {
  version: 1,
  up(database) {
    for (const statement of STATEMENTS) database.run(statement);
  },
};

const STATEMENTS = [
  // The change of the workspace that this index has taken in; -1 while it is being made anew.
  `CREATE TABLE state (one INTEGER PRIMARY KEY CHECK (one = 1), change INTEGER NOT NULL, change_hash TEXT NOT NULL) STRICT`,
  `INSERT INTO state VALUES (1, -1, '')`,
  `CREATE TABLE patients (
    key TEXT PRIMARY KEY, id TEXT NOT NULL, name TEXT NOT NULL, birth_date TEXT NOT NULL, sex TEXT NOT NULL
  ) STRICT`,
  // A Study Instance UID is not unique in the wild: twelve phantoms may share one, so it counts per patient.
  `CREATE TABLE studies (
    id INTEGER PRIMARY KEY, patient TEXT NOT NULL REFERENCES patients (key), uid TEXT NOT NULL,
    study_id TEXT NOT NULL, date TEXT NOT NULL, time TEXT NOT NULL, description TEXT NOT NULL, accession TEXT NOT NULL,
    described INTEGER NOT NULL DEFAULT 0, findings TEXT NOT NULL DEFAULT '[]',
    UNIQUE (patient, uid)
  ) STRICT`,
  `CREATE INDEX studies_by_uid ON studies (uid)`,
  `CREATE TABLE series (
    id INTEGER PRIMARY KEY, study INTEGER NOT NULL REFERENCES studies (id), uid TEXT NOT NULL,
    number INTEGER, modality TEXT NOT NULL, kind TEXT NOT NULL, description TEXT NOT NULL, date TEXT NOT NULL,
    frame_of_reference_uid TEXT, patient_position TEXT NOT NULL,
    dimensions TEXT, spacing TEXT, findings TEXT NOT NULL DEFAULT '[]',
    UNIQUE (study, uid)
  ) STRICT`,
  `CREATE INDEX series_by_uid ON series (uid)`,
  `CREATE TABLE instances (
    sha256 TEXT PRIMARY KEY, sop_instance_uid TEXT NOT NULL, series INTEGER NOT NULL REFERENCES series (id),
    sop_class_uid TEXT NOT NULL, kind TEXT NOT NULL, instance_number INTEGER, label TEXT NOT NULL,
    bytes INTEGER NOT NULL, imported_at TEXT NOT NULL, trash INTEGER, record TEXT NOT NULL
  ) STRICT`,
  `CREATE UNIQUE INDEX instances_by_uid ON instances (sop_instance_uid) WHERE trash IS NULL`,
  `CREATE INDEX instances_by_series ON instances (series)`,
  // rowid = series.id
  `CREATE VIRTUAL TABLE search USING fts5 (text, tokenize = "unicode61 remove_diacritics 2", prefix = '2 3')`,
];
