import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  uploadHeader,
  type EventMessage,
  type Job,
  type LibraryEntry,
  type RestoreResult,
} from '../../src-shared/api/index.ts';
import { openPlace } from '../library/index.ts';
import { inlineRunner } from '../../src-shared/compute/tasks/index.ts';
import { studyUid, writeCtFolder } from '../library/testing/ctFiles.ts';
import { createHost, productFolder, type Host } from './index.ts';

let folder: string, place: string, backup: string, host: Host;
let chosen: string[] = [];
const heard: EventMessage[] = [],
  log: string[] = [];

const open = (): Promise<Host> =>
  createHost({
    libraryDirectory: place,
    door: 'electron',
    version: '1.2.3',
    resources: productFolder('resources'),
    workers: 1,
    askForFiles: async () => chosen,
    log: (line) => log.push(line),
  });

async function call<A>(domain: string, method: string, request: unknown = {}): Promise<A> {
  const answer = await host.transport.call(domain, method, request);
  if (!answer.ok) throw Object.assign(new Error(answer.error.message), { code: answer.error.code });
  return answer.response as A;
}
const list = async (): Promise<LibraryEntry[]> =>
  (await call<{ libraries: LibraryEntry[] }>('libraries', 'list')).libraries;
const studies = async (): Promise<string[]> => {
  const { patients } = await call<{ patients: { studies: { uid: string }[] }[] }>('library', 'tree');
  return patients.flatMap((patient) => patient.studies.map(({ uid }) => uid)).sort();
};
const jobs = async (): Promise<Job[]> => (await call<{ jobs: Job[] }>('jobs', 'list')).jobs;
async function ended(id: string): Promise<Job> {
  const find = async (): Promise<Job | undefined> => (await jobs()).find((job) => job.id === id);
  await expect.poll(async () => (await find())?.endedAt ?? null, { timeout: 20_000 }).not.toBeNull();
  const job = await find();
  if (job === undefined) throw new Error('the job is gone');
  return job;
}
async function restored(): Promise<RestoreResult> {
  chosen = [backup];
  const { job } = await call<{ job: string }>('libraries', 'restoreFromDialogue');
  const done = await ended(job);
  expect(done).toMatchObject({ kind: 'restore', title: 'Restore of a backup', state: 'done' });
  return done.result as RestoreResult;
}
async function* inParts(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fluence-libraries-'));
  place = join(folder, 'library');
  backup = join(folder, 'backup.tar');
  writeCtFolder(join(folder, 'a'), { name: 'A', slices: 3 });
  writeCtFolder(join(folder, 'b'), { name: 'B', slices: 2 });
  const library = await openPlace(place, { runner: inlineRunner, create: true });
  await library.importPaths([join(folder, 'a')], { title: 'a', who: 'test' });
  await library.backup(backup, { version: '1.2.0' });
  await library.importPaths([join(folder, 'b')], { title: 'b', who: 'test' });
  library.close();
  host = await open();
  heard.length = 0;
  host.transport.onEvent((message) => heard.push(message));
});
afterEach(async () => {
  await host.close();
  await rm(folder, { recursive: true });
  expect(log).toEqual([]);
});

