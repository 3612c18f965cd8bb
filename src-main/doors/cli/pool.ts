import type { TaskRunner } from '../../../src-shared/compute/tasks/index.ts';
import { createThreadPool } from '../../jobs/index.ts';

/** A pool of `workers` threads for one command; closed at its end. */
export function openPool(workers: number): { runner: TaskRunner; close: () => Promise<void> } {
  const pool = createThreadPool({ workers: Math.max(1, Math.floor(workers)) });
  return { runner: pool, close: async () => pool.close() };
}
