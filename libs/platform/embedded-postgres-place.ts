import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { Problem } from './problem.js';

/** Who runs the server. Empty: the user of this process. */
export interface ServerUser {
  uid?: number;
  gid?: number;
}

/** Where one cluster lies and who may read it. What else belongs to it (log, lock, keeper) lies beside it. */
export interface Place {
  cluster: string;
  user: ServerUser;
}

/** Survives a restart of the machine, unlike /tmp. */
const ELSEWHERE = '/var/tmp';

export function isCluster(folder: string): boolean {
  return fs.existsSync(path.join(folder, 'PG_VERSION'));
}

/** The cluster that a data folder has already, or null. `recorded` is the folder that its `database.json` names. */
export function findPlace(dataFolder: string, recorded: string | null): Place | null {
  if (!fs.existsSync(dataFolder)) return null;
  const real = fs.realpathSync(dataFolder);
  const known = [path.join(real, 'postgres'), elsewhere(real)];
  // The record is followed only out of the data folder: a data folder that was moved keeps its database.
  if (recorded && path.dirname(path.dirname(recorded)) === ownHome()) known.push(recorded);
  const cluster = known.find(isCluster);
  if (!cluster) return null;
  const place = { cluster, user: ownerOf(cluster) };
  if (!canEnter(cluster, place.user)) {
    throw new Problem(
      'unavailable',
      'database.folder-closed',
      `The user of the embedded database cannot enter ${cluster} any more. Give the folders above it the mode 0711, or set DATABASE_URL.`,
    );
  }
  return place;
}

/**
 * Where the cluster of a data folder is to be made: in the folder, or, where the server's user cannot enter it (a
 * project under /root), in a folder of our own. Makes the folder that holds it.
 */
export function newPlace(dataFolder: string): Place {
  fs.mkdirSync(dataFolder, { recursive: true });
  const real = fs.realpathSync(dataFolder);
  const user = serverUser();
  const inside = path.join(real, 'postgres');
  if (canEnter(inside, user)) return { cluster: inside, user };
  const cluster = elsewhere(real);
  makeOwnHome();
  makeFolder(path.dirname(cluster), 0o711);
  return { cluster, user };
}

/** PostgreSQL refuses root, so root starts it as another user. Throws `database.no-server-user`. */
export function serverUser(): ServerUser {
  if (process.getuid?.() !== 0) return {};
  const accounts = fs
    .readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  for (const name of ['postgres', 'nobody']) {
    const account = accounts.find((fields) => fields[0] === name);
    if (account) return { uid: Number(account[2]), gid: Number(account[3]) };
  }
  throw new Problem(
    'unavailable',
    'database.no-server-user',
    'The embedded database does not run as root, and this machine has no user postgres or nobody. Use another user, or set DATABASE_URL.',
  );
}

/** PostgreSQL reads only folders of its own user, so a cluster is run by whoever owns it. */
function ownerOf(cluster: string): ServerUser {
  const { uid, gid } = fs.statSync(cluster);
  const me = process.getuid?.();
  if (me === undefined || (uid === me && me !== 0)) return {};
  if (me === 0 && uid !== 0) return { uid, gid };
  throw new Problem(
    'unavailable',
    'database.not-owned',
    `The embedded database in ${cluster} belongs to another user of this machine. Run Tocsin as that user, or set DATABASE_URL.`,
  );
}

/** Whether that user can enter every folder above `target`, judged by the mode bits. */
export function canEnter(target: string, user: ServerUser): boolean {
  if (user.uid === undefined) return true;
  for (let folder = path.dirname(target); ; folder = path.dirname(folder)) {
    const stat = fs.statSync(folder, { throwIfNoEntry: false });
    if (stat && (modeFor(stat, user) & 1) === 0) return false;
    if (folder === path.dirname(folder)) return true;
  }
}

/** The three mode bits that count for that user. */
export function modeFor(stat: fs.Stats, user: ServerUser): number {
  return (stat.uid === user.uid ? stat.mode >> 6 : stat.gid === user.gid ? stat.mode >> 3 : stat.mode) & 7;
}

function elsewhere(dataFolder: string): string {
  return path.join(ownHome(), createHash('sha256').update(dataFolder).digest('hex').slice(0, 16), 'postgres');
}

/** The folder of our own for what the server's user must reach; one for each user that starts servers. */
function ownHome(): string {
  return path.join(ELSEWHERE, `tocsin-postgres-${process.getuid?.() ?? 0}`);
}

/**
 * Makes our own folder. Throws `database.place-taken` where somebody else was there first: /var/tmp is open to every
 * user of the machine, and programs in a folder of theirs would be run as ours.
 */
export function makeOwnHome(): string {
  const home = ownHome();
  makeFolder(home, 0o755);
  const stat = fs.lstatSync(home);
  if (!stat.isDirectory() || stat.uid !== process.getuid?.() || (stat.mode & 0o022) !== 0) {
    throw new Problem(
      'unavailable',
      'database.place-taken',
      `${home} is not a folder that only this user may write. Remove it, or set DATABASE_URL.`,
    );
  }
  return home;
}

/** Makes one folder with exactly that mode, whatever the umask; leaves one that exists as it is. */
function makeFolder(folder: string, mode: number): void {
  try {
    fs.mkdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return;
    throw error;
  }
  fs.chmodSync(folder, mode);
}
