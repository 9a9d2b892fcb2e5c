import { EventEmitter } from 'node:events';
import { Logger, run, runMigrations, type Runner, type TaskList, type WorkerEvents } from 'graphile-worker';
import pg from 'pg';
import type { EntityManager } from 'typeorm';
import { Problem, errorFields, log } from '#libs/platform/index.js';
import { definedJobs, type Job } from './job.js';

export type JobHandler<P> = (payload: P, context: { signal: AbortSignal }) => Promise<void>;
export interface Binding {
  job: Job;
  handler: JobHandler<unknown>;
}

/** Says which function does a job. */
export function handle<P>(job: Job<P>, handler: JobHandler<P>): Binding {
  return { job, handler: handler as JobHandler<unknown> };
}

export interface RunnerOptions {
  connectionString: string;
  bindings: Binding[];
  /** The jobs that must have a handler: all that are defined, unless a test says otherwise. */
  jobs?: Job[];
  /** Done at the start and once a minute by each runner; must bear being done by two at once. */
  everyMinute?: (() => Promise<void>)[];
  /** The same every five seconds: what a killed worker left must not wait for a minute. */
  everyFiveSeconds?: (() => Promise<void>)[];
  /** For tests: seconds between signs of life, and silence after which a worker counts as dead. */
  beatSeconds?: number;
  deadSeconds?: number;
}

/** A sign every 5 s and death after 30 s of silence free the jobs of a killed worker well within the minute promised. */
const BEAT_SECONDS = 5;
const DEAD_SECONDS = 30;
const CONCURRENCY = 2;

/** graphile-worker reports with values inside; what is worth knowing is logged here instead. */
const silent = new Logger(() => () => undefined);

/** Installs graphile-worker's own tables. */
export async function migrateJobs(connectionString: string): Promise<void> {
  await runMigrations({ connectionString, logger: silent });
}

/** Every job has exactly one handler, or the worker does not start: a silent queue is found out too late. */
export function requireHandlers(jobs: Job[], bindings: Binding[]): void {
  for (const job of jobs) {
    const count = bindings.filter((binding) => binding.job.name === job.name).length;
    if (count === 0)
      throw new Problem(
        'refused',
        'job.without-handler',
        `The job "${job.name}" has no handler. Bind it in apps/worker.`,
      );
    if (count > 1)
      throw new Problem(
        'refused',
        'job.with-two-handlers',
        `The job "${job.name}" has ${count} handlers. Keep one in apps/worker.`,
      );
  }
}

/** Whether any worker has lately given a sign of life: what is queued waits for one. */
export async function isWorkerAtWork(tx: EntityManager): Promise<boolean> {
  const [row]: { found: boolean }[] = await tx.query(
    `select exists (select from job_worker where seen_at > clock_timestamp() - make_interval(secs => $1)) as found`,
    [DEAD_SECONDS],
  );
  return row!.found;
}

/** Runs background work until stopped. Any number may run on any number of machines. */
export class JobRunner {
  private pool: pg.Pool | null = null;
  private runner: Runner | null = null;
  private poolId: string | null = null;
  private readonly timers: NodeJS.Timeout[] = [];
  private readonly aborter = new AbortController();

  constructor(private readonly options: RunnerOptions) {}

