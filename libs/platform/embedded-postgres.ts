import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import type { Config } from './config.js';
import { withFileLock } from './file-lock.js';
import { canEnter, findBinaries, serverUser, sharedHome, type ServerUser } from './postgres-binaries.js';
import { Problem } from './problem.js';

const USER = 'tocsin';
const START_SECONDS = 60;

/** Where the embedded server is; `database.json` in the data folder holds it, without the password. */
export interface EmbeddedServer {
  folder: string;
  port: number;
  pid: number;
}

/** The database of this configuration: DATABASE_URL, or the embedded server, started if it does not run. */
export async function resolveDatabaseUrl(config: Config): Promise<string> {
  return config.DATABASE_URL ?? (await ensureEmbeddedPostgres(config.dataFolder)).url;
}

/**
 * Starts the embedded server of a data folder, or finds it running. Two that start at once wait for each other. It
 * runs detached and stays for the next command; a keeper stops it after `idleSeconds` without a connection.
 */
export async function ensureEmbeddedPostgres(dataFolder: string, idleSeconds = 60): Promise<EmbeddedServer & { url: string }> {
  fs.mkdirSync(dataFolder, { recursive: true });
  return await withFileLock(path.join(dataFolder, 'database.lock'), async () => {
    const user = serverUser();
    const binaries = findBinaries(user);
    const folder = placeOf(path.join(path.resolve(dataFolder), 'postgres'), user);
    if (!fs.existsSync(path.join(folder, 'PG_VERSION'))) initialise(binaries, folder, user);
    const running = findRunning(folder);
    const server = running ?? (await start(binaries, folder, user, DURABLE));
    await ensureDatabase(server);
    fs.writeFileSync(path.join(dataFolder, 'database.json'), `${JSON.stringify(server, null, 2)}\n`);
    startKeeper(dataFolder, server, idleSeconds);
    return { ...server, url: urlOf(server, USER) };
  });
}

/** Stops the embedded server of a data folder; false when none runs. */
export async function stopEmbeddedPostgres(dataFolder: string): Promise<boolean> {
  if (!fs.existsSync(path.join(dataFolder, 'database.json'))) return false;
  return await withFileLock(path.join(dataFolder, 'database.lock'), async () => {
    const { folder } = JSON.parse(fs.readFileSync(path.join(dataFolder, 'database.json'), 'utf8')) as EmbeddedServer;
    const running = findRunning(folder);
    if (!running) return false;
    await stop(running);
    return true;
  });
}

/** A server for tests on a temporary folder, fast and not durable, with an empty database `template_tocsin`. */
export async function startThrowAwayPostgres(): Promise<{ url: string; stop(): Promise<void> }> {
  const base = fs.mkdtempSync(path.join(tmpdir(), 'tocsin-test-'));
  fs.chmodSync(base, 0o711); // as root the server runs as another user, which must enter it
  const user = serverUser();
  const binaries = findBinaries(user);
  const folder = path.join(base, 'postgres');
  initialise(binaries, folder, user);
  const server = await start(binaries, folder, user, THROW_AWAY);
  await createDatabase(server, 'template_tocsin');
  return {
    url: urlOf(server, 'template_tocsin'),
    async stop() {
      await stop(server);
      for (const made of ['postgres', 'postgres.password', 'postgres.log']) fs.rmSync(path.join(base, made), { recursive: true, force: true });
      fs.rmdirSync(base); // not recursive: fails loudly when something unexpected is left
    },
  };
}

function placeOf(wanted: string, user: ServerUser): string {
  if (canEnter(wanted, user)) return wanted;
  return path.join(sharedHome(), `data${wanted.replaceAll('/', '-')}`);
}

const PLAIN_LOCALE = { LC_ALL: 'C', LANG: 'C', PATH: '/usr/bin:/bin' };

/** initdb into a folder beside, renamed when whole: killed in the middle it leaves nothing that looks like a database. */
function initialise(binaries: string, folder: string, user: ServerUser): void {
  fs.mkdirSync(path.dirname(folder), { recursive: true });
  const unfinished = `${folder}.unfinished-${process.pid}`;
  const passwordFile = `${folder}.password`;
  fs.mkdirSync(unfinished, { mode: 0o700 });
  const password = randomBytes(24).toString('base64url');
  fs.writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  if (user.uid !== undefined) {
    fs.chownSync(unfinished, user.uid, user.gid!);
    fs.chownSync(passwordFile, user.uid, user.gid!);
  }
  const made = spawnSync(
    path.join(binaries, 'bin', 'initdb'),
    ['-D', unfinished, '-U', USER, '-A', 'scram-sha-256', `--pwfile=${passwordFile}`, '-E', 'UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C', '--no-instructions', '--no-sync'],
    { ...user, cwd: '/', env: PLAIN_LOCALE, encoding: 'utf8' },
  );
  if (made.status !== 0) {
    fs.rmSync(unfinished, { recursive: true, force: true });
    throw new Problem('unavailable', 'database.not-made', `The embedded database could not be made in ${folder} (initdb ended with ${made.status ?? made.error?.message ?? 'a signal'}). Check that the disk has 100 MB free, or set DATABASE_URL.`);
  }
  fs.renameSync(unfinished, folder);
}

