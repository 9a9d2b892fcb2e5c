import * as library from '@e965/xlsx';
import { hiddenInOds } from './ods-hidden.js';
import type { Remark } from './table.js';

/**
 * A process of its own, with limits, that reads one spreadsheet from stdin and writes its first visible sheet to
 * stdout as JSON: a file made to exhaust its reader ends this process and nothing else.
 */
interface Answer {
  rows: { number: number; cells: string[] }[];
  remarks: Remark[];
}

/** The package is CommonJS: its functions stand on `default` where Node does not find them by name. */
const xlsx = 'read' in library ? library : (library as { default: typeof import('@e965/xlsx') }).default;

function answerOf(bytes: Buffer): Answer {
  const book = xlsx.read(bytes, { cellDates: true, UTC: true, cellStyles: true, cellNF: true, cellHTML: false });
  const ods = hiddenInOds(bytes);
  const isHidden = (name: string, i: number): boolean =>
    (book.Workbook?.Sheets?.[i]?.Hidden ?? 0) > 0 || ods.sheets.includes(name);
  const place = book.SheetNames.findIndex((name, i) => !isHidden(name, i));
  if (place < 0) return { rows: [], remarks: [{ kind: 'all-hidden', count: book.SheetNames.length }] };
  const name = book.SheetNames[place]!;
  const sheet = book.Sheets[name]!;
  const others = book.SheetNames.filter((_, i) => i !== place);
  const hiddenSheets = others.filter((other) => isHidden(other, book.SheetNames.indexOf(other)));
  const rows = (sheet['!rows'] ?? []).filter((row) => row?.hidden).length + (ods.rows[name] ?? 0);
  const columns = (sheet['!cols'] ?? []).filter((column) => column?.hidden).length + (ods.columns[name] ?? 0);
  const remarks: Remark[] = [
    { kind: 'other-sheets', count: others.length - hiddenSheets.length },
    { kind: 'hidden-sheets', count: hiddenSheets.length },
    { kind: 'hidden-rows', count: rows },
    { kind: 'hidden-columns', count: columns },
  ];
  return { rows: cellsOf(sheet), remarks: remarks.filter((remark) => remark.count > 0) };
}

/** Only cells that hold something are walked: a sheet may claim a billion empty ones. */
function cellsOf(sheet: library.WorkSheet): Answer['rows'] {
  const rows = new Map<number, string[]>();
  for (const [address, cell] of Object.entries(sheet)) {
    if (address.startsWith('!')) continue;
    const text = textOf(cell as library.CellObject);
    if (text === '') continue;
    const { r, c } = xlsx.utils.decode_cell(address);
    const cells = rows.get(r) ?? [];
    while (cells.length < c) cells.push('');
    cells[c] = text;
    rows.set(r, cells);
  }
  return [...rows].toSorted(([a], [b]) => a - b).map(([r, cells]) => ({ number: r + 1, cells }));
}

/** A value as the sheet shows it; a day as ISO, because 01/02/95 is two different days; a plain number in full. */
function textOf(cell: library.CellObject): string {
  if (cell.t === 'z' || cell.v === undefined || cell.v === null) return '';
  if (cell.v instanceof Date) {
    const iso = cell.v.toISOString();
    return iso.endsWith('T00:00:00.000Z') ? iso.slice(0, 10) : iso.slice(0, 19).replace('T', ' ');
  }
  if (cell.t === 'n' && (cell.z === undefined || cell.z === 'General' || cell.z === '@')) return String(cell.v);
  return cell.w ?? String(cell.v);
}

const chunks: Buffer[] = [];
process.stdin.on('data', (chunk: Buffer) => chunks.push(chunk));
process.stdin.on('end', () => process.stdout.write(JSON.stringify(answerOf(Buffer.concat(chunks)))));
