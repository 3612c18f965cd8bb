import { dvhChunk } from '../../../src-shared/compute/dvh/index.ts';
import { contourSurface } from '../../../src-shared/compute/mesh/index.ts';
import type { Task } from '../../../src-shared/compute/tasks/index.ts';

/** Everything that the window's workers can do: the same functions as the host's, so the same bits. */
export const windowTasks: readonly Task[] = [dvhChunk, contourSurface];
