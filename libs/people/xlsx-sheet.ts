import { TextDecoder } from 'node:util';
import {
  HiddenColumns,
  MOST_CELLS_IN_ROW,
  MOST_SHEET_ROWS,
  MOST_XML,
  SheetFault,
  noNotes,
  put,
  type RowSink,
  type SheetNotes,
} from './sheet.js';
import {
  builtInFormat,
  kindOfFormat,
  numberText,
  unescapedText,
  type FormatNumber,
  type NumberKind,
} from './sheet-values.js';
import { XmlScanner, attribute, textOfXml, type XmlEvents } from './xml-scan.js';
import { unzipped, type ZipEntry } from './zip-archive.js';

/** Shared texts of a million rows of 13 columns, none alike, and their letters. */
const MOST_SHARED = 15_000_000;
const MOST_SHARED_LETTERS = 400_000_000;

interface Format {
  code: string;
  kind: NumberKind;
}

interface Workbook {
  sheets: { name: string; id: string; isHidden: boolean }[];
  is1904: boolean;
}

/** One workbook of Office Open XML (.xlsx, .xlsm), its parts read one after the other and none of them whole. */
export class XlsxFile {
  constructor(
    private readonly bytes: Buffer,
    private readonly entries: ZipEntry[],
    private readonly write: FormatNumber,
  ) {}

  /** Hands the rows of the first visible sheet to `sink`; or says how many sheets there are where all are hidden. */
  async readFirstSheet(sink: RowSink): Promise<SheetNotes | { allHidden: number }> {
    const root = await this.relations('_rels/.rels', '');
    const main = [...root.values()].find((relation) => relation.type === 'officeDocument')?.target ?? 'xl/workbook.xml';
    const folder = main.slice(0, main.lastIndexOf('/') + 1);
    const relations = await this.relations(`${folder}_rels/${main.slice(folder.length)}.rels`, folder);
    const book = await this.workbook(main);
    const sheets = book.sheets.filter((sheet) => relations.get(sheet.id)?.type === 'worksheet');
    if (sheets.length === 0) throw new SheetFault('no-spreadsheet');
    const chosen = sheets.find((sheet) => !sheet.isHidden);
    if (!chosen) return { allHidden: sheets.length };
    const part = (type: string): string | undefined =>
      [...relations.values()].find((relation) => relation.type === type)?.target;
    const formats = await this.formats(part('styles'));
    const shared = await this.sharedTexts(part('sharedStrings'));
    const reader = new XlsxRows(sink, shared, formats, book.is1904, this.write);
    await this.scan(relations.get(chosen.id)!.target, reader, () => sink.drained());
    const hiddenSheets = sheets.filter((sheet) => sheet.isHidden).length;
    return { ...reader.notes(), hiddenSheets, otherSheets: sheets.length - 1 - hiddenSheets };
  }

