import { createRequire } from 'node:module';
import type * as library from '@e965/xlsx';
import { OdsFile } from './ods-sheet.js';
import { SheetFault, remarksOf, type RowSink, type SheetFaultKind } from './sheet.js';
import { readXls } from './xls-sheet.js';
import { XlsxFile } from './xlsx-sheet.js';
import { XmlFault } from './xml-scan.js';
import { ZipFault, ZipTooLarge, zipEntries } from './zip-archive.js';

/**
 * A process of its own, with limits, that reads one spreadsheet from stdin and writes the rows of its first visible
 * sheet to stdout, a line of JSON for a batch of them: `[[2,"P-1","staff"],…]`. The last line is
 * `{"remarks":[…]}` or `{"fault":"password"}`. A file made to exhaust its reader ends this process and nothing else.
 */
const BATCH_LETTERS = 65_536;
/**
 * Text of a million rows of 13 columns. A small file can claim far more by sharing and repeating: honest ones are read
 * as some 3 to 20 times their packed size.
 */
const MOST_LETTERS = 400_000_000;
const MOST_LETTERS_A_BYTE = 100;
const LETTERS_OF_ANY_FILE = 16_000_000;
/** Of this process alone, so that neither a busy machine nor a slow taker of the rows ends the reading. */
const PROCESSOR_SECONDS = 120;

class Output implements RowSink {
  private batch: string[] = [];
  private letters = 0;
  private total = 0;
  private readonly most: number;

  constructor(fileSize: number) {
    this.most = Math.min(MOST_LETTERS, LETTERS_OF_ANY_FILE + MOST_LETTERS_A_BYTE * fileSize);
  }

  row(number: number, cells: string[]): void {
    for (const cell of cells) this.total += cell.length + 3;
    if (this.total > this.most) throw new SheetFault('too-large');
    const line = JSON.stringify([number, ...cells]);
    this.letters += line.length;
    this.batch.push(line);
    if (this.letters > BATCH_LETTERS) this.send();
  }

  async drained(): Promise<void> {
    if (process.cpuUsage().user > PROCESSOR_SECONDS * 1e6) throw new SheetFault('too-large');
    if (process.stdout.writableNeedDrain) await new Promise((resolve) => process.stdout.once('drain', resolve));
  }

  end(last: object): void {
    this.send();
    process.stdout.write(`${JSON.stringify(last)}\n`);
  }

  private send(): void {
    if (this.batch.length > 0) process.stdout.write(`[${this.batch.join(',')}]\n`);
    this.batch = [];
    this.letters = 0;
  }
}

/** Loaded only for what needs it: it takes longer to load than a small workbook to read. */
let loaded: typeof library | null = null;
function xlsx(): typeof library {
  loaded ??= createRequire(import.meta.url)('@e965/xlsx') as typeof library;
  return loaded;
}

async function answer(bytes: Buffer, output: Output): Promise<object> {
  const read = await readFirstSheet(bytes, output);
  if ('allHidden' in read) return { remarks: [{ kind: 'all-hidden', count: read.allHidden }] };
  return { remarks: remarksOf(read) };
}

async function readFirstSheet(bytes: Buffer, output: Output): ReturnType<XlsxFile['readFirstSheet']> {
  if (bytes[0] !== 0x50) return await readXls(xlsx(), bytes, output);
  const entries = zipEntries(bytes);
  if (!entries) throw new SheetFault('no-spreadsheet');
  if (entries.some((entry) => entry.name === 'xl/workbook.bin')) throw new SheetFault('binary-workbook');
  if (entries.some((entry) => entry.name === 'content.xml')) return await new OdsFile(bytes, entries).readFirstSheet(output);
  const write = (format: string, value: number): string => xlsx().SSF.format(format, value) as string;
  return await new XlsxFile(bytes, entries, write).readFirstSheet(output);
} // prettier-ignore

/** What of an error is the file's; anything else is ours, and ends this process. */
function faultOf(error: unknown): SheetFaultKind {
  if (error instanceof SheetFault) return error.kind;
  if (error instanceof ZipTooLarge) return 'too-large';
  if (error instanceof XmlFault || error instanceof ZipFault) return 'no-spreadsheet';
  throw error;
}

const chunks: Buffer[] = [];
for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
const bytes = Buffer.concat(chunks);
const output = new Output(bytes.length);
let last: object;
try {
  last = await answer(bytes, output);
} catch (error) {
  last = { fault: faultOf(error) };
}
output.end(last);
