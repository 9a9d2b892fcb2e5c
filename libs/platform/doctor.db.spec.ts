import fs from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { connect, makeDataSource, migrate } from './database.js';
import { checkHealth, checkNode, type HealthCheck } from './doctor.js';
import { startThrowAwayPostgres } from './embedded-postgres.js';
import { makeKeyFile, openKeyring, readKeyFile } from './keyring.js';
import { startMailCatcher } from './mail-catcher.js';

// The server of this file starts in some seconds on a busy machine.
jest.setTimeout(60_000);

class Step1700000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table installation_key (purpose text primary key, wrapped bytea not null)`);
    await runner.query(
      `create table installation (home text, fenced_at timestamptz, fenced_because text, key_copy_fingerprint text, key_copy_checked_at timestamptz)`,
    );
    await runner.query(`insert into installation default values`);
    await runner.query(`create function database_home() returns text language sql as $$ select 'here' $$`);
    await runner.query(`create table waiting (breach text)`);
    await runner.query(
      `create function fenced_breaches() returns int language sql as $$ select count(*)::int from waiting $$`,
    );
  }
  down(): Promise<void> {
    throw new Error('forward only');
  }
}
const migrations = [Step1700000000001];

let server: Awaited<ReturnType<typeof startThrowAwayPostgres>>;
let base: string;
let env: NodeJS.ProcessEnv;
let keyFile: string;

beforeAll(async () => {
  server = await startThrowAwayPostgres();
});
afterAll(async () => {
  await server.stop();
});
beforeEach(() => {
  base = fs.mkdtempSync(path.join(tmpdir(), 'tocsin-doctor-'));
  keyFile = path.join(base, 'keys', 'tocsin.key');
  env = { DATABASE_URL: server.url, TOCSIN_DATA_DIR: path.join(base, 'data'), TOCSIN_KEY_FILE: keyFile, PORT: '0' };
});
afterEach(() => {
  fs.rmSync(base, { recursive: true });
});

async function check(name: string): Promise<HealthCheck> {
  const { checks } = await checkHealth(env, migrations);
  return checks.find((one) => one.name === name)!;
}

describe('the doctor', () => {
  it('given a database without our schema, then that alone is the fault, and its mend is named', async () => {
    const health = await checkHealth(env, migrations);
    expect(health.ok).toBe(false);
    expect(health.checks.map(({ name, state }) => `${name} ${state}`)).toEqual([
      'Node ok',
      'configuration ok',
      'data folder ok',
      'database ok',
      'schema fault',
      'clock ok',
      'key file ok',
      'copy of the key skipped',
      'erasures skipped',
      'sending skipped',
      'mail ok',
      'port ok',
    ]);
    expect(await check('schema')).toEqual({
      name: 'schema',
      state: 'fault',
      found: '1 of 1 steps behind',
      mend: 'Run `bin/tocsin migrate`.',
    });
    expect(fs.readdirSync(base)).toEqual([]);
  });

  it('given everything in its place, then all is well', async () => {
    const database = await connect(makeDataSource(server.url, migrations));
    await migrate(database);
    await database.destroy();
    makeKeyFile(keyFile);
    const health = await checkHealth(env, migrations);
    expect(health.checks.filter((one) => one.state !== 'ok')).toEqual([]);
    expect(health.ok).toBe(true);
  });

  it('given faulty variables, then each is named with its mend and never its value, and the rest waits', async () => {
    const { ok, checks } = await checkHealth({ PORT: 'secret-port', DATABASE_URL: 'mysql://u:hush@h/d' }, migrations);
    expect(ok).toBe(false);
    const faults = checks.filter((one) => one.state === 'fault');
    expect(faults.map((one) => one.found)).toEqual([
      'DATABASE_URL cannot be used as it is',
      'PORT cannot be used as it is',
    ]);
    expect(faults.every((one) => one.mend)).toBe(true);
    expect(JSON.stringify(checks)).not.toMatch(/secret-port|hush/);
    expect(checks.filter((one) => one.state === 'skipped')).toHaveLength(10);
  });

  it('given a database that does not answer, then the password is not told, and what needs it is skipped', async () => {
    env['DATABASE_URL'] = 'postgres://tocsin:hush@127.0.0.1:1/tocsin';
    const { checks } = await checkHealth(env, migrations);
    expect(checks.filter((one) => one.state === 'fault')).toEqual([
      {
        name: 'database',
        state: 'fault',
        found: 'The database does not answer (ECONNREFUSED).',
        mend: 'Check DATABASE_URL and that the server runs.',
      },
    ]);
    expect(checks.filter((one) => one.state === 'skipped').map((one) => one.name)).toEqual([
      'schema',
      'clock',
      'copy of the key',
      'sending',
      'erasures',
    ]);
    expect(JSON.stringify(checks)).not.toContain('hush');
  });

  it('given a data folder that is a file, then it cannot be written', async () => {
    fs.writeFileSync(path.join(base, 'data'), '');
    expect(await check('data folder')).toMatchObject({
      state: 'fault',
      mend: expect.stringContaining('TOCSIN_DATA_DIR'),
    });
  });

  it.each([
    ['20.18.9', 'fault'],
    ['20.19.0', 'ok'],
    ['18.99.0', 'fault'],
    ['24.0.0', 'ok'],
  ])('given Node %s, then that is: %s', (version, state) => expect(checkNode(version).state).toBe(state));

  it('given a port that is taken, then it says so; given a free one, then that', async () => {
    const taken = net.createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    env['PORT'] = String((taken.address() as AddressInfo).port);
    expect(await check('port')).toMatchObject({ state: 'fault', found: expect.stringContaining('is taken') });
    taken.close();
    await once(taken, 'close');
    expect(await check('port')).toMatchObject({ state: 'ok' });
  });

  it('given a relay, then it is greeted; given none where SMTP_URL points, then that is the fault', async () => {
    const catcher = await startMailCatcher(() => Promise.resolve());
    env['SMTP_URL'] = catcher.url;
    expect(await check('mail')).toMatchObject({ state: 'ok', found: 'the relay of SMTP_URL greets' });
    await catcher.stop();
    expect(await check('mail')).toMatchObject({ state: 'fault', mend: expect.stringContaining('SMTP_URL') });
  });
});

describe('the doctor on the key file', () => {
  it('given a file that others may read, then its mode is the fault', async () => {
    makeKeyFile(keyFile);
    fs.chmodSync(keyFile, 0o644);
    expect(await check('key file')).toMatchObject({ state: 'fault', mend: `Run \`chmod 600 ${keyFile}\`.` });
  });

  it('given a file that holds no key, then it is to be put back', async () => {
    fs.mkdirSync(path.dirname(keyFile));
    fs.writeFileSync(keyFile, 'garbage', { mode: 0o600 });
    expect(await check('key file')).toMatchObject({ state: 'fault', mend: 'Put the key back from its copy.' });
  });

  it('given production, then a missing key and one in the data folder are faults', async () => {
    Object.assign(env, { NODE_ENV: 'production', SMTP_URL: 'smtp://127.0.0.1:1' });
    expect(await check('key file')).toMatchObject({ state: 'fault', mend: expect.stringContaining('keys make') });
    env['TOCSIN_KEY_FILE'] = path.join(base, 'data', 'tocsin.key');
    makeKeyFile(env['TOCSIN_KEY_FILE']);
    expect(await check('key file')).toMatchObject({
      state: 'fault',
      found: expect.stringContaining('lies in the data folder'),
    });
  });

  it('given a sealed database, then the key must be there and be its own', async () => {
    const database = await connect(makeDataSource(server.url, migrations));
    try {
      await migrate(database);
      makeKeyFile(keyFile);
      await openKeyring(database, readKeyFile(keyFile));
      expect(await check('key file')).toMatchObject({
        state: 'ok',
        found: expect.stringContaining('opens this database'),
      });
      fs.rmSync(keyFile);
      expect(await check('key file')).toMatchObject({ state: 'fault', found: expect.stringContaining('is missing') });
      makeKeyFile(keyFile);
      expect(await check('key file')).toMatchObject({
        state: 'fault',
        mend: expect.stringContaining('TOCSIN_KEY_FILE'),
      });
    } finally {
      await database.query('delete from installation_key');
      await database.destroy();
    }
  });
});

describe('the doctor on keeping', () => {
  it('given a key whose file of erasures is gone, then a backup would bring people back', async () => {
    makeKeyFile(keyFile);
    expect(await check('erasures')).toMatchObject({ state: 'ok' });
    fs.rmSync(`${keyFile}.erasures`);
    expect(await check('erasures')).toMatchObject({ state: 'fault', found: expect.stringContaining('bring back') });
  });

  it('given a restored database, then the breaches that wait are named with what lets them go on', async () => {
    const database = await connect(makeDataSource(server.url, migrations));
    try {
      await migrate(database);
      expect(await check('sending')).toMatchObject({ state: 'ok' });
      await database.query(`update installation set home = 'here', fenced_at = now(), fenced_because = 'restored'`);
      await database.query(`insert into waiting values ('one')`);
      expect(await check('sending')).toMatchObject({
        state: 'fault',
        found: expect.stringMatching(/restored from a backup on .*letters of one breach wait/),
        mend: expect.stringContaining('breach go-live'),
      });
      await database.query(`delete from waiting`);
      expect(await check('sending')).toMatchObject({ state: 'ok' });
    } finally {
      await database.query(`update installation set home = null, fenced_at = null, fenced_because = null`);
      await database.destroy();
    }
  });
});
