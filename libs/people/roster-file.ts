import { guessMapping, requireHeader } from './mapping-guess.js';
import { isOurFile } from './mendable-rows.js';
import { ROSTER_COLUMNS, type RosterColumn } from './roster-columns.js';
import { requireMapping, type RosterMapping } from './roster-mapping.js';
import { allBytes, type RosterSource } from './roster-source.js';
import { isSpreadsheet, streamSpreadsheet } from './spreadsheet.js';
import { emptyFile, lookAt, textTable, type Remark, type Table } from './table.js';
import { MOST_COLUMNS, isBlank, wholeFault, type TableRow } from './table-row.js';

/** A spreadsheet is read whole; one of a million persons has about this size. */
const LARGEST_SPREADSHEET = 100 * 1024 * 1024;

/** A roster as it is read: which of our columns stands where, and its rows in batches, blank ones left out. */
export interface RosterFile {
  sha256: Buffer;
  header: string[];
  mapping: RosterMapping;
  /** Whether it is our own export, or our file of rows to mend, maybe corrected since. */
  isOurs: boolean;
  rows: AsyncIterable<TableRow[]>;
  /** Whether all rows come in the first batch. */
  isShort: boolean;
  /** What was read or left that somebody who looks at the sheet may not know; complete once all rows were read. */
  remarks: Remark[];
  /** Ends the reading, where not all rows are taken. */
  close(): Promise<void>;
}

export function tooManyRows(most: number): Error {
  return wholeFault(
    'roster.too-many-rows',
    `The file has more than ${most} persons. Split it, or import it with \`bin/tocsin roster import\`.`,
  );
}

/** Opens a table of text or a spreadsheet, by what the bytes are and not by the file's name. */
export async function openTable(source: RosterSource): Promise<Table & { sha256: Buffer }> {
  const look = await lookAt(source);
  if (look.start.length === 0) throw emptyFile();
  if (!isSpreadsheet(look.start)) return { sha256: look.sha256, ...textTable(source, look) };
  const { batches, remarks } = streamSpreadsheet(await allBytes(source, LARGEST_SPREADSHEET));
  return { sha256: look.sha256, remarks, rows: batches };
}

/** The beginning of a list: its column names, and the first rows below them. */
export interface RosterHead {
  header: string[];
  rows: string[][];
}

/** Which column of a file is which of ours, told from its beginning. */
export type MappingOf = (head: RosterHead) => RosterMapping | Promise<RosterMapping>;

/** What the column names say: for commands, which nobody looks at before they go on. */
export const byHeaderWords: MappingOf = ({ header, rows }) => guessMapping(header, rows).byHeader;

/**
 * Opens a roster from CSV, TSV, XLSX, ODS or XLS. Throws a `Problem` for what is wrong with the file as a whole, one
 * thing at a time and the first first: that is what somebody can mend before rows are worth looking at.
 */
export async function openRoster(source: RosterSource, mappingOf: MappingOf = byHeaderWords): Promise<RosterFile> {
  return await openHead(source, async ({ table, rows, head }) => {
    const mapping = await mappingOf(head);
    requireMapping(mapping);
    await requireRows(rows);
    return {
      sha256: table.sha256,
      header: head.header,
      mapping,
      isOurs: isOurFile(head.header),
      rows: rows.batches(),
      isShort: !(await rows.hasMore(BATCH + 1)),
      remarks: table.remarks,
      close: () => rows.close(),
    };
  });
}

/** The beginning of a roster, for a page on which somebody says which column is which. Throws as `openRoster` does. */
export async function readHead(source: RosterSource): Promise<RosterHead & { remarks: Remark[] }> {
  return await openHead(source, async ({ table, rows, head }) => {
    await requireRows(rows);
    await rows.close();
    return { ...head, remarks: table.remarks };
  });
}

interface OpenedHead {
  table: Table & { sha256: Buffer };
  rows: FilledRows;
  head: RosterHead;
}

/** Opens a table and looks at its beginning. A file that is refused is not read any further. */
async function openHead<T>(source: RosterSource, then: (opened: OpenedHead) => Promise<T>): Promise<T> {
  const table = await openTable(source);
  const rows = new FilledRows(table.rows);
  try {
    const header = await rows.first();
    if (header.cells.length > MOST_COLUMNS) {
      throw wholeFault(
        'roster.too-wide',
        `The file has more than ${MOST_COLUMNS} columns. Keep the columns of the list only.`,
      );
    }
    const first = await rows.peek(HEAD_ROWS);
    requireHeader([header, ...first]);
    return await then({ table, rows, head: { header: header.cells, rows: first.map(({ cells }) => cells) } });
  } catch (error) {
    await rows.close();
    throw error;
  }
}

async function requireRows(rows: FilledRows): Promise<void> {
  if (await rows.hasMore()) return;
  throw wholeFault(
    'roster.no-rows',
    'The file has column names but no persons. Put one person in each row below the first.',
  );
}

/** Rows by whose values columns are told and shown. */
const HEAD_ROWS = 1_000;

/** Rows of a roster in even batches: enough for the keys and the database to be worth a turn, little enough to hold. */
const BATCH = 2_000;

/** The rows of a table without the blank ones: the first is the header, whatever stands in it. */
class FilledRows {
  private readonly pieces: AsyncIterator<TableRow[]>;
  private waiting: TableRow[] = [];
  private isAtStart = true;
  private isEnded = false;

  constructor(rows: AsyncIterable<TableRow[]>) {
    this.pieces = rows[Symbol.asyncIterator]();
  }

  /** The first row of the table. Throws `roster.empty` where no row holds anything. */
  async first(): Promise<TableRow> {
    await this.read(1);
    const header = this.waiting.shift();
    if (!header || (isBlank(header) && !(await this.hasMore()))) throw emptyFile();
    return header;
  }

  async hasMore(count = 1): Promise<boolean> {
    await this.read(count);
    return this.waiting.length >= count;
  }

  /** The next rows, which come again in the batches. */
  async peek(count: number): Promise<TableRow[]> {
    await this.read(count);
    return this.waiting.slice(0, count);
  }

  async *batches(): AsyncIterable<TableRow[]> {
    for (;;) {
      await this.read(BATCH);
      if (this.waiting.length === 0) return;
      yield this.waiting.splice(0, BATCH);
    }
  }

  async close(): Promise<void> {
    this.isEnded = true;
    await this.pieces.return?.();
  }

  /** Reads on until that many rows wait, or the table has ended. */
  private async read(count: number): Promise<void> {
    while (this.waiting.length < count && !this.isEnded) {
      const next = await this.pieces.next();
      if (next.done) this.isEnded = true;
      else {
        for (const row of next.value) {
          if (this.isAtStart || !isBlank(row)) this.waiting.push(row);
          this.isAtStart = false;
        }
      }
    }
  }
}

/** What the file should look like: the column names, and one person below them. */
export function rosterExample(): string[][] {
  const example: Partial<Record<RosterColumn, string>> = {
    reference: 'P-1001', category: 'staff', given_name: 'Lotte', family_name: 'Voorbeeld', language: 'nl', email: 'lotte.voorbeeld@agency.example',
    private_email: 'lotte@post.example', street: 'Kerkstraat', house_number: '12', postcode: '9000', city: 'Gent', country: 'BE',
    documents: 'BE:id-card:scan-both-sides:confirmed; BE:passport:number:presumed', other_data: 'cv:copy:presumed',
  }; // prettier-ignore
  return [[...ROSTER_COLUMNS], ROSTER_COLUMNS.map((column) => example[column] ?? '')];
}
