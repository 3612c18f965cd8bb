import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { inlineRunner } from '../../../src-shared/compute/tasks/index.ts';
import { Failure } from '../../../src-shared/model/index.ts';
import { whileAlone } from '../database/alone.ts';
import { nodeFileSystem } from '../fileSystem.ts';
import {
  backupFile,
  discard,
  librariesAt,
  lookInto,
  openPlace,
  restoreBeside,
  sweepRestores,
  use,
} from '../index.ts';
import { studyUid, writeCtFolder } from '../testing/ctFiles.ts';
import { killRestores } from '../testing/killing.ts';
import { filesUnder, useScratch } from '../testing/scratch.ts';
import { pointTo } from './pointer.ts';

const scratch = useScratch();
const RUNNER = { runner: inlineRunner };
const WHO = { title: 'test', who: 'tester' };

interface Made {
  readonly folder: string;
  readonly place: string;
  readonly backup: string;
}

/** A place whose library holds study A and, since its backup, B too. */
async function made(): Promise<Made> {
  const folder = scratch.folder();
  const place = join(folder, 'library');
  const backup = join(folder, 'backup.tar');
  writeCtFolder(join(folder, 'a'), { name: 'A', slices: 4 });
  writeCtFolder(join(folder, 'b'), { name: 'B', slices: 2 });
  const library = await openPlace(place, { ...RUNNER, create: true });
  await library.importPaths([join(folder, 'a')], WHO);
  await library.backup(backup, { version: '1.2.3' });
  await library.importPaths([join(folder, 'b')], WHO);
  library.close();
  return { folder, place, backup };
}
const restored = async ({ place, backup }: Made): Promise<string> =>
  (await restoreBeside(place, await backupFile(backup), RUNNER)).name;
const studiesAt = async (place: string): Promise<string[]> => {
  const library = await openPlace(place, RUNNER);
  try {
    const sound = await library.verify({});
    expect(sound).toMatchObject({ bad: [], index: 'sound', auditTrail: 'sound' });
    return library.list('studies', {}).map((study) => String(study['uid']));
  } finally {
    library.close();
  }
};
const codeOf = async (work: () => Promise<unknown>): Promise<string> => {
  try {
    await work();
  } catch (error) {
    if (error instanceof Failure) return error.code;
    throw error;
  }
  return 'nothing';
};
const contentsOf = (folder: string): string[][] =>
  filesUnder(folder)
    .filter((file) => !/-(wal|shm)$/.test(file))
    .map((file) => [file, readFileSync(file).toString('base64')]);

interface Opener {
  /** The word that follows, once it was said. */
  says(word: string): Promise<string>;
  kill(): Promise<void>;
}

