import fs from 'node:fs';
import path from 'node:path';
import type { EntityManager } from 'typeorm';
import type { Config } from './config.js';
import { uuidv7 } from './ids.js';
import { Problem } from './problem.js';

/** Why letters were stopped. */
export type FenceReason = 'restored' | 'copied' | 'rolled-back';

/** How far sending had come: times that it was stopped, and claims of letters since the beginning. */
export interface SendingMark {
  fence: number;
  epoch: number;
}

/** What this machine remembers of an installation, outside its database: `installation-<id>.json` in the data folder. */
interface Memory extends SendingMark {
  /** For the embedded database, which folder it lies in: a copy of the folder is another one. Null for a server. */
  folder: string | null;
}

/** Whether a database is an older state of what was seen: it knows of fewer stops, or of fewer claims since the last. */
export function isBehind(database: SendingMark, seen: SendingMark): boolean {
  return database.fence < seen.fence || (database.fence === seen.fence && database.epoch < seen.epoch);
}

interface Row extends SendingMark {
  id: string | null;
  home: string | null;
  here: string;
}

/**
 * Compares the database with itself (is it where it was last opened?) and with what this machine remembers of it, and
 * raises the fence when it is a copy or an older state. Opened for the first time, it gets its id and its home. Answers
 * why the fence went up, or null. Locks the row of the installation only to change it.
 *
 * What it cannot see: a whole machine that was set back or copied with its data folder in place (a snapshot of its
 * disk), because then what is remembered was set back as well.
 */
export async function settleInstallation(tx: EntityManager, config: Config, now: Date): Promise<FenceReason | null> {
  let row = await readRow(tx);
  if (row.id === null) {
    await tx.query(`update installation set id = $1, home = database_home() where id is null`, [uuidv7(now)]);
    row = await readRow(tx);
  }
  const seen = readMemory(config, row.id!);
  const reason = reasonToStop(row, seen, config);
  if (reason) await raiseFence(tx, reason, seen?.fence ?? 0);
  return reason;
}

/**
 * Stops all letters of the breaches that there are now. The number of the fence is one that nobody has seen yet; the
 * database is at home here from now on.
 */
export async function raiseFence(tx: EntityManager, reason: FenceReason, seenFence: number): Promise<void> {
  await tx.query(
    `update installation set home = database_home(), fence = greatest(fence, $2) + 1, fenced_at = clock_timestamp(), fenced_because = $1`,
    [reason, seenFence],
  );
}

function reasonToStop(row: Row, seen: Memory | null, config: Config): FenceReason | null {
  if (row.home !== row.here) return 'copied';
  if (seen && isBehind(row, seen)) return 'rolled-back';
  if (seen?.folder && seen.folder !== folderMark(config)) return 'copied';
  return null;
}

async function readRow(tx: EntityManager): Promise<Row> {
  const [row]: (Omit<Row, 'epoch'> & { epoch: string })[] = await tx.query(
    `select id, home, database_home() as here, fence, (select case when is_called then last_value else 0 end from sending_epoch) as epoch from installation`,
  );
  return { ...row!, epoch: Number(row!.epoch) };
}

/** Writes down how far sending has come, so that an older state of the database is noticed. Throws `data-folder.unwritable`. */
export async function rememberInstallation(tx: EntityManager, config: Config): Promise<void> {
  const { id, fence, epoch } = await readRow(tx);
  if (id === null) return;
  const memory: Memory = { fence, epoch, folder: folderMark(config) };
  const seen = readMemory(config, id);
  if (seen && seen.folder === memory.folder && seen.fence === fence && seen.epoch === epoch) return;
  writeMemory(config, id, memory);
}

/**
 * Counts one more claim of letters and remembers it outside the database. Called after the claim is committed and
 * before a connection opens: no letter leaves that only the database would know of.
 */
export async function advanceSendingEpoch(tx: EntityManager, config: Config): Promise<void> {
  await tx.query(`select nextval('sending_epoch')`);
  await rememberInstallation(tx, config);
}

/** What this machine remembers of an installation; null where it never sent for it. */
export function readMemory({ dataFolder }: Config, id: string): Memory | null {
  try {
    return JSON.parse(fs.readFileSync(memoryFile(dataFolder, id), 'utf8')) as Memory;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new Problem(
      'unavailable',
      'data-folder.unreadable',
      `${memoryFile(dataFolder, id)} cannot be read. See that this user may read it; if it is damaged, remove it and check that no letter left since the last backup.`,
    );
  }
}

function writeMemory({ dataFolder }: Config, id: string, memory: Memory): void {
  const file = memoryFile(dataFolder, id);
  const part = `${file}.${process.pid}`;
  try {
    fs.mkdirSync(dataFolder, { recursive: true });
    const handle = fs.openSync(part, 'w', 0o600);
    fs.writeSync(handle, `${JSON.stringify(memory)}\n`);
    fs.fsyncSync(handle);
    fs.closeSync(handle);
    fs.renameSync(part, file);
  } catch {
    throw new Problem(
      'unavailable',
      'data-folder.unwritable',
      `The data folder ${dataFolder} cannot be written. Set TOCSIN_DATA_DIR to a folder that this user may write.`,
    );
  }
}

function memoryFile(dataFolder: string, id: string): string {
  return path.join(dataFolder, `installation-${id}.json`);
}

/** A folder that was copied, or put back from a copy, has another number or another name. */
function folderMark({ DATABASE_URL, dataFolder }: Config): string | null {
  if (DATABASE_URL !== undefined || !fs.existsSync(dataFolder)) return null;
  return `${fs.statSync(dataFolder).ino}:${fs.realpathSync(dataFolder)}`;
}
