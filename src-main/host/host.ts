import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { DOMAINS } from '../../src-shared/api/index.ts';
import { interactively } from '../../src-shared/compute/pool/index.ts';
import { createJobManager, createThreadPool } from '../jobs/index.ts';
import { openLibrary } from '../library/index.ts';
import { createBulkStore } from '../services/bulkStore.ts';
import { createBackups, type AskWhereToSave } from '../services/backups.ts';
import { writeDemo } from '../services/demo.ts';
import { jobsService } from '../services/jobs.ts';
import { libraryService, type AskForFiles } from '../services/library.ts';
import { createPreparedCache } from '../services/prepared.ts';
import { reviewService } from '../services/review/index.ts';
import { createUploads } from '../services/uploads.ts';
import { workstationService } from '../services/workstation.ts';
import { describeError, type Log } from './defects.ts';
import { createDispatcher } from './dispatcher.ts';
import type { HostTransport } from './transport.ts';

export interface HostOptions {
  readonly libraryDirectory: string;
  readonly door: 'electron' | 'browser';
  readonly version: string;
  /** The product's `resources` folder. */
  readonly resources: string;
  /** The door's own dialogue, where it has one. */
  readonly askForFiles?: AskForFiles;
  readonly askWhereToSave?: AskWhereToSave;
  readonly workers?: number;
  /** Volumes and doses that are kept prepared, bytes. */
  readonly preparedBytes?: number;
  readonly log?: Log;
}

export interface Host {
  readonly transport: HostTransport;
  /** What opening the library had to do, a sentence each; mostly empty. */
  readonly notices: readonly string[];
  /** Stops jobs and workers, and closes the library. */
  close(): Promise<void>;
}

const PREPARED = 1.5 * 2 ** 30;

/**
 * The composition root: a library, a pool, jobs and services behind one transport, for whichever door.
 * @throws Failure as `openLibrary`.
 */
export async function createHost(options: HostOptions): Promise<Host> {
  const log = options.log ?? ((line: string) => void process.stderr.write(`${line}\n`));
  const describe = (error: unknown, where: string) => describeError(error, where, log);
  const pool = createThreadPool({ workers: options.workers ?? availableParallelism(), yields: true });
  const library = await openLibrary(options.libraryDirectory, { runner: pool, create: true }).catch(
    (error: unknown) => {
      pool.close();
      throw error;
    },
  );
  const jobs = createJobManager({ store: library, describe });
  const stagingFolder = join(library.directory, 'staging');
  const uploads = await createUploads(stagingFolder);
  const bulk = createBulkStore();
  const cache = createPreparedCache(options.preparedBytes ?? PREPARED);
  const dispatcher = createDispatcher(log);
  const askForFiles = options.askForFiles ?? null;
  const backups = createBackups({
    library,
    jobs,
    stagingFolder,
    askWhereToSave: options.askWhereToSave ?? null,
  });

  dispatcher.serve(DOMAINS.jobs, (emit) => jobsService(jobs, emit));
  dispatcher.serve(DOMAINS.library, (emit) =>
    libraryService({
      library,
      jobs,
      uploads,
      backups,
      stagingFolder,
      askForFiles,
      emit,
      writeDemo: (folder) => writeDemo(folder, options.resources),
    }),
  );
  dispatcher.serve(DOMAINS.review, () =>
    reviewService({ library, runner: interactively(pool), cache, bulk, version: options.version }),
  );
  dispatcher.serve(DOMAINS.workstation, () =>
    workstationService({
      library,
      version: options.version,
      door: options.door,
      canAskForFiles: askForFiles !== null,
    }),
  );

  return {
    notices: library.notices,
    transport: {
      call: dispatcher.call,
      onEvent: dispatcher.onEvent,
      bulk: (hash, slab) => bulk.read(hash, slab).catch((error: unknown) => (describe(error, 'bulk'), null)),
      download: (token) => backups.take(token).catch((error: unknown) => (describe(error, 'download'), null)),
      receive: (upload, body) =>
        uploads.receive(upload, body).catch((error: unknown) => {
          throw describe(error, 'upload');
        }),
    },
    async close() {
      await jobs.close();
      await uploads.close();
      await backups.close();
      pool.close();
      library.close();
    },
  };
}