/** Another program that opens a place, and keeps it open. */
function openElsewhere(place: string): Opener {
  const library = JSON.stringify(join(import.meta.dirname, '..', 'index.ts'));
  const script = `import { openPlace } from ${library};
    const runner = { workers: 1, run: async (task, input) => task.run(input) };
    console.log('begun -');
    const { directory } = await openPlace(${JSON.stringify(place)}, { runner });
    console.log('open ' + directory);
    setInterval(() => undefined, 1000);`;
  const child = spawn(process.execPath, ['--no-warnings', '--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  let output = '';
  child.stdout.on('data', (text: Buffer) => (output += text.toString()));
  const find = (word: string): string | undefined =>
    output.split('\n').find((line) => line.startsWith(`${word} `));
  return {
    async says(word) {
      await expect.poll(() => find(word), { timeout: 20_000 }).toBeDefined();
      return find(word)?.slice(word.length + 1) ?? '';
    },
    async kill() {
      child.kill('SIGKILL');
      await closed;
    },
  };
}

describe('a restored library', () => {
  it('L90: lies beside the one that is open, which stays as it is until the other is used, and after', async () => {
    const here = await made();
    const before = contentsOf(here.place);
    const name = await restored(here);
    expect(name).toMatch(/^library-restored-\d{4}-\d{2}-\d{2}-\d{4}$/);
    expect(await studiesAt(here.place)).toHaveLength(2);
    await use(here.place, name, RUNNER);
    expect(await studiesAt(here.place)).toEqual([studyUid('A')]);
    await use(here.place, 'library', RUNNER);
    expect((await studiesAt(here.place)).sort()).toEqual([studyUid('A'), studyUid('B')].sort());
    expect(contentsOf(here.place).map(([file]) => file)).toEqual(before.map(([file]) => file));
  });

  it('L90: is what the command line opens too, by the same name', async () => {
    const here = await made();
    await use(here.place, await restored(here), RUNNER);
    const cli = join(import.meta.dirname, '..', '..', 'doors', 'cli', 'main.ts');
    const output = execFileSync(
      process.execPath,
      ['--no-warnings', cli, 'list', 'studies', '--library', here.place, '--json', '--quiet'],
      { encoding: 'utf8' },
    );
    const { items } = JSON.parse(output) as { items: { uid: string }[] };
    expect(items.map(({ uid }) => uid)).toEqual([studyUid('A')]);
  });

  it('L90: gets a name of its own where one of that minute is there', async () => {
    const here = await made();
    const names = [await restored(here), await restored(here)];
    expect(new Set(names).size).toBe(2);
    expect(librariesAt(here.place).map(({ name }) => name)).toEqual(['library', ...names.sort()]);
  });

  it('L93: is listed with what it holds and where it came from, and what cannot be seen with the reason', async () => {
    const here = await made();
    const name = await restored(here);
    const [own, other] = librariesAt(here.place);
    expect(own).toMatchObject({ name: 'library', inUse: true, origin: null });
    expect(other).toMatchObject({ name, inUse: false, origin: { version: '1.2.3', usedAt: null } });
    expect(lookInto(own!.directory)).toMatchObject({ patients: 2, studies: 2, objects: 6, inTrash: 0 });
    expect(lookInto(other!.directory)).toMatchObject({ patients: 1, studies: 1, objects: 4 });
    const raw = new Database(join(other!.directory, 'workspace.sqlite'));
    raw.pragma('user_version = 99');
    raw.close();
    expect(lookInto(other!.directory)).toMatchObject({ code: 'LIBRARY_NEWER' });
    writeFileSync(join(other!.directory, 'workspace.sqlite'), 'no database'.repeat(1000));
    expect(lookInto(other!.directory)).toMatchObject({ code: 'LIBRARY_DAMAGED' });
  });

  it('L93: can be thrown away until it was used, and no other can', async () => {
    const here = await made();
    const [unused, used] = [await restored(here), await restored(here)];
    await discard(here.place, unused);
    expect(readdirSync(here.folder)).not.toContain(unused);
    expect(await codeOf(() => discard(here.place, 'library'))).toBe('NOT_ALLOWED');
    expect(await codeOf(() => discard(here.place, unused))).toBe('NOT_FOUND');
    expect(await codeOf(() => discard(here.place, 'a'))).toBe('NOT_FOUND');
    await use(here.place, used, RUNNER);
    await use(here.place, 'library', RUNNER);
    expect(await codeOf(() => discard(here.place, used))).toBe('NOT_ALLOWED');
    expect(lookInto(join(here.folder, used))).toMatchObject({ objects: 4 });
  });

  it('L93: is not thrown away while another program has it open', async () => {
    const here = await made();
    const name = await restored(here);
    const library = await scratch.library(join(here.folder, name));
    expect(await codeOf(() => discard(here.place, name))).toBe('LIBRARY_BUSY');
    expect(await library.verify({})).toMatchObject({ objects: 4, bad: [] });
  });
});

describe('use', () => {
  it('L91: is refused while another program has the present library open, and nothing changes', async () => {
    const here = await made();
    const name = await restored(here);
    const other = openElsewhere(here.place);
    try {
      await other.says('open');
      expect(await codeOf(() => use(here.place, name, RUNNER))).toBe('LIBRARY_BUSY');
      expect(await studiesAt(here.place)).toHaveLength(2);
    } finally {
      await other.kill();
    }
    await use(here.place, name, RUNNER);
    expect(await studiesAt(here.place)).toHaveLength(1);
  });

  it('L91: who opens the place at that moment waits, and gets the new one', async () => {
    const here = await made();
    const name = await restored(here);
    let other: Opener | null = null;
    await whileAlone(join(here.place, 'workspace.sqlite'), async () => {
      other = openElsewhere(here.place);
      await other.says('begun');
      // It has looked which one is in use, and stands before its door.
      await new Promise((resolve) => setTimeout(resolve, 300));
      await pointTo(nodeFileSystem, here.place, name);
    });
    try {
      expect(await other!.says('open')).toBe(join(here.folder, name));
    } finally {
      await other!.kill();
    }
  });

  it('L91: is refused where the library cannot be opened', async () => {
    const here = await made();
    const name = await restored(here);
    writeFileSync(join(here.folder, name, 'workspace.sqlite'), 'no database'.repeat(1000));
    expect(await codeOf(() => use(here.place, name, RUNNER))).toBe('LIBRARY_DAMAGED');
    for (const nothing of ['a', 'none', '..', '.', 'backup.tar'])
      expect(await codeOf(() => use(here.place, nothing, RUNNER)), nothing).toBe('NOT_FOUND');
    expect(await studiesAt(here.place)).toHaveLength(2);
  });

  it('L92: says what to do where the library in use is gone or cannot be told, and makes none', async () => {
    const here = await made();
    const name = await restored(here);
    await use(here.place, name, RUNNER);
    const open = () => openPlace(here.place, { ...RUNNER, create: true });
    rmSync(join(here.folder, name), { recursive: true });
    await expect(open()).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringContaining('library.in-use.json') as string,
    });
    expect(readdirSync(here.folder)).not.toContain(name);
    for (const text of ['', '{', 'null', '{"library":""}', '{"library":"../library"}', '{"library":".."}']) {
      writeFileSync(join(here.folder, 'library.in-use.json'), text);
      await expect(open(), text).rejects.toMatchObject({ code: 'LIBRARY_DAMAGED' });
    }
    rmSync(join(here.folder, 'library.in-use.json'));
    expect(await studiesAt(here.place)).toHaveLength(2);
  });

  it('L92: names the way back where the library in use does not open', async () => {
    const here = await made();
    const name = await restored(here);
    await use(here.place, name, RUNNER);
    writeFileSync(join(here.folder, name, 'workspace.sqlite'), 'no database'.repeat(1000));
    await expect(openPlace(here.place, RUNNER)).rejects.toMatchObject({
      code: 'LIBRARY_DAMAGED',
      message: expect.stringContaining('remove the file library.in-use.json') as string,
    });
  });
});

