import { Worker } from 'node:worker_threads';
import {
  createPool,
  type Pool,
  type TaskAnswer,
  type WorkerPort,
} from '../../src-shared/compute/pool/index.ts';

/** The worker's file: beside the bundle once built, the source itself in tests. */
export const workerFile = (): URL =>
  new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.mjs', import.meta.url);

/** What a worker is told at its start. */
export interface WorkerSettings {
  /** Lets the processes of a window have a processor first: see `ThreadPoolOptions`. */
  readonly yields: boolean;
}

export function threadPort(file: URL, settings: WorkerSettings): WorkerPort {
  const worker = new Worker(file, { workerData: settings, stdout: false, stderr: false });
  // An idle pool must not keep the command line from ending; a running task does, by its own promise's job.
  worker.unref();
  return {
    post(message, transfer) {
      worker.ref();
      worker.postMessage(message, transfer);
    },
    onMessage(listener) {
      worker.on('message', (answer: TaskAnswer) => {
        worker.unref();
        listener(answer);
      });
    },
    onDeath(listener) {
      worker.on('error', (error) => listener(error instanceof Error ? error.name : 'uncaught error'));
      worker.on('exit', (code) => listener(`exit code ${code}`));
    },
    terminate: () => worker.terminate(),
  };
}

export interface ThreadPoolOptions {
  readonly workers: number;
  readonly byteBudget?: number;
  readonly file?: URL;
  /**
   * The threads run at a lower priority, where the system knows one for threads: an import may take every core, but not
   * the window's next frame.
   */
  readonly yields?: boolean;
}

/** The host's pool: worker threads that run the tasks of `tasks.ts`. */
export function createThreadPool({
  workers,
  byteBudget,
  file = workerFile(),
  yields = false,
}: ThreadPoolOptions): Pool {
  return createPool({
    workers,
    spawn: () => threadPort(file, { yields }),
    ...(byteBudget === undefined ? {} : { byteBudget }),
  });
}
