import { spawn, type ChildProcessByStdio } from 'node:child_process';
import path from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import type { Problem } from '#libs/platform/pure.js';
import type { SheetFaultKind } from './sheet.js';
import type { Remark } from './table.js';
import { wholeFault, type TableRow } from './table-row.js';
import { swells, zipEntries } from './zip-archive.js';

/** All parts of the archive, as it says of itself. A million persons unpack to about 700 MB. */
const MOST_UNPACKED = 2 * 1024 * 1024 * 1024;
const MOST_PARTS = 10_000;
/** How long the reader may be silent while its rows are waited for. */
const SILENT_SECONDS = 60;
const MEMORY_MEGABYTES = 2_048;

/** Whether bytes are an .xlsx, .ods or .xls by what they are, whatever the file is called. */
export function isSpreadsheet(bytes: Buffer): boolean {
  return (
    bytes.subarray(0, 4).toString('latin1') === 'PK\u0003\u0004' ||
    bytes.subarray(0, 8).toString('hex') === 'd0cf11e0a1b11ae1'
  );
}

/** The rows of a spreadsheet as they come, in batches; remarks are complete once the batches have ended. */
export interface SheetStream {
  batches: AsyncGenerator<TableRow[], void, void>;
  remarks: Remark[];
}

/**
 * Reads the first visible sheet of a spreadsheet batch by batch, in a process of its own with limits of memory and
 * time, at the pace of whoever takes the rows. Hidden rows and columns are read, hidden sheets are not, and `remarks`
 * say what was hidden. Empty rows are left out; rows keep the numbers of the sheet. Taking the batches throws
 * `roster.not-csv`, `roster.password`, `roster.too-large` and `roster.too-wide`, also after good rows; whoever stops
 * taking ends the process.
 */
export function streamSpreadsheet(bytes: Buffer): SheetStream {
  const remarks: Remark[] = [];
  return { batches: batchesOf(bytes, remarks), remarks };
}

async function* batchesOf(bytes: Buffer, remarks: Remark[]): AsyncGenerator<TableRow[], void, void> {
  if (bytes[0] === 0x50) requireModestArchive(bytes);
  let isComplete = false;
  for await (const line of linesOfChild(bytes)) {
    const read = JSON.parse(line) as [number, ...string[]][] | { remarks: Remark[] } | { fault: SheetFaultKind };
    if (Array.isArray(read)) yield read.map(([number, ...cells]) => ({ number, cells }));
    else if ('fault' in read) throw sheetFault(read.fault);
    else {
      remarks.push(...read.remarks);
      isComplete = true;
    }
  }
  // It ended without its last line: by a limit, or by a file that no reader can bear.
  if (!isComplete) throw sheetFault('no-spreadsheet');
}

function sheetFault(kind: SheetFaultKind): Problem {
  const again = 'Open it in your spreadsheet program, save it again';
  switch (kind) {
    case 'password':
      return wholeFault(
        'roster.password',
        `This spreadsheet is protected by a password. ${again} without one, and choose that file.`,
      );
    case 'too-large':
      return wholeFault(
        'roster.too-large',
        'This spreadsheet holds more than can be read. Keep the list of persons alone, or save it as "CSV UTF-8".',
      );
    case 'too-wide':
      return wholeFault(
        'roster.too-wide',
        'The sheet has values to the right of its thousandth column. Keep the columns of the list only.',
      );
    case 'binary-workbook':
      return wholeFault(
        'roster.not-csv',
        `This is a binary workbook (.xlsb). ${again} as .xlsx, and choose that file.`,
      );
    case 'no-spreadsheet':
      return wholeFault(
        'roster.not-csv',
        `This file is no spreadsheet, or it is damaged. ${again}, and choose that file.`,
      );
  }
}

/** Looks at the archive's directory only, so that a bomb that tells is refused before a byte of it is unpacked. */
function requireModestArchive(bytes: Buffer): void {
  const entries = zipEntries(bytes);
  if (entries === null) throw sheetFault('no-spreadsheet');
  const unpacked = entries.reduce((sum, entry) => sum + entry.size, 0);
  const isBomb = entries.some((entry) => swells(entry.compressedSize, entry.size));
  if (isBomb || unpacked > MOST_UNPACKED || entries.length > MOST_PARTS) throw sheetFault('too-large');
}

/** What the reader writes, line by line. It is ended with the last line, by silence, or when nobody takes more. */
async function* linesOfChild(bytes: Buffer): AsyncGenerator<string, void, void> {
  const child = spawn(
    process.execPath,
    [`--max-old-space-size=${MEMORY_MEGABYTES}`, path.join(import.meta.dirname, 'spreadsheet-child.js')],
    {
      stdio: ['pipe', 'pipe', 'ignore'],
      env: {},
    },
  );
  // A reader that ended early closes its end of the pipe; what it did not say says the rest.
  child.stdin.on('error', () => undefined);
  child.stdin.end(bytes);
  try {
    let rest = '';
    const decoder = new StringDecoder('utf8');
    for await (const chunk of watched(child)) {
      const lines = (rest + decoder.write(chunk)).split('\n');
      rest = lines.pop()!;
      yield* lines;
    }
  } finally {
    child.kill('SIGKILL');
  }
}

/** What the reader writes; waiting for it ends after a time of silence, in which nobody else waits for anything. */
async function* watched(child: ChildProcessByStdio<Writable, Readable, null>): AsyncGenerator<Buffer, void, void> {
  const failed = new Promise<never>((_, reject) => child.once('error', reject));
  failed.catch(() => undefined);
  const chunks = child.stdout[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  for (;;) {
    const timer = setTimeout(() => child.kill('SIGKILL'), SILENT_SECONDS * 1000);
    const next = await Promise.race([chunks.next(), failed]).finally(() => clearTimeout(timer));
    if (next.done) return;
    yield next.value;
  }
}
