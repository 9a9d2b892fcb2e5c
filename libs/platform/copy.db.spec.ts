import { setImmediate as turn } from 'node:timers/promises';
import type { QueryRunner } from 'typeorm';
import { testDatabase, type TestDatabase } from '#test/support/database.js';
import { copyIn, copyOut, type CopyClient } from './copy.js';

let db: TestDatabase;
let runner: QueryRunner;
let client: CopyClient;
beforeAll(async () => {
  db = await testDatabase();
  runner = db.source.createQueryRunner();
  client = (await runner.connect()) as CopyClient;
  await runner.query(`create table many (n int primary key, words text)`);
  await runner.query(`create table same (like many including all)`);
  await runner.query(`insert into many select n, repeat(md5(n::text), 20) from generate_series(1, 20000) n`);
});
afterAll(async () => {
  await runner.release();
  await db.drop();
});

async function* lines(...rows: string[]): AsyncGenerator<Buffer> {
  for (const row of rows) yield await Promise.resolve(Buffer.from(`${row}\n`));
}
const isUsable = async (): Promise<boolean> => {
  const [row]: { one: number }[] = await runner.query(`select 1 as one`);
  return row!.one === 1;
};

describe('given a table of 13 MB', () => {
  it('when it is copied out to a slow reader and into another one, then every row is the same', async () => {
    const pieces: Buffer[] = [];
    let largest = 0;
    const copy = copyOut(client, `copy many to stdout (format binary)`);
    for await (const piece of copy) {
      pieces.push(piece);
      largest = Math.max(largest, piece.length);
      await turn();
    }
    expect(pieces.reduce((sum, piece) => sum + piece.length, 0)).toBeGreaterThan(12_000_000);
    // What waits is bounded, whoever is slow.
    expect(largest).toBeLessThan(2_000_000);
    async function* again(): AsyncGenerator<Buffer> {
      for (const piece of pieces) yield await Promise.resolve(piece);
    }
    expect(await copyIn(client, `copy same from stdin (format binary)`, again())).toBe(20_000);
    expect(await runner.query(`select from (table many except table same) t`)).toEqual([]);
  });

  it('when the reader leaves early, then the connection still works', async () => {
    for await (const piece of copyOut(client, `copy many to stdout`)) {
      expect(piece.length).toBeGreaterThan(0);
      break;
    }
    expect(await isUsable()).toBe(true);
  });
});

describe('given a copy that fails', () => {
  it('when the server refuses it, then its error is thrown, and the connection still works', async () => {
    await expect(copyOut(client, `copy nobody to stdout`).next()).rejects.toMatchObject({ code: '42P01' });
    await expect(copyIn(client, `copy nobody from stdin`, lines('1'))).rejects.toMatchObject({ code: '42P01' });
    await expect(copyIn(client, `copy many from stdin`, lines('1\ttwice'))).rejects.toMatchObject({ code: '23505' });
    await expect(copyIn(client, `copy many from stdin`, lines('no number'))).rejects.toMatchObject({ code: '22P02' });
    expect(await isUsable()).toBe(true);
  });

  it('when the source fails, then its error is thrown, nothing was copied, and the connection still works', async () => {
    async function* failing(): AsyncGenerator<Buffer> {
      yield* lines('50001\tone');
      throw new Error('the file ended');
    }
    await expect(copyIn(client, `copy many from stdin`, failing())).rejects.toThrow('the file ended');
    expect(await isUsable()).toBe(true);
    expect(await runner.query(`select from many where n > 50000`)).toEqual([]);
  });

  it('when the connection breaks in the middle, then that is thrown', async () => {
    const other = db.source.createQueryRunner();
    const broken = (await other.connect()) as CopyClient & { on(event: 'error', f: () => void): void };
    broken.on('error', () => undefined);
    const [own]: { pid: number }[] = await other.query(`select pg_backend_pid() as pid`);
    const copy = copyOut(broken, `copy (select n, pg_sleep(0.001) from many) to stdout`);
    await runner.query(`select pg_terminate_backend($1)`, [own!.pid]);
    await expect(
      (async () => {
        for await (const piece of copy) expect(piece).toBeDefined();
      })(),
    ).rejects.toMatchObject({ code: '57P01' });
    await other.release();
  });
});
