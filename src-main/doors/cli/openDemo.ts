import { resolve } from 'node:path';
import type { Job, PatientSummary } from '../../../src-shared/api/index.ts';
import { Failure } from '../../../src-shared/model/index.ts';
import {
  createHost,
  defaultLibraryDirectory,
  productFolder,
  productVersion,
  type Host,
} from '../../host/index.ts';
import { openBrowserDoor, openInBrowser } from '../browser/index.ts';
import type { VerbContext } from './verb.ts';

async function ask<T>(host: Host, domain: string, method: string, request: unknown): Promise<T> {
  const answer = await host.transport.call(domain, method, request);
  if (!answer.ok) throw new Failure(answer.error.code, answer.error.message, answer.error.detail);
  return answer.response as T;
}

/** Brings the demo patient in, where it is not in yet, and says which study it is. */
async function importDemo(host: Host, context: VerbContext): Promise<string> {
  const ended = Promise.withResolvers<Job>();
  const jobs: Job[] = [];
  let wanted = '';
  const check = (): void => {
    const job = jobs.find(({ id, state }) => id === wanted && state !== 'waiting' && state !== 'running');
    if (job) ended.resolve(job);
  };
  const stop = host.transport.onEvent(({ domain, event, payload }) => {
    if (domain !== 'jobs' || event !== 'changed') return;
    jobs.push(payload as Job);
    context.progress(`${(payload as Job).title}: ${Math.floor((payload as Job).progress * 100)} %`);
    check();
  });
  ({ job: wanted } = await ask<{ job: string }>(host, 'library', 'importDemo', {}));
  check();
  context.signal.throwIfAborted();
  const cancelled = (): void => ended.reject(context.signal.reason);
  context.signal.addEventListener('abort', cancelled, { once: true });
  const job = await ended.promise.finally(() => {
    context.signal.removeEventListener('abort', cancelled);
    stop();
  });
  if (job.state !== 'done')
    throw new Failure(
      job.error?.code ?? 'DEFECT',
      job.error?.message ?? 'The demo patient could not be imported.',
    );
  const { patients } = await ask<{ patients: PatientSummary[] }>(host, 'library', 'tree', { search: 'demo' });
  const study = patients
    .flatMap(({ studies }) => studies)
    .find(({ series }) => series.some(({ kind }) => kind === 'dose'));
  if (!study) throw new Failure('DEFECT', 'The demo patient was imported, and is not in the library.');
  return study.uid;
}

/** Opens the app in a browser on the demo patient, and serves it until it is stopped. */
export async function openDemo(
  context: VerbContext,
  { openBrowser, importOnly }: { openBrowser: boolean; importOnly: boolean },
): Promise<void> {
  const host = await createHost({
    libraryDirectory: resolve(context.arguments.text('library') ?? defaultLibraryDirectory()),
    door: 'browser',
    version: productVersion(),
    resources: productFolder('resources'),
  });
  try {
    for (const notice of host.notices) context.warn(notice);
    const study = await importDemo(host, context);
    if (importOnly) return;
    const door = await openBrowserDoor({
      transport: host.transport,
      windowFolder: productFolder('dist/window'),
    });
    const url = door.newUrl(`review/${study}`);
    process.stderr.write(`Fluence is open at ${url} (for one use, within a minute); Ctrl C closes it.\n`);
    if (openBrowser) openInBrowser(url);
    await new Promise<void>((end) => {
      if (context.signal.aborted) end();
      else context.signal.addEventListener('abort', () => end(), { once: true });
    });
    await door.close();
  } finally {
    await host.close();
  }
}
