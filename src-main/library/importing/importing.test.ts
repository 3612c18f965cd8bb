import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { inlineRunner, type TaskRunner } from '../../../src-shared/compute/tasks/index.ts';
import { nodeFileSystem } from '../fileSystem.ts';
import { openLibraryOn } from '../openLibrary.ts';
import { readFileTask } from '../tasks.ts';
import { ctFiles, instanceUid, seriesUid, writeCtFolder } from '../testing/ctFiles.ts';
import { filesUnder, useScratch } from '../testing/scratch.ts';
import { zipOf, type ZipEntry } from '../testing/zipFiles.ts';
import type { Library } from '../types.ts';
import { ARCHIVE_LIMITS, openArchive } from './archive.ts';
import type { ImportOptions } from './importer.ts';

const scratch = useScratch();
const WHO = { title: 'test', who: 'tester' };
const codes = (report: { refused: { code: string }[] }): string[] =>
  report.refused.map((item) => item.code).sort();
const opened: Library[] = [];
afterEach(() => {
  for (const library of opened.splice(0)) library.close();
});

/** With small batches, so that files of one UID meet across commits too. */
async function importing(
  options: Partial<ImportOptions> = {},
  runner: TaskRunner = inlineRunner,
): Promise<(paths: string[]) => ReturnType<Library['importPaths']>> {
  const library = await openLibraryOn(nodeFileSystem, join(scratch.folder(), 'library'), {
    runner,
    create: true,
  });
  opened.push(library);
  const all: ImportOptions = { ...WHO, ...options };
  return (paths) => library.importPaths(paths, all);
}

describe('files that claim one identity', () => {
  const cases: [string, number][] = [
    ['in one batch', 512],
    ['in batches of one', 1],
    ['in batches of two', 2],
  ];
  it.each(cases)('L11: takes neither of two contents, whatever the order, %s', async (_, files) => {
    const [one] = ctFiles({ name: 'A', slices: 1, value: 1 });
    const [two] = ctFiles({ name: 'A', slices: 1, value: 2 });
    const outcomes = [];
    for (const order of [
      [one!, two!, one!],
      [two!, one!, one!],
      [one!, one!, two!],
    ]) {
      const folder = scratch.folder();
      order.forEach((bytes, n) => writeFileSync(join(folder, `${n}.dcm`), bytes));
      writeCtFolder(join(folder, 'sound'), { name: 'B', slices: 3 });
      const run = await importing({ batch: { files, bytes: 1e9, milliseconds: 1e6 } });
      const report = await run([folder]);
      expect(report).toMatchObject({ offered: 6, imported: 3, duplicates: 0 });
      expect(codes(report)).toEqual(Array(3).fill('DUPLICATE_SOP_INSTANCE_CONFLICT'));
      const library = opened.at(-1)!;
      expect(library.objects(instanceUid('A', 0))).toEqual([]);
      expect(filesUnder(join(library.directory, 'objects'))).toHaveLength(3);
      expect(await library.verify({})).toMatchObject({
        objects: 3,
        bad: [],
        index: 'sound',
        auditTrail: 'sound',
      });
      expect(await run([folder])).toMatchObject({ imported: 0, duplicates: 3 });
      outcomes.push(report.series);
    }
    expect(outcomes[1]).toEqual(outcomes[0]);
    expect(outcomes[2]).toEqual(outcomes[0]);
  });

  it('L11: keeps what the library had before', async () => {
    const run = await importing();
    const [first, second] = [scratch.folder(), scratch.folder()];
    writeCtFolder(first, { name: 'A', slices: 2, value: 1 });
    writeCtFolder(second, { name: 'A', slices: 2, value: 2 });
    await run([first]);
    const report = await run([second]);
    expect(report).toMatchObject({ imported: 0, duplicates: 0 });
    expect(report.refused[0]!.reason).toMatch(/the one in the library was kept/);
    expect(opened.at(-1)!.list('objects', {})).toHaveLength(2);
    expect(filesUnder(join(opened.at(-1)!.directory, 'objects'))).toHaveLength(2);
  });
});

