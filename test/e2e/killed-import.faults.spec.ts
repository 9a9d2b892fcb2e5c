import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { makeKeyFile, openKeyring, readKeyFile } from '#libs/platform/index.js';
import { testDatabase, type TestDatabase } from '#test/support/database.js';
import { givenBreach, type GivenBreach } from '#test/support/given-breach.js';
import { givenRoster, rosterBytes } from '#test/support/given-roster.js';
import { givenUploads } from '#test/support/given-upload.js';
import { ROOT } from '#test/support/repository.js';
import { until } from '#test/support/until.js';

const ROWS = 50_000;

let db: TestDatabase;
let given: GivenBreach;
let at: ReturnType<typeof givenUploads>;
let folder: string;
let workers: ChildProcess[] = [];

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'tocsin-killed-'));
  makeKeyFile(path.join(folder, 'key'));
  db = await testDatabase();
  await openKeyring(db.source, readKeyFile(path.join(folder, 'key')));
  given = await givenBreach(db.source, undefined, readKeyFile(path.join(folder, 'key')));
  at = givenUploads(db.source, given, givenRoster(db.source, given).roster);
});
afterAll(async () => {
  for (const worker of workers) worker.kill('SIGKILL');
  await db?.drop();
  rmSync(folder, { recursive: true, force: true });
});

function startWorker(): ChildProcess {
  const worker = spawn(process.execPath, ['bin/tocsin', 'work'], {
    cwd: ROOT,
    env: { DATABASE_URL: db.url, TOCSIN_KEY_FILE: path.join(folder, 'key'), TOCSIN_DATA_DIR: folder },
    stdio: 'ignore',
  });
  workers.push(worker);
  return worker;
}

async function count(table: string): Promise<number> {
  const [row]: { count: number }[] = await db.source.query(`select count(*)::int as count from ${table}`);
  return row!.count;
}

/** A minute without a sign of life, for whoever gives none any more. */
async function silence(): Promise<void> {
  await db.source.query(`update job_worker set seen_at = seen_at - interval '1 minute'`);
  await db.source.query(
    `update graphile_worker._private_jobs set locked_at = locked_at - interval '1 minute' where locked_at is not null`,
  );
}

describe('given a worker that is killed in the middle of an import', () => {
  it('when another takes its place, then everybody is there once, and before that nobody', async () => {
    const rows = Array.from({ length: ROWS }, (_, i) => `R-${i},staff,nl,Lotte,Voorbeeld,,,cv:copy:presumed,`);
    const id = await at.asked(rosterBytes(...rows));
    const killed: number[] = [];
    for (let attempt = 0; attempt < 3; attempt++) {
      const worker = startWorker();
      const upload = await until('the import is under way', async () => {
        const now = await at.open(id);
        return now.state === 'importing' && now.rowsDone > 0 ? now : null;
      });
      worker.kill('SIGKILL');
      killed.push(upload.rowsDone);
      expect([await count('person'), await count('roster_import')]).toEqual([0, 0]);
      await silence();
      // The job's own delay after a failed attempt does not apply: nobody told that it failed.
      await db.source.query(`update roster_upload set rows_done = 0 where id = $1`, [id]);
    }
    expect(killed.every((done) => done > 0 && done < ROWS)).toBe(true);
    startWorker();
    await until('the import is done', async () => (await at.open(id)).state === 'imported');
    const [{ distinct }]: [{ distinct: number }] = await db.source.query(
      `select count(distinct reference_index)::int as distinct from person`,
    );
    expect([await count('person'), distinct, await count('exposure'), await count('roster_import')]).toEqual([
      ROWS, ROWS, ROWS, 1,
    ]); // prettier-ignore
    expect(await at.pieces()).toBe(0);
  }, 180_000);
});
