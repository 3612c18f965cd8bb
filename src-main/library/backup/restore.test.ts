import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { inlineRunner } from '../../../src-shared/compute/tasks/index.ts';
import { Failure } from '../../../src-shared/model/index.ts';
import { nodeFileSystem, type FileSystem } from '../fileSystem.ts';
import { backupFile, restoreBackup, type RestoreProgress } from '../index.ts';
import { studyUid, writeCtFolder } from '../testing/ctFiles.ts';
import { filesUnder, useScratch } from '../testing/scratch.ts';
import { readTar, TarWriter, type ByteSource } from './tar.ts';

const scratch = useScratch();
const RUNNER = { runner: inlineRunner };

/** A backup of two studies, one of them in the trash. */
async function backup(): Promise<string> {
  const folder = scratch.folder();
  writeCtFolder(join(folder, 'a'), { name: 'A', slices: 4 });
  writeCtFolder(join(folder, 'b'), { name: 'B', slices: 2 });
  const library = await scratch.library();
  await library.importPaths([folder], { title: 'test', who: 'tester' });
  library.toTrash('study', studyUid('B'), 'me');
  const file = join(scratch.folder(), 'library.tar');
  await library.backup(file, { version: '1.2.3' });
  return file;
}

interface Entry {
  readonly name: string;
  readonly content: Buffer;
}
async function entriesOf(file: string): Promise<Entry[]> {
  const entries: Entry[] = [];
  for await (const { name, content } of readTar(await backupFile(file))) {
    const parts: Uint8Array[] = [];
    for await (const part of content) parts.push(part);
    entries.push({ name, content: Buffer.concat(parts) });
  }
  return entries;
}

/** The same archive with other entries, sound as an archive and true to its own list of contents. */
async function rewritten(entries: readonly Entry[], contents: object | null = {}): Promise<string> {
  const file = join(scratch.folder(), 'other.tar');
  const handle = await open(file, 'wx');
  const tar = new TarWriter(handle);
  const objects = entries.filter(({ name }) => name.startsWith('objects/'));
  for (const { name, content } of entries) if (name !== 'contents.json') await tar.add(name, content);
  if (contents !== null) {
    const list = {
      objects: objects.length,
      bytes: objects.reduce((sum, { content }) => sum + content.length, 0),
      databases: Object.fromEntries(
        entries
          .filter(({ name }) => name.endsWith('.sqlite'))
          .map(({ name, content }) => [name, createHash('sha256').update(content).digest('hex')]),
      ),
      ...contents,
    };
    await tar.add('contents.json', Buffer.from(JSON.stringify(list)));
  }
  await tar.end();
  await handle.close();
  return file;
}

/** A database with something done to it. */
function changed({ name, content }: Entry, sql: string): Entry {
  const file = join(scratch.folder(), name);
  writeFileSync(file, content);
  const raw = new Database(file);
  raw.pragma('journal_mode = DELETE');
  raw.exec(sql);
  raw.close();
  return { name, content: readFileSync(file) };
}

