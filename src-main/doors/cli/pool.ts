import type { TaskRunner } from '../../../src-shared/compute/tasks/index.ts';
// The pool alone: the rest of jobs/ brings the window's contracts along.
import { createThreadPool } from '../../jobs/threads.ts';

/** A pool of `workers` threads for one command; closed at its end. */
export function openPool(workers: number): { runner: TaskRunner; close: () => Promise<void> } {
  const pool = createThreadPool({ workers });
  return { runner: pool, close: () => pool.close() };
}
