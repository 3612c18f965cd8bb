import { existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { isFailure } from '../../../src-shared/model/index.ts';
import { asFailure, errorCode, isDamage, withFailures } from '../failures.ts';
import type { Layout } from '../layout.ts';
import { headOf, type Head } from '../workspace/changeLog.ts';
import { Connection, openConnection, type ReadableDatabase, type WritableDatabase } from './handles.ts';
import { migrate, refuseNewer } from './migrate.ts';
import { INDEX_MIGRATIONS, WORKSPACE_MIGRATIONS } from './schema.ts';

/** Both databases of a library. Reading is free; there is one way to write to both, and one to write to the workspace. */
export class Databases {
  #index: Connection;
  readonly #workspace: Connection;
  readonly readOnly: boolean;
  #seenVersions = '';
  /** Brings the index up to the workspace; set by the library, called under the index's write lock. */
  catchUp: (index: WritableDatabase, workspace: ReadableDatabase) => void = () => undefined;

  constructor(index: Connection, workspace: Connection, readOnly: boolean) {
    this.#index = index;
    this.#workspace = workspace;
    this.readOnly = readOnly;
  }

  get index(): ReadableDatabase {
    return this.#index;
  }

  get workspace(): ReadableDatabase {
    return this.#workspace;
  }

  /**
   * One change of both. The index's lock is taken first and held until the end, the workspace commits first: after a crash
   * between the two commits the index is behind, never ahead, and the next writer catches up before it begins.
   */
  write<T>(work: (index: WritableDatabase, workspace: WritableDatabase) => T): T {
    const index = this.#index.begin();
    try {
      if (!inStep(this.#index, this.#workspace)) this.catchUp(index, this.#workspace);
      const result = inTransaction(this.#workspace, (workspace) => {
        const done = work(index, workspace);
        markInStep(index, headOf(workspace));
        return done;
      });
      this.#index.commit();
      return result;
    } catch (error) {
      this.#index.rollback();
      throw asFailure(error);
    }
  }

  /** Settings, jobs and reports: nothing that the index knows of. */
  writeWorkspace<T>(work: (workspace: WritableDatabase) => T): T {
    return inTransaction(this.#workspace, work);
  }

  /** Derived data only: the workspace must not change. */
  writeIndex<T>(work: (index: WritableDatabase) => T): T {
    return inTransaction(this.#index, work);
  }

  /** Whether another program has committed since this was last asked. */
  changedElsewhere(): boolean {
    const versions = [this.#index, this.#workspace].map((connection) =>
      String(connection.raw.pragma('data_version', { simple: true })),
    );
    const seen = versions.join(' ');
    const changed = this.#seenVersions !== '' && this.#seenVersions !== seen;
    this.#seenVersions = seen;
    return changed;
  }

  /** SQLite's own check of both files; the sentences it found, none where sound. */
  integrity(): { index: string[]; workspace: string[] } {
    return { index: integrityOf(this.#index), workspace: integrityOf(this.#workspace) };
  }

  /** Consistent copies of both while others write. */
  async copyTo(indexFile: string, workspaceFile: string): Promise<void> {
    // The workspace first: an index that is ahead of it has objects too many, and is brought into step when it is opened.
    await this.#workspace.raw.backup(workspaceFile);
    await this.#index.raw.backup(indexFile);
  }

  /** Puts a new, empty index in the place of one that is beyond reading. */
  replaceIndex(layout: Layout): void {
    this.#index.close();
    removeIndex(layout);
    this.#index = openIndex(layout, false);
  }

  close(): void {
    this.#index.close();
    this.#workspace.close();
  }
}

function inTransaction<T>(connection: Connection, work: (database: WritableDatabase) => T): T {
  const database = connection.begin();
  try {
    const result = work(database);
    connection.commit();
    return result;
  } catch (error) {
    connection.rollback();
    throw asFailure(error);
  }
}

export function stateOf(index: ReadableDatabase): Head {
  const row = index.first<{ change: number; change_hash: string }>(
    'SELECT change, change_hash FROM state',
  )[0];
  return { id: row?.change ?? -1, hash: row?.change_hash ?? '' };
}

export function inStep(index: ReadableDatabase, workspace: ReadableDatabase): boolean {
  const [state, head] = [stateOf(index), headOf(workspace)];
  return state.id === head.id && state.hash === head.hash;
}

export function markInStep(index: WritableDatabase, head: Head): void {
  index.run('UPDATE state SET change = ?, change_hash = ?', head.id, head.hash);
}

function integrityOf(connection: Connection): string[] {
  try {
    const rows = connection.raw.pragma('integrity_check(10)') as { integrity_check: string }[];
    const broken = connection.raw.pragma('foreign_key_check') as unknown[];
    const found = rows.map((row) => row.integrity_check).filter((text) => text !== 'ok');
    return broken.length > 0 ? [...found, `${broken.length} rows refer to what is not there`] : found;
  } catch (error) {
    if (isDamage(error)) return [errorCode(error)];
    throw error;
  }
}

/** Opens and, where writing is allowed, creates and migrates the workspace; a copy is kept from before a migration. */
export function openWorkspace(layout: Layout, readOnly: boolean): Connection {
  return withFailures(() => {
    if (readOnly) return openForReading(layout.workspace, () => undefined);
    const connection = openConnection(layout.workspace, { readOnly: false, synchronous: 'FULL' });
    return orClose(connection, () => {
      migrate(connection, WORKSPACE_MIGRATIONS, (version) => {
        const copy = `${layout.workspace}.before-version-${version + 1}-${Date.now()}`;
        if (!existsSync(copy)) connection.raw.prepare('VACUUM INTO ?').run(copy);
      });
    });
  });
}

/** As openWorkspace. Throws LIBRARY_DAMAGED where the file is not a sound database: it can be made anew. */
export function openIndex(layout: Layout, readOnly: boolean): Connection {
  return withFailures(() => {
    const probe = (connection: Connection): void => {
      for (const table of ['state', 'patients', 'studies', 'series', 'instances', 'search'])
        connection.raw.prepare(`SELECT * FROM ${table} LIMIT 1`).get();
    };
    if (readOnly) return openForReading(layout.index, probe);
    const connection = openConnection(layout.index, { readOnly: false, synchronous: 'NORMAL' });
    return orClose(connection, () => {
      migrate(connection, INDEX_MIGRATIONS);
      probe(connection);
    });
  });
}

/** The index is made from the objects; a damaged one has nothing that is worth keeping. */
export function removeIndex(layout: Layout): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${layout.index}${suffix}`, { force: true });
}

function openForReading(path: string, probe: (connection: Connection) => void): Connection {
  const migrations = path.endsWith('index.sqlite') ? INDEX_MIGRATIONS : WORKSPACE_MIGRATIONS;
  const sound = (connection: Connection): void => {
    refuseNewer(connection, migrations);
    probe(connection);
  };
  try {
    const connection = openConnection(path, { readOnly: true, synchronous: 'NORMAL' });
    return orClose(connection, () => {
      connection.raw.prepare('SELECT count(*) FROM sqlite_schema').get();
      sound(connection);
    });
  } catch (error) {
    // A WAL database in a folder that cannot be written has no place for its shared memory; a cleanly closed one is whole
    // without it and is read into memory.
    const wal = `${path}-wal`;
    const pending = existsSync(wal) && statSync(wal).size > 0;
    if (isFailure(error) || isDamage(error) || pending || !existsSync(path)) throw error;
    const image = readFileSync(path);
    image[18] = 1;
    image[19] = 1;
    const connection = new Connection(path, new Database(image, { readonly: true }));
    return orClose(connection, () => sound(connection));
  }
}

function orClose(connection: Connection, work: () => void): Connection {
  try {
    work();
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}