describe('a restore beside a place', () => {
  it('L86: needs room and a folder that can be written', async () => {
    const here = await made();
    const source = await backupFile(here.backup);
    const beside = (files: Partial<typeof nodeFileSystem>): Promise<unknown> =>
      restoreBeside(here.place, source, RUNNER, { ...nodeFileSystem, ...files });
    expect(await codeOf(() => beside({ freeBytes: () => source.bytes }))).toBe('DISK_FULL');
    expect(await codeOf(() => beside({ mayWrite: () => false }))).toBe('NOT_ALLOWED');
    expect(librariesAt(here.place)).toHaveLength(1);
  });

  it('L85: leaves what a start sweeps away, unless its process may still run', async () => {
    const here = await made();
    const left = (name: string, owner: string): string => {
      const folder = join(here.folder, `library-restored-${name}`);
      mkdirSync(join(folder, 'objects', 'ab'), { recursive: true });
      writeFileSync(join(folder, 'restoring'), owner);
      writeFileSync(join(folder, 'workspace.sqlite'), 'half');
      return folder;
    };
    const dead = left('2026-01-01-0000', `${hostname()} 999999999`);
    const nameless = left('2026-01-01-0003', '');
    const alive = left('2026-01-01-0001', `${hostname()} ${process.ppid}`);
    const elsewhere = left('2026-01-01-0002', 'elsewhere 1');
    const another = join(here.folder, 'library-restored-by-hand');
    mkdirSync(another);
    const empty = join(here.folder, 'library-restored-2026-01-01-0004');
    mkdirSync(empty);
    const parts = [`${hostname()}~999999999`, `${hostname()}~${process.ppid}`].map((owner) =>
      join(here.folder, `library.in-use.json.${owner}.part`),
    );
    for (const part of parts) writeFileSync(part, '{');
    expect(librariesAt(here.place).map(({ name }) => name)).toEqual(['library']);
    sweepRestores(here.place);
    const names = readdirSync(here.folder).map((name) => join(here.folder, name));
    expect(names).not.toContain(dead);
    expect(names).not.toContain(nameless);
    expect(names).not.toContain(empty);
    expect(names).not.toContain(parts[0]);
    expect(names).toEqual(expect.arrayContaining([alive, elsewhere, another, parts[1]]));
    expect(await codeOf(() => scratch.library(alive))).toBe('LIBRARY_DAMAGED');
  });

  it(
    'L85, L90: killed at any moment, the library before or the one after opens, and nothing is half-written',
    { timeout: 180_000 },
    async () => {
      let kill = 0;
      const outcome = await killRestores(scratch.folder(), 6, () => ((kill++ % 6) + 0.5) / 6);
      expect(outcome.wrong).toEqual([]);
      expect(outcome.midway).toBeGreaterThan(0);
    },
  );
});
