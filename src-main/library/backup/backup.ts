import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { Failure, isFailure, type FailureCode } from '../../../src-shared/model/index.ts';
import type { Context } from '../context.ts';
import { openConnection } from '../database/handles.ts';
import { errorCode, failureCodeOf } from '../failures.ts';
import { removeInstances } from '../index/records.ts';
import type { BackupOptions, BackupResult } from '../types.ts';
import { dropEmptyItems } from '../workspace/moves.ts';
import { FIRST, FORMAT, LAST, objectName, type Contents, type Heading } from './format.ts';
import { TarWriter } from './tar.ts';

/**
 * The whole library in one file, as it was at one moment, while it stays in use. The file appears under its name only when
 * it is complete.
 * @throws Failure LIBRARY_DAMAGED where an object is not what it was: a backup that lacks something must not look like one;
 * DISK_FULL, NOT_ALLOWED, USAGE (a folder has that name)
 */
export async function backupLibrary(
  context: Context,
  file: string,
  { signal, onProgress, version }: BackupOptions,
): Promise<BackupResult> {
  const part = `${file}.${randomBytes(4).toString('hex')}.part`;
  const copies = { index: `${part}-index`, workspace: `${part}-workspace` };
  let packed: Packed;
  try {
    await context.databases.copyTo(copies.index, copies.workspace);
    const target = await open(part, 'wx', 0o600);
    try {
      const tar = new TarWriter(target);
      const held = heldIn(copies.workspace);
      const heading: Heading = {
        format: FORMAT,
        made: new Date().toISOString(),
        version: version ?? null,
        objects: held.length,
      };
      await tar.add(FIRST, json(heading));
      packed = await addObjects(context, tar, held, signal, onProgress);
      if (packed.deleted.length > 0) forget(copies, packed.deleted);
      const contents: Contents = {
        objects: packed.count,
        bytes: packed.bytes,
        databases: {
          'index.sqlite': await addDatabase(tar, 'index.sqlite', copies.index),
          'workspace.sqlite': await addDatabase(tar, 'workspace.sqlite', copies.workspace),
        },
      };
      await tar.add(LAST, json(contents));
      await tar.end();
      await target.sync();
    } finally {
      await target.close();
    }
    await rename(part, file);
    onProgress?.(1);
    return { objects: packed.count, bytes: packed.bytes };
  } catch (error) {
    throw atTheTarget(error);
  } finally {
    for (const path of [
      part,
      ...Object.values(copies).flatMap((copy) => [copy, `${copy}-wal`, `${copy}-shm`]),
    ])
      rmSync(path, { force: true });
  }
}

interface Packed {
  readonly count: number;
  readonly bytes: number;
  /** Objects that were given up while the library was packed. */
  readonly deleted: readonly string[];
}

const AT_THE_TARGET: Partial<Record<string, readonly [FailureCode, string]>> = {
  DISK_FULL: ['DISK_FULL', 'The disk that the backup goes to is full; nothing half-written was kept.'],
  LIBRARY_READ_ONLY: ['NOT_ALLOWED', 'The backup cannot be written there; choose another folder.'],
};

/** The library is only read here: a full disk or a folder that cannot be written is that of the backup. */
function atTheTarget(error: unknown): unknown {
  if (isFailure(error)) return error;
  if (['EISDIR', 'ENOTEMPTY', 'EEXIST'].includes(errorCode(error)))
    return new Failure('USAGE', 'A backup is one file, but there is a folder of that name; name a file.');
  const [code, sentence] = AT_THE_TARGET[failureCodeOf(error) ?? ''] ?? [];
  return code && sentence ? new Failure(code, sentence, { cause: errorCode(error) }) : error;
}

async function addObjects(
  context: Context,
  tar: TarWriter,
  held: readonly string[],
  signal: BackupOptions['signal'],
  onProgress: BackupOptions['onProgress'],
): Promise<Packed> {
  const deleted: string[] = [];
  let [count, bytes] = [0, 0];
  for (const [at, sha256] of held.entries()) {
    signal?.throwIfAborted();
    try {
      const source = await open(context.store.pathOf(sha256), 'r');
      try {
        const added = await tar.addFile(objectName(sha256), source);
        if (added.sha256 !== sha256) throw damaged();
        count++;
        bytes += added.bytes;
      } finally {
        await source.close();
      }
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw error;
      // Somebody emptied the trash meanwhile; otherwise it is missing from where it must be.
      if (
        context.databases.workspace.first('SELECT 1 FROM holdings WHERE sha256 = ?', sha256)[0] !== undefined
      )
        throw damaged();
      deleted.push(sha256);
    }
    onProgress?.((at + 1) / (held.length + 1));
  }
  return { count, bytes, deleted };
}

const damaged = (): Failure =>
  new Failure(
    'LIBRARY_DAMAGED',
    'An object of the library is damaged, so no backup was made; run verify to see which one.',
  );

function heldIn(workspaceCopy: string): string[] {
  const connection = openConnection(workspaceCopy, { readOnly: false, synchronous: 'NORMAL' });
  try {
    return connection
      .all<{ sha256: string }>('SELECT sha256 FROM holdings ORDER BY sha256')
      .map((row) => row.sha256);
  } finally {
    connection.close();
  }
}

/** Takes out of the copies what was deleted for good while they were being packed. */
function forget(copies: { index: string; workspace: string }, deleted: readonly string[]): void {
  for (const [path, forgetIn] of [
    [copies.index, (database) => removeInstances(database, deleted)],
    [
      copies.workspace,
      (database) => {
        for (const sha256 of deleted) database.run('DELETE FROM holdings WHERE sha256 = ?', sha256);
        dropEmptyItems(database);
      },
    ],
  ] satisfies [string, (database: ReturnType<ReturnType<typeof openConnection>['begin']>) => void][]) {
    const connection = openConnection(path, { readOnly: false, synchronous: 'NORMAL' });
    try {
      forgetIn(connection.begin());
      connection.commit();
    } finally {
      connection.close();
    }
  }
}

async function addDatabase(tar: TarWriter, name: string, copy: string): Promise<string> {
  const source = await open(copy, 'r');
  try {
    return (await tar.addFile(name, source)).sha256;
  } finally {
    await source.close();
  }
}

const json = (value: unknown): Uint8Array => Buffer.from(`${JSON.stringify(value, null, 2)}\n`);
