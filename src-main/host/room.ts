import { join } from 'node:path';
import { DOMAINS } from '../../src-shared/api/index.ts';
import { interactively } from '../../src-shared/compute/pool/index.ts';
import type { TaskRunner } from '../../src-shared/compute/tasks/index.ts';
import { Failure } from '../../src-shared/model/index.ts';
import { createJobManager } from '../jobs/index.ts';
import { openPlace, type Library } from '../library/index.ts';
import { createBackups, type AskWhereToSave, type Backups } from '../services/backups.ts';
import { createBulkStore, type BulkStore } from '../services/bulkStore.ts';
import { writeDemo } from '../services/demo.ts';
import { jobsService } from '../services/jobs.ts';
import { libraryService, type AskForFiles } from '../services/library.ts';
import { createPreparedCache } from '../services/prepared.ts';
import { createRestores, type Restores } from '../services/restores.ts';
import { reviewService } from '../services/review/index.ts';
import { createUploads, type Uploads } from '../services/uploads.ts';
import { workstationService } from '../services/workstation.ts';
import type { Dispatcher } from './dispatcher.ts';

export interface RoomOptions {
  /** The folder that a person named for the library. */
  readonly place: string;
  readonly runner: TaskRunner;
  readonly door: 'electron' | 'browser';
  readonly version: string;
  readonly resources: string;
  readonly askForFiles: AskForFiles | null;
  readonly askWhereToSave: AskWhereToSave | null;
  readonly preparedBytes: number;
  readonly describe: (error: unknown, where: string) => Failure;
}

/** All that lives as long as one library is open: the library, its jobs, what is on its way in and out, its services. */
export interface Room {
  readonly library: Library;
  readonly uploads: Uploads;
  readonly backups: Backups;
  readonly restores: Restores;
  readonly bulk: BulkStore;
  /** @throws Failure NOT_ALLOWED while a job runs or files are on their way */
  mustBeAtRest(): void;
  /** Stops jobs, and closes the library. */
  close(): Promise<void>;
}

/** How often it is asked whether the command line, say, has changed something, milliseconds. */
const LOOK_EVERY = 2000;

function changedElsewhere(library: Library): boolean {
  try {
    return library.changedElsewhere();
  } catch {
    // A library that cannot be asked says so to whoever wants something of it.
    return false;
  }
}

/** Opens the library of a place, and serves its domains. @throws Failure as `openPlace`. */
export async function openRoom(options: RoomOptions, dispatcher: Dispatcher): Promise<Room> {
  const { place, runner, door, version, resources, describe, askForFiles, askWhereToSave } = options;
  const library = await openPlace(place, { runner, create: true });
  const jobs = createJobManager({ store: library, describe });
  const stagingFolder = join(library.directory, 'staging');
  const uploads = await createUploads(stagingFolder);
  const bulk = createBulkStore();
  const cache = createPreparedCache(options.preparedBytes);
  const backups = createBackups({ library, jobs, stagingFolder, askWhereToSave, version });
  const restores = createRestores({ place, jobs, runner, askForFiles });

  dispatcher.serve(DOMAINS.jobs, (emit) => jobsService(jobs, emit));
  let lookElsewhere: NodeJS.Timeout | undefined;
  dispatcher.serve(DOMAINS.library, (emit) => {
    lookElsewhere = setInterval(() => {
      if (changedElsewhere(library)) emit('changed', { series: [] });
    }, LOOK_EVERY);
    return libraryService({
      library,
      jobs,
      uploads,
      backups,
      stagingFolder,
      askForFiles,
      emit,
      writeDemo: (folder) => writeDemo(folder, resources),
    });
  });
  dispatcher.serve(DOMAINS.review, () =>
    reviewService({ library, runner: interactively(runner), cache, bulk, version }),
  );
  dispatcher.serve(DOMAINS.workstation, () =>
    workstationService({ library, version, door, canAskForFiles: askForFiles !== null }),
  );

  return {
    library,
    uploads,
    backups,
    restores,
    bulk,
    mustBeAtRest() {
      const running = jobs.list().find(({ endedAt }) => endedAt === null);
      if (running !== undefined)
        throw new Failure(
          'NOT_ALLOWED',
          `"${running.title}" still runs in the library that is open; wait for its end or cancel it, then try again.`,
        );
      if (uploads.receiving || backups.sending)
        throw new Failure(
          'NOT_ALLOWED',
          'Files are still on their way to or from the library that is open; wait for them, then try again.',
        );
    },
    async close() {
      clearInterval(lookElsewhere);
      await jobs.close();
      await uploads.close();
      await backups.close();
      library.close();
    },
  };
}
