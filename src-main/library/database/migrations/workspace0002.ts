import type { Migration } from '../migrate.ts';

/** Drafts: small unfinished pieces of work per patient, kept over a restart and not part of the change log. */
export const workspace0002: Migration = {
  version: 2,
  up(database) {
    database.run(
      `CREATE TABLE drafts (
        patient TEXT NOT NULL, key TEXT NOT NULL, updated_at TEXT NOT NULL, value TEXT NOT NULL,
        PRIMARY KEY (patient, key)
      ) STRICT, WITHOUT ROWID`,
    );
  },
};
