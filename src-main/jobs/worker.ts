import { parentPort } from 'node:worker_threads';
import { serveTasks } from '../../src-shared/compute/pool/index.ts';
import { provideBuiltKernels } from '../services/kernelAssets.ts';
import { hostTasks } from './tasks.ts';

const port = parentPort;
if (port === null) throw new Error('this file is the entry of a worker thread');
provideBuiltKernels();
serveTasks(
  {
    onMessage: (listener) => void port.on('message', listener),
    post: (answer, transfer) => port.postMessage(answer, transfer),
  },
  hostTasks,
);
