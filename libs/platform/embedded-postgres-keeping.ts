import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { urlOf } from './embedded-postgres-cluster.js';
import { withFolderLock } from './embedded-postgres-lock.js';
import { birthOf, isSameProcess } from './embedded-postgres-processes.js';
import { peekServer, stopServer, type Server } from './embedded-postgres-server.js';

/** The name of a keeper's connection, by which keepers do not count one another as use. */
const KEEPER = 'tocsin-keeper';

/** What stands in `postgres.keeper` beside the cluster. */
interface KeeperRecord {
  /** The keeper's process, and when it was born. */
  pid: number;
  birth: string;
  /** The server that it keeps. */
  server: number;
  /** Raised whenever somebody asks for the server: the wish for it counts as use, before the connection is there. */
  asked: number;
}

/**
 * Sees to it that a keeper watches over this server: starts one unless it has one. The caller holds the lock. Where
 * the compiled keeper is not there (before the first build) the server runs on until `stopEmbeddedPostgres`.
 */
export function startKeeper(server: Server, idleSeconds: number): void {
  const last = readRecord(server.cluster);
  const asked = (last?.asked ?? 0) + 1;
  if (last && last.server === server.pid && isSameProcess(last.pid, last.birth)) {
    writeRecord(server.cluster, { ...last, asked });
    return;
  }
  const program = path.join(import.meta.dirname, 'postgres-keeper.js');
  // Its arguments can be read by every user of the machine; the password it takes from the cluster itself.
  const child = spawn(process.execPath, [program, server.cluster, String(idleSeconds)], {
    cwd: '/',
    detached: true,
    stdio: 'ignore',
    env: {},
  });
  child.unref();
  if (child.pid === undefined) return;
  writeRecord(server.cluster, { pid: child.pid, birth: birthOf(child.pid), server: server.pid, asked });
}

/**
 * Keeps the server that runs on a cluster now, and ends with it: stops it once for `idleSeconds` nobody was connected,
 * nobody came and went, and nobody asked for it. Looks a last time under the lock, so that whoever asks at that
 * moment either is seen or finds no server and starts one.
 */
export async function keep(cluster: string, idleSeconds: number): Promise<void> {
  const server = peekServer(cluster);
  if (!server) return;
  const client = new pg.Client({
    connectionString: urlOf(cluster, server.port, 'postgres'),
    application_name: KEEPER,
    query_timeout: 30_000,
  });
  // The end of the server breaks our idle connection, which says so by an event.
  const broken = new AbortController();
  client.on('error', () => broken.abort());
  client.on('end', () => broken.abort());
  try {
    await client.connect();
    await watch(client, server, idleSeconds, broken.signal);
  } catch (error) {
    // The server ended and our connection with it: then nothing is left to keep.
    if (peekServer(cluster)?.pid === server.pid) throw error;
  } finally {
    await client.end();
  }
}

async function watch(client: pg.Client, server: Server, idleSeconds: number, broken: AbortSignal): Promise<void> {
  const idle = idleSeconds * 1000;
  let seen = await look(client, server.cluster);
  let since = performance.now();
  for (;;) {
    await pause(Math.min(5_000, idle / 4), undefined, { signal: broken });
    const now = await look(client, server.cluster);
    if (now.connected || now.trace !== seen.trace) {
      seen = now;
      since = performance.now();
    } else if (performance.now() - since >= idle) {
      const stopped = await withFolderLock(path.dirname(server.cluster), async () => {
        const last = await look(client, server.cluster);
        if (last.connected || last.trace !== seen.trace) return false;
        await stopServer(server);
        return true;
      });
      if (stopped) return;
    }
  }
}

/** Who is connected now, and a trace that differs once somebody has come and gone or has asked. */
async function look(client: pg.Client, cluster: string): Promise<{ connected: boolean; trace: string }> {
  const { rows } = await client.query<{ connected: boolean; sessions: string }>(
    `select exists (select from pg_stat_activity where backend_type = 'client backend' and application_name <> $1) as connected,
            (select sum(sessions) from pg_stat_database) as sessions`,
    [KEEPER],
  );
  return { connected: rows[0]!.connected, trace: `${rows[0]!.sessions}|${readRecord(cluster)?.asked}` };
}

function recordFile(cluster: string): string {
  return path.join(path.dirname(cluster), 'postgres.keeper');
}

function readRecord(cluster: string): KeeperRecord | null {
  try {
    return JSON.parse(fs.readFileSync(recordFile(cluster), 'utf8')) as KeeperRecord;
  } catch {
    return null; // none yet, or one that a kill cut short: a new keeper replaces it
  }
}

function writeRecord(cluster: string, record: KeeperRecord): void {
  const unfinished = `${recordFile(cluster)}.new`;
  fs.writeFileSync(unfinished, JSON.stringify(record), { mode: 0o600 });
  fs.renameSync(unfinished, recordFile(cluster));
}