/** The failure of a restore that must leave nothing. */
async function refusal(
  source: string | ByteSource,
  options: object = {},
  files: FileSystem = nodeFileSystem,
): Promise<Failure> {
  const folder = scratch.folder();
  try {
    await restoreBackup(source, join(folder, 'deep', 'new'), { ...RUNNER, ...options }, files);
  } catch (error) {
    expect(readdirSync(folder)).toEqual([]);
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error('it was restored');
}

describe('restore', () => {
  it('L83: tells what it made: when and by which version the backup was, and what it holds', async () => {
    const told: RestoreProgress[] = [];
    const directory = join(scratch.folder(), 'new');
    const result = await restoreBackup(await backup(), directory, {
      ...RUNNER,
      onProgress: (progress) => told.push(progress),
    });
    expect(result).toMatchObject({
      version: '1.2.3',
      holds: { patients: 1, studies: 1, series: 1, objects: 4, inTrash: 2 },
      auditTrail: 'sound',
    });
    expect(Date.now() - Date.parse(result.made ?? '')).toBeLessThan(60_000);
    expect(told.at(-1)).toMatchObject({ ofObjects: 6, objects: 6, made: result.made });
    expect(told.map(({ progress }) => progress)).toEqual(
      told.map(({ progress }) => progress).toSorted((a, b) => a - b),
    );
    expect(existsSync(join(directory, 'restoring'))).toBe(false);
  });

  it('L83: takes a backup that says nothing of itself but its format', async () => {
    const [, ...rest] = await entriesOf(await backup());
    const heading = { name: 'fluence-library.json', content: Buffer.from('{"format":1}') };
    const directory = join(scratch.folder(), 'new');
    expect(await restoreBackup(await rewritten([heading, ...rest]), directory, RUNNER)).toMatchObject({
      made: null,
      version: null,
      holds: { objects: 4 },
    });
  });

  it('L83: refuses a folder that holds something, and leaves it', async () => {
    const file = await backup();
    const folder = scratch.folder();
    writeFileSync(join(folder, 'mine'), 'x');
    await expect(restoreBackup(file, folder, RUNNER)).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    expect(filesUnder(folder)).toEqual([join(folder, 'mine')]);
    const library = await scratch.library();
    await expect(restoreBackup(file, library.directory, RUNNER)).rejects.toMatchObject({
      code: 'NOT_ALLOWED',
    });
    expect(library.status().objects).toBe(0);
  });

  it('L84: has a sentence of its own for each thing that may be wrong', async () => {
    const file = await backup();
    const whole = readFileSync(file);
    const spoilt = (change: (bytes: Buffer) => Buffer): string => {
      const bad = join(scratch.folder(), 'bad.tar');
      writeFileSync(bad, change(Buffer.from(whole)));
      return bad;
    };
    const [heading, ...rest] = await entriesOf(file);
    const flipped = (at: (bytes: Buffer) => number) => (bytes: Buffer) => {
      bytes[at(bytes)]! ^= 1;
      return bytes;
    };
    const NO_BACKUP = /is no backup/,
      CUT = /ends too early/,
      DAMAGED = /is damaged/,
      NEWER = /newer version/;
    const cases: [string, string, RegExp][] = [
      ['nothing', spoilt(() => Buffer.alloc(0)), NO_BACKUP],
      ['empty blocks', spoilt(() => Buffer.alloc(4096)), NO_BACKUP],
      ['text', spoilt(() => Buffer.from('words '.repeat(1000))), NO_BACKUP],
      ['another archive', await rewritten(rest), NO_BACKUP],
      ['a heading that is no JSON', await rewritten([{ ...heading!, content: Buffer.from('{') }]), NO_BACKUP],
      ['an empty heading', await rewritten([{ ...heading!, content: Buffer.from('null') }]), NO_BACKUP],
      ['cut in half', spoilt((bytes) => bytes.subarray(0, bytes.length >> 1)), CUT],
      ['cut in its last block', spoilt((bytes) => bytes.subarray(0, bytes.length - 1)), CUT],
      ['without its list of contents', await rewritten([heading!, ...rest], null), CUT],
      ['a bit of an object', spoilt(flipped(() => 1700)), DAMAGED],
      ['a bit of a database', spoilt(flipped((b) => b.indexOf('SQLite format 3') + 5000)), DAMAGED],
      ['more behind its end', spoilt((bytes) => Buffer.concat([bytes, Buffer.alloc(512, 1)])), DAMAGED],
      ['a list that counts wrong', await rewritten([heading!, ...rest], { objects: 7 }), DAMAGED],
      ['a list of nonsense', await rewritten([heading!, ...rest], { databases: null }), DAMAGED],
      [
        'a newer archive',
        await rewritten([{ ...heading!, content: Buffer.from('{"format": 99}') }, ...rest]),
        NEWER,
      ],
      [
        'a newer library',
        await rewritten(
          (await entriesOf(file)).map((entry) =>
            entry.name === 'workspace.sqlite' ? changed(entry, 'PRAGMA user_version = 99') : entry,
          ),
        ),
        NEWER,
      ],
    ];
    for (const [what, bad, sentence] of cases) {
      const { message, code } = await refusal(bad);
      expect(message, what).toMatch(sentence);
      expect(code, what).toBe(sentence === NEWER ? 'LIBRARY_NEWER' : 'INPUT_NOT_USABLE');
    }
    expect(await refusal(join(scratch.folder(), 'none'))).toMatchObject({ code: 'NOT_FOUND' });
    expect(await refusal(scratch.folder())).toMatchObject({ code: 'INPUT_NOT_USABLE' });
  });

  it.skipIf(process.getuid?.() === 0)('L84: says so where the file may not be read', async () => {
    const file = await backup();
    chmodSync(file, 0);
    expect(await refusal(file)).toMatchObject({ code: 'NOT_ALLOWED' });
  });

  it('L84: refuses entries that a backup does not have, wherever they lead', async () => {
    const entries = await entriesOf(await backup());
    const [first, second] = [entries[0]!, entries[1]!];
    const sha256 = second.name.slice(-64);
    const names = [
      '../outside',
      '/etc/outside',
      'objects/../../outside',
      `objects/ab/${sha256.slice(0, 63)}g`,
      `objects/${sha256.slice(0, 2) === 'ff' ? 'fe' : 'ff'}/${sha256}`,
      `OBJECTS/${second.name.slice(8)}`,
      `./${second.name}`,
      'restored.json',
      'restoring',
      'workspace.sqlite-wal',
      'C:\\outside',
      '',
      first.name,
      second.name,
    ];
    for (const name of names) {
      const file = await rewritten([
        ...entries.slice(0, 2),
        { name, content: second.content },
        ...entries.slice(2),
      ]);
      expect(await refusal(file), name).toMatchObject({ code: 'INPUT_NOT_USABLE' });
    }
  });

  it('L84: refuses links, and sizes that lie', async () => {
    const file = await backup();
    // The second header; its checksum is made right again.
    const withHeader = async (change: (header: Buffer) => void): Promise<string> => {
      const bytes = readFileSync(file);
      const header = bytes.subarray(1024, 1536);
      change(header);
      header.write('        ', 148);
      const sum = header.reduce((total, byte) => total + byte, 0);
      header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
      const bad = join(scratch.folder(), 'bad.tar');
      writeFileSync(bad, bytes);
      return bad;
    };
    const changes: [string, (header: Buffer) => void][] = [
      ['a link', (header) => header.write('2', 156)],
      ['a hard link', (header) => header.write('1', 156)],
      ['a folder', (header) => header.write('5', 156)],
      ['a device', (header) => header.write('3', 156)],
      ['a long name', (header) => header.write('L', 156)],
      ['more than there is', (header) => header.write('77777777777\0', 124)],
      ['a size beyond all measure', (header) => header.fill(0xff, 124, 136)],
      ['no size', (header) => header.write('zzzzzzzzzzz\0', 124)],
      ['less than there is', (header) => header.write('00000000001\0', 124)],
    ];
    for (const [what, change] of changes)
      expect(await refusal(await withHeader(change)), what).toMatchObject({ code: 'INPUT_NOT_USABLE' });
  });

  it('L84: refuses databases that are not as ours are, or hold names where digests belong', async () => {
    const entries = await entriesOf(await backup());
    const outside = join(scratch.folder(), 'outside');
    writeFileSync(outside, 'precious');
    const climbing = `../../../../../../../../../../..${outside}`;
    const cases: [string, string, string][] = [
      ['workspace.sqlite', 'a table too many', 'CREATE TABLE more (x)'],
      [
        'workspace.sqlite',
        'a trigger',
        'CREATE TRIGGER t AFTER INSERT ON settings BEGIN DELETE FROM holdings; END',
      ],
      ['workspace.sqlite', 'a log that can be rewritten', 'DROP TRIGGER changes_stay_as_written'],
      ['index.sqlite', 'a view', 'CREATE VIEW v AS SELECT * FROM patients'],
      ['workspace.sqlite', 'a file to be deleted', `INSERT INTO deletions VALUES ('${climbing}')`],
      ['workspace.sqlite', 'a file to be read', `UPDATE holdings SET sha256 = '${climbing}' WHERE rowid = 1`],
      [
        'workspace.sqlite',
        'an object that did not come',
        `UPDATE holdings SET sha256 = '${'a'.repeat(64)}' WHERE rowid = 1`,
      ],
      ['workspace.sqlite', 'an object that is not held', 'DELETE FROM holdings WHERE trash IS NULL'],
      ['workspace.sqlite', 'no version', 'PRAGMA user_version = 0'],
    ];
    for (const [name, what, sql] of cases) {
      const file = await rewritten(
        entries.map((entry) => (entry.name === name ? changed(entry, sql) : entry)),
      );
      expect(await refusal(file), what).toMatchObject({ code: 'INPUT_NOT_USABLE' });
    }
    for (const name of ['workspace.sqlite', 'index.sqlite']) {
      const file = await rewritten(
        entries.map((entry) =>
          entry.name === name ? { name, content: Buffer.from('no database'.repeat(99)) } : entry,
        ),
      );
      expect(await refusal(file), name).toMatchObject({ code: 'INPUT_NOT_USABLE' });
      const without = await rewritten(entries.filter((entry) => entry.name !== name));
      expect(await refusal(without), `without ${name}`).toMatchObject({ code: 'INPUT_NOT_USABLE' });
    }
    expect(readFileSync(outside, 'utf8')).toBe('precious');
  });

  it('L83: makes an index that does not agree anew, and tells of a change log that was broken before', async () => {
    const entries = await entriesOf(await backup());
    const file = await rewritten(
      entries.map((entry) =>
        entry.name === 'index.sqlite'
          ? changed(entry, 'DELETE FROM instances WHERE rowid = 1')
          : entry.name === 'workspace.sqlite'
            ? changed(
                entry,
                `PRAGMA writable_schema = 1; DROP TRIGGER changes_stay_as_written; UPDATE changes SET who = 'another' WHERE id = 1;
                 CREATE TRIGGER changes_stay_as_written BEFORE UPDATE ON changes BEGIN SELECT RAISE (ABORT, 'the change log is append-only'); END`,
              )
            : entry,
      ),
    );
    const directory = join(scratch.folder(), 'new');
    expect(await restoreBackup(file, directory, RUNNER)).toMatchObject({
      holds: { objects: 4, inTrash: 2 },
      auditTrail: 'damaged',
    });
  });

  it('L84: a backup that is cut anywhere leaves nothing', async () => {
    const file = await backup();
    const whole = readFileSync(file);
    for (let at = 0; at < whole.length; at += 7919) {
      const cut = join(scratch.folder(), 'cut.tar');
      writeFileSync(cut, whole.subarray(0, at));
      expect(await refusal(cut), String(at)).toMatchObject({ code: 'INPUT_NOT_USABLE' });
    }
  });

  it('L86: is cancelled at once, also while nothing comes', async () => {
    const file = await backup();
    const stop = new AbortController();
    const cancelled = { signal: stop.signal, onProgress: () => stop.abort(new Failure('CANCELLED', 'x')) };
    expect(await refusal(file, cancelled)).toMatchObject({ code: 'CANCELLED' });
    const later = new AbortController();
    const whole = readFileSync(file);
    const stalled: ByteSource = {
      bytes: whole.length,
      async *chunks() {
        yield whole.subarray(0, 2000);
        setTimeout(() => later.abort(new Failure('CANCELLED', 'x')), 20);
        await new Promise(() => undefined);
      },
    };
    expect(await refusal(stalled, { signal: later.signal })).toMatchObject({ code: 'CANCELLED' });
  });

  it('L86: leaves nothing where the disk fills up or cannot be written, whenever that is', async () => {
    const file = await backup();
    const failing = (code: string, allowed: number): FileSystem => {
      let left = allowed;
      const use = (): void => {
        if (left-- <= 0) throw Object.assign(new Error(code), { code });
      };
      return {
        ...nodeFileSystem,
        async create(path) {
          use();
          const made = await nodeFileSystem.create(path);
          return {
            ...made,
            async write(bytes) {
              use();
              await made.write(bytes);
            },
          };
        },
        write(path, bytes) {
          use();
          nodeFileSystem.write(path, bytes);
        },
        async sync(path) {
          use();
          await nodeFileSystem.sync(path);
        },
        async syncFolder(path) {
          use();
          await nodeFileSystem.syncFolder(path);
        },
        rename(from, to) {
          use();
          nodeFileSystem.rename(from, to);
        },
      };
    };
    let steps = 0;
    for (; ; steps++) {
      const directory = join(scratch.folder(), 'new');
      try {
        await restoreBackup(file, directory, RUNNER, failing('ENOSPC', steps));
        break;
      } catch (error) {
        expect(error, String(steps)).toMatchObject({ code: 'DISK_FULL' });
        expect(existsSync(directory), String(steps)).toBe(false);
      }
    }
    // Six objects and two databases, each made, written and flushed, and the rest.
    expect(steps).toBeGreaterThan(30);
    expect(await refusal(file, {}, failing('EROFS', 5))).toMatchObject({ code: 'LIBRARY_READ_ONLY' });
    expect(await refusal(file, {}, { ...nodeFileSystem, mayWrite: () => false })).toMatchObject({
      code: 'LIBRARY_READ_ONLY',
    });
  });

  it('L85: clears away what a killed restore left in the folder, and no running one', async () => {
    const file = await backup();
    const left = (owner: string): string => {
      const folder = join(scratch.folder(), 'new');
      mkdirSync(join(folder, 'objects', 'ab'), { recursive: true });
      writeFileSync(join(folder, 'restoring'), owner);
      writeFileSync(join(folder, 'workspace.sqlite'), 'half');
      return folder;
    };
    const dead = left(`${hostname()} 999999999`);
    await expect(scratch.library(dead)).rejects.toMatchObject({ code: 'LIBRARY_DAMAGED' });
    expect(await restoreBackup(file, dead, RUNNER)).toMatchObject({ holds: { objects: 4 } });
    expect(await (await scratch.library(dead)).verify({})).toMatchObject({ objects: 6, bad: [] });
    const alive = left(`${hostname()} ${process.ppid}`);
    await expect(restoreBackup(file, alive, RUNNER)).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    expect(readFileSync(join(alive, 'workspace.sqlite'), 'utf8')).toBe('half');
  });
});
