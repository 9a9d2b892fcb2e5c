import { LONGEST_CELL, MOST_COLUMNS, wholeFault, type TableRow } from './table-row.js';

const QUOTE = 34;
const LF = 10;
const CR = 13;
/** Beyond it a quotation mark was left open. */
const LONGEST_ROW = MOST_COLUMNS * LONGEST_CELL;

/**
 * Takes a text apart into rows and cells (RFC 4180; the separator is given; rows end with LF, CR LF or CR), as the
 * pieces of it come. No library: an import of a million rows spends its time here, and the known ones take four times
 * as long. Throws `roster.unreadable` for a quotation mark that is not closed or stands inside a cell.
 */
export class TextRows {
  private rest = '';
  private number = 0;
  private line = 1;
  /** Line breaks inside the cells of the row at hand. */
  private breaks = 0;
  private readonly separator: number;

  constructor(separator: string) {
    this.separator = separator.charCodeAt(0);
  }

  /** The rows that a further piece of the text completes. */
  push(piece: string): TableRow[] {
    return this.take(this.rest + piece, false);
  }

  /** The last row, where the text does not end with the end of one. */
  end(): TableRow[] {
    return this.take(this.rest, true);
  }

  private take(text: string, isLast: boolean): TableRow[] {
    const rows: TableRow[] = [];
    let at = 0;
    while (at < text.length) {
      const cells: string[] = [];
      this.breaks = 0;
      const next = this.row(text, at, isLast, cells);
      if (next < 0) break;
      rows.push({ number: ++this.number, cells });
      this.line += 1 + this.breaks;
      at = next;
    }
    this.rest = text.slice(at);
    if (this.rest.length > LONGEST_ROW) throw this.fault();
    return rows;
  }

  /** Reads one row into `cells`. Answers where the next begins, or -1 while its end is not there yet. */
  private row(text: string, start: number, isLast: boolean, cells: string[]): number {
    const separator = this.separator;
    for (let at = start; ;) {
      let after: number;
      if (text.charCodeAt(at) === QUOTE) {
        after = this.quoted(text, at, cells);
        if (after < 0 && isLast) throw this.fault();
        if (after < 0) return -1;
      } else {
        after = at;
        let code = text.charCodeAt(after);
        while (after < text.length && code !== separator && code !== LF && code !== CR) {
          if (code === QUOTE) throw this.fault();
          code = text.charCodeAt(++after);
        }
        cells.push(text.slice(at, after));
      }
      if (after >= text.length) return isLast ? after : -1;
      const code = text.charCodeAt(after);
      if (code === separator) at = after + 1;
      else if (code === LF) return after + 1;
      else if (code !== CR) throw this.fault();
      else if (after + 1 < text.length) return text.charCodeAt(after + 1) === LF ? after + 2 : after + 1;
      else return isLast ? after + 1 : -1;
    }
  }

  /** Reads a quoted cell, two quotation marks for one. Answers the place after it, or -1 while it is not closed yet. */
  private quoted(text: string, start: number, cells: string[]): number {
    let value = '';
    for (let from = start + 1; ;) {
      const quote = text.indexOf('"', from);
      // The text may go on with a second quotation mark: closed only once something else follows, or the end.
      if (quote < 0) return -1;
      if (text.charCodeAt(quote + 1) !== QUOTE) {
        value += text.slice(from, quote);
        if (value.includes('\n')) this.breaks += value.split('\n').length - 1;
        cells.push(value);
        return quote + 1;
      }
      value += text.slice(from, quote + 1);
      from = quote + 2;
    }
  }

  private fault(): Error {
    return wholeFault(
      'roster.unreadable',
      `The table cannot be read from line ${this.line} on: a quotation mark is missing or stands inside a cell. Mend it there, or save the list again as "CSV UTF-8".`,
    );
  }
}
