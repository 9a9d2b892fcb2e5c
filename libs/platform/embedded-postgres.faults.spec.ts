import { describeWhen } from '#test/support/describe-when.js';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import pg from 'pg';
import { keep } from './embedded-postgres-keeping.js';
import { isAlive, isServer } from './embedded-postgres-processes.js';
import {
  ensureEmbeddedPostgres,
  startThrowAwayPostgres,
  stopEmbeddedPostgres,
  type EmbeddedPostgres,
} from './embedded-postgres.js';

const COMPILED = path.resolve('dist/libs/platform/embedded-postgres.js');
const asRoot = process.getuid?.() === 0;

// initdb and recovery take seconds on a busy machine.
jest.setTimeout(60_000);

let base: string;
let dataFolder: string;

beforeEach(() => {
  base = fs.mkdtempSync(path.join(tmpdir(), 'tocsin-embedded-'));
  fs.chmodSync(base, 0o711);
  dataFolder = path.join(base, 'data');
});

afterEach(async () => {
  await stopEmbeddedPostgres(dataFolder);
  fs.rmSync(base, { recursive: true, force: true });
});

/** The code of another process that asks for the server and prints what it got. */
function asking(): string {
  return `const { ensureEmbeddedPostgres } = await import(${JSON.stringify(pathToFileURL(COMPILED).href)});
          process.stdout.write(JSON.stringify(await ensureEmbeddedPostgres(${JSON.stringify(dataFolder)})));`;
}

async function askInAnotherProcess(): Promise<EmbeddedPostgres> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', asking()]);
  return JSON.parse(stdout) as EmbeddedPostgres;
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function valueOf(url: string, sql: string): Promise<unknown> {
  return await withClient(url, async (client) => {
    const { rows } = await client.query({ text: sql, rowMode: 'array' });
    return (rows as unknown[][])[0]?.[0];
  });
}

async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`waited 20 s in vain: ${what}`);
    await pause(20);
  }
}

function readKeeper(): { pid: number; server: number } {
  return JSON.parse(fs.readFileSync(path.join(dataFolder, 'postgres.keeper'), 'utf8')) as {
    pid: number;
    server: number;
  };
}

