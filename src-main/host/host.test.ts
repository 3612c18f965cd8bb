import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  uploadHeader,
  type EventMessage,
  type Job,
  type ReviewCase,
  type VolumeInfo,
} from '../../src-shared/api/index.ts';
import { writeCtSlice } from '../../src-shared/formats/dicom/write/index.ts';
import type { Volume } from '../../src-shared/model/index.ts';
import { inlineRunner } from '../../src-shared/compute/tasks/index.ts';
import { restoreBackup } from '../library/index.ts';
import { createHost, productFolder, type Host } from './index.ts';

const SERIES = '1.2.3.2',
  STUDY = '1.2.3.1';
const [NX, NY, NZ] = [5, 4, 3];
const volume: Volume<Int16Array> = {
  dimensions: [NX, NY, NZ],
  affine: [1, 0, 0, -2, 0, 1, 0, -3, 0, 0, 2, 10],
  data: Int16Array.from({ length: NX * NY * NZ }, (_, i) => i * 7 - 100),
  unit: 'HU',
  frameOfReferenceUid: '1.2.3.9',
  padding: null,
};
const slice = (k: number): Uint8Array =>
  writeCtSlice(
    volume,
    k,
    {
      patient: { id: 'T1', name: 'Test^Host', birthDate: '', sex: '' },
      study: { uid: STUDY, id: '1', date: '20260101', time: '120000', description: 'Study', accession: '' },
      series: { uid: SERIES, number: 1, description: 'CT' },
      frameOfReferenceUid: '1.2.3.9',
      instanceNumber: k + 1,
      made: { date: '20260101', time: '120000' },
      equipment: { manufacturer: 'Fluence', model: 'Test', version: '1' },
    },
    {
      instance: `1.2.3.4.${k}`,
      patientPosition: 'HFS',
      bodyPart: 'PELVIS',
      window: { centre: 40, width: 400 },
    },
  );

let folder: string, host: Host;
const heard: EventMessage[] = [],
  log: string[] = [];
const open = (): Promise<Host> =>
  createHost({
    libraryDirectory: join(folder, 'library'),
    door: 'browser',
    version: '1.2.3',
    resources: productFolder('resources'),
    workers: 2,
    log: (line) => log.push(line),
  });

async function call<A>(domain: string, method: string, request: unknown = {}): Promise<A> {
  const answer = await host.transport.call(domain, method, request);
  if (!answer.ok) throw Object.assign(new Error(answer.error.message), { code: answer.error.code });
  return answer.response as A;
}
const bodyOf = async function* (
  files: readonly (readonly [string, Uint8Array])[],
): AsyncIterable<Uint8Array> {
  for (const [name, bytes] of files) {
    yield uploadHeader(name, bytes.length);
    yield bytes;
  }
};
const ended = async (id: string): Promise<Job> => {
  const find = async (): Promise<Job | undefined> =>
    (await call<{ jobs: Job[] }>('jobs', 'list')).jobs.find((job) => job.id === id);
  await expect.poll(async () => (await find())?.endedAt ?? null, { timeout: 20_000 }).not.toBeNull();
  const job = await find();
  if (job === undefined) throw new Error('the job is gone');
  return job;
};

async function importSlices(): Promise<Job> {
  const { upload } = await call<{ upload: string }>('library', 'beginUpload', {
    title: 'Three slices',
    files: NZ + 1,
    bytes: 100_000,
  });
  const slices = Array.from({ length: NZ }, (_, k) => [`CT/${k}.dcm`, slice(k)] as const);
  await host.transport.receive(upload, bodyOf(slices));
  await host.transport.receive(upload, bodyOf([['notes.txt', new TextEncoder().encode('not DICOM')]]));
  const { job } = await call<{ job: string }>('library', 'finishUpload', { upload });
  return ended(job);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fluence-host-'));
  host = await open();
  host.transport.onEvent((message) => heard.push(message));
});
afterAll(async () => {
  await host.close();
  await rm(folder, { recursive: true });
});