describe('H13: a restore', () => {
  it('makes a library beside the one that is open, and tells what it holds', async () => {
    const result = await restored();
    expect(result).toMatchObject({
      folder: join(folder, result.name),
      version: '1.2.0',
      holds: { patients: 1, studies: 1, objects: 3 },
      auditTrail: 'sound',
    });
    expect(await studies()).toHaveLength(2);
    expect(await list()).toMatchObject([
      { name: 'library', inUse: true, restored: null, discardable: false, holds: { objects: 5 } },
      { name: result.name, inUse: false, discardable: true, holds: { objects: 3 }, problem: null },
    ]);
    expect(heard.some(({ event }) => event === 'replaced')).toBe(false);
  });

  it('takes a file that the window sends, in whatever parts it comes', async () => {
    const bytes = await readFile(backup);
    for (const size of [1000, 1 << 16]) {
      const { job, url } = await call<{ job: string; url: string }>('libraries', 'beginRestore', {
        bytes: bytes.length,
      });
      const upload = url.split('/').at(-1) ?? '';
      await host.transport.receive(upload, inParts(bytes, size));
      expect(await ended(job)).toMatchObject({ state: 'done', result: { holds: { objects: 3 } } });
      // The place to send it to is used up.
      await expect(host.transport.receive(upload, inParts(bytes, size))).rejects.toMatchObject({
        code: 'NOT_FOUND',
      });
    }
    expect(await readdir(join(place, 'staging')).catch(() => [])).toEqual([]);
    expect(await list()).toHaveLength(3);
  });

  it('ends with one sentence, and without a trace, where the file is none, is broken off, or is cancelled', async () => {
    const bytes = await readFile(backup);
    const sent = async (chunks: AsyncIterable<Uint8Array>, announced = bytes.length): Promise<Job> => {
      const { job, url } = await call<{ job: string; url: string }>('libraries', 'beginRestore', {
        bytes: announced,
      });
      await host.transport.receive(url.split('/').at(-1) ?? '', chunks).catch(() => undefined);
      return ended(job);
    };
    expect((await sent(inParts(Buffer.from('notes'), 9), 5)).error).toMatchObject({
      code: 'INPUT_NOT_USABLE',
      message: expect.stringContaining('is no backup') as string,
    });
    expect((await sent(inParts(bytes.subarray(0, 4000), 999))).error).toMatchObject({
      code: 'INPUT_NOT_USABLE',
    });
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield bytes.subarray(0, 2000);
      throw Object.assign(new Error('aborted'), { code: 'ECONNRESET' });
    }
    expect(await sent(broken())).toMatchObject({ error: { code: 'CANCELLED' }, state: 'failed' });
    async function* cancelled(): AsyncGenerator<Uint8Array> {
      yield bytes.subarray(0, 2000);
      for (const { id, endedAt } of await jobs()) if (endedAt === null) await call('jobs', 'cancel', { id });
      await new Promise(() => undefined);
    }
    expect(await sent(cancelled())).toMatchObject({ state: 'cancelled', error: null });
    chosen = [join(folder, 'a', 'CT.000.dcm')];
    const { job } = await call<{ job: string }>('libraries', 'restoreFromDialogue');
    expect((await ended(job)).error).toMatchObject({ code: 'INPUT_NOT_USABLE' });
    chosen = [];
    expect(await call('libraries', 'restoreFromDialogue')).toEqual({ job: null });
    await expect(call('libraries', 'beginRestore', { bytes: 1e18 })).rejects.toThrow();
    expect((await readdir(folder)).sort()).toEqual(['a', 'b', 'backup.tar', 'library']);
  });

  it('is refused where there is no room for it', async () => {
    const { job, url } = await call<{ job: string; url: string }>('libraries', 'beginRestore', {
      bytes: Number.MAX_SAFE_INTEGER,
    });
    const sending = host.transport.receive(url.split('/').at(-1) ?? '', inParts(Buffer.alloc(512), 512));
    await expect(sending).rejects.toMatchObject({ code: 'DISK_FULL' });
    expect((await ended(job)).error).toMatchObject({ code: 'DISK_FULL' });
  });
});

it('H15: tells what another program changes, and nothing where none does', async () => {
  const told = (): number => heard.filter(({ domain, event }) => domain + event === 'librarychanged').length;
  await new Promise((resolve) => setTimeout(resolve, 2500));
  await call('workstation', 'setSetting', { key: 'kept', value: 1 });
  await new Promise((resolve) => setTimeout(resolve, 2500));
  expect(told()).toBe(0);
  const other = await openPlace(place, { runner: inlineRunner });
  try {
    other.toTrash('study', studyUid('A'), 'another');
    await expect.poll(told, { timeout: 10_000 }).toBe(1);
    expect(await studies()).toEqual([studyUid('B')]);
  } finally {
    other.close();
  }
});