describe('the embedded server', () => {
  it('given a new data folder, when it is asked for twice, then it is made once and the second gets the same process', async () => {
    const first = await ensureEmbeddedPostgres(dataFolder);
    const second = await ensureEmbeddedPostgres(dataFolder);
    expect(second).toEqual(first);
    const record = JSON.parse(fs.readFileSync(path.join(dataFolder, 'database.json'), 'utf8')) as object;
    expect(record).toEqual({ folder: first.folder, port: first.port, pid: first.pid });
    const settings = `select concat_ws(' ', current_database(), current_setting('timezone'), current_setting('listen_addresses'),
      current_setting('unix_socket_directories'), current_setting('password_encryption'), current_setting('max_connections'),
      current_setting('shared_buffers'), current_setting('fsync'), current_setting('server_encoding'))`;
    expect(await valueOf(first.url, settings)).toBe('tocsin UTC 127.0.0.1  scram-sha-256 100 128MB on UTF8');
    expect(fs.statSync(path.join(first.folder, 'tocsin.password')).mode & 0o777).toBe(0o600);
    const guessed = new URL(first.url);
    guessed.password = 'guessed';
    await expect(valueOf(guessed.href, 'select 1')).rejects.toMatchObject({ code: '28P01' });
  });

  it('given a server that is killed, when it is asked for, then it recovers on the same port with what was committed', async () => {
    const first = await ensureEmbeddedPostgres(dataFolder);
    await withClient(first.url, async (client) => {
      await client.query(`create table kept (n int); insert into kept select generate_series(1, 1000)`);
      process.kill(first.pid, 'SIGKILL');
    });
    const second = await ensureEmbeddedPostgres(dataFolder);
    expect(second.pid).not.toBe(first.pid);
    expect(second.port).toBe(first.port);
    expect(await valueOf(second.url, 'select count(*)::int from kept')).toBe(1000);
  });

  it('given a killed server with a back end that computes on, when it is asked for, then it waits until that has ended', async () => {
    const first = await ensureEmbeddedPostgres(dataFolder);
    await withClient(first.url, async (client) => {
      const counting = client.query('select count(*) from generate_series(1, 5000000000)').catch(() => 'broken off');
      const active = `select count(*)::int from pg_stat_activity where state = 'active' and pid <> pg_backend_pid() and backend_type = 'client backend'`;
      await until('the back end computes', async () => (await valueOf(first.url, active)) === 1);
      process.kill(first.pid, 'SIGKILL');
      const second = await ensureEmbeddedPostgres(dataFolder);
      expect(await counting).toBe('broken off');
      expect(await valueOf(second.url, 'select 1')).toBe(1);
    });
  });

  it('given no server, when four ask at once, two of them in processes of their own, then all get the same one', async () => {
    const answers = await Promise.all([
      askInAnotherProcess(),
      ensureEmbeddedPostgres(dataFolder),
      askInAnotherProcess(),
      ensureEmbeddedPostgres(dataFolder),
    ]);
    expect(new Set(answers.map((answer) => answer.url)).size).toBe(1);
    expect(new Set(answers.map((answer) => answer.pid)).size).toBe(1);
    expect(fs.readdirSync(dataFolder).filter((name) => /making|lock/.test(name))).toEqual([]);
  });

  it('given a command that is killed while it makes the cluster, when the next one asks, then it makes it whole', async () => {
    const killed = spawn(process.execPath, ['--input-type=module', '-e', asking()], { stdio: 'ignore' });
    const gone = once(killed, 'exit');
    await until(
      'initdb writes',
      () => fs.existsSync(dataFolder) && fs.readdirSync(dataFolder).some((name) => name.includes('making')),
    );
    killed.kill('SIGKILL');
    await gone;
    const server = await ensureEmbeddedPostgres(dataFolder);
    expect(await valueOf(server.url, 'select current_database()')).toBe('tocsin');
  });

  it('given a server, when it is stopped, then it is gone, and a second stop has nothing to do', async () => {
    const server = await ensureEmbeddedPostgres(dataFolder);
    expect(await stopEmbeddedPostgres(dataFolder)).toBe(true);
    expect(isServer(server.pid, server.folder)).toBe(false);
    expect(await stopEmbeddedPostgres(dataFolder)).toBe(false);
    const keeper = readKeeper();
    await until('the keeper ends with its server', () => !isAlive(keeper.pid));
  });

  it('given a data folder that never had a server, when it is stopped, then nothing is made', async () => {
    expect(await stopEmbeddedPostgres(dataFolder)).toBe(false);
    expect(fs.existsSync(dataFolder)).toBe(false);
  });

  it('given a data folder with a cluster, when the folder is copied, then each copy has its own server', async () => {
    const first = await ensureEmbeddedPostgres(dataFolder);
    await stopEmbeddedPostgres(dataFolder);
    const copy = path.join(base, 'copy');
    await promisify(execFile)('cp', ['-a', dataFolder, copy]);
    const [original, second] = await Promise.all([ensureEmbeddedPostgres(dataFolder), ensureEmbeddedPostgres(copy)]);
    try {
      expect(original.folder).toBe(first.folder);
      expect(second.folder).toBe(path.join(copy, 'postgres'));
      expect(second.pid).not.toBe(original.pid);
    } finally {
      await stopEmbeddedPostgres(copy);
    }
  });
});

