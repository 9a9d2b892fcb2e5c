import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { ensureEmbeddedPostgres, stopEmbeddedPostgres } from './embedded-postgres.js';

/** The kills, the keeper and the closed folders are in embedded-postgres.faults.spec.ts: `npm run faults`. */
describe('the embedded server', () => {
  it('given a new data folder, when the server is asked for, killed and asked for again, then what was committed is there', async () => {
    const base = fs.mkdtempSync(path.join(tmpdir(), 'tocsin-embedded-'));
    fs.chmodSync(base, 0o711); // as root the server runs as another user, which must enter it
    const dataFolder = path.join(base, 'data');
    const ask = async (url: string, sql: string): Promise<unknown> => {
      const client = new pg.Client({ connectionString: url });
      client.on('error', () => undefined);
      await client.connect();
      const { rows } = await client.query({ text: sql, rowMode: 'array' });
      await client.end();
      return (rows as unknown[][])[0]?.[0];
    };
    try {
      const first = await ensureEmbeddedPostgres(dataFolder);
      expect((await ensureEmbeddedPostgres(dataFolder)).pid).toBe(first.pid);
      await ask(first.url, 'create table kept as select 7 as n');
      process.kill(first.pid, 'SIGKILL');
      const second = await ensureEmbeddedPostgres(dataFolder);
      expect(second.pid).not.toBe(first.pid);
      expect(await ask(second.url, 'select n from kept')).toBe(7);
      expect(await stopEmbeddedPostgres(dataFolder)).toBe(true);
    } finally {
      await stopEmbeddedPostgres(dataFolder);
      fs.rmSync(base, { recursive: true, force: true });
    }
  }, 60_000);
});