it('L40: a series whose first object was taken out again says what its next one says', async () => {
  const folder = scratch.folder();
  const [first] = ctFiles({ name: 'A', slices: 1, description: 'One' });
  const others = ctFiles({ name: 'A', slices: 3, description: 'Two' }).slice(1);
  const [claims] = ctFiles({ name: 'A', slices: 1, description: 'Three', value: 9 });
  [first!, ...others, claims!].forEach((bytes, n) => writeFileSync(join(folder, `${n}.dcm`), bytes));
  const run = await importing({ batch: { files: 1, bytes: 1e9, milliseconds: 1e6 } });
  expect(await run([folder])).toMatchObject({ imported: 2 });
  const library = opened.at(-1)!;
  const before = library.tree('');
  expect(before[0]?.studies[0]?.series[0]).toMatchObject({ description: 'Two', files: 2 });
  expect([library.tree('two'), library.tree('one')].map((found) => found.length)).toEqual([1, 0]);
  await library.rebuildIndex({});
  expect(library.tree('')).toEqual(before);
});

describe('folders', () => {
  it('L14: tells of links, pipes and paths that are not there, and follows none', async () => {
    const folder = scratch.folder();
    const outside = scratch.folder();
    writeCtFolder(outside, { name: 'Outside', slices: 1 });
    writeCtFolder(join(folder, 'a'), { name: 'A', slices: 2 });
    symlinkSync(outside, join(folder, 'link'));
    symlinkSync(join(outside, 'CT.000.dcm'), join(folder, 'a', 'link.dcm'));
    symlinkSync(folder, join(folder, 'circle'));
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    const report = await (await importing())([folder, join(folder, 'nowhere')]);
    expect(report).toMatchObject({ state: 'done', offered: 7, imported: 2 });
    expect(codes(report)).toEqual([
      'FILE_UNREADABLE',
      'FILE_UNREADABLE',
      'LINK_NOT_FOLLOWED',
      'LINK_NOT_FOLLOWED',
      'LINK_NOT_FOLLOWED',
    ]);
  });

  it.skipIf(process.platform !== 'linux')(
    'L14: takes files whatever their names are, also those that are no text',
    async () => {
      const folder = scratch.folder();
      const slices = ctFiles({ name: 'A', slices: 6 });
      const names = ['Müller größe.dcm', '腰椎 ‏עברית.dcm', ' leading', 'new\nline', '-rf *?"<>|.dcm'];
      names.forEach((name, k) => writeFileSync(join(folder, name), slices[k]!));
      // 'Müller' as an older Windows wrote it, in a folder that is named so too.
      const old = Buffer.concat([Buffer.from(`${folder}/`), Buffer.from('M\xfcller', 'latin1')]);
      mkdirSync(old);
      writeFileSync(Buffer.concat([old, Buffer.from('/B\xe4.dcm', 'latin1')]), slices[5]!);
      writeFileSync(Buffer.concat([old, Buffer.from('/\xff\xfe.txt', 'latin1')]), 'no DICOM');
      const run = await importing();
      const report = await run([folder]);
      expect(report).toMatchObject({ state: 'done', offered: 7, imported: 6 });
      expect(report.refused).toMatchObject([{ code: 'NOT_DICOM', file: join(folder, 'Müller', 'ÿþ.txt') }]);
      expect(await run([folder])).toMatchObject({ imported: 0, duplicates: 6 });
    },
  );

  it.skipIf(process.platform !== 'linux')(
    'L15: tells of a path that is too long for the system, and takes the rest',
    async () => {
      const folder = scratch.folder();
      const part = 'd'.repeat(250);
      const [here, there] = ['here', 'there'].map((name) =>
        join(folder, name, ...Array<string>(10).fill(part)),
      );
      writeCtFolder(here!, { name: 'A', slices: 2 });
      writeCtFolder(there!, { name: 'B', slices: 2 });
      // No call takes a path as long as this makes one.
      renameSync(join(folder, 'there'), join(here!, 'there'));
      try {
        const report = await (await importing())([folder]);
        expect(report).toMatchObject({ state: 'done', imported: 2 });
        expect(report.refused).toMatchObject([
          { code: 'FILE_UNREADABLE', reason: expect.stringContaining('too long') as string },
        ]);
      } finally {
        execFileSync('rm', ['-rf', join(folder, 'here')]);
      }
    },
  );

  it.skipIf(process.getuid?.() === 0)('L15: tells of what may not be read, and takes the rest', async () => {
    const folder = scratch.folder();
    writeCtFolder(join(folder, 'a'), { name: 'A', slices: 2 });
    writeCtFolder(join(folder, 'closed'), { name: 'B', slices: 2 });
    chmodSync(join(folder, 'a', 'CT.001.dcm'), 0);
    chmodSync(join(folder, 'closed'), 0);
    try {
      const report = await (await importing())([folder]);
      expect(report).toMatchObject({ state: 'done', offered: 3, imported: 1 });
      expect(report.refused).toMatchObject([
        { code: 'FILE_UNREADABLE', reason: expect.stringContaining('may not be read') as string },
        { code: 'FILE_UNREADABLE', reason: expect.stringContaining('may not be read') as string },
      ]);
    } finally {
      chmodSync(join(folder, 'closed'), 0o700);
    }
  });

  it('L15: goes on when the folder goes away in the middle of it', async () => {
    const folder = scratch.folder();
    writeCtFolder(join(folder, 'a'), { name: 'A', slices: 8 });
    let read = 0;
    const pulled: TaskRunner = {
      workers: 1,
      run: (task, input, options) => {
        if (task.name === readFileTask.name && read++ === 3) rmSync(join(folder, 'a'), { recursive: true });
        return inlineRunner.run(task, input, options);
      },
    };
    const report = await (await importing({}, pulled))([folder]);
    expect(report).toMatchObject({ state: 'done', offered: 8, imported: 3 });
    expect(codes(report)).toEqual(Array(5).fill('FILE_UNREADABLE'));
    expect(await opened.at(-1)!.verify({})).toMatchObject({ objects: 3, bad: [] });
  });

  it('L14: takes a file once that is offered twice, and follows a link that is itself what was asked for', async () => {
    const folder = scratch.folder();
    const [path] = writeCtFolder(join(folder, 'a'), { name: 'A', slices: 1 });
    symlinkSync(path!, join(folder, 'asked.dcm'));
    expect(await (await importing())([path!, join(folder, 'a')])).toMatchObject({ offered: 1, imported: 1 });
    expect(await (await importing())([join(folder, 'asked.dcm')])).toMatchObject({ offered: 1, imported: 1 });
  });

  it('L15: goes on when a file vanishes or a worker gives up on one', async () => {
    const folder = scratch.folder();
    writeCtFolder(folder, { name: 'A', slices: 4 });
    const vanishing: TaskRunner = {
      workers: 2,
      run: (task, input, options) => {
        const path = (input as { path?: string }).path ?? '';
        if (task.name === readFileTask.name && path.endsWith('CT.002.dcm'))
          return inlineRunner.run(task, { ...input, path: `${path}.gone` }, options);
        return inlineRunner.run(task, input, options);
      },
    };
    const report = await (await importing({}, vanishing))([folder]);
    expect(report).toMatchObject({ state: 'done', imported: 3 });
    expect(report.refused).toMatchObject([{ code: 'FILE_UNREADABLE', file: join(folder, 'CT.002.dcm') }]);
  });
});