describe('host', () => {
  it('imports an upload as a job, tells it, and keeps a report with the names as given', async () => {
    const job = await importSlices();
    expect(job).toMatchObject({ title: 'Three slices', kind: 'import', state: 'done', progress: 1 });
    const report = await call<{ imported: number; refused: { file: string; code: string }[] }>(
      'library',
      'report',
      { id: (job.result as { report: string }).report },
    );
    expect(report.imported).toBe(NZ);
    expect(report.refused).toMatchObject([{ file: 'notes.txt', code: 'NOT_DICOM' }]);
    expect(heard.some(({ domain, event }) => domain === 'library' && event === 'importProgress')).toBe(true);
    expect(
      heard.some(
        ({ domain, event, payload }) =>
          domain === 'jobs' && event === 'changed' && (payload as Job).state === 'done',
      ),
    ).toBe(true);
    expect(await readdir(join(folder, 'library', 'staging'))).toEqual([]);
  });

  it('opens a study, and gives its volume in slabs by hash', async () => {
    const found = await call<ReviewCase>('review', 'open', { uid: STUDY });
    expect(found.suggested.image).toBe(SERIES);
    expect(found.patient.key).not.toBe('');
    const info = await call<VolumeInfo>('review', 'volume', { uid: SERIES, choice: null });
    expect(info).toMatchObject({
      dimensions: [NX, NY, NZ],
      affine: volume.affine,
      unit: 'HU',
    });
    expect(await call('review', 'volumeFigures', { uid: SERIES, choice: null })).toEqual({
      minimum: -100,
      maximum: 59 * 7 - 100,
      findings: [],
    });
    const hash = info.data.url.split('/').at(-1) ?? '';
    const parts: number[] = [];
    const bulk = await host.transport.bulk(hash, info.data.slabs[0]?.index ?? 0);
    for await (const chunk of bulk?.chunks() ?? []) parts.push(...chunk);
    expect([...new Int16Array(Uint8Array.from(parts).buffer)]).toEqual([...volume.data]);
    expect(await host.transport.bulk('0'.repeat(64), 0)).toBeNull();
  });

  it('says in a sentence what is not there', async () => {
    await expect(call('review', 'open', { uid: '9.9.9' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(call('review', 'volume', { uid: '9.9.9', choice: null })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await expect(call('review', 'dose', { uid: SERIES })).rejects.toMatchObject({ code: 'INPUT_NOT_USABLE' });
    await expect(call('library', 'importFromDialogue', { what: 'folder' })).rejects.toMatchObject({
      code: 'NOT_SUPPORTED_HERE',
    });
    await expect(call('library', 'finishUpload', { upload: 'x' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await expect(call('jobs', 'cancel', { id: 'x' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(log).toEqual([]);
  });

  it('knows the workstation, and keeps what the window asks it to', async () => {
    expect(await call('workstation', 'about')).toMatchObject({
      version: '1.2.3',
      door: 'browser',
      libraryName: 'library',
      canAskForFiles: false,
    });
    await call('workstation', 'setSetting', { key: 'review.levels', value: [1, 2] });
    expect(await call('workstation', 'getSetting', { key: 'review.levels' })).toEqual({ value: [1, 2] });
    expect(await call('workstation', 'getSetting', { key: 'review.other' })).toEqual({ value: null });
  });

  it('L70: writes into the change log who works here, by the name of the first start', async () => {
    const { patients } = await call<{ patients: { key: string }[] }>('library', 'tree');
    const key = patients[0]?.key;
    await call('library', 'toTrash', { what: 'patient', key });
    await call('workstation', 'setSetting', {
      key: 'person',
      value: { name: 'A. Muster', role: 'planner' },
    });
    await call('library', 'undo');
    const { changes } = await call<{ changes: { who: string }[] }>('library', 'changes', { limit: 2 });
    expect(changes.map(({ who }) => who)).toEqual(['A. Muster', userInfo().username]);
  });

  it('H12: backs the library up as a job, and gives the file once', async () => {
    const { job } = await call<{ job: string }>('library', 'backup');
    const done = await ended(job);
    expect(done).toMatchObject({ kind: 'backup', state: 'done', result: { objects: NZ, toFetch: true } });
    const token = async (): Promise<string> =>
      (await call<{ url: string }>('library', 'fetchBackup', { job })).url.split('/').at(-1) ?? '';

    // Begun and broken off: the URL is used up, the file is still there.
    const first = await token();
    for await (const chunk of (await host.transport.download(first))?.chunks() ?? []) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
    expect(await host.transport.download(first)).toBeNull();

    const found = await host.transport.download(await token());
    const parts: Uint8Array[] = [];
    for await (const chunk of found?.chunks() ?? []) parts.push(chunk);
    const file = join(folder, 'taken.tar');
    await writeFile(file, Buffer.concat(parts));
    expect(Buffer.concat(parts).length).toBe(found?.length);
    expect(found?.name).toMatch(/^fluence-library-[\d-]+\.tar$/);
    expect(await restoreBackup(file, join(folder, 'restored'), { runner: inlineRunner })).toMatchObject({
      version: '1.2.3',
      holds: { objects: NZ },
    });

    await expect(call('library', 'fetchBackup', { job })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await readdir(join(folder, 'library', 'staging'))).toEqual([]);
  });

  it('J6: keeps the outcome of a job, and its library, over a restart', async () => {
    const before = await call<{ jobs: Job[] }>('jobs', 'list');
    await host.close();
    host = await open();
    expect(await call('jobs', 'list')).toEqual(before);
    expect(await call<{ patients: unknown[] }>('library', 'tree')).toMatchObject({
      patients: [{ id: 'T1', name: 'Test^Host' }],
    });
  });
});
