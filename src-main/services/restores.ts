import { randomUUID } from 'node:crypto';
import type { RestoreResult } from '../../src-shared/api/index.ts';
import type { TaskRunner } from '../../src-shared/compute/tasks/index.ts';
import { Failure } from '../../src-shared/model/index.ts';
import type { JobManager } from '../jobs/index.ts';
import { backupFile, restoreBeside, type ByteSource, type RestoreProgress } from '../library/index.ts';
import type { AskForFiles } from './library.ts';

export interface Restores {
  /** The restore of a backup as a job; null where the person closed the dialogue. @throws Failure NOT_SUPPORTED_HERE */
  fromDialogue(): Promise<string | null>;
  /** The same for a file of so many bytes that comes by `receive`. */
  begin(bytes: number): { readonly job: string; readonly url: string };
  has(upload: string): boolean;
  /** Resolves when the library is made of it; rejects with the Failure that ended the job. */
  receive(upload: string, chunks: AsyncIterable<Uint8Array>): Promise<void>;
}

export interface RestoresParts {
  /** Beside which the libraries are made. */
  readonly place: string;
  readonly jobs: JobManager;
  readonly runner: TaskRunner;
  readonly askForFiles: AskForFiles | null;
}

/** A window that was closed before it sent anything: its job ends then, milliseconds. */
const COMES_WITHIN = 60_000;

const count = (n: number): string => n.toLocaleString('en-GB');
const dayFormat = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' });

function stepOf({ objects, ofObjects, made, progress }: RestoreProgress): string {
  if (ofObjects !== null && objects >= ofObjects && progress > 0.9) return 'looking through what it holds';
  const seen =
    ofObjects === null ? `${count(objects)} objects` : `${count(objects)} of ${count(ofObjects)} objects`;
  return made === null ? seen : `${seen}, backup of ${dayFormat.format(new Date(made))}`;
}

/** Restores of backups for the window (SPEC.md H13): into a library of its own, beside the one that is open. */
export function createRestores({ place, jobs, runner, askForFiles }: RestoresParts): Restores {
  /** Announced, and not yet on their way. */
  const expected = new Map<string, (chunks: AsyncIterable<Uint8Array>) => Promise<void>>();

  /** `source` is asked once the job runs. */
  function start(source: (signal: AbortSignal) => Promise<ByteSource>): string {
    const { id } = jobs.start({
      title: 'Restore of a backup',
      kind: 'restore',
      async run({ signal, report }): Promise<RestoreResult> {
        const begun = performance.now();
        const onProgress = (progress: RestoreProgress): void => {
          const rate = progress.bytes / Math.max(1, performance.now() - begun) / 1000;
          report({
            progress: progress.progress,
            step: stepOf(progress),
            rate: `${rate.toFixed(rate < 10 ? 1 : 0)} MB/s`,
          });
        };
        const { name, directory, made, version, holds, auditTrail } = await restoreBeside(
          place,
          await source(signal),
          { runner, signal, onProgress },
        );
        return { name, folder: directory, made, version, holds, auditTrail };
      },
    });
    return id;
  }

  return {
    async fromDialogue() {
      if (askForFiles === null)
        throw new Failure(
          'NOT_SUPPORTED_HERE',
          'This window cannot open a dialogue of the system; choose the backup with its own button.',
        );
      const [file] = await askForFiles('backup');
      return file === undefined ? null : start(() => backupFile(file));
    },
    begin(bytes) {
      const upload = randomUUID();
      const arrived = Promise.withResolvers<AsyncIterable<Uint8Array>>();
      arrived.promise.catch(() => undefined);
      const forget = (failure: Failure): void => {
        expected.delete(upload);
        arrived.reject(failure);
      };
      const job = start(async (signal) => {
        const timer = setTimeout(
          () => forget(new Failure('NOT_FOUND', 'The file did not come; choose the backup again.')),
          COMES_WITHIN,
        );
        signal.addEventListener('abort', () => forget(new Failure('CANCELLED', 'Cancelled.')), {
          once: true,
        });
        try {
          const chunks = await arrived.promise;
          return { bytes, chunks: () => chunks };
        } finally {
          clearTimeout(timer);
        }
      });
      expected.set(upload, async (chunks) => {
        arrived.resolve(chunks);
        const { state, error } = await jobs.ended(job);
        if (error !== null) throw new Failure(error.code, error.message, error.detail);
        if (state === 'cancelled') throw new Failure('CANCELLED', 'The restore was cancelled.');
      });
      return { job, url: `/upload/${upload}` };
    },
    has: (upload) => expected.has(upload),
    async receive(upload, chunks) {
      const take = expected.get(upload);
      expected.delete(upload);
      if (take === undefined)
        throw new Failure('NOT_FOUND', 'This upload is no longer known; begin it again.');
      await take(chunks);
    },
  };
}
