import fs from 'node:fs';
import path from 'node:path';
import { Problem } from './problem.js';
import { syncFolder } from './sync-folder.js';

/**
 * The erasures file: which persons were erased, so that a backup from before does not bring them back. It lies beside
 * the root key and is copied with it, because what it guards against is an old state of everything else. It holds ids
 * and times, nothing of the persons.
 *
 * It is a log written ahead: an erasure is appended after everything was checked and before its transaction commits.
 * Cut off between the two, the erasure is done when Tocsin next starts, from the file. The other order could lose the
 * entry of an erasure that happened, and nobody would notice until the person stood in a restored database.
 */
export interface Erasure {
  personId: string;
  at: Date;
}

const HEADER = 'tocsin-erasures-v1\n';
const TIME = String.raw`\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z`;
const LINE = new RegExp(`^(${TIME}) ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$`);
const LINE_LENGTH = '2026-11-24T09:30:00.000Z 01936b1e-0000-7000-8000-000000000000'.length;
/** What a line may look like of which only the beginning reached the disk. */
const TORN = /^[-0-9a-fT:.Z ]*$/;

export function erasuresFile(keyFile: string): string {
  return `${keyFile}.erasures`;
}

/** Makes the file of an installation in which nobody was erased yet; leaves one that is there. */
export function makeErasuresFile(keyFile: string): void {
  try {
    fs.writeFileSync(erasuresFile(keyFile), HEADER, { flag: 'wx', mode: 0o600, flush: true });
    syncFolder(path.dirname(erasuresFile(keyFile)));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw unwritable(keyFile);
  }
}

/**
 * Appends erasures and waits until they are on the disk. Call it in the transaction of the erasure, after every check
 * and as the last step before it commits. Throws `erasures.unwritable`: then nothing may be erased.
 */
export function appendErasures(keyFile: string, erasures: Erasure[]): void {
  if (erasures.length === 0) return;
  makeErasuresFile(keyFile);
  const lines = erasures.map(({ personId, at }) => `${at.toISOString()} ${personId}\n`).join('');
  try {
    const handle = fs.openSync(erasuresFile(keyFile), 'a+');
    try {
      // In one write, so that two processes that append do not mix; a line that was torn before us is ended first.
      fs.writeSync(handle, endsWithLine(handle) ? lines : `\n${lines}`);
      fs.fsyncSync(handle);
    } finally {
      fs.closeSync(handle);
    }
  } catch {
    throw unwritable(keyFile);
  }
}

function endsWithLine(handle: number): boolean {
  const { size } = fs.fstatSync(handle);
  const last = Buffer.alloc(1);
  fs.readSync(handle, last, 0, 1, Math.max(0, size - 1));
  return last.toString() === '\n';
}

/**
 * Every erasure on file, the first time of each person. A line of which only the beginning was written belongs to an
 * erasure that never committed, and is passed over. Null when there is no file. Throws `erasures.damaged`.
 */
export function readErasures(keyFile: string): Erasure[] | null {
  let text: string;
  try {
    text = fs.readFileSync(erasuresFile(keyFile), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw damaged(keyFile, 1);
  }
  if (!text.startsWith(HEADER)) throw damaged(keyFile, 1);
  const found = new Map<string, Erasure>();
  for (const [place, line] of text.slice(HEADER.length).split('\n').entries()) {
    const [, at, personId] = LINE.exec(line) ?? [];
    if (personId && !found.has(personId)) found.set(personId, { personId, at: new Date(at!) });
    else if (!personId && (line.length >= LINE_LENGTH || !TORN.test(line))) throw damaged(keyFile, place + 2);
  }
  return [...found.values()];
}

function damaged(keyFile: string, line: number): Problem {
  return new Problem(
    'unavailable',
    'erasures.damaged',
    `${erasuresFile(keyFile)} cannot be read at line ${line}. Put it back from the copy that lies with the copy of the key.`,
  );
}

function unwritable(keyFile: string): Problem {
  return new Problem(
    'unavailable',
    'erasures.unwritable',
    `${erasuresFile(keyFile)} cannot be written. See that this user may write beside the key and that the disk has room: nobody is erased without it.`,
  );
}
