import { z } from 'zod';
import { Problem, setLogLevel } from '#libs/platform/index.js';
import { codeOf } from '#test/support/code-of.js';
import { testDatabase, type TestDatabase } from '#test/support/database.js';
import { until } from '#test/support/until.js';
import { JobRunner, enqueue, handle, type JobHandler } from './index.js';
import type { RunnerOptions } from './job-runner.js';

/** Not defined: what one test file defines, every other would have to handle. */
const job = { name: 'wash-cup', schema: z.strictObject({ cupId: z.string() }) };
type Handler = JobHandler<{ cupId: string }>;

let db: TestDatabase;
let runners: JobRunner[] = [];
beforeAll(() => setLogLevel('silent'));
afterAll(() => setLogLevel('warn'));
beforeEach(async () => {
  db = await testDatabase();
});
afterEach(async () => {
  // Taken first: a runner that does not end spoils one test and not all that follow.
  const ending = runners;
  runners = [];
  await Promise.all(ending.map((runner) => runner.stop()));
  await db.drop();
});

async function started(handler: Handler, options: Partial<RunnerOptions> = {}): Promise<JobRunner> {
  const runner = new JobRunner({ connectionString: db.url, jobs: [job], bindings: [handle(job, handler)], ...options });
  await runner.start();
  runners.push(runner);
  return runner;
}

async function enqueued(...cupIds: string[]): Promise<void> {
  await db.source.transaction(async (tx) => {
    for (const cupId of cupIds) await enqueue(tx, job, { cupId });
  });
}

interface Row {
  attempts: number;
  most: number;
  lockedBy: string | null;
  error: string | null;
  isLater: boolean;
}
async function rows(): Promise<Row[]> {
  return await db.source.query(
    `select attempts, max_attempts as most, locked_by as "lockedBy", last_error as error, run_at > now() as "isLater"
       from graphile_worker._private_jobs order by id`,
  );
}

/** A handler that keeps what it was given. */
function noting(): { washed: string[]; handler: Handler } {
  const washed: string[] = [];
  return { washed, handler: ({ cupId }) => Promise.resolve(void washed.push(cupId)) };
}

describe('given a transaction that enqueues a job', () => {
  it('when it is rolled back, then there is no job', async () => {
    const work = db.source.transaction(async (tx) => {
      await enqueue(tx, job, { cupId: 'a' });
      throw new Error('rolled back');
    });
    await expect(work).rejects.toThrow('rolled back');
    expect(await rows()).toEqual([]);
  });

  it('when it is still open, then the job does not run; when it commits, then the job runs', async () => {
    const { washed, handler } = noting();
    await started(handler);
    // The first job of a name writes that name; another that comes meanwhile would wait for its transaction.
    await enqueued('first');
    await until('the first job runs', () => Promise.resolve(washed.length > 0));
    washed.length = 0;
    await db.source.transaction(async (tx) => {
      await enqueue(tx, job, { cupId: 'late' });
      await enqueued('early');
      await until('the job of the other transaction runs', () => Promise.resolve(washed.length > 0));
      expect(washed).toEqual(['early']);
    });
    await until('the job runs', () => Promise.resolve(washed.includes('late')));
    await until('the jobs are gone', async () => (await rows()).length === 0);
  });

  it('when the payload does not fit the job, then it is refused and nothing is enqueued', async () => {
    const work = db.source.transaction((tx) => enqueue(tx, job, { cupId: 7 } as never));
    await expect(work).rejects.toThrow(z.ZodError);
    expect(await rows()).toEqual([]);
  });

  it('when a job with the same key waits, then there is one, with the newer payload', async () => {
    const runAt = new Date('2999-01-01T00:00:00Z');
    await db.source.transaction(async (tx) => {
      await enqueue(tx, job, { cupId: 'old' }, { key: 'cup', runAt });
      await enqueue(tx, job, { cupId: 'new' }, { key: 'cup' });
    });
    const { washed, handler } = noting();
    await started(handler);
    await until('the job runs', () => Promise.resolve(washed.length > 0));
    expect(washed).toEqual(['new']);
    await until('the job that ran is gone', async () => (await rows()).length === 0);
  });

  it('when the job is for later, then it waits', async () => {
    const { washed, handler } = noting();
    await db.source.transaction((tx) =>
      enqueue(tx, job, { cupId: 'later' }, { runAt: new Date('2999-01-01T00:00:00Z') }),
    );
    await started(handler);
    await enqueued('now');
    await until('a job runs', () => Promise.resolve(washed.length > 0));
    expect(washed).toEqual(['now']);
    // The row goes a moment after its handler has ended.
    const left = await until('the job that ran is gone', async () => {
      const waiting = await rows();
      return waiting.length === 1 ? waiting : null;
    });
    expect(left[0]).toMatchObject({ isLater: true });
  });
});

describe('given a worker without the handler of a job', () => {
  it.each([
    ['without a handler', [], 'job.without-handler'],
    ['with two handlers', [handle(job, noting().handler), handle(job, noting().handler)], 'job.with-two-handlers'],
  ])('when it starts %s, then it is refused before it connects', async (_, bindings, code) => {
    const runner = new JobRunner({ connectionString: 'postgres://nobody@127.0.0.1:1/nothing', jobs: [job], bindings });
    expect(await codeOf(runner.start())).toBe(code);
    await runner.stop();
  });
});

