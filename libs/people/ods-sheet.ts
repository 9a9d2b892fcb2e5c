import { TextDecoder } from 'node:util';
import {
  HiddenColumns,
  MOST_SHEET_ROWS,
  MOST_XML,
  SheetFault,
  noNotes,
  put,
  type RowSink,
  type SheetNotes,
} from './sheet.js';
import { numberText, plainNumberText, timeText } from './sheet-values.js';
import { XmlScanner, attribute, textOfXml, type XmlEvents } from './xml-scan.js';
import { unzipped, type ZipEntry } from './zip-archive.js';

/** Elements inside a sheet whose text is no value of a cell: comments, drawings, what was there before a change. */
const NO_VALUE = new Set([
  'annotation', 'tracked-changes', 'shapes', 'frame', 'custom-shape', 'rect', 'line', 'ellipse', 'circle', 'connector', 'caption', 'g', 'control',
  'forms', 'dde-links', 'ruby-text', 'note', 'event-listeners', 'detective',
]); // prettier-ignore

/** A spreadsheet has some dozens of parts, each a line in the list of files. */
const MOST_MANIFEST = 4 * 1024 * 1024;

/** One spreadsheet of OpenDocument (.ods), its content read piece by piece. */
export class OdsFile {
  constructor(
    private readonly bytes: Buffer,
    private readonly entries: ZipEntry[],
  ) {}

  /** Hands the rows of the first visible sheet to `sink`; or says how many sheets there are where all are hidden. */
  async readFirstSheet(sink: RowSink): Promise<SheetNotes | { allHidden: number }> {
    if (await this.isEncrypted()) throw new SheetFault('password');
    const rows = new OdsRows(sink);
    if (!(await this.scan('content.xml', rows, () => sink.drained()))) throw new SheetFault('no-spreadsheet');
    return rows.notes();
  }

  /** The list of files says so; it is only searched, because old versions begin it with a document type. */
  private async isEncrypted(): Promise<boolean> {
    const entry = this.entries.find((candidate) => candidate.name === 'META-INF/manifest.xml');
    if (!entry) return false;
    const pieces: Buffer[] = [];
    for await (const piece of unzipped(this.bytes, entry, MOST_MANIFEST)) pieces.push(piece);
    return Buffer.concat(pieces).includes('encryption-data');
  }

  private async scan(name: string, events: XmlEvents, between?: () => Promise<void>): Promise<boolean> {
    const entry = this.entries.find((candidate) => candidate.name === name);
    if (!entry) return false;
    const scanner = new XmlScanner(events);
    const decoder = new TextDecoder('utf-8');
    for await (const piece of unzipped(this.bytes, entry, MOST_XML)) {
      scanner.feed(decoder.decode(piece, { stream: true }));
      await between?.();
    }
    scanner.feed(decoder.decode());
    scanner.end();
    return true;
  }
}

/** Reads the rows of the first visible sheet from the events of content.xml. */
class OdsRows implements XmlEvents {
  private readonly counted = noNotes();
  private readonly columns = new HiddenColumns();
  private readonly hiddenStyles = new Set<string>();
  /** Formats of days, and the styles of cells that have one. */
  private readonly dayFormats = new Set<string>();
  private readonly dayStyles = new Set<string>();
  private style = '';
  private isSpreadsheet = false;
  private sheets = 0;
  /** Whether the sheet at hand is the one that is read, and whether that has been read. */
  private isChosen = false;
  private wasChosen = false;
  private nesting = 0;
  private skipped = '';
  private skipDepth = 0;
  private width = 0;
  private columnPlace = 0;

  private rowNumber = 1;
  private rowRepeat = 1;
  private isRowHidden = false;
  private cells: string[] = [];
  private place = 0;

  private inCell = false;
  private attributes = '';
  private paragraphs = 0;
  private paragraphDepth = 0;
  private shown = '';

  constructor(private readonly sink: RowSink) {}

