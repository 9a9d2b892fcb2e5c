/**
 * Cells that no spreadsheet runs, and back. A cell that begins with one of these characters, full-width twins
 * included, is a formula to somebody's spreadsheet (ASVS 1.2.10); so is what follows a comma, a semicolon or a tab
 * inside of it, where the spreadsheet separates columns by another of these than the file does, whatever is quoted.
 * At each such place stands an apostrophe more than in the value. Reading takes one off again at the same places, so
 * that every value comes back as it was, also one that began with an apostrophe itself.
 */
const PLACE = String.raw`(?<=^|[,;\t\r\n])`;
const RISKY = String.raw`(?='*[=+\-@\t\r\n\0＝＋－＠])`;
const BEFORE_RISKY = new RegExp(`${PLACE}${RISKY}`, 'g');
const APOSTROPHE = new RegExp(`${PLACE}'${RISKY}`, 'g');

/** A value as a cell of a text table. */
export function safeCell(value: string): string {
  return value.replace(BEFORE_RISKY, "'");
}

/** A value as a cell that is text by its type, where nothing runs: apostrophes that reading would take off are doubled. */
export function textCell(value: string): string {
  return value.replace(APOSTROPHE, "''");
}

/** The value of a cell that `safeCell` or `textCell` made. In other tables an apostrophe is what somebody wrote. */
export function valueOfCell(cell: string): string {
  // Nearly no cell has one.
  return cell.includes("'") ? cell.replace(APOSTROPHE, '') : cell;
}

/** One line of CSV (RFC 4180), every text made safe. */
export function safeCsvLine(cells: (string | number)[]): string {
  return `${cells.map((cell) => (typeof cell === 'number' ? String(cell) : quoted(safeCell(cell)))).join(',')}\r\n`;
}

function quoted(cell: string): string {
  return /[",;\t\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
