import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { birthOf, isSameProcess } from './embedded-postgres-processes.js';
import { Problem } from './problem.js';

/** Longer than a first start under load (initdb and recovery together); what takes longer hangs. */
const WAIT_SECONDS = 300;

/**
 * Runs `work` while no other process works in `folder`. Whoever wants in raises a flag, a file that names its process,
 * and goes in only if no other flag of a living process stands there; else it takes its own down and tries again.
 * A file that one process made is never taken over, so a killed holder needs no judge: anybody may clear its flag.
 * Throws `database.locked` after five minutes.
 */
export async function withFolderLock<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const flag = await enter(folder);
  try {
    return await work();
  } finally {
    fs.rmSync(flag, { force: true });
  }
}

async function enter(folder: string): Promise<string> {
  const own = `postgres.lock-${process.pid}-${birthOf(process.pid)}-${randomBytes(4).toString('hex')}`;
  const flag = path.join(folder, own);
  const deadline = performance.now() + WAIT_SECONDS * 1000;
  while (performance.now() < deadline) {
    // The look before the flag only spares the holder's rivals from frightening each other.
    if (others(folder, own).length === 0) {
      fs.writeFileSync(flag, '', { flag: 'wx', mode: 0o600 });
      if (others(folder, own).length === 0) return flag;
      fs.rmSync(flag, { force: true });
    }
    // By chance, so that two who saw each other do not meet again.
    await pause(20 + Math.random() * 60);
  }
  throw new Problem(
    'unavailable',
    'database.locked',
    `Another command has been starting the embedded database for ${WAIT_SECONDS / 60} minutes. End it; if none runs, remove ${path.join(folder, 'postgres.lock-*')}.`,
  );
}

/** Flags of other living holders; those of the dead are cleared away. */
function others(folder: string, own: string): string[] {
  return fs.readdirSync(folder).filter((name) => {
    const found = /^postgres\.lock-(\d+)-(\d*)-[0-9a-f]{8}$/.exec(name);
    if (!found || name === own) return false;
    if (isSameProcess(Number(found[1]), found[2]!)) return true;
    fs.rmSync(path.join(folder, name), { force: true });
    return false;
  });
}
