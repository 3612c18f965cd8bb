import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inlineRunner } from '../../../src-shared/compute/tasks/index.ts';
import { restoreBackup } from '../index.ts';
import { studyUid, writeCtFolder } from '../testing/ctFiles.ts';
import { useScratch } from '../testing/scratch.ts';
import type { Library } from '../types.ts';
import { readTar, TarWriter, type ByteSource } from './tar.ts';

const scratch = useScratch();
const WHO = { title: 'test', who: 'tester' };
const RUNNER = { runner: inlineRunner };

async function filled(): Promise<Library> {
  const folder = scratch.folder();
  writeCtFolder(join(folder, 'a'), { name: 'A', slices: 4 });
  writeCtFolder(join(folder, 'b'), { name: 'B', slices: 2 });
  const library = await scratch.library();
  await library.importPaths([folder], WHO);
  library.toTrash('study', studyUid('B'), 'me');
  library.setSetting('kept', true);
  return library;
}
const seen = (library: Library): object => ({
  tree: library.tree(''),
  objects: library.list('objects', {}),
  trash: library.trash(),
  changes: library.changes(100),
  setting: library.getSetting('kept'),
  reports: library.reports(),
});

describe('backup', () => {
  it('L80: gives the whole library back, trash, history and settings too', async () => {
    const library = await filled();
    const file = join(scratch.folder(), 'library.tar');
    const progress: number[] = [];
    const packed = await library.backup(file, { onProgress: (share) => progress.push(share) });
    expect(packed).toEqual({ objects: 6, bytes: library.status().usedBytes });
    expect(progress.at(-1)).toBe(1);
    const directory = join(scratch.folder(), 'new');
    const { holds, auditTrail } = await restoreBackup(file, directory, RUNNER);
    expect({ ...holds, freeBytes: library.status().freeBytes }).toEqual(library.status());
    expect([holds.objects + holds.inTrash, holds.usedBytes]).toEqual([packed.objects, packed.bytes]);
    expect(auditTrail).toBe('sound');
    const restored = await scratch.library(directory);
    expect(restored.notices).toEqual([]);
    expect(seen(restored)).toEqual(seen(library));
    expect(await restored.verify({})).toMatchObject({
      objects: 6,
      bad: [],
      index: 'sound',
      auditTrail: 'sound',
    });
    expect(restored.undo('me')).toMatch(/to the trash/);
  });

  it('L80: is consistent while the library is in use', async () => {
    const library = await filled();
    const more = scratch.folder();
    writeCtFolder(more, { name: 'C', slices: 30 });
    const file = join(scratch.folder(), 'library.tar');
    let emptied = false;
    await Promise.all([
      library.backup(file, {
        onProgress: () => {
          if (!emptied) library.emptyTrash();
          emptied = true;
        },
      }),
      library.importPaths([more], WHO),
    ]);
    const directory = join(scratch.folder(), 'new');
    const { objects, inTrash } = (await restoreBackup(file, directory, RUNNER)).holds;
    const restored = await scratch.library(directory);
    expect(await restored.verify({})).toMatchObject({
      objects: objects + inTrash,
      bad: [],
      auditTrail: 'sound',
    });
    expect(restored.objects(studyUid('A'))).toHaveLength(4);
  });

  it('L81: is an archive that any tar opens', async () => {
    const library = await filled();
    const file = join(scratch.folder(), 'library.tar');
    await library.backup(file, {});
    const names = execFileSync('tar', ['-tf', file], { encoding: 'utf8' }).trim().split('\n');
    expect(names[0]).toBe('fluence-library.json');
    expect(names.at(-1)).toBe('contents.json');
    expect(names.filter((name) => name.startsWith('objects/'))).toHaveLength(6);
  });

  it('L82: leaves nothing behind when it is stopped or an object is damaged', async () => {
    const library = await filled();
    const folder = scratch.folder();
    const stop = new AbortController();
    await expect(
      library.backup(join(folder, 'a.tar'), { signal: stop.signal, onProgress: () => stop.abort() }),
    ).rejects.toMatchObject({ code: 'CANCELLED' });
    const path = library.pathOf(library.objects(studyUid('A'))[2]!.sha256);
    const bytes = readFileSync(path);
    bytes[300]! ^= 1;
    writeFileSync(path, bytes);
    await expect(library.backup(join(folder, 'a.tar'), {})).rejects.toMatchObject({
      code: 'LIBRARY_DAMAGED',
    });
    rmSync(path);
    await expect(library.backup(join(folder, 'a.tar'), {})).rejects.toMatchObject({
      code: 'LIBRARY_DAMAGED',
    });
    expect(readdirSync(folder)).toEqual([]);
  });
});

it('L81: tar keeps any size, also beyond what its octal field holds', async () => {
  const file = join(scratch.folder(), 'x.tar');
  const large = join(scratch.folder(), 'large');
  writeFileSync(large, '');
  truncateSync(large, 8 ** 11);
  const [target, source] = [await open(file, 'wx+'), await open(large, 'r')];
  const { size } = await source.stat();
  // Only the header of the large one is written: its content would take minutes.
  const stopped = new TarWriter(target).addFile('large', {
    stat: () => Promise.resolve({ size }),
    read: () => Promise.resolve({ bytesRead: 0 }),
  } as unknown as typeof source);
  await expect(stopped).rejects.toThrow('ends too early');
  await source.close();
  await target.truncate(512 + 8 ** 11);
  const entries = [];
  for await (const { name, bytes } of firstOf(readTar(sourceOf(target)))) entries.push([name, bytes]);
  await target.close();
  expect(entries).toEqual([['large', 8 ** 11]]);
});

const sourceOf = (handle: Awaited<ReturnType<typeof open>>): ByteSource => ({
  bytes: 512 + 8 ** 11,
  async *chunks() {
    const block = new Uint8Array(512);
    await handle.read(block, 0, 512, 0);
    yield block;
  },
});

async function* firstOf<T>(items: AsyncGenerator<T>): AsyncGenerator<T> {
  for await (const item of items) {
    yield item;
    return;
  }
}
