import { spawnSync } from 'node:child_process';
import fs from 'node:fs';

/** Whether a process of that id exists; a zombie and a process of another user count as existing. */
export function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * When a process was born, in ticks since the machine started, so that a number given out again is not taken for the
 * process that had it before. Empty where there is no /proc, and for a process that is gone.
 */
export function birthOf(pid: number): string {
  const stat = readProc(pid, 'stat');
  // The second field is the program's name in brackets and may hold spaces; the birth is the 20th field after it.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

/** Whether the process that was born then still runs; without a birth only its number is looked at. */
export function isSameProcess(pid: number, birth: string): boolean {
  return isAlive(pid) && birthOf(pid) === birth;
}

/** Whether that process is a PostgreSQL server of this cluster folder. A zombie has no command line, so it is none. */
export function isServer(pid: number, cluster: string): boolean {
  if (!isAlive(pid)) return false;
  if (process.platform === 'linux') return readProc(pid, 'cmdline').split('\0').includes(cluster);
  const listed = spawnSync('/bin/ps', ['-p', String(pid), '-o', 'command='], { encoding: 'utf8', timeout: 5_000 });
  return listed.stdout.includes(` ${cluster} `);
}

/**
 * Back ends that outlive a killed server: their working directory is its folder. Null where there is no /proc and
 * nobody can tell.
 */
export function backEndsIn(cluster: string): number[] | null {
  if (process.platform !== 'linux') return null;
  return fs
    .readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => workingFolder(pid) === cluster && readProc(pid, 'cmdline').startsWith('postgres:'));
}

function workingFolder(pid: number): string {
  try {
    return fs.readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return ''; // gone meanwhile, or another user's
  }
}

function readProc(pid: number, file: 'stat' | 'cmdline'): string {
  try {
    return fs.readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return ''; // gone meanwhile, or no /proc on this system
  }
}
