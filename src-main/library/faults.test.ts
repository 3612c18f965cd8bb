import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { inlineRunner, type TaskRunner } from '../../src-shared/compute/tasks/index.ts';
import { Failure } from '../../src-shared/model/index.ts';
import { checkObjects, describeObjects, type ObjectsInput } from './checkObjects.ts';
import { Connection } from './database/handles.ts';
import { nodeFileSystem, type FileSystem } from './fileSystem.ts';
import { describeFile, dicomFiles } from './importing/describe.ts';
import { readFile, type ReadFileInput } from './importing/readFile.ts';
import { openLibrary } from './index.ts';
import { openLibraryOn } from './openLibrary.ts';
import { checkObjectsTask, describeObjectsTask, readFileTask } from './tasks.ts';
import { studyUid, writeCtFolder } from './testing/ctFiles.ts';
import { filesUnder, useScratch } from './testing/scratch.ts';
import type { StudyLibrary } from './library.ts';
import type { Library } from './types.ts';

const scratch = useScratch();
const WHO = { title: 'test', who: 'tester' };
const opened: Library[] = [];
afterEach(() => {
  for (const library of opened.splice(0)) library.close();
});

const failing = (code: string): Error => Object.assign(new Error(code), { code });

/** A runner whose tasks use the given disk, as the workers do on a real one. */
const runnerOn = (files: FileSystem): TaskRunner => ({
  workers: 2,
  async run(task, input, options) {
    options?.signal?.throwIfAborted();
    const ran: unknown =
      task.name === readFileTask.name
        ? readFile(input as ReadFileInput, files, dicomFiles)
        : task.name === checkObjectsTask.name
          ? checkObjects(input as ObjectsInput, files)
          : task.name === describeObjectsTask.name
            ? describeObjects(input as ObjectsInput, files, describeFile)
            : task.run(input);
    return ran as Awaited<ReturnType<typeof task.run>>;
  },
});

async function openOn(files: FileSystem, directory: string): Promise<StudyLibrary> {
  const library = await openLibraryOn(files, directory, { runner: runnerOn(files), create: true });
  opened.push(library);
  return library;
}

const caught = async (work: () => Promise<unknown>): Promise<string> => {
  try {
    await work();
  } catch (error) {
    if (error instanceof Failure) return error.code;
    throw error;
  }
  return 'nothing';
};

