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
