export { defineJob, definedJobs, enqueue, type EnqueueOptions, type Job } from './job.js';
export {
  JobRunner,
  handle,
  isWorkerAtWork,
  migrateJobs,
  requireHandlers,
  type Binding,
  type JobHandler,
} from './job-runner.js';

/** Not in a backup: signs of life of processes. */
export const MACHINE_TABLES = ['job_worker'] as const;
