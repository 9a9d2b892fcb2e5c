import type { EntityManager } from 'typeorm';
import type { z } from 'zod';

/** A kind of background work: its name (verb-noun) and the ids that one piece of it carries. */
export interface Job<P = unknown> {
  name: string;
  schema: z.ZodType<P>;
}

/** Jobs by name, in the order in which they were defined. */
export class JobBook {
  private readonly jobs = new Map<string, Job>();

  /** Names a job. A name given twice is a fault of the program and stops the start. */
  define<P>(name: string, schema: z.ZodType<P>): Job<P> {
    if (this.jobs.has(name)) throw new Error(`the job ${name} is defined twice`);
    const job: Job<P> = { name, schema };
    this.jobs.set(name, job);
    return job;
  }

  all(): Job[] {
    return [...this.jobs.values()];
  }
}

/** The jobs of the program. */
const book = new JobBook();

/** Names a job of the program, for which its worker must then have a handler. */
export function defineJob<P>(name: string, schema: z.ZodType<P>): Job<P> {
  return book.define(name, schema);
}

export function definedJobs(): Job[] {
  return book.all();
}

export interface EnqueueOptions {
  /** A job with the key of one that still waits replaces it. */
  key?: string;
  runAt?: Date;
}

/** Attempts of a job that fails for want of something (database, peer); with back-off (e^n seconds) they reach over 15 hours. */
const MOST_ATTEMPTS = 12;

/** Enqueues in the caller's transaction: rolled back with it, and run only after it committed. */
export async function enqueue<P>(
  tx: EntityManager,
  job: Job<P>,
  payload: P,
  options: EnqueueOptions = {},
): Promise<void> {
  await tx.query(`select graphile_worker.add_job($1, $2::json, job_key := $3, run_at := $4, max_attempts := $5)`, [
    job.name,
    JSON.stringify(job.schema.parse(payload)),
    options.key ?? null,
    options.runAt ?? null,
    MOST_ATTEMPTS,
  ]);
}
