import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import type { Place, ServerUser } from './embedded-postgres-place.js';
import { Problem } from './problem.js';
import { syncFolder } from './sync-folder.js';

/** The role that owns everything in the embedded server. */
export const ROLE = 'tocsin';

/** All that the server's programs get of an environment: nothing of ours reaches them, and their words are English. */
export const SERVER_ENV = { LC_ALL: 'C', LANG: 'C', PATH: '/usr/bin:/bin' };

/**
 * Makes a cluster with initdb, in a folder beside, and renames it when it is whole: killed in the middle, nothing is
 * there that looks like a database. The role's password is random and lies in the cluster, in a file of mode 0600.
 * Throws `database.not-made`. The caller holds the lock of the place.
 */
export async function makeCluster(binaries: string, place: Place, durable: boolean): Promise<void> {
  const parent = path.dirname(place.cluster);
  const making = fs.mkdtempSync(path.join(parent, 'postgres.making-'));
  const passwordFile = path.join(making, 'password');
  fs.writeFileSync(passwordFile, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600 });
  giveTo(place.user, making, passwordFile);
  const cluster = path.join(making, 'cluster');
  const problem = await initdb(binaries, place.user, cluster, passwordFile, durable);
  if (problem) {
    fs.rmSync(making, { recursive: true, force: true });
    throw new Problem(
      'unavailable',
      'database.not-made',
      `The embedded database could not be made in ${parent} (initdb ${problem}). Check that the disk has 100 MB free, or set DATABASE_URL.`,
    );
  }
  fs.renameSync(passwordFile, path.join(cluster, 'tocsin.password'));
  fs.renameSync(cluster, place.cluster);
  syncFolder(parent);
  fs.rmdirSync(making);
}

export function passwordOf(cluster: string): string {
  return fs.readFileSync(path.join(cluster, 'tocsin.password'), 'utf8').trim();
}

export function urlOf(cluster: string, port: number, database: string): string {
  return `postgres://${ROLE}:${passwordOf(cluster)}@127.0.0.1:${port}/${database}`;
}

/** Runs initdb; answers how it failed, or null. */
async function initdb(
  binaries: string,
  user: ServerUser,
  cluster: string,
  passwordFile: string,
  durable: boolean,
): Promise<string | null> {
  const child = spawn(
    path.join(binaries, 'bin', 'initdb'),
    [
      `--pgdata=${cluster}`,
      `--username=${ROLE}`,
      '--auth=scram-sha-256',
      `--pwfile=${passwordFile}`,
      '--encoding=UTF8',
      // The built-in locale needs none of the machine's, and sorts the same on every machine.
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--locale=C',
      '--no-instructions',
      ...(durable ? [] : ['--no-sync']),
    ],
    { ...user, cwd: '/', env: SERVER_ENV, stdio: 'ignore', timeout: 240_000 },
  );
  try {
    const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
    return code === 0 ? null : `ended with ${code ?? signal}`;
  } catch (error) {
    return `did not run: ${(error as NodeJS.ErrnoException).code}`;
  }
}

/**
 * Removes what killed commands left of clusters that they were making; an initdb that still writes into its folder
 * keeps it for the next time. The caller holds the lock of the place.
 */
export function clearUnfinished(parent: string): void {
  for (const name of fs.readdirSync(parent)) {
    if (!/^postgres\.making-\w{6}$/.test(name)) continue;
    try {
      fs.rmSync(path.join(parent, name), { recursive: true, force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOTEMPTY') throw error;
    }
  }
}

function giveTo(user: ServerUser, ...files: string[]): void {
  if (user.uid === undefined || user.gid === undefined) return;
  for (const file of files) fs.chownSync(file, user.uid, user.gid);
}
