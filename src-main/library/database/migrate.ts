import { Failure } from '../../../src-shared/model/index.ts';
import type { Connection, WritableDatabase } from './handles.ts';

/** One step of a schema. Never edited after a release; each has a test from the version before it. */
export interface Migration {
  readonly version: number;
  up(database: WritableDatabase): void;
}

export const versionOf = (connection: Connection): number =>
  Number(connection.raw.pragma('user_version', { simple: true }));

export const latestOf = (migrations: readonly Migration[]): number => migrations.at(-1)?.version ?? 0;

/** Throws LIBRARY_NEWER where a later Fluence has been at work: what it keeps cannot be understood here. */
export function refuseNewer(connection: Connection, migrations: readonly Migration[]): void {
  const version = versionOf(connection);
  if (version > latestOf(migrations)) {
    throw new Failure(
      'LIBRARY_NEWER',
      'This study library was made by a newer version of Fluence; open it with that version or a later one.',
      {
        found: version,
        known: latestOf(migrations),
      },
    );
  }
}

/**
 * Takes the schema forward, each step in a transaction of its own with its version number, so that a crash leaves the
 * step done or not begun. `beforeFirst` runs once where there is already something to lose.
 */
export function migrate(
  connection: Connection,
  migrations: readonly Migration[],
  beforeFirst?: (version: number) => void,
): void {
  refuseNewer(connection, migrations);
  const before = versionOf(connection);
  if (before > 0 && before < latestOf(migrations)) beforeFirst?.(before);
  for (const migration of migrations) {
    if (versionOf(connection) >= migration.version) continue;
    const database = connection.begin();
    try {
      // Another program may have taken this step while we waited for the lock.
      if (versionOf(connection) < migration.version) {
        migration.up(database);
        connection.raw.pragma(`user_version = ${migration.version}`);
      }
      connection.commit();
    } catch (error) {
      connection.rollback();
      throw error;
    }
  }
}
