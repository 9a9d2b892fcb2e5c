import { createHash } from 'node:crypto';
import { TextRows } from './text-rows.js';
import { wholeFault, type TableRow } from './table-row.js';
import type { RosterSource } from './roster-source.js';

/** Something that was read or left which somebody who looks at the sheet may not know; pages have the words by kind. */
export interface Remark {
  kind:
    | 'windows-1252'
    | 'other-sheets'
    | 'hidden-sheets'
    | 'hidden-rows'
    | 'hidden-columns'
    | 'all-hidden'
    | 'formulas-without-result';
  count: number;
}

/** A table as it is read: what is to be said of it, and its rows in batches, each batch read when it is asked for. */
export interface Table {
  remarks: Remark[];
  rows: AsyncIterable<TableRow[]>;
}

const IN_WORDS: Record<Remark['kind'], (count: number) => string> = {
  'windows-1252': () => 'The letters were read as Windows-1252: check the names with accents.',
  'other-sheets': (count) => `The first visible sheet was read; other sheets were not: ${count}.`,
  'hidden-sheets': (count) => `Hidden sheets that were not read: ${count}.`,
  'hidden-rows': (count) => `Hidden rows that were read like all others: ${count}.`,
  'hidden-columns': (count) => `Hidden columns that were read like all others: ${count}.`,
  'formulas-without-result': (count) =>
    `Formulas without a stored result, read as empty cells: ${count}. Open the file in your spreadsheet program and save it to have them read.`,
  'all-hidden': () => 'Every sheet of the file is hidden, so none was read.',
};

/** A remark in English, for the command line. */
export function remarkInWords({ kind, count }: Remark): string {
  return IN_WORDS[kind](count);
}

/** What a first look at the bytes tells: their hash, and the encoding that all of them allow. */
export interface FirstLook {
  sha256: Buffer;
  encoding: 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';
  start: Buffer;
}

/** Reads all bytes once. UTF-16 is known by its mark; what is not UTF-8 is what spreadsheets on Windows write unasked. */
export async function lookAt(source: RosterSource): Promise<FirstLook> {
  const hash = createHash('sha256');
  let start: Buffer | null = null;
  let encoding: FirstLook['encoding'] = 'utf-8';
  let decoder = new TextDecoder('utf-8', { fatal: true });
  const decodes = (piece?: Buffer): boolean => {
    try {
      decoder.decode(piece, { stream: piece !== undefined });
      return true;
    } catch {
      return false; // this is how the decoder says that the bytes are no text of that encoding
    }
  };
  for await (const piece of source()) {
    hash.update(piece);
    if (start === null) {
      start = Buffer.from(piece.subarray(0, 64));
      const mark = start.subarray(0, 2).toString('hex');
      if (mark === 'fffe' || mark === 'feff') encoding = mark === 'fffe' ? 'utf-16le' : 'utf-16be';
      decoder = new TextDecoder(encoding, { fatal: true });
    }
    if (encoding !== 'windows-1252' && !decodes(piece)) encoding = 'windows-1252';
  }
  if (encoding !== 'windows-1252' && !decodes()) encoding = 'windows-1252';
  return { sha256: hash.digest(), encoding, start: start ?? Buffer.alloc(0) };
}

/**
 * A table of text: comma, semicolon or tab; UTF-8 with or without a mark of order, UTF-16 with one, or Windows-1252.
 * Reading its rows throws `roster.not-csv` or `roster.unreadable`.
 */
export function textTable(source: RosterSource, { encoding }: FirstLook): Table {
  return {
    remarks: encoding === 'windows-1252' ? [{ kind: 'windows-1252', count: 1 }] : [],
    rows: textRows(source, encoding),
  };
}

/** The separator is told from this much of the beginning. */
const SEPARATOR_CHARACTERS = 20_000;

async function* textRows(source: RosterSource, encoding: string): AsyncIterable<TableRow[]> {
  const decoder = new TextDecoder(encoding);
  let head = '';
  let rows: TextRows | null = null;
  for await (const piece of source()) {
    let text = decoder.decode(piece, { stream: true });
    requireText(text);
    if (!rows) {
      head += text;
      if (head.length < SEPARATOR_CHARACTERS) continue;
      rows = new TextRows(separatorOf(head));
      text = head;
    }
    yield rows.push(text);
  }
  const last = decoder.decode();
  requireText(last);
  if (rows) yield rows.push(last);
  else {
    rows = new TextRows(separatorOf(head));
    yield rows.push(head + last);
  }
  yield rows.end();
}

/** A control character is in no list of persons: this is some other kind of file. */
function requireText(text: string): void {
  if (/[^\P{Cc}\t\n\v\f\r]/u.test(text)) throw notATable();
}

export function notATable(): Error {
  return wholeFault(
    'roster.not-csv',
    'This is no table. Save the list as "CSV UTF-8" or as a spreadsheet, and choose that file.',
  );
}

export function emptyFile(): Error {
  return wholeFault(
    'roster.empty',
    'The file is empty. Put the column names in its first row and one person in each row below.',
  );
}

/** The separator is the one of the three that the first row holds most of, outside quotes. */
function separatorOf(text: string): string {
  const firstRow = text
    .slice(0, SEPARATOR_CHARACTERS)
    .replace(/"[^"]*"/g, '')
    .split(/\r?\n|\r/, 1)[0]!;
  const counts = [',', ';', '\t'].map((separator) => ({ separator, count: firstRow.split(separator).length }));
  return counts.reduce((best, next) => (next.count > best.count ? next : best)).separator;
}