  notes(): SheetNotes | { allHidden: number } {
    if (!this.isSpreadsheet || this.sheets === 0) throw new SheetFault('no-spreadsheet');
    if (!this.wasChosen) return { allHidden: this.sheets };
    const otherSheets = this.sheets - 1 - this.counted.hiddenSheets;
    return { ...this.counted, otherSheets, hiddenColumns: this.columns.among(this.width) };
  }

  open(tag: string, attributes: string): void {
    if (this.skipDepth > 0) {
      if (tag === this.skipped) this.skipDepth++;
      return;
    }
    if (NO_VALUE.has(tag) && this.isSpreadsheet) {
      this.skipped = tag;
      this.skipDepth = 1;
    } else if (tag === 'table') this.startSheet(attributes);
    else if (this.isChosen && this.nesting === 1) this.openInSheet(tag, attributes);
    else if (tag === 'style') this.startStyle(attributes);
    else if (tag === 'date-style') this.dayFormats.add(attribute(attributes, 'name') ?? '');
    else if (tag === 'table-properties' && attribute(attributes, 'display') === 'false') this.hiddenStyles.add(this.style);
    else if (tag === 'spreadsheet') this.isSpreadsheet = true;
  } // prettier-ignore

  close(tag: string): void {
    if (this.skipDepth > 0) {
      if (tag === this.skipped) this.skipDepth--;
      return;
    }
    if (tag === 'table' && this.nesting > 0) {
      this.nesting--;
      if (this.nesting === 0) this.isChosen = false;
    } else if (this.isChosen && this.nesting === 1) this.closeInSheet(tag);
  }

  text(raw: string): void {
    if (this.skipDepth > 0 || this.paragraphDepth === 0) return;
    const text = textOfXml(raw).replace(/[\t\n\r ]+/g, ' ');
    // Space at the start of a paragraph, or behind another, is layout of the file.
    const isAfterSpace = this.shown === '' || this.shown.endsWith(' ') || this.shown.endsWith('\n');
    this.shown += isAfterSpace && text.startsWith(' ') ? text.slice(1) : text;
  }

  private startStyle(attributes: string): void {
    this.style = attribute(attributes, 'name') ?? '';
    if (this.dayFormats.has(attribute(attributes, 'data-style-name') ?? '')) this.dayStyles.add(this.style);
  }

  /** A sheet may hold sheets of its own inside a cell; they are part of no list. */
  private startSheet(attributes: string): void {
    if (!this.isSpreadsheet || this.nesting++ > 0) return;
    this.sheets++;
    const isHidden = this.hiddenStyles.has(attribute(attributes, 'style-name') ?? '');
    if (isHidden) this.counted.hiddenSheets++;
    this.isChosen = !isHidden && !this.wasChosen;
    if (this.isChosen) this.wasChosen = true;
  }

  private openInSheet(tag: string, attributes: string): void {
    if (tag === 'table-cell' || tag === 'covered-table-cell') this.startCell(attributes);
    else if (tag === 'p' && this.inCell) this.startParagraph();
    else if (tag === 'table-row') this.startRow(attributes);
    else if (tag === 'table-column') this.column(attributes);
    else if (this.paragraphDepth > 0) this.shown += space(tag, attributes);
  }

  private closeInSheet(tag: string): void {
    if (tag === 'table-cell' || tag === 'covered-table-cell') this.endCell();
    else if (tag === 'p' && this.paragraphDepth > 0) this.paragraphDepth--;
    else if (tag === 'table-row') this.endRow();
  }

  private column(attributes: string): void {
    const repeat = repeated(attributes, 'number-columns-repeated');
    if (isHidden(attributes)) this.columns.add(this.columnPlace, this.columnPlace + repeat - 1);
    this.columnPlace += repeat;
  }

  private startRow(attributes: string): void {
    this.rowRepeat = repeated(attributes, 'number-rows-repeated');
    this.isRowHidden = isHidden(attributes);
    this.cells = [];
    this.place = 0;
  }

