import Database from 'better-sqlite3';
import { Failure } from '../../../src-shared/model/index.ts';
import { asFailure, failureCodeOf } from '../failures.ts';

/** How long another program may take to be done, ms: a command that lists something is, a window is not. */
const PATIENCE = 2000;
const TRY_EVERY = 50;

/**
 * Does something while no program has this database open; whoever opens it meanwhile waits. Our own connections must be
 * closed. Leaving WAL mode needs the file alone, and each open connection holds it: that is how the others are seen.
 * @throws Failure LIBRARY_BUSY
 */
export async function whileAlone<T>(path: string, work: () => Promise<T>): Promise<T> {
  const database = new Database(path, { timeout: 0 });
  try {
    await takeAlone(database);
    return await work();
  } finally {
    if (database.inTransaction) {
      database.exec('ROLLBACK');
      database.pragma('journal_mode = WAL');
    }
    database.close();
  }
}

async function takeAlone(database: Database.Database): Promise<void> {
  for (const until = Date.now() + PATIENCE; ;) {
    try {
      database.pragma('journal_mode = DELETE');
      database.exec('BEGIN EXCLUSIVE');
      return;
    } catch (error) {
      if (failureCodeOf(error) !== 'LIBRARY_BUSY') throw asFailure(error);
      if (Date.now() > until)
        throw new Failure(
          'LIBRARY_BUSY',
          'Another program has this library open, a second window or a command; close it and try again.',
        );
    }
    await new Promise((resolve) => setTimeout(resolve, TRY_EVERY));
  }
}