describe('archives', () => {
  const write = (entries: readonly ZipEntry[], name = 'study.zip'): string => {
    const path = join(scratch.folder(), name);
    writeFileSync(path, zipOf(entries));
    return path;
  };
  const slices = (name: string): ZipEntry[] =>
    ctFiles({ name, slices: 3 }).map((data, k) => ({ name: `deep/er/${k}.dcm`, data, deflate: true }));

  it('L16: imports what is inside, each entry a file of its own', async () => {
    const path = write([
      { name: 'deep/', mode: 0o40755 },
      ...slices('A'),
      { name: 'readme.txt', data: Buffer.from('hello') },
      { name: 'inner.zip', data: zipOf(slices('B')) },
    ]);
    const run = await importing();
    const report = await run([path]);
    expect(report).toMatchObject({
      state: 'done',
      offered: 5,
      imported: 3,
      series: [{ uid: seriesUid('A'), files: 3 }],
    });
    expect(report.refused.map((item) => [item.file, item.code])).toEqual([
      [`${path}/inner.zip`, 'ARCHIVE_NESTED'],
      [`${path}/readme.txt`, 'NOT_DICOM'],
    ]);
    expect(filesUnder(join(opened.at(-1)!.directory, 'incoming'))).toEqual([]);
    expect(await run([path])).toMatchObject({ imported: 0, duplicates: 3 });
  });

  const hostile: [string, ZipEntry[], string][] = [
    ['a name that climbs', [{ name: '../../evil.dcm', data: Buffer.from('x') }], 'ARCHIVE_PATH_ESCAPES'],
    [
      'a name that climbs with backslashes',
      [{ name: 'a\\..\\..\\evil.dcm', data: Buffer.from('x') }],
      'ARCHIVE_PATH_ESCAPES',
    ],
    ['an absolute name', [{ name: '/etc/evil', data: Buffer.from('x') }], 'ARCHIVE_PATH_ESCAPES'],
    ['a drive letter', [{ name: 'C:/evil', data: Buffer.from('x') }], 'ARCHIVE_PATH_ESCAPES'],
    ['a link', [{ name: 'link', data: Buffer.from('/etc/passwd'), mode: 0o120777 }], 'ARCHIVE_LINK'],
    [
      'an encrypted entry',
      [{ name: 'a.dcm', data: Buffer.from('x'), deflate: true, flags: 1 }],
      'ARCHIVE_ENCRYPTED',
    ],
  ];
  it.each(hostile)('L17: refuses %s, and the whole archive with it', async (_, entries, code) => {
    const path = write([...slices('A'), ...entries]);
    const report = await (await importing())([path]);
    expect(report).toMatchObject({ state: 'done', offered: 1, imported: 0, refused: [{ file: path, code }] });
    expect(filesUnder(join(opened.at(-1)!.directory, 'objects'))).toEqual([]);
  });

  it('L17: refuses what is no archive or is cut', async () => {
    const whole = zipOf(slices('A'));
    for (const bytes of [
      Buffer.from('PK but nothing else'),
      whole.subarray(0, whole.length - 40),
      Buffer.alloc(0),
    ]) {
      const path = join(scratch.folder(), 'bad.zip');
      writeFileSync(path, bytes);
      expect(codes(await (await importing())([path]))).toEqual(['ARCHIVE_MALFORMED']);
    }
  });

  it('L17: refuses more entries, bytes, ratio or disk than is allowed, before anything is unpacked', async () => {
    const path = write([
      { name: 'zeros', data: new Uint8Array(1e6), deflate: true },
      { name: 'b', data: Buffer.from('b') },
    ]);
    const file = { path, name: path, bytes: 1, followLinks: true };
    const refusal = async (limits: object, free: number | null = null): Promise<unknown> => {
      const archive = await openArchive(file, free, { ...ARCHIVE_LIMITS, ...limits });
      if ('code' in archive) return archive.code;
      archive.close();
      return archive.entries.length;
    };
    expect(await refusal({})).toBe(2);
    expect(await refusal({ entries: 1 })).toBe('ARCHIVE_LIMIT');
    expect(await refusal({ bytes: 1e6 })).toBe('ARCHIVE_LIMIT');
    expect(await refusal({ ratioFrom: 1e5 })).toBe('ARCHIVE_LIMIT');
    expect(await refusal({ spare: 0 }, 1e6)).toBe('ARCHIVE_LIMIT');
    expect(await refusal({ spare: 0 }, 1e6 + 1)).toBe(2);
  });

  it('L17: stops at an entry that holds more than its archive says', async () => {
    const path = write([
      { name: 'more.dcm', data: new Uint8Array(1e6), deflate: true, claims: 10 },
      ...slices('A'),
    ]);
    const report = await (await importing())([path]);
    expect(report).toMatchObject({
      imported: 3,
      refused: [{ file: `${path}/more.dcm`, code: 'ARCHIVE_MALFORMED' }],
    });
    expect(filesUnder(join(opened.at(-1)!.directory, 'incoming'))).toEqual([]);
  });

  it('L16: opens archives in folders, and keeps refusals from before apart', async () => {
    const folder = scratch.folder();
    mkdirSync(join(folder, 'x'));
    writeFileSync(join(folder, 'x', 'B.ZIP'), zipOf(slices('B')));
    writeCtFolder(join(folder, 'y'), { name: 'B', slices: 2 });
    expect(await (await importing())([folder])).toMatchObject({
      offered: 5,
      imported: 3,
      duplicates: 2,
      refused: [],
    });
  });
});