describeWhen(asRoot || null, 'the embedded server of root', 'the tests run as an ordinary user', () => {
  it('given root and a data folder under a folder of mode 0700, when it is asked for, then the cluster lies elsewhere and the record says where', async () => {
    const closed = path.join(base, 'closed');
    fs.mkdirSync(closed, { mode: 0o700 });
    dataFolder = path.join(closed, 'data');
    const server = await ensureEmbeddedPostgres(dataFolder);
    const moved = path.join(closed, 'moved');
    try {
      expect(server.folder).toMatch(/^\/var\/tmp\/tocsin-postgres-0\/[0-9a-f]{16}\/postgres$/);
      expect(fs.statSync(server.folder).uid).not.toBe(0);
      expect(fs.readdirSync(dataFolder)).toEqual(['database.json']);
      expect((await ensureEmbeddedPostgres(dataFolder)).pid).toBe(server.pid);
      fs.renameSync(dataFolder, moved);
      expect((await ensureEmbeddedPostgres(moved)).pid).toBe(server.pid);
      expect(await stopEmbeddedPostgres(moved)).toBe(true);
    } finally {
      await stopEmbeddedPostgres(fs.existsSync(moved) ? moved : dataFolder);
      fs.rmSync(path.dirname(server.folder), { recursive: true, force: true });
    }
  });
});

describe('the keeper of the embedded server', () => {
  it('given nobody connected for the idle time, then the server ends, and the next to ask gets it again with its data', async () => {
    const first = await ensureEmbeddedPostgres(dataFolder, { idleSeconds: 1 });
    await withClient(first.url, (client) => client.query('create table kept as select 42 as n'));
    await until('the keeper stops the server', () => !isServer(first.pid, first.folder));
    const second = await ensureEmbeddedPostgres(dataFolder, { idleSeconds: 60 });
    expect(await valueOf(second.url, 'select n from kept')).toBe(42);
    expect(readKeeper().server).toBe(second.pid);
  });

  it('given a client that stays connected, then the server runs on, and ends once the client has gone', async () => {
    const server = await ensureEmbeddedPostgres(dataFolder);
    let ended = false;
    const keeping = keep(server.folder, 0.3).then(() => (ended = true));
    await withClient(server.url, async (client) => {
      await client.query('select pg_sleep(1.5)');
      expect(ended).toBe(false);
      expect(isServer(server.pid, server.folder)).toBe(true);
    });
    await keeping;
    expect(isServer(server.pid, server.folder)).toBe(false);
  });

  it('given somebody who asks again and again without connecting, then the server runs on', async () => {
    const server = await ensureEmbeddedPostgres(dataFolder);
    let ended = false;
    const keeping = keep(server.folder, 0.5).then(() => (ended = true));
    const end = performance.now() + 2_000;
    while (performance.now() < end) {
      expect((await ensureEmbeddedPostgres(dataFolder)).pid).toBe(server.pid);
      await pause(50);
    }
    expect(ended).toBe(false);
    await keeping;
  });

  it('given a keeper that is killed, when the server is asked for, then it gets a new keeper and stays the same', async () => {
    const first = await ensureEmbeddedPostgres(dataFolder);
    const killed = readKeeper();
    expect(killed.server).toBe(first.pid);
    process.kill(killed.pid, 'SIGKILL');
    await until('the keeper is gone', () => !isAlive(killed.pid));
    const second = await ensureEmbeddedPostgres(dataFolder);
    expect(second.pid).toBe(first.pid);
    const next = readKeeper();
    expect(next.pid).not.toBe(killed.pid);
    expect(isAlive(next.pid)).toBe(true);
  });

  it('given a keeper, then its arguments, which every user may read, hold no password', async () => {
    const server = await ensureEmbeddedPostgres(dataFolder);
    const { stdout } = await promisify(execFile)('ps', ['-p', String(readKeeper().pid), '-o', 'args=']);
    expect(stdout).toContain('postgres-keeper');
    expect(stdout).not.toContain(new URL(server.url).password);
  });
});

describe('a throw-away server', () => {
  it('given one for tests, then it has an empty template, and leaves nothing behind when it is stopped', async () => {
    const server = await startThrowAwayPostgres();
    expect(new URL(server.url).pathname).toBe('/template_tocsin');
    const folder = String(await valueOf(server.url, `select current_setting('data_directory')`));
    expect(
      await valueOf(server.url, `select count(*)::int from pg_class where relnamespace = 'public'::regnamespace`),
    ).toBe(0);
    await server.stop();
    await server.stop();
    expect(fs.existsSync(path.dirname(folder))).toBe(false);
  });
});
