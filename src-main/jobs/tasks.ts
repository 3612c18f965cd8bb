import type { Task } from '../../src-shared/compute/tasks/index.ts';

/** Everything that the host's workers can do. Static: a message chooses among these by name, never code. */
export const hostTasks: readonly Task[] = [];
