import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { migrateJobs } from '#libs/jobs/index.js';
import { connect, makeDataSource, migrate } from '#libs/platform/index.js';
import { migrations } from '#migrations/index.js';
import { ROOT } from './root.js';

export interface TestDatabase {
  source: DataSource;
  url: string;
  drop(): Promise<void>;
}

/** A fresh database of the current schema, cloned from a template that is migrated once for each state of the migrations. */
export async function testDatabase(): Promise<TestDatabase> {
  const template = await ensureTemplate();
  const name = `t_${randomBytes(8).toString('hex')}`;
  await onServer((client) => client.query(`create database ${name} template ${template}`));
  const url = serverUrl(name);
  const source = await connect(makeDataSource(url, migrations));
  return {
    source,
    url,
    async drop() {
      if (source.isInitialized) await source.destroy();
      await onServer((client) => client.query(`drop database ${name} with (force)`));
    },
  };
}

/** The address of a database on the server of the tests. */
export function serverUrl(database: string): string {
  const admin = process.env['TEST_ADMIN_URL'];
  if (!admin)
    throw new Error('TEST_ADMIN_URL is missing: run the tests with jest, whose global set-up starts a server');
  const url = new URL(admin);
  url.pathname = `/${database}`;
  return url.href;
}

async function onServer<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: serverUrl('postgres') });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** The lock keeps two test files that start together from migrating the same template. */
async function ensureTemplate(): Promise<string> {
  const name = `template_${migrationsHash()}`;
  await onServer(async (client) => {
    await client.query('select pg_advisory_lock(760001)');
    const found = await client.query('select from pg_database where datname = $1', [name]);
    if (found.rowCount === 1) return;
    await client.query(`create database ${name}_unfinished`);
    const url = serverUrl(`${name}_unfinished`);
    const source = await connect(makeDataSource(url, migrations));
    await migrate(source);
    await source.destroy();
    await migrateJobs(url);
    await client.query(`alter database ${name}_unfinished rename to ${name}`);
  });
  return name;
}

function migrationsHash(): string {
  const folder = path.join(ROOT, 'migrations');
  const hash = createHash('sha256');
  for (const file of readdirSync(folder).toSorted()) hash.update(readFileSync(path.join(folder, file)));
  return hash.digest('hex').slice(0, 12);
}
