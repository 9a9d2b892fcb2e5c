import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Remark } from './table.js';
import { wholeFault, type TableRow } from './table-row.js';
import { zipEntries } from './zip-archive.js';

/** A roster of 100,000 persons unpacks to about 100 MB; a spreadsheet has some dozens of parts. */
const MOST_UNPACKED = 300 * 1024 * 1024;
const MOST_PARTS = 2_000;
const READ_SECONDS = 60;
const MEMORY_MEGABYTES = 2_048;

/** Whether bytes are an .xlsx, .ods or .xls by what they are, whatever the file is called. */
export function isSpreadsheet(bytes: Buffer): boolean {
  return (
    bytes.subarray(0, 4).toString('latin1') === 'PK\u0003\u0004' ||
    bytes.subarray(0, 8).toString('hex') === 'd0cf11e0a1b11ae1'
  );
}

/**
 * The first visible sheet of a spreadsheet, read by a process of its own with limits of memory and time. Hidden rows
 * and columns are read, hidden sheets are not, and `remarks` say what was hidden. Throws `roster.not-csv` and
 * `roster.too-large`.
 */
export async function readSpreadsheet(bytes: Buffer): Promise<{ rows: TableRow[]; remarks: Remark[] }> {
  if (bytes[0] === 0x50) requireModestArchive(bytes);
  const output = await read(bytes);
  if (output === null)
    throw wholeFault(
      'roster.not-csv',
      'This file is no spreadsheet, or it is damaged. Open it in your spreadsheet program, save it again, and choose that file.',
    );
  return JSON.parse(output) as { rows: TableRow[]; remarks: Remark[] };
}

/** Looks at the archive's directory only, so that a bomb is refused before a byte of it is unpacked. */
function requireModestArchive(bytes: Buffer): void {
  const entries = zipEntries(bytes);
  if (entries === null)
    throw wholeFault(
      'roster.not-csv',
      'This file is no spreadsheet, or it is damaged. Open it in your spreadsheet program, save it again, and choose that file.',
    );
  const unpacked = entries.reduce((sum, entry) => sum + entry.size, 0);
  if (unpacked > MOST_UNPACKED || entries.length > MOST_PARTS) {
    throw wholeFault(
      'roster.too-large',
      'This spreadsheet unpacks to more than 300 MB. Keep the list of persons alone, or save it as "CSV UTF-8".',
    );
  }
}

/** What the reader wrote, or null when it ended otherwise than well. */
async function read(bytes: Buffer): Promise<string | null> {
  return await new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [`--max-old-space-size=${MEMORY_MEGABYTES}`, childProgram()], {
      stdio: ['pipe', 'pipe', 'ignore'],
      env: {},
      timeout: READ_SECONDS * 1000,
      killSignal: 'SIGKILL',
    });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    // A reader that ended early closes its end of the pipe; its exit code says the rest.
    child.stdin.on('error', () => undefined);
    child.on('error', reject);
    child.on('close', (code) => resolve(code === 0 ? Buffer.concat(chunks).toString('utf8') : null));
    child.stdin.end(bytes);
  });
}

/** The compiled reader, also when this file runs from source under the tests. */
function childProgram(): string {
  const here = path.dirname(fileURLToPath(import.meta.url));
  const beside = path.join(here, 'spreadsheet-child.js');
  return existsSync(beside) ? beside : path.resolve(here, '../../dist/libs/people/spreadsheet-child.js');
}
