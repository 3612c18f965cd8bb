export {
  createJobManager,
  type JobContext,
  type JobManager,
  type JobManagerOptions,
  type JobReport,
  type JobRequest,
  type JobStore,
} from './jobs.ts';
export { createThreadPool, threadPort, workerFile, type ThreadPoolOptions } from './threads.ts';