  /** Scans one part; false where the archive has none of that name. Names are compared without regard to case. */
  private async scan(name: string, events: XmlEvents, between?: () => Promise<void>): Promise<boolean> {
    const wanted = name.toLowerCase();
    const entry = this.entries.find((candidate) => candidate.name.toLowerCase() === wanted);
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

  /** Parts by the id by which another part refers to them. */
  private async relations(name: string, folder: string): Promise<Map<string, { type: string; target: string }>> {
    const found = new Map<string, { type: string; target: string }>();
    await this.scan(name, {
      open: (tag, attributes) => {
        if (tag !== 'Relationship') return;
        const target = attribute(attributes, 'Target') ?? '';
        found.set(attribute(attributes, 'Id') ?? '', {
          type: (attribute(attributes, 'Type') ?? '').split('/').at(-1)!,
          target: target.startsWith('/') ? target.slice(1) : resolved(folder + target),
        });
      },
      close: () => undefined,
      text: () => undefined,
    });
    return found;
  }

  private async workbook(name: string): Promise<Workbook> {
    const book: Workbook = { sheets: [], is1904: false };
    const isFound = await this.scan(name, {
      open: (tag, attributes) => {
        if (tag === 'workbookPr') book.is1904 = /^(1|true|on)$/.test(attribute(attributes, 'date1904') ?? '');
        if (tag !== 'sheet') return;
        book.sheets.push({
          name: attribute(attributes, 'name') ?? '',
          id: attribute(attributes, 'id') ?? '',
          isHidden: /hidden/i.test(attribute(attributes, 'state') ?? ''),
        });
      },
      close: () => undefined,
      text: () => undefined,
    });
    if (!isFound) throw new SheetFault('no-spreadsheet');
    return book;
  }

  /** The format of each cell style, by its number. */
  private async formats(name: string | undefined): Promise<Format[]> {
    const own = new Map<number, string>();
    const styles: Format[] = [];
    let within = '';
    if (name === undefined) return styles;
    await this.scan(name, {
      open: (tag, attributes) => {
        if (tag === 'numFmt') own.set(Number(attribute(attributes, 'numFmtId')), attribute(attributes, 'formatCode') ?? '');
        if (tag === 'cellXfs' || tag === 'cellStyleXfs') within = tag;
        if (tag !== 'xf' || within !== 'cellXfs') return;
        const id = Number(attribute(attributes, 'numFmtId') ?? 0);
        const code = own.get(id) ?? builtInFormat(id);
        styles.push({ code, kind: kindOfFormat(code) });
      },
      close: (tag) => {
        if (tag === within) within = '';
      },
      text: () => undefined,
    }); // prettier-ignore
    return styles;
  }

  /** The texts that cells share: all runs of a rich text, without what only says how to pronounce them (rPh). */
  private async sharedTexts(name: string | undefined): Promise<string[]> {
    const shared: string[] = [];
    if (name === undefined) return shared;
    const collector = new TextCollector();
    let letters = 0;
    await this.scan(name, {
      open: (tag) => {
        if (tag === 'si') collector.start();
        else collector.open(tag);
      },
      close: (tag) => {
        collector.close(tag);
        if (tag !== 'si') return;
        const text = collector.text();
        letters += text.length;
        if (letters > MOST_SHARED_LETTERS || shared.length >= MOST_SHARED) throw new SheetFault('too-large');
        shared.push(text);
      },
      text: (raw) => collector.add(raw),
    });
    return shared;
  }
}

/** `xl/../a.xml` as `a.xml`. */
function resolved(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}

/** Collects what stands in the `t` elements of a text, be it one run or many. */
class TextCollector {
  private found = '';
  private isText = false;
  private isSpoken = false;

  start(): void {
    this.found = '';
    this.isText = false;
    this.isSpoken = false;
  }

  open(tag: string): void {
    if (tag === 't') this.isText = !this.isSpoken;
    else if (tag === 'rPh') this.isSpoken = true;
  }

  close(tag: string): void {
    if (tag === 't') this.isText = false;
    else if (tag === 'rPh') this.isSpoken = false;
  }

  add(raw: string): void {
    if (this.isText) this.found += textOfXml(raw);
  }

  text(): string {
    return unescapedText(this.found);
  }
}

/** Reads the rows of one sheet from the events of its XML. */
class XlsxRows implements XmlEvents {
  private readonly columns = new HiddenColumns();
  private readonly counted = noNotes();
  private width = 0;
  private rows = 0;
  private rowNumber = 0;
  private isRowHidden = false;
  private cells: string[] = [];
  private place = -1;
  private cellsInRow = 0;
  private type = '';
  private style = 0;
  private hasFormula = false;
  private value = '';
  private isValue = false;
  private readonly inline = new TextCollector();

  constructor(
    private readonly sink: RowSink,
    private readonly shared: string[],
    private readonly formats: Format[],
    private readonly is1904: boolean,
    private readonly write: FormatNumber,
  ) {}

  notes(): SheetNotes {
    return { ...this.counted, hiddenColumns: this.columns.among(this.width) };
  }