describe('a full disk', () => {
  // At the nth write, sync or rename, and at every one after it until there is room again.
  const fullAfter = (allowed: number): { files: FileSystem; room: () => void } => {
    let left = allowed;
    const use = (): void => {
      if (left-- <= 0) throw failing('ENOSPC');
    };
    return {
      room: () => (left = Infinity),
      files: {
        ...nodeFileSystem,
        write: (path, bytes) => {
          try {
            use();
          } catch (error) {
            // A full disk leaves part of a file behind.
            nodeFileSystem.write(path, bytes.subarray(0, bytes.length >> 1));
            throw error;
          }
          nodeFileSystem.write(path, bytes);
        },
        sync: async (path) => {
          use();
          await nodeFileSystem.sync(path);
        },
        rename: (from, to) => {
          use();
          nodeFileSystem.rename(from, to);
        },
      },
    };
  };

  it.each([0, 1, 5, 6, 8, 12, 15])(
    'L50: ends the import with the reason after %i steps, keeps nothing half-written, and goes on when there is room',
    async (steps) => {
      const folder = scratch.folder();
      writeCtFolder(folder, { name: 'A', slices: 6 });
      const { files, room } = fullAfter(steps);
      const library = await openOn(files, join(scratch.folder(), 'library'));
      expect(await caught(() => library.importPaths([folder], WHO))).toBe('DISK_FULL');
      expect(library.reports()).toMatchObject([{ state: 'failed' }]);
      expect(filesUnder(join(library.directory, 'incoming'))).toEqual([]);
      const verified = await library.verify({});
      expect(verified).toMatchObject({ bad: [], index: 'sound', auditTrail: 'sound' });
      expect(verified.objects).toBe(library.list('objects', {}).length);
      room();
      expect(await library.importPaths([folder], WHO)).toMatchObject({
        state: 'done',
        imported: 6 - verified.objects,
        duplicates: verified.objects,
      });
      expect(await library.verify({})).toMatchObject({ objects: 6, bad: [] });
    },
  );

  it('L50: says so when the databases find no room', async () => {
    const folder = scratch.folder();
    writeCtFolder(folder, { name: 'A', slices: 6 });
    const directory = join(scratch.folder(), 'library');
    const original = Connection.prototype.begin;
    const library = await openOn(nodeFileSystem, directory);
    const raw = new Database(join(directory, 'workspace.sqlite'));
    const pages = raw.pragma('page_count', { simple: true }) as number;
    raw.close();
    // max_page_count belongs to a connection, so it is set where the library's own one begins to write.
    const begin = vi.spyOn(Connection.prototype, 'begin').mockImplementation(function limited(
      this: Connection,
    ) {
      if (this.path.endsWith('workspace.sqlite')) this.raw.pragma(`max_page_count = ${pages}`);
      return original.call(this);
    });
    try {
      expect(await caught(() => library.importPaths([folder], { ...WHO, title: 'x'.repeat(1e6) }))).toBe(
        'DISK_FULL',
      );
      expect(await caught(async () => library.setSetting('key', 'x'.repeat(1e6)))).toBe('DISK_FULL');
      expect(library.getSetting('key')).toBeUndefined();
    } finally {
      begin.mockRestore();
    }
    library.close();
    const again = await openOn(nodeFileSystem, directory);
    expect(await again.importPaths([folder], WHO)).toMatchObject({ state: 'done' });
    expect(await again.verify({})).toMatchObject({
      objects: 6,
      bad: [],
      index: 'sound',
      auditTrail: 'sound',
    });
  });
});

describe('a slow disk', () => {
  const slow: FileSystem = {
    ...nodeFileSystem,
    async sync(path) {
      await new Promise((resolve) => setTimeout(resolve, 40));
      await nodeFileSystem.sync(path);
    },
    async syncFolder(path) {
      await new Promise((resolve) => setTimeout(resolve, 40));
      await nodeFileSystem.syncFolder(path);
    },
  };
  const many = (folder: string, slices: number): string => {
    writeCtFolder(folder, { name: 'A', slices });
    return folder;
  };

  it('L13: is waited for without keeping anything else waiting, and an import on it can be stopped', async () => {
    const folder = many(scratch.folder(), 24);
    const library = await openOn(slow, join(scratch.folder(), 'library'));
    const batch = { files: 4, bytes: 1e9, milliseconds: 1e6 };
    let pulses = 0;
    const pulse = setInterval(() => pulses++, 5);
    const stop = new AbortController();
    const importing = library.importPaths([folder], { ...WHO, batch, signal: stop.signal });
    setTimeout(() => stop.abort(), 100);
    const report = await importing;
    clearInterval(pulse);
    expect(report.state).toBe('cancelled');
    expect(report.imported).toBeLessThan(24);
    expect(pulses).toBeGreaterThan(5);
    expect(await library.verify({})).toMatchObject({ objects: report.imported, bad: [] });
    expect(await library.importPaths([folder], { ...WHO, batch })).toMatchObject({
      state: 'done',
      imported: 24 - report.imported,
    });
    expect(filesUnder(join(library.directory, 'incoming'))).toEqual([]);
  });
});