describe('H14: another library in the place of the open one', () => {
  it('answers every request from then on, over a restart too, and back again', async () => {
    const { name } = await restored();
    await call('workstation', 'setSetting', { key: 'kept', value: 'here' });
    await call('libraries', 'use', { name });
    expect(heard.filter(({ event }) => event === 'replaced')).toMatchObject([{ payload: { name } }]);
    expect(await studies()).toEqual([studyUid('A')]);
    expect(await call('workstation', 'getSetting', { key: 'kept' })).toEqual({ value: null });
    expect(await call('workstation', 'about')).toMatchObject({ libraryName: name });
    expect(await list()).toMatchObject([
      { name: 'library', inUse: false, discardable: false },
      { name, inUse: true, discardable: false },
    ]);
    await host.close();
    host = await open();
    expect(await studies()).toEqual([studyUid('A')]);
    await call('libraries', 'use', { name: 'library' });
    expect(await studies()).toEqual([studyUid('A'), studyUid('B')].sort());
    expect(await call('workstation', 'getSetting', { key: 'kept' })).toEqual({ value: 'here' });
    expect((await list()).map(({ discardable }) => discardable)).toEqual([false, false]);
  });

  it('serves jobs, imports and history of the new one', async () => {
    const { name } = await restored();
    await call('libraries', 'use', { name });
    chosen = [join(folder, 'b')];
    const { job } = await call<{ job: string }>('library', 'importFromDialogue', { what: 'folder' });
    expect((await ended(job)).state).toBe('done');
    expect(await studies()).toHaveLength(2);
    expect(heard.some(({ domain, payload }) => domain === 'jobs' && (payload as Job).id === job)).toBe(true);
    const { job: check } = await call<{ job: string }>('library', 'verify');
    expect((await ended(check)).result).toMatchObject({ objects: 5, bad: [], auditTrail: 'sound' });
  });

  it('is refused while a job runs, and says which; the present one goes on', async () => {
    const { name } = await restored();
    const { job, url } = await call<{ job: string; url: string }>('libraries', 'beginRestore', { bytes: 9 });
    await expect(call('libraries', 'use', { name })).rejects.toMatchObject({
      code: 'NOT_ALLOWED',
      message: expect.stringContaining('"Restore of a backup" still runs') as string,
    });
    await call('jobs', 'cancel', { id: job });
    await host.transport.receive(url.split('/').at(-1) ?? '', inParts(Buffer.alloc(9), 9)).catch(() => 0);
    expect(await studies()).toHaveLength(2);
    await call('libraries', 'use', { name });
    expect(await studies()).toHaveLength(1);
  });

  it('is refused while a file is on its way in', async () => {
    const { name } = await restored();
    const { upload } = await call<{ upload: string }>('library', 'beginUpload', {
      title: 't',
      files: 1,
      bytes: 5,
    });
    const slow = Promise.withResolvers<undefined>();
    async function* waiting(): AsyncGenerator<Uint8Array> {
      yield uploadHeader('a.dcm', 5);
      yield Buffer.from('abc');
      await slow.promise;
      yield Buffer.from('de');
    }
    const sending = host.transport.receive(upload, waiting());
    await new Promise((resolve) => setTimeout(resolve, 50));
    await expect(call('libraries', 'use', { name })).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    slow.resolve(undefined);
    await sending;
    await call('libraries', 'use', { name });
    expect(await studies()).toHaveLength(1);
  });

  it('is refused while another program has the library open; the present one goes on', async () => {
    const { name } = await restored();
    const other = await openPlace(place, { runner: inlineRunner });
    try {
      await expect(call('libraries', 'use', { name })).rejects.toMatchObject({ code: 'LIBRARY_BUSY' });
      expect(await studies()).toHaveLength(2);
      expect(heard.some(({ event }) => event === 'replaced')).toBe(false);
    } finally {
      other.close();
    }
    await call('libraries', 'use', { name });
    expect(await studies()).toHaveLength(1);
  });

  it('is refused where it does not open; the present one goes on', async () => {
    const { name } = await restored();
    await writeFile(join(folder, name, 'workspace.sqlite'), 'no database'.repeat(1000));
    await expect(call('libraries', 'use', { name })).rejects.toMatchObject({ code: 'LIBRARY_DAMAGED' });
    await expect(call('libraries', 'use', { name: 'none' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect((await list()).find((one) => one.name === name)).toMatchObject({
      holds: null,
      problem: expect.stringContaining('damaged') as string,
    });
    expect(await studies()).toHaveLength(2);
  });

  it('lets requests of that moment wait, and answers each from one library or the other', async () => {
    const { name } = await restored();
    const answers = [studies(), studies()];
    const changed = call('libraries', 'use', { name });
    answers.push(...Array.from({ length: 8 }, studies));
    await changed;
    for (const answer of await Promise.all(answers)) expect([1, 2]).toContain(answer.length);
    expect(await studies()).toHaveLength(1);
  });

  it('throws away what was restored and never used', async () => {
    const { name } = await restored();
    await call('libraries', 'discard', { name });
    expect(await list()).toHaveLength(1);
    expect(await readdir(folder)).not.toContain(name);
    await expect(call('libraries', 'discard', { name: 'library' })).rejects.toMatchObject({
      code: 'NOT_ALLOWED',
    });
  });
});
