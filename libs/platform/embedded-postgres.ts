import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { Config } from './config.js';
import { findBinaries } from './embedded-postgres-binaries.js';
import { ROLE, clearUnfinished, makeCluster, urlOf } from './embedded-postgres-cluster.js';
import { startKeeper } from './embedded-postgres-keeping.js';
import { withFolderLock } from './embedded-postgres-lock.js';
import { findPlace, isCluster, newPlace, type Place } from './embedded-postgres-place.js';
import { findServer, startServer, stopServer, type Server } from './embedded-postgres-server.js';
import { Problem } from './problem.js';

/** Long enough for the next command that somebody types, short enough not to be found running the next day. */
const IDLE_SECONDS = 60;
/** Times that a server which was found but ended before our connection is looked for again. */
const TRIES = 5;

/** What `database.json` in the data folder tells: where the database lies and which process serves it. */
interface DatabaseRecord {
  folder: string;
  port: number;
  pid: number;
}

export interface EmbeddedPostgres extends DatabaseRecord {
  /** Holds the password. */
  url: string;
}

/** The database of this configuration: DATABASE_URL, or the embedded server of the data folder, started if need be. */
export async function resolveDatabaseUrl(config: Config): Promise<string> {
  return config.DATABASE_URL ?? (await ensureEmbeddedPostgres(config.dataFolder)).url;
}

/**
 * Finds the embedded server of a data folder running, or starts it, making its cluster the first time (some seconds).
 * Two that ask at once get the same server. It runs detached, outlives this process, and is stopped by its keeper
 * after `idleSeconds` without a connection, or by `stopEmbeddedPostgres`. After a kill of anything the next call
 * recovers. Throws `database.no-embedded` where the platform has no server, and other `database.…` problems with
 * their mends.
 */
export async function ensureEmbeddedPostgres(
  dataFolder: string,
  options: { idleSeconds?: number } = {},
): Promise<EmbeddedPostgres> {
  makeDataFolder(dataFolder);
  const recorded = readRecord(dataFolder);
  const place = findPlace(dataFolder, recorded?.folder ?? null) ?? newPlace(dataFolder);
  const binaries = findBinaries(place.user);
  return await withFolderLock(path.dirname(place.cluster), async () => {
    clearUnfinished(path.dirname(place.cluster));
    if (!isCluster(place.cluster)) await makeCluster(binaries, place, true);
    const server = await answeringServer(binaries, place, recorded?.port ?? 0);
    const record = { folder: place.cluster, port: server.port, pid: server.pid };
    writeRecord(dataFolder, record);
    startKeeper(server, options.idleSeconds ?? IDLE_SECONDS);
    return { ...record, url: urlOf(place.cluster, server.port, ROLE) };
  });
}

/** Stops the embedded server of a data folder, whoever uses it. False when none runs. */
export async function stopEmbeddedPostgres(dataFolder: string): Promise<boolean> {
  const place = findPlace(dataFolder, readRecord(dataFolder)?.folder ?? null);
  if (!place) return false;
  return await withFolderLock(path.dirname(place.cluster), async () => {
    const server = await findServer(place.cluster);
    if (server) await stopServer(server);
    return server !== null;
  });
}

/**
 * A server for tests in a new temporary folder: fast, not durable, without a keeper, with one empty database
 * `template_tocsin`. `stop` ends it and removes what was made for it, and nothing else.
 */
export async function startThrowAwayPostgres(): Promise<{ url: string; stop(): Promise<void> }> {
  const base = fs.mkdtempSync(path.join(tmpdir(), 'tocsin-test-'));
  // As root the server runs as another user, which must be able to enter.
  fs.chmodSync(base, 0o711);
  const place = newPlace(base);
  const binaries = findBinaries(place.user);
  await makeCluster(binaries, place, false);
  const server = await startServer(binaries, place, { durable: false, lastPort: 0 });
  await ensureDatabase(server, 'template_tocsin');
  const end = async (): Promise<void> => {
    await stopServer(server);
    fs.rmSync(place.cluster, { recursive: true, force: true });
    fs.rmSync(`${place.cluster}.log`, { force: true });
    // Not recursive: it fails, rather than deletes, when something that we did not make is left.
    fs.rmdirSync(path.dirname(place.cluster));
    if (fs.existsSync(base)) fs.rmdirSync(base);
  };
  let ending: Promise<void> | null = null;
  return { url: urlOf(place.cluster, server.port, 'template_tocsin'), stop: () => (ending ??= end()) };
}

/** The server of a cluster, found or started, with Tocsin's database in it. A server that ends meanwhile is followed. */
async function answeringServer(binaries: string, place: Place, lastPort: number): Promise<Server> {
  for (let tries = 1; tries <= TRIES; tries++) {
    const server =
      (await findServer(place.cluster)) ?? (await startServer(binaries, place, { durable: true, lastPort }));
    if (await ensureDatabase(server, ROLE)) return server;
    await pause(200);
  }
  throw new Problem(
    'unavailable',
    'database.unreachable',
    `The embedded database in ${place.cluster} ends again and again; ${place.cluster}.log says why.`,
  );
}

/** Makes the database unless it is there. False when the server is just ending or has gone. */
async function ensureDatabase(server: Server, name: string): Promise<boolean> {
  const client = new pg.Client({
    connectionString: urlOf(server.cluster, server.port, 'postgres'),
    application_name: 'tocsin-start',
    connectionTimeoutMillis: 30_000,
  });
  // A connection that breaks between two queries says so by an event; the query after it fails by it.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const found = await client.query(`select from pg_database where datname = $1`, [name]);
    if (found.rowCount === 0) await client.query(`create database "${name}"`);
    return true;
  } catch (error) {
    const code = (error as { code?: string }).code ?? '';
    // Too many clients: they would not be there without the database.
    if (code === '53300') return true;
    // Refused, reset, or shutting down (57P01 to 57P03).
    if (['ECONNREFUSED', 'ECONNRESET', 'EPIPE'].includes(code) || code.startsWith('57P0')) return false;
    throw new Problem(
      'unavailable',
      'database.unreachable',
      `The embedded database in ${server.cluster} refuses us (${code || 'no answer'}); ${server.cluster}.log says why.`,
    );
  } finally {
    await client.end();
  }
}

function makeDataFolder(dataFolder: string): void {
  try {
    fs.mkdirSync(dataFolder, { recursive: true });
    fs.accessSync(dataFolder, fs.constants.W_OK | fs.constants.X_OK);
  } catch {
    throw new Problem(
      'unavailable',
      'data-folder.unwritable',
      `The data folder ${dataFolder} cannot be written. Set TOCSIN_DATA_DIR to a folder that this user may write.`,
    );
  }
}

function readRecord(dataFolder: string): DatabaseRecord | null {
  try {
    return JSON.parse(fs.readFileSync(path.join(dataFolder, 'database.json'), 'utf8')) as DatabaseRecord;
  } catch {
    return null; // none yet, or not ours to read: the database is found by the folder's own name then
  }
}

function writeRecord(dataFolder: string, record: DatabaseRecord): void {
  const file = path.join(dataFolder, 'database.json');
  fs.writeFileSync(`${file}.new`, `${JSON.stringify(record, null, 2)}\n`);
  fs.renameSync(`${file}.new`, file);
}
