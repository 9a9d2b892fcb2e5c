import { spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { SERVER_ENV } from './embedded-postgres-cluster.js';
import type { Place } from './embedded-postgres-place.js';
import { backEndsIn, isServer } from './embedded-postgres-processes.js';
import { Problem } from './problem.js';

/** A PostgreSQL server that answers. */
export interface Server {
  cluster: string;
  port: number;
  pid: number;
}

/** Recovery after a kill replays up to 1 GB of log, which takes minutes on a slow disk. */
const START_SECONDS = 180;
/** Back ends notice the death of their server at their next wait; one that computes on is asked to end after this. */
const PATIENCE_SECONDS = 3;
const BACK_ENDS_SECONDS = 60;
/** The log starts anew above this size. */
const LARGEST_LOG = 10 * 1024 * 1024;

const SETTINGS = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'max_connections=100',
  'shared_buffers=128MB',
  'timezone=UTC',
  'log_timezone=UTC',
  // The log must name nobody: no statements, and no details, which quote the values of a row.
  'log_min_messages=warning',
  'log_min_error_statement=panic',
  'log_error_verbosity=terse',
];
const THROW_AWAY = [
  'fsync=off',
  'synchronous_commit=off',
  'full_page_writes=off',
  'autovacuum=off',
  'wal_level=minimal',
  'max_wal_senders=0',
];

/**
 * The server that runs on a cluster, or null. Waits for one that is starting or ending, and, after a kill of the
 * server, for its back ends; then clears what it left, so that a new one may start. The caller holds the lock.
 */
export async function findServer(cluster: string): Promise<Server | null> {
  const deadline = performance.now() + START_SECONDS * 1000;
  while (performance.now() < deadline) {
    const left = readPidFile(cluster);
    if (!left) return null;
    if (!isServer(left.pid, cluster)) {
      await clearDeadServer(cluster);
      return null;
    }
    if (left.state === 'ready') return { cluster, port: left.port, pid: left.pid };
    await pause(50);
  }
  throw new Problem(
    'unavailable',
    'database.not-ready',
    `The embedded database in ${cluster} has been starting for ${START_SECONDS} s; ${cluster}.log says why. Try again in a few minutes.`,
  );
}

/** The server of a cluster if one runs and takes connections; looks without waiting or clearing. */
export function peekServer(cluster: string): Server | null {
  const left = readPidFile(cluster);
  return left?.state === 'ready' && isServer(left.pid, cluster) ? { cluster, port: left.port, pid: left.pid } : null;
}

/**
 * Starts a server, detached from this process and its terminal. `lastPort` is taken again when it is free, so that
 * a process that still knows the old server finds the new one. Throws `database.not-started`. The caller holds the
 * lock and knows from `findServer` that none runs.
 */
export async function startServer(
  binaries: string,
  place: Place,
  options: { durable: boolean; lastPort: number },
): Promise<Server> {
  const settings = options.durable ? SETTINGS : [...SETTINGS, ...THROW_AWAY];
  // Between the look for a free port and its use somebody else may take it.
  for (const wanted of [options.lastPort, 0, 0]) {
    const server = await tryToStart(binaries, place, settings, await freePort(wanted));
    if (server) return server;
  }
  throw new Problem(
    'unavailable',
    'database.not-started',
    `The embedded database does not start; ${place.cluster}.log says why. Mend it, or set DATABASE_URL.`,
  );
}

async function tryToStart(binaries: string, place: Place, settings: string[], port: number): Promise<Server | null> {
  const { cluster, user } = place;
  const log = openLog(`${cluster}.log`);
  const flags = settings.flatMap((setting) => ['-c', setting]);
  const child = spawn(path.join(binaries, 'bin', 'postgres'), ['-D', cluster, '-p', String(port), ...flags], {
    ...user,
    cwd: '/',
    env: SERVER_ENV,
    stdio: ['ignore', log, log],
    detached: true,
  });
  fs.closeSync(log);
  child.unref();
  // Not started at all: without a process id, which the loop sees.
  child.once('error', () => undefined);
  const deadline = performance.now() + START_SECONDS * 1000;
  while (child.pid && child.exitCode === null && child.signalCode === null && performance.now() < deadline) {
    const found = readPidFile(cluster);
    if (found && found.state === 'ready' && found.pid === child.pid) return { cluster, port, pid: found.pid };
    await pause(15);
  }
  return null;
}

/** Stops a server fast: open transactions are rolled back, clients are sent away. Answers once it is gone. */
export async function stopServer(server: Server): Promise<void> {
  const deadline = performance.now() + START_SECONDS * 1000;
  signal(server.pid, 'SIGINT');
  while (isServer(server.pid, server.cluster)) {
    if (performance.now() > deadline) {
      throw new Problem(
        'unavailable',
        'database.not-stopped',
        `The embedded database has not ended within ${START_SECONDS} s; ${server.cluster}.log says why.`,
      );
    }
    await pause(15);
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    // Gone already is what was wanted.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function readPidFile(cluster: string): { pid: number; port: number; state: string } | null {
  try {
    const lines = fs.readFileSync(path.join(cluster, 'postmaster.pid'), 'utf8').split('\n');
    return { pid: Number(lines[0]), port: Number(lines[3]), state: (lines[7] ?? '').trim() };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/**
 * A killed server may stay as a zombie, and PostgreSQL then takes its pid file for that of a running server. Where
 * nobody can tell whether back ends are left (no /proc), the file stays and PostgreSQL decides by itself.
 */
async function clearDeadServer(cluster: string): Promise<void> {
  const since = performance.now();
  for (let left = backEndsIn(cluster); left; left = backEndsIn(cluster)) {
    if (left.length === 0) {
      fs.rmSync(path.join(cluster, 'postmaster.pid'), { force: true });
      return;
    }
    const waited = (performance.now() - since) / 1000;
    if (waited > PATIENCE_SECONDS) for (const pid of left) signal(pid, 'SIGTERM');
    if (waited > BACK_ENDS_SECONDS) {
      throw new Problem(
        'unavailable',
        'database.half-dead',
        `Processes of a killed database server still work in ${cluster}. End them (${left.join(', ')}), then start again.`,
      );
    }
    await pause(20);
  }
}

function openLog(file: string): number {
  const size = fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  return fs.openSync(file, size > LARGEST_LOG ? 'w' : 'a', 0o600);
}

/** A port of 127.0.0.1 that nobody listens on: the wanted one if it is free. */
async function freePort(wanted: number): Promise<number> {
  return (await portIfFree(wanted)) ?? (await portIfFree(0)) ?? wanted;
}

async function portIfFree(port: number): Promise<number | null> {
  return await new Promise((resolve, reject) => {
    const probe = net.createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(null);
      else reject(error);
    });
    probe.listen(port, '127.0.0.1', () => {
      const taken = (probe.address() as net.AddressInfo).port;
      probe.close(() => resolve(taken));
    });
  });
}
