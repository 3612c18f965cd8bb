import Database from 'better-sqlite3';
import { Connection, openConnection, type ReadableDatabase } from './handles.ts';
import { migrate, refuseNewer, versionOf, type Migration } from './migrate.ts';

/**
 * Whether a database that came from elsewhere has exactly the tables, indices and triggers that the migrations up to
 * its version make, as one more trigger could change what is held behind the library's back; and whether `andAlso` holds.
 * @throws Failure LIBRARY_NEWER; what SQLite throws where the file is no database
 */
export function isOurs(
  path: string,
  migrations: readonly Migration[],
  andAlso: (database: ReadableDatabase) => boolean = () => true,
): boolean {
  const given = openConnection(path, { readOnly: false, synchronous: 'NORMAL' });
  const made = new Connection(':memory:', new Database(':memory:'));
  try {
    refuseNewer(given, migrations);
    const version = versionOf(given);
    migrate(
      made,
      migrations.filter((migration) => migration.version <= version),
    );
    return version > 0 && schemaOf(given) === schemaOf(made) && andAlso(given);
  } finally {
    given.close();
    made.close();
  }
}

/** The tables of a full-text index are SQLite's own affair. */
const schemaOf = (database: ReadableDatabase): string =>
  JSON.stringify(
    database.all(
      `SELECT type, name, tbl_name, CASE WHEN name GLOB 'search_*' THEN '' ELSE sql END AS sql FROM sqlite_schema ORDER BY type, name`,
    ),
  );