describe('a library that cannot be written', () => {
  it('L51: opens for reading, shows everything, and refuses what would write', async () => {
    const folder = scratch.folder();
    const directory = join(scratch.folder(), 'library');
    writeCtFolder(folder, { name: 'A', slices: 3 });
    const writer = await openOn(nodeFileSystem, directory);
    await writer.importPaths([folder], WHO);
    writer.close();
    const before = filesUnder(directory).map((file) => [file, readFileSync(file).toString('base64')]);
    const library = await openOn({ ...nodeFileSystem, mayWrite: () => false }, directory);
    expect(library.readOnly).toBe(true);
    expect(library.tree('surnamea')).toHaveLength(1);
    expect(library.objects(studyUid('A'))).toHaveLength(3);
    expect(await library.verify({})).toMatchObject({
      objects: 3,
      bad: [],
      index: 'sound',
      auditTrail: 'sound',
    });
    expect(await caught(() => library.importPaths([folder], WHO))).toBe('LIBRARY_READ_ONLY');
    expect(await caught(async () => library.toTrash('study', studyUid('A'), 'me'))).toBe('LIBRARY_READ_ONLY');
    expect(await caught(async () => library.setSetting('a', 1))).toBe('LIBRARY_READ_ONLY');
    library.close();
    expect(
      filesUnder(directory)
        .map((file) => [file, readFileSync(file).toString('base64')])
        .filter(([file]) => !/-(wal|shm)$/.test(file!)),
    ).toEqual(before);
  });

  it('L51: says so when the folder turns read-only under an import', async () => {
    const folder = scratch.folder();
    writeCtFolder(folder, { name: 'A', slices: 3 });
    const library = await openOn(
      {
        ...nodeFileSystem,
        write: () => {
          throw failing('EROFS');
        },
      },
      join(scratch.folder(), 'library'),
    );
    expect(await caught(() => library.importPaths([folder], WHO))).toBe('LIBRARY_READ_ONLY');
  });

  it('L51: is not made on a disk that cannot be written', async () => {
    const files: FileSystem = {
      ...nodeFileSystem,
      mayWrite: () => false,
      // What Node says of it.
      makeFolder: () => {
        throw failing('ENOENT');
      },
    };
    for (const folder of ['new', join('deep', 'new')])
      expect(await caught(() => openOn(files, join(scratch.folder(), folder)))).toBe('LIBRARY_READ_ONLY');
  });

  it('L52: makes a library only where it was asked to', async () => {
    const nowhere = join(scratch.folder(), 'none');
    expect(await caught(() => openLibrary(nowhere, { runner: inlineRunner }))).toBe('NOT_FOUND');
    expect(
      await caught(() => openLibrary(nowhere, { runner: inlineRunner, create: true, readOnly: true })),
    ).toBe('NOT_FOUND');
    writeFileSync(nowhere, 'a file');
    expect(await caught(() => openLibrary(nowhere, { runner: inlineRunner, create: true }))).toBe('USAGE');
  });
});

