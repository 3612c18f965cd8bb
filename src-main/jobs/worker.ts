import { constants, getPriority, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { serveTasks } from '../../src-shared/compute/pool/index.ts';
import { provideBuiltKernels } from '../services/kernelAssets.ts';
import { hostTasks } from './tasks.ts';
import type { WorkerSettings } from './threads.ts';

const port = parentPort;
if (port === null) throw new Error('this file is the entry of a worker thread');
// On Linux this is the thread's alone; elsewhere it would slow down the whole process, and the door with it.
const lower = constants.priority.PRIORITY_BELOW_NORMAL;
if ((workerData as WorkerSettings).yields && process.platform === 'linux' && getPriority() < lower)
  setPriority(lower);
provideBuiltKernels();
serveTasks(
  {
    onMessage: (listener) => void port.on('message', listener),
    post: (answer, transfer) => port.postMessage(answer, transfer),
  },
  hostTasks,
);
