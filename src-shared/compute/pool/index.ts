export { createPool, interactively, type Pool, type PoolOptions, type WorkerPort } from './pool.ts';
export { packError, unpackError, type TaskAnswer, type TaskError, type TaskMessage } from './messages.ts';
export { serveTasks, type WorkerSide } from './serve.ts';