describe('given a job that fails', () => {
  const failing = async (why: Error): Promise<Row> => {
    await started(() => Promise.reject(why));
    await enqueued('a');
    return await until('the job fails', async () =>
      (await rows()).find((row) => row.error !== null && row.lockedBy === null),
    );
  };

  it.each(['bad-input', 'refused', 'forbidden', 'not-found', 'conflict'] as const)(
    'when the problem is %s, then it is not tried again, and its row says why',
    async (kind) => {
      const row = await failing(new Problem(kind, 'cup.broken', 'Take another cup.'));
      expect(row).toMatchObject({ attempts: 1, most: 1, error: 'cup.broken: Take another cup.' });
    },
  );

  it('when something was unavailable, then it is tried again later', async () => {
    const row = await failing(new Problem('unavailable', 'water.off', 'Turn the water on.'));
    expect(row).toMatchObject({ attempts: 1, most: 12, isLater: true, error: 'water.off: Turn the water on.' });
  });

  it('when the error is unexpected, then it is tried again later, and its row does not repeat the message', async () => {
    const row = await failing(new Error('duplicate key (email)=(lotte@post.example)'));
    expect(row).toMatchObject({ attempts: 1, most: 12, isLater: true, error: 'unexpected error, see the log' });
  });

  it('when it is tried again and does well, then it is gone', async () => {
    let attempts = 0;
    await started(() => (++attempts === 1 ? Promise.reject(new Error('once')) : Promise.resolve()));
    await enqueued('a');
    await until('the job fails', async () => (await rows()).some((row) => row.error !== null && row.lockedBy === null));
    await db.source.query(`update graphile_worker._private_jobs set run_at = now()`);
    await until('the job is done', async () => (await rows()).length === 0);
    expect(attempts).toBe(2);
  });
});

describe('given a job that a worker has locked', () => {
  const lockedBy = async (worker: string): Promise<void> => {
    await enqueued('a');
    await db.source.query(
      `update graphile_worker._private_jobs set locked_by = $1, locked_at = now() - interval '1 hour', attempts = 1`,
      [worker],
    );
  };

  it('when that worker has given no sign of life, then another frees the job and does it', async () => {
    const { washed, handler } = noting();
    await lockedBy('pool-of-a-dead-worker');
    await db.source.query(
      `insert into job_worker (pool_id, seen_at) values ('pool-of-a-dead-worker', now() - interval '59 minutes')`,
    );
    await started(handler, { beatSeconds: 0.1, deadSeconds: 30 });
    await until('the job is done', () => Promise.resolve(washed.length > 0));
    expect(washed).toEqual(['a']);
  });

  it('when that worker is not known at all, then another frees the job and does it', async () => {
    const { washed, handler } = noting();
    await lockedBy('pool-unknown');
    await started(handler, { beatSeconds: 0.1, deadSeconds: 30 });
    await until('the job is done', () => Promise.resolve(washed.length > 0));
    expect(washed).toEqual(['a']);
  });

  it('when that worker is alive, then the job stays with it', async () => {
    const { washed, handler } = noting();
    await lockedBy('pool-alive');
    await db.source.query(`insert into job_worker (pool_id) values ('pool-alive')`);
    await started(handler, { beatSeconds: 0.05, deadSeconds: 600 });
    await enqueued('b');
    await beats(3);
    await until('the other job is done', () => Promise.resolve(washed.length > 0));
    expect(washed).toEqual(['b']);
    expect((await rows())[0]!.lockedBy).toBe('pool-alive');
  });

  it('when the job takes longer than a dead worker is waited for, then the living one is not robbed of it', async () => {
    let runs = 0;
    let finish = (): void => undefined;
    const long = new Promise<void>((resolve) => (finish = resolve));
    const options = { beatSeconds: 0.05, deadSeconds: 60 };
    const handler: Handler = () => {
      runs++;
      return long;
    };
    await started(handler, options);
    await started(handler, options);
    await enqueued('a');
    await until('the job is locked', async () => (await rows())[0]?.lockedBy);
    await db.source.query(`update graphile_worker._private_jobs set locked_at = now() - interval '1 hour'`);
    await beats(5);
    expect((await rows())[0]!.lockedBy).not.toBeNull();
    expect(runs).toBe(1);
    finish();
    await until('the job is done', async () => (await rows()).length === 0);
    expect(runs).toBe(1);
  });

  /** Waits until every worker that runs has given that many further signs of life. */
  async function beats(count: number): Promise<void> {
    for (let beat = 0; beat < count; beat++) {
      const [{ now } = { now: '' }]: { now: string }[] = await db.source.query(`select clock_timestamp()::text as now`);
      await until('each worker gives a sign of life', async () => {
        const [row]: { silent: number }[] = await db.source.query(
          `select count(*)::int as silent from job_worker where pool_id like 'pool-%' and pool_id <> 'pool-alive' and seen_at <= $1`,
          [now],
        );
        return row!.silent === 0;
      });
    }
  }
});

describe('given a worker that is told to stop', () => {
  it('when a job runs, then the job is told, and the worker ends after it and leaves no sign of life', async () => {
    let isRunning = false;
    let isDone = false;
    const runner = await started(async (_, { signal }) => {
      isRunning = true;
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      isDone = true;
    });
    await enqueued('a');
    await until('the job runs', () => Promise.resolve(isRunning));
    runners = [];
    await runner.stop();
    expect(isDone).toBe(true);
    expect(await rows()).toEqual([]);
    expect(await db.source.query(`select from job_worker`)).toEqual([]);
  });

  it('when two workers run, then each job is done once', async () => {
    const { washed, handler } = noting();
    await started(handler);
    await started(handler);
    const cups = Array.from({ length: 60 }, (_, i) => `cup ${i}`);
    await enqueued(...cups);
    await until('all jobs are done', async () => (await rows()).length === 0);
    expect(washed.toSorted()).toEqual(cups.toSorted());
  });
});
