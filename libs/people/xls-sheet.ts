import type * as library from '@e965/xlsx';
import { HiddenColumns, SheetFault, noNotes, put, type RowSink, type SheetNotes } from './sheet.js';
import { kindOfFormat, numberText, type NumberKind } from './sheet-values.js';

type Library = typeof library;

/** Errors as a sheet shows them, by the number under which the file keeps them (MS-XLS, 2.5.10). */
const ERRORS: Record<number, string> = {
  0: '#NULL!', 7: '#DIV/0!', 15: '#VALUE!', 23: '#REF!', 29: '#NAME?', 36: '#NUM!', 42: '#N/A', 43: '#GETTING_DATA',
}; // prettier-ignore

/**
 * Hands the rows of the first visible sheet of an .xls to `sink`. The old format has at most 65,536 rows a sheet and is
 * read whole, by a library.
 */
export async function readXls(
  xlsx: Library,
  bytes: Buffer,
  sink: RowSink,
): Promise<SheetNotes | { allHidden: number }> {
  // A newer workbook with a password stands in a file of the old kind.
  if (bytes.includes(Buffer.from('EncryptedPackage', 'utf16le'))) throw new SheetFault('password');
  const book = opened(xlsx, bytes);
  const isHidden = (place: number): boolean => (book.Workbook?.Sheets?.[place]?.Hidden ?? 0) > 0;
  const places = book.SheetNames.map((_, place) => place);
  const chosen = places.find((place) => !isHidden(place));
  if (chosen === undefined) return { allHidden: places.length };
  const notes = noNotes();
  notes.hiddenSheets = places.filter(isHidden).length;
  notes.otherSheets = places.length - 1 - notes.hiddenSheets;
  const sheet = book.Sheets[book.SheetNames[chosen]!]!;
  const is1904 = book.Workbook?.WBProps?.date1904 === true;
  const write = (format: string, value: number): string => xlsx.SSF.format(format, value) as string;
  const hidden = new HiddenColumns();
  for (const [place, column] of (sheet['!cols'] ?? []).entries()) if (column?.hidden) hidden.add(place, place);
  let width = 0;
  for (const [place, row] of (sheet['!data'] ?? []).entries()) {
    const cells: string[] = [];
    for (const [at, cell] of (row ?? []).entries()) if (cell) put(cells, at, textOf(cell, is1904, write));
    if (cells.length === 0) continue;
    if (sheet['!rows']?.[place]?.hidden) notes.hiddenRows++;
    width = Math.max(width, cells.length);
    sink.row(place + 1, cells);
    if (place % 1_000 === 0) await sink.drained();
  }
  return { ...notes, hiddenColumns: hidden.among(width) };
}

function opened(xlsx: Library, bytes: Buffer): library.WorkBook {
  try {
    // cellStyles tells which columns are hidden, cellNF the formats.
    return xlsx.read(bytes, { dense: true, cellStyles: true, cellNF: true, cellText: false, cellFormula: false, cellHTML: false }); // prettier-ignore
  } catch (error) {
    throw new SheetFault(/password-protected/i.test(String(error)) ? 'password' : 'no-spreadsheet');
  }
}

const KINDS = new Map<string, NumberKind>();

function textOf(cell: library.CellObject, is1904: boolean, write: (format: string, value: number) => string): string {
  const value = cell.v;
  if (cell.t === 'z' || value === undefined || value === null) return '';
  if (cell.t === 'e') return ERRORS[Number(value)] ?? '#N/A';
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE';
  if (typeof value !== 'number') return String(value);
  const format = String(cell.z ?? 'General');
  let kind = KINDS.get(format);
  if (kind === undefined) KINDS.set(format, (kind = kindOfFormat(format)));
  return numberText(value, format, kind, is1904, write);
}
