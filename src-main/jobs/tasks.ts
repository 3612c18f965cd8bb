import { dvhChunk } from '../../src-shared/compute/dvh/index.ts';
import type { Task } from '../../src-shared/compute/tasks/index.ts';
// The tasks alone: a worker has no use for the database.
import { libraryTasks } from '../library/tasks.ts';
import { objectTasks } from '../services/objects/index.ts';
import { reviewTasks } from '../services/review/tasks.ts';

/** Everything that the host's workers can do. Static: a message chooses among these by name, never code. */
export const hostTasks: readonly Task[] = [...libraryTasks, ...objectTasks, ...reviewTasks, dvhChunk];
