import type { Migration } from '../migrate.ts';

/** What people did: the change log, what the library holds, trash, settings, jobs, import reports. */
export const workspace0001: Migration = {
  version: 1,
  up(database) {
    for (const statement of STATEMENTS) database.run(statement);
  },
};

const STATEMENTS = [
  `CREATE TABLE changes (
    id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, who TEXT NOT NULL, kind TEXT NOT NULL, what TEXT NOT NULL,
    forward TEXT NOT NULL, backward TEXT, target INTEGER REFERENCES changes (id),
    previous_hash TEXT NOT NULL, hash TEXT NOT NULL
  ) STRICT`,
  `CREATE TRIGGER changes_stay_as_written BEFORE UPDATE ON changes BEGIN SELECT RAISE (ABORT, 'the change log is append-only'); END`,
  `CREATE TRIGGER changes_are_kept BEFORE DELETE ON changes BEGIN SELECT RAISE (ABORT, 'the change log is append-only'); END`,
  `CREATE TABLE trash (
    id INTEGER PRIMARY KEY AUTOINCREMENT, what TEXT NOT NULL CHECK (what IN ('patient', 'study')),
    key TEXT NOT NULL, title TEXT NOT NULL, at TEXT NOT NULL
  ) STRICT`,
  `CREATE TABLE holdings (
    sha256 TEXT PRIMARY KEY, sop_instance_uid TEXT NOT NULL, bytes INTEGER NOT NULL, imported_at TEXT NOT NULL,
    change INTEGER NOT NULL REFERENCES changes (id), trash INTEGER REFERENCES trash (id)
  ) STRICT`,
  // A trashed object no longer stands in the way of another one with its UID.
  `CREATE UNIQUE INDEX holdings_by_uid ON holdings (sop_instance_uid) WHERE trash IS NULL`,
  `CREATE INDEX holdings_by_trash ON holdings (trash) WHERE trash IS NOT NULL`,
  // Written with the change that gives the objects up, emptied once their files are gone.
  `CREATE TABLE deletions (sha256 TEXT PRIMARY KEY) STRICT`,
  `CREATE TABLE opened (patient TEXT PRIMARY KEY, at TEXT NOT NULL) STRICT`,
  `CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT`,
  `CREATE TABLE jobs (id TEXT PRIMARY KEY, position INTEGER NOT NULL, job TEXT NOT NULL) STRICT`,
  `CREATE TABLE reports (
    id TEXT PRIMARY KEY, started_at TEXT NOT NULL, state TEXT NOT NULL, process TEXT NOT NULL, report TEXT NOT NULL
  ) STRICT`,
];