  async start(): Promise<void> {
    requireHandlers(this.options.jobs ?? definedJobs(), this.options.bindings);
    this.pool = new pg.Pool({
      connectionString: this.options.connectionString,
      max: CONCURRENCY + 3,
      application_name: 'tocsin-worker',
    });
    const ended = (error: Error): void => log.warn('a connection of the worker ended', errorFields(error));
    this.pool.on('error', ended);
    // A connection may also end while it is lent out; an error that nobody hears would end the process.
    this.pool.on('connect', (connection) => connection.on('error', ended));
    const events: WorkerEvents = new EventEmitter();
    events.on('pool:create', ({ workerPool }) => (this.poolId = workerPool.id));
    this.runner = await run({
      pgPool: this.pool,
      taskList: Object.fromEntries(this.options.bindings.map((binding) => [binding.job.name, this.task(binding)])),
      concurrency: CONCURRENCY,
      noHandleSignals: true,
      parsedCronItems: [],
      pollInterval: 1_000,
      logger: silent,
      events,
    });
    this.runner.promise.catch((error: unknown) => log.error('the worker stopped', errorFields(error)));
    await this.beat();
    this.every(this.options.beatSeconds ?? BEAT_SECONDS, () => this.beat());
    for (const work of this.options.everyFiveSeconds ?? []) this.nowAndEvery(5, work);
    for (const work of this.options.everyMinute ?? []) this.nowAndEvery(60, work);
  }

  /** Ends after the jobs that run now; they are told to come to an end. */
  async stop(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    this.aborter.abort();
    try {
      await this.runner?.stop();
      if (this.pool && this.poolId) await this.pool.query(`delete from job_worker where pool_id = $1`, [this.poolId]);
    } finally {
      await this.pool?.end();
    }
  }

  /** Work that is still being done when its time comes again is not begun a second time. */
  private nowAndEvery(seconds: number, work: () => Promise<void>): void {
    let isAtIt = false;
    const once = async (): Promise<void> => {
      if (isAtIt || this.aborter.signal.aborted) return;
      isAtIt = true;
      try {
        await work();
      } finally {
        isAtIt = false;
      }
    };
    this.every(seconds, once);
    once().catch((error: unknown) => log.error('regular work failed', errorFields(error)));
  }

  private every(seconds: number, work: () => Promise<void>): void {
    const timer = setInterval(() => {
      work().catch((error: unknown) => log.error('regular work failed', errorFields(error)));
    }, seconds * 1000);
    timer.unref();
    this.timers.push(timer);
  }

  private task({ job, handler }: Binding): NonNullable<TaskList[string]> {
    return async (payload, helpers) => {
      try {
        await handler(job.schema.parse(payload), { signal: this.aborter.signal });
      } catch (error) {
        log.error('a job failed', {
          job: job.name,
          jobId: helpers.job.id,
          attempt: helpers.job.attempts,
          ...errorFields(error),
        });
        // What is refused once is refused always; only what was unavailable is worth another attempt.
        const isFinal = error instanceof Problem && error.kind !== 'unavailable';
        if (isFinal)
          await helpers.query(`update graphile_worker._private_jobs set max_attempts = attempts where id = $1`, [
            helpers.job.id,
          ]);
        // The message is kept in the job's row: never that of a foreign error, which may quote a value.
        throw new Error(error instanceof Problem ? `${error.code}: ${error.message}` : 'unexpected error, see the log');
      }
    };
  }

  /** Gives a sign of life, and frees the jobs that workers without one have locked. */
  private async beat(): Promise<void> {
    const pool = this.pool!;
    await pool.query(
      `insert into job_worker (pool_id) values ($1) on conflict (pool_id) do update set seen_at = clock_timestamp()`,
      [this.poolId],
    );
    const dead = await pool.query<{ id: string }>(
      `select distinct locked_by as id from (
         select locked_by, locked_at from graphile_worker._private_jobs where locked_by is not null
         union all select locked_by, locked_at from graphile_worker._private_job_queues where locked_by is not null) held
        where locked_at < clock_timestamp() - make_interval(secs => $1)
          and not exists (select from job_worker w where w.pool_id = held.locked_by and w.seen_at > clock_timestamp() - make_interval(secs => $1))`,
      [this.options.deadSeconds ?? DEAD_SECONDS],
    );
    if (dead.rows.length > 0) {
      log.warn('jobs of dead workers are freed', { count: dead.rows.length });
      await pool.query(`select graphile_worker.force_unlock_workers($1)`, [dead.rows.map((row) => row.id)]);
    }
    await pool.query(`delete from job_worker where seen_at < clock_timestamp() - interval '1 day'`);
  }
}
