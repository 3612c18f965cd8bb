import Database from 'better-sqlite3';
import { withFailures } from '../failures.ts';

export type SqlValue = string | number | bigint | null | Uint8Array;

declare const reading: unique symbol;
declare const writing: unique symbol;

/** A connection that can only be asked. Statements that would write are refused by name and by SQLite. */
export interface ReadableDatabase {
  readonly [reading]: true;
  all<Row>(sql: string, ...values: SqlValue[]): Row[];
  /** The first row alone; an empty list where there is none. */
  first<Row>(sql: string, ...values: SqlValue[]): Row[];
}

/** Only handed out inside a write transaction: who holds one may write, who does not cannot by type. */
export interface WritableDatabase extends ReadableDatabase {
  readonly [writing]: true;
  run(sql: string, ...values: SqlValue[]): { changes: number; id: number };
}

export interface OpenOptions {
  readonly readOnly: boolean;
  /** FULL where a commit must outlive a power cut; NORMAL where it can be made anew. */
  readonly synchronous: 'FULL' | 'NORMAL';
  /** How long to wait for another program's write, ms. */
  readonly busyTimeout?: number;
}

/** One connection, its prepared statements, and the only way to write through it. */
export class Connection implements ReadableDatabase {
  declare readonly [reading]: true;
  readonly path: string;
  readonly raw: Database.Database;
  readonly #statements = new Map<string, Database.Statement<SqlValue[]>>();
  readonly #writable: WritableDatabase;

  constructor(path: string, raw: Database.Database) {
    this.path = path;
    this.raw = raw;
    this.#writable = Object.assign(Object.create(this) as object, {
      run: (sql: string, ...values: SqlValue[]) => {
        const { changes, lastInsertRowid } = withFailures(() => this.#prepare(sql).run(...values));
        return { changes, id: Number(lastInsertRowid) };
      },
      all: <Row>(sql: string, ...values: SqlValue[]) =>
        withFailures(() => this.#prepare(sql).all(...values)) as Row[],
      first: <Row>(sql: string, ...values: SqlValue[]) =>
        one(withFailures(() => this.#prepare(sql).get(...values))) as Row[],
    }) as unknown as WritableDatabase;
  }

  all<Row>(sql: string, ...values: SqlValue[]): Row[] {
    return withFailures(() => this.#reader(sql).all(...values)) as Row[];
  }

  first<Row>(sql: string, ...values: SqlValue[]): Row[] {
    return one(withFailures(() => this.#reader(sql).get(...values))) as Row[];
  }

  /** BEGIN IMMEDIATE, so that waiting for another writer happens here and never in the middle of the work. */
  begin(): WritableDatabase {
    withFailures(() => this.raw.exec('BEGIN IMMEDIATE'));
    return this.#writable;
  }

  commit(): void {
    withFailures(() => this.raw.exec('COMMIT'));
  }

  rollback(): void {
    if (this.raw.inTransaction) this.raw.exec('ROLLBACK');
  }

  close(): void {
    this.#statements.clear();
    this.raw.close();
  }

  #reader(sql: string): Database.Statement<SqlValue[]> {
    const statement = this.#prepare(sql);
    if (!statement.readonly) throw new TypeError('A readable database was asked to write');
    return statement;
  }

  #prepare(sql: string): Database.Statement<SqlValue[]> {
    let statement = this.#statements.get(sql);
    if (statement === undefined) this.#statements.set(sql, (statement = this.raw.prepare<SqlValue[]>(sql)));
    return statement;
  }
}

const one = (row: unknown): unknown[] => (row === undefined ? [] : [row]);

/** Opens without touching the schema. Throws what SQLite throws; the caller decides what damage means. */
export function openConnection(path: string, options: OpenOptions): Connection {
  const timeout = options.busyTimeout ?? 30_000;
  const raw = new Database(path, { timeout, readonly: options.readOnly, fileMustExist: options.readOnly });
  try {
    if (!options.readOnly) {
      switchToWal(raw, timeout);
      raw.pragma(`synchronous = ${options.synchronous}`);
    }
    raw.pragma('foreign_keys = ON');
    raw.pragma('trusted_schema = OFF');
    raw.pragma('user_version');
  } catch (error) {
    raw.close();
    throw error;
  }
  return new Connection(path, raw);
}

/** Entering WAL needs the file alone and ignores the busy timeout, so two programs that create at once must retry. */
function switchToWal(raw: Database.Database, timeout: number): void {
  const until = Date.now() + timeout;
  for (;;) {
    try {
      raw.pragma('journal_mode = WAL');
      return;
    } catch (error) {
      const busy = error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_BUSY');
      if (!busy || Date.now() > until) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    }
  }
}