  /** A row that stands for many of the same content is as many rows; an empty one is only counted. */
  private endRow(): void {
    const last = this.rowNumber + this.rowRepeat - 1;
    if (this.cells.length > 0) {
      if (last > MOST_SHEET_ROWS) throw new SheetFault('too-large');
      if (this.isRowHidden) this.counted.hiddenRows += this.rowRepeat;
      this.width = Math.max(this.width, this.cells.length);
      for (let number = this.rowNumber; number <= last; number++) this.sink.row(number, this.cells);
    }
    this.rowNumber = last + 1;
  }

  private startCell(attributes: string): void {
    this.inCell = true;
    this.attributes = attributes;
    this.paragraphs = 0;
    this.shown = '';
  }

  private startParagraph(): void {
    if (this.paragraphDepth++ === 0 && this.paragraphs++ > 0) this.shown += '\n';
  }

  private endCell(): void {
    const repeat = repeated(this.attributes, 'number-columns-repeated');
    const text = this.cellText();
    if (text !== '') for (let i = 0; i < repeat; i++) put(this.cells, this.place + i, text);
    this.place += repeat;
    this.inCell = false;
    this.paragraphDepth = 0;
  }

  /** What is shown, except for days, times and truth, which a spreadsheet of another language shows otherwise. */
  private cellText(): string {
    const type = attribute(this.attributes, 'value-type');
    if (type === null || type === 'string') return this.shown || (attribute(this.attributes, 'string-value') ?? '');
    if (type === 'date') return dayOf(attribute(this.attributes, 'date-value'), this.shown);
    if (type === 'time') return timeOf(attribute(this.attributes, 'time-value')) ?? this.shown;
    if (type === 'boolean') return attribute(this.attributes, 'boolean-value') === 'true' ? 'TRUE' : 'FALSE';
    const stored = attribute(this.attributes, 'value');
    if (stored === null || stored === '' || Number.isNaN(Number(stored))) return this.shown;
    // Some writers keep a day as the number that it is in other formats.
    if (type === 'float' && this.dayStyles.has(attribute(this.attributes, 'style-name') ?? ''))
      return numberText(Number(stored), '', this.shown.includes(':') ? 'moment' : 'day', false, String);
    const plain = plainNumberText(Number(stored));
    return this.shown === '' || isPlain(this.shown, plain) ? plain : this.shown.trim();
  }
}

/** Whether a number is shown as it is stored, be it with a decimal comma or as `1E+020`. */
function isPlain(shown: string, plain: string): boolean {
  const text = shown.replace(',', '.');
  return text === plain || (plain.includes('E') && text.includes('E') && Number(text) === Number(plain));
}

function isHidden(attributes: string): boolean {
  const visibility = attribute(attributes, 'visibility');
  return visibility === 'collapse' || visibility === 'filter';
}

function repeated(attributes: string, name: string): number {
  const count = Number(attribute(attributes, name) ?? 1);
  return Number.isSafeInteger(count) && count > 0 ? count : 1;
}

function space(tag: string, attributes: string): string {
  if (tag === 's') return ' '.repeat(Math.min(1_000, repeated(attributes, 'c')));
  return tag === 'tab' ? '\t' : tag === 'line-break' ? '\n' : '';
}

/** `1974-02-28T00:00:00` as a day, with its time where it has one and shows it. */
function dayOf(value: string | null, shown: string): string {
  if (value === null) return shown;
  const hasTime = /T(?!00:00:00)/.test(value) && (shown === '' || shown.includes(':'));
  return hasTime ? value.slice(0, 19).replace('T', ' ') : value.slice(0, 10);
}

/** `PT12H30M00S` as `12:30:00`. */
function timeOf(value: string | null): string | null {
  const found = /^P(?:(\d+)D)?T?(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:[.,]\d+)?S)?$/.exec(value ?? '');
  if (!found) return null;
  const [days, hours, minutes, seconds] = found.slice(1, 5).map((part) => Number(part ?? 0)) as [number, number, number, number];
  return timeText(days + hours / 24 + minutes / 1_440 + seconds / 86_400);
} // prettier-ignore
