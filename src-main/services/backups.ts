import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Failure } from '../../src-shared/model/index.ts';
import type { Download } from '../host/transport.ts';
import type { JobManager } from '../jobs/index.ts';
import type { Library } from '../library/index.ts';

/** A door's own save dialogue: the path that a person chose, null where it was closed. */
export type AskWhereToSave = (name: string) => Promise<string | null>;

export interface Backups {
  /** A backup as a job; null where the person closed the dialogue. @throws Failure DISK_FULL */
  start(): Promise<string | null>;
  /** A URL that gives the file of a job once. @throws Failure NOT_FOUND */
  offer(job: string): string;
  /** What that URL gives; null where it was used or never was. */
  take(token: string): Promise<Download | null>;
  /** Whether a file is on its way out. */
  readonly sending: boolean;
  close(): Promise<void>;
}

export interface BackupsParts {
  readonly library: Library;
  readonly jobs: JobManager;
  /** Swept of what programs that no longer live have left, by the number that a name begins with. */
  readonly stagingFolder: string;
  /** Null at doors without a dialogue: the file waits in the staging folder until it was fetched. */
  readonly askWhereToSave: AskWhereToSave | null;
  /** Of the product; written into the backup. */
  readonly version: string;
}

/** What the databases and the archive's own blocks may take beside the objects. */
const MARGIN = 64e6;

const count = (n: number): string => n.toLocaleString('en-GB');
/** No patient and no folder is named by it. */
const fileName = (): string =>
  `fluence-library-${new Date().toISOString().slice(0, 16).replace('T', '-').replace(':', '')}.tar`;

/** Backups of the library for the window (SPEC.md H12). */
export function createBackups({
  library,
  jobs,
  stagingFolder,
  askWhereToSave,
  version,
}: BackupsParts): Backups {
  /** Files that wait to be fetched, by their job. */
  const held = new Map<string, string>();
  const offered = new Map<string, string>();
  let sending = 0;

  async function letGo(job: string): Promise<void> {
    const file = held.get(job);
    held.delete(job);
    if (file !== undefined) await rm(join(file, '..'), { recursive: true, force: true });
  }

  async function place(): Promise<string | null> {
    const name = fileName();
    if (askWhereToSave !== null) return askWhereToSave(name);
    // One that nobody fetched would hold its room on the disk until the end.
    for (const job of [...held.keys()]) await letGo(job);
    const { usedBytes, freeBytes } = library.status();
    if (freeBytes !== null && freeBytes < usedBytes + MARGIN)
      throw new Failure(
        'DISK_FULL',
        'There is no room for a backup beside the library; write it to another disk with "npx fluence backup FILE".',
      );
    const folder = join(stagingFolder, `${process.pid}-${randomBytes(8).toString('hex')}`);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return join(folder, name);
  }

  return {
    async start() {
      const file = await place();
      if (file === null) return null;
      const total = library.status().objects + library.status().inTrash;
      const { id } = jobs.start({
        title: 'Backup of the library',
        kind: 'backup',
        async run({ id: job, signal, report }) {
          try {
            const { objects, bytes } = await library.backup(file, {
              signal,
              version,
              onProgress: (progress) =>
                report({
                  progress,
                  step: `${count(Math.round(progress * total))} of ${count(total)} objects`,
                }),
            });
            if (askWhereToSave === null) held.set(job, file);
            return { objects, bytes, name: basename(file), toFetch: askWhereToSave === null };
          } catch (error) {
            if (askWhereToSave === null) await rm(join(file, '..'), { recursive: true, force: true });
            throw error;
          }
        },
      });
      return id;
    },
    offer(job) {
      if (!held.has(job))
        throw new Failure(
          'NOT_FOUND',
          'The file of this backup is no longer held; back the library up again.',
        );
      const token = randomBytes(32).toString('base64url');
      offered.set(token, job);
      return `/download/${token}`;
    },
    async take(token) {
      const job = offered.get(token);
      offered.delete(token);
      const file = job === undefined ? undefined : held.get(job);
      if (job === undefined || file === undefined) return null;
      const { size } = await stat(file);
      return {
        name: basename(file),
        length: size,
        chunks: async function* () {
          sending += 1;
          try {
            yield* createReadStream(file, { highWaterMark: 1 << 20 }) as AsyncIterable<Uint8Array>;
          } finally {
            sending -= 1;
          }
          // Only what was taken to its end is let go of: a download that broke off can be begun again.
          await letGo(job);
        },
      };
    },
    get sending() {
      return sending > 0;
    },
    async close() {
      for (const job of [...held.keys()]) await letGo(job);
    },
  };
}
