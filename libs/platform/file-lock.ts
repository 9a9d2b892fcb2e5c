import fs from 'node:fs';
import { Problem } from './problem.js';

/** initdb and a first start take seconds; ten times that is a process that hangs. */
const WAIT_SECONDS = 90;

/**
 * Runs `work` while holding a lock file that names our pid. A lock whose process is gone is taken over; two takers
 * settle it by who renames the old lock away. Throws `lock.held` after a minute and a half.
 */
export async function withFileLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  await take(file);
  try {
    return await work();
  } finally {
    fs.rmSync(file, { force: true });
  }
}

async function take(file: string): Promise<void> {
  for (let waited = 0; waited < WAIT_SECONDS * 1000; waited += 25) {
    try {
      fs.writeFileSync(file, String(process.pid), { flag: 'wx' });
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    removeIfStale(file);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Problem('unavailable', 'lock.held', `Another process holds ${file} for too long. End it, or remove the file if none runs.`);
}

function removeIfStale(file: string): void {
  try {
    const holder = Number(fs.readFileSync(file, 'utf8'));
    // An empty file is one that its holder is about to write.
    if (!holder || isAlive(holder)) return;
    const aside = `${file}.stale-${process.pid}`;
    fs.renameSync(file, aside);
    // Somebody else may have taken the lock between our look and our rename: then what we hold aside is theirs.
    if (Number(fs.readFileSync(aside, 'utf8')) === holder) fs.rmSync(aside, { force: true });
    else fs.renameSync(aside, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

function isAlive(pid: number): boolean {
  if (pid === process.pid) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
