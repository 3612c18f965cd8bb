import {
  createPool,
  type Pool,
  type TaskAnswer,
  type WorkerPort,
} from '../../../src-shared/compute/pool/index.ts';

function windowWorker(): WorkerPort {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    type: 'module',
    name: 'Fluence worker',
  });
  return {
    post: (message, transfer) => worker.postMessage(message, [...transfer]),
    onMessage: (listener) =>
      worker.addEventListener('message', ({ data }: MessageEvent<TaskAnswer>) => listener(data)),
    onDeath(listener) {
      // A browser's worker that failed to load or threw outside a task stays there; it is ended so that it is replaced.
      const fail = (reason: string) => () => {
        worker.terminate();
        listener(reason);
      };
      worker.addEventListener('error', fail('it failed'));
      worker.addEventListener('messageerror', fail('its message could not be read'));
    },
    terminate: async () => worker.terminate(),
  };
}

/** The window's pool, for what must follow the hand: leaves one processor to the page. */
export const createWindowPool = (
  workers = Math.min(4, Math.max(1, navigator.hardwareConcurrency - 1)),
): Pool => createPool({ workers, spawn: windowWorker });