const COMMON = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=100', 'shared_buffers=128MB', 'log_min_messages=warning', 'timezone=UTC'];
const DURABLE = [...COMMON, 'log_min_error_statement=panic', 'log_parameter_max_length_on_error=0'];
const THROW_AWAY = [...COMMON, 'fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'autovacuum=off', 'log_min_messages=fatal'];

async function start(binaries: string, folder: string, user: ServerUser, settings: string[]): Promise<EmbeddedServer> {
  await clearDeadServer(folder);
  const port = await freePort();
  const log = fs.openSync(`${folder}.log`, 'a', 0o600);
  const child = spawn(path.join(binaries, 'bin', 'postgres'), ['-D', folder, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])], {
    ...user,
    cwd: '/',
    env: PLAIN_LOCALE,
    stdio: ['ignore', log, log],
    detached: true,
  });
  fs.closeSync(log);
  child.unref();
  let ended = false;
  child.once('exit', () => (ended = true));
  for (let waited = 0; waited < START_SECONDS * 1000; waited += 20) {
    const found = readPidFile(folder);
    if (found?.ready && found.pid === child.pid) return { folder, port, pid: found.pid };
    if (ended) throw new Problem('unavailable', 'database.not-started', `The embedded database did not start; ${folder}.log says why.`);
    await pause(20);
  }
  throw new Problem('unavailable', 'database.not-started', `The embedded database did not start within ${START_SECONDS} s; ${folder}.log says why.`);
}

async function stop(server: EmbeddedServer): Promise<void> {
  signal(server.pid, 'SIGINT'); // fast shutdown: open transactions are rolled back, then a checkpoint
  for (let waited = 0; waited < 30_000 && isServer(server.pid, server.folder); waited += 20) await pause(20);
}

function readPidFile(folder: string): { pid: number; port: number; ready: boolean } | null {
  let lines: string[];
  try {
    lines = fs.readFileSync(path.join(folder, 'postmaster.pid'), 'utf8').split('\n');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  return { pid: Number(lines[0]), port: Number(lines[3]), ready: (lines[7] ?? '').trim() === 'ready' };
}

function findRunning(folder: string): EmbeddedServer | null {
  const found = readPidFile(folder);
  return found?.ready && isServer(found.pid, folder) ? { folder, port: found.port, pid: found.pid } : null;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** A pid may be a zombie or another program's by now: on Linux its command line decides. */
function isServer(pid: number, folder: string): boolean {
  if (!isAlive(pid)) return false;
  if (process.platform !== 'linux') return true;
  try {
    return fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

/**
 * After a kill of the postmaster its back ends leave by themselves; a new server must wait for them, and a pid file
 * whose process is a zombie must go, else the new one takes it for a running server.
 */
async function clearDeadServer(folder: string): Promise<void> {
  const left = readPidFile(folder);
  if (!left) return;
  for (let waited = 0; waited < 30_000; waited += 50) {
    if (!isServer(left.pid, folder) && backEnds(folder).length === 0) {
      fs.rmSync(path.join(folder, 'postmaster.pid'), { force: true });
      return;
    }
    await pause(50);
  }
  throw new Problem('unavailable', 'database.half-dead', `Processes of an earlier database server still run on ${folder}. End them, then start again.`);
}

function backEnds(folder: string): number[] {
  if (process.platform !== 'linux') return [];
  return fs
    .readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return fs.readlinkSync(`/proc/${pid}/cwd`) === folder;
      } catch {
        return false; // gone meanwhile, or another user's
      }
    });
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

async function freePort(): Promise<number> {
  return await new Promise((resolve, reject) => {
    const probe = net.createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as net.AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}

function urlOf(server: EmbeddedServer, database: string): string {
  const password = fs.readFileSync(`${server.folder}.password`, 'utf8').trim();
  return `postgres://${USER}:${password}@127.0.0.1:${server.port}/${database}`;
}

async function ensureDatabase(server: EmbeddedServer): Promise<void> {
  const client = new pg.Client({ connectionString: urlOf(server, 'postgres'), application_name: 'tocsin-start' });
  await client.connect();
  try {
    const found = await client.query('select from pg_database where datname = $1', [USER]);
    if (found.rowCount === 0) await client.query(`create database "${USER}"`);
  } finally {
    await client.end();
  }
}

async function createDatabase(server: EmbeddedServer, name: string): Promise<void> {
  const client = new pg.Client({ connectionString: urlOf(server, 'postgres') });
  await client.connect();
  await client.query(`create database "${name}"`);
  await client.end();
}

/** The keeper is a process of its own, so that the server outlives the command that started it and yet ends some day. */
function startKeeper(dataFolder: string, server: EmbeddedServer, idleSeconds: number): void {
  const pidFile = path.join(dataFolder, 'database.keeper');
  if (fs.existsSync(pidFile)) {
    const pid = Number(fs.readFileSync(pidFile, 'utf8'));
    if (isKeeperOf(pid, server)) return;
  }
  const program = keeperProgram();
  if (!program) return;
  const child = spawn(process.execPath, [program, urlOf(server, 'postgres'), String(server.pid), String(idleSeconds), path.resolve(dataFolder)], {
    cwd: '/',
    detached: true,
    stdio: 'ignore',
    env: {},
  });
  fs.writeFileSync(pidFile, String(child.pid));
  child.unref();
}

/** A keeper of an earlier server ends by itself; this server needs its own. */
function isKeeperOf(pid: number, server: EmbeddedServer): boolean {
  if (!isAlive(pid) || process.platform !== 'linux') return false;
  try {
    const command = fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return command.some((part) => part.includes('postgres-keeper')) && command.includes(String(server.pid));
  } catch {
    return false; // gone meanwhile
  }
}

/** The compiled keeper, also when this file runs from source under the tests; null before the first build. */
function keeperProgram(): string | null {
  const here = path.dirname(fileURLToPath(import.meta.url));
  const places = [path.join(here, 'postgres-keeper.js'), path.join(here, '../../dist/libs/platform/postgres-keeper.js')];
  return places.find((place) => fs.existsSync(place)) ?? null;
}

async function pause(milliseconds: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
}