  open(tag: string, attributes: string): void {
    if (tag === 'c') this.startCell(attributes);
    else if (tag === 'v') this.isValue = true;
    else if (tag === 'row') this.startRow(attributes);
    else if (tag === 'f') this.hasFormula = true;
    else if (tag === 'col') this.column(attributes);
    else this.inline.open(tag);
  }

  close(tag: string): void {
    if (tag === 'v') this.isValue = false;
    else if (tag === 'c') this.endCell();
    else if (tag === 'row') this.endRow();
    else this.inline.close(tag);
  }

  text(raw: string): void {
    if (this.isValue) this.value += raw;
    else this.inline.add(raw);
  }

  private column(attributes: string): void {
    if (!/^(1|true)$/.test(attribute(attributes, 'hidden') ?? '')) return;
    this.columns.add(Number(attribute(attributes, 'min')) - 1, Number(attribute(attributes, 'max')) - 1);
  }

  private startRow(attributes: string): void {
    if (++this.rows > MOST_SHEET_ROWS) throw new SheetFault('no-spreadsheet');
    const number = attribute(attributes, 'r');
    this.rowNumber = number === null ? this.rowNumber + 1 : Number(number);
    if (!(this.rowNumber >= 1 && this.rowNumber <= MOST_SHEET_ROWS)) throw new SheetFault('no-spreadsheet');
    this.isRowHidden = /^(1|true)$/.test(attribute(attributes, 'hidden') ?? '');
    this.cells = [];
    this.place = -1;
    this.cellsInRow = 0;
  }

  private endRow(): void {
    if (this.cells.length === 0) return;
    if (this.isRowHidden) this.counted.hiddenRows++;
    this.width = Math.max(this.width, this.cells.length);
    this.sink.row(this.rowNumber, this.cells);
    this.cells = [];
  }

  private startCell(attributes: string): void {
    if (++this.cellsInRow > MOST_CELLS_IN_ROW) throw new SheetFault('no-spreadsheet');
    const reference = attribute(attributes, 'r');
    this.place = reference === null ? this.place + 1 : columnIn(reference);
    this.type = attribute(attributes, 't') ?? 'n';
    this.style = Number(attribute(attributes, 's') ?? 0);
    this.hasFormula = false;
    this.value = '';
    this.inline.start();
  }

  private endCell(): void {
    const text = this.cellText();
    if (text !== '') put(this.cells, this.place, text);
    else if (this.hasFormula && this.value === '' && this.type !== 'str') this.counted.withoutResult++;
  }

  private cellText(): string {
    if (this.type === 'inlineStr') return this.inline.text();
    if (this.value === '') return '';
    switch (this.type) {
      case 's':
        return this.shared[Number(this.value)] ?? '';
      case 'n':
        return this.number();
      case 'b':
        return /^\s*(1|true)\s*$/.test(this.value) ? 'TRUE' : 'FALSE';
      case 'd':
        return isoText(this.value);
      // `str` is the text that a formula gave, `e` an error as its reader sees it (#N/A).
      default:
        return unescapedText(textOfXml(this.value));
    }
  }

  private number(): string {
    const value = Number(this.value);
    // What is no number is shown as it stands: some writers put texts there.
    if (Number.isNaN(value)) return textOfXml(this.value);
    const format = this.formats[this.style];
    return format
      ? numberText(value, format.code, format.kind, this.is1904, this.write)
      : numberText(value, 'General', 'plain', this.is1904, this.write);
  }
}

/** `1974-02-28T00:00:00Z` as a day, with its time where it has one. */
function isoText(value: string): string {
  const text = value
    .trim()
    .replace(/Z$/, '')
    .replace(/\.\d+$/, '')
    .replace('T', ' ');
  return text.replace(/ 00:00:00$/, '');
}

/** The column of a reference as `AB12`, counted from 0. */
function columnIn(reference: string): number {
  let column = 0;
  for (let i = 0; i < reference.length; i++) {
    const code = reference.charCodeAt(i) | 32;
    if (code < 97 || code > 122) break;
    column = column * 26 + code - 96;
  }
  return column - 1;
}