describe('damage', () => {
  const made = async (): Promise<string> => {
    const folder = scratch.folder();
    const directory = join(scratch.folder(), 'library');
    writeCtFolder(join(folder, 'a'), { name: 'A', slices: 3 });
    writeCtFolder(join(folder, 'b'), { name: 'B', slices: 2 });
    const library = await openOn(nodeFileSystem, directory);
    await library.importPaths([folder], WHO);
    library.toTrash('study', studyUid('B'), 'me');
    library.close();
    return directory;
  };

  it('L41: makes a damaged index anew and says so', async () => {
    const directory = await made();
    writeFileSync(join(directory, 'index.sqlite'), 'this is no database, whatever its name says'.repeat(100));
    const library = await openOn(nodeFileSystem, directory);
    expect(library.notices).toHaveLength(1);
    expect(library.status()).toMatchObject({ objects: 3, inTrash: 2 });
    expect(await library.verify({})).toMatchObject({ objects: 5, bad: [], index: 'sound' });
  });

  it('L41: makes a missing index anew and says so', async () => {
    const directory = await made();
    rmSync(join(directory, 'index.sqlite'));
    const library = await openOn(nodeFileSystem, directory);
    expect(library.notices).toEqual([expect.stringContaining('missing')]);
    expect(library.status()).toMatchObject({ objects: 3, inTrash: 2 });
    expect(await library.verify({})).toMatchObject({ objects: 5, bad: [], index: 'sound' });
  });

  it('L41: verify finds an index that does not agree with what is held, and makes it anew', async () => {
    const directory = await made();
    const raw = new Database(join(directory, 'index.sqlite'));
    raw.exec('DELETE FROM instances WHERE rowid IN (SELECT rowid FROM instances LIMIT 1)');
    raw.close();
    const library = await openOn(nodeFileSystem, directory);
    expect(await library.verify({})).toMatchObject({ objects: 5, index: 'rebuilt', auditTrail: 'sound' });
    expect(library.status()).toMatchObject({ objects: 3, inTrash: 2 });
    expect(await library.verify({})).toMatchObject({ index: 'sound' });
  });

  it('L42: an index that a crash left behind is brought up to the workspace', async () => {
    const directory = await made();
    cpSync(join(directory, 'index.sqlite'), join(directory, 'old'));
    const library = await openOn(nodeFileSystem, directory);
    library.restore('study', studyUid('B'), 'me');
    library.toTrash('study', studyUid('A'), 'me');
    library.close();
    cpSync(join(directory, 'old'), join(directory, 'index.sqlite'));
    const again = await openOn(nodeFileSystem, directory);
    expect(again.notices).toEqual([]);
    expect(again.status()).toMatchObject({ objects: 2, inTrash: 3 });
    expect(await again.verify({})).toMatchObject({
      objects: 5,
      bad: [],
      index: 'sound',
      auditTrail: 'sound',
    });
  });

  it('L43: without its workspace the library is made again from the objects', async () => {
    const directory = await made();
    for (const file of filesUnder(directory).filter((name) => name.includes('.sqlite'))) rmSync(file);
    const library = await openOn(nodeFileSystem, directory);
    expect(library.notices).toHaveLength(1);
    expect(library.status()).toMatchObject({ objects: 5, inTrash: 0 });
    expect(await library.verify({})).toMatchObject({
      objects: 5,
      bad: [],
      index: 'sound',
      auditTrail: 'sound',
    });
  });

  it('L44: a damaged workspace is told, never thrown away', async () => {
    const directory = await made();
    const path = join(directory, 'workspace.sqlite');
    writeFileSync(path, 'no database'.repeat(1000));
    expect(await caught(() => openLibrary(directory, { runner: inlineRunner }))).toBe('LIBRARY_DAMAGED');
    expect(readFileSync(path, 'utf8')).toBe('no database'.repeat(1000));
  });

  it('L45: refuses a library of a newer version and leaves it as it is', async () => {
    for (const name of ['workspace.sqlite', 'index.sqlite']) {
      const directory = await made();
      const raw = new Database(join(directory, name));
      raw.pragma('user_version = 99');
      raw.close();
      const before = readFileSync(join(directory, name));
      expect(await caught(() => openLibrary(directory, { runner: inlineRunner }))).toBe('LIBRARY_NEWER');
      expect(await caught(() => openLibrary(directory, { runner: inlineRunner, readOnly: true }))).toBe(
        'LIBRARY_NEWER',
      );
      expect(readFileSync(join(directory, name)).equals(before)).toBe(true);
    }
  });

  it('L46: a missing object is bad, and the rest is as it was', async () => {
    const directory = await made();
    const library = await openOn(nodeFileSystem, directory);
    const [lost] = library.objects(studyUid('A'));
    rmSync(library.pathOf(lost!.sha256));
    const verified = await library.verify({});
    expect(verified).toMatchObject({
      objects: 5,
      index: 'sound',
      bad: [{ sha256: lost!.sha256, uid: lost!.sopInstanceUid }],
    });
    expect(await library.rebuildIndex({})).toEqual({ objects: 4 });
    expect(await library.verify({})).toMatchObject({
      objects: 5,
      index: 'sound',
      bad: [{ sha256: lost!.sha256 }],
    });
  });

  it('L13: sweeps what a killed import left behind, and no running one', async () => {
    const directory = await made();
    const { hostname } = await import('node:os');
    const names = [`${hostname()}~999999999~a`, `${hostname()}~${process.pid}~b`, 'elsewhere~1~c'];
    for (const name of names) {
      mkdirSync(join(directory, 'incoming', name), { recursive: true });
      writeFileSync(join(directory, 'incoming', name, '0'), 'half');
    }
    await openOn(nodeFileSystem, directory);
    expect(filesUnder(join(directory, 'incoming'))).toHaveLength(2);
  });
});
