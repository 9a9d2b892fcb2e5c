import { createHash } from 'node:crypto';
import type { Problem } from '#libs/platform/pure.js';
import { ROSTER_COLUMNS, plainHeader, type RosterColumn } from './roster-columns.js';
import { wholeFault } from './table-row.js';

/** Which column of a file is which of ours. */
export interface RosterMapping {
  /** Our column for each column of the file, by position; null where it is not read. */
  columns: (RosterColumn | null)[];
  /** Values of ours that hold for every row, where no column of the file is mapped to them. */
  everybody: Partial<Record<RosterColumn, string>>;
}

/**
 * Columns that tell one person from another or reach one person alone. One value for a whole file would make everybody
 * the same person to the matching of duplicates, or send everybody's letter to one mailbox. Everything else may hold
 * for a whole file, an address and an addressee too: residents of one home, wards of one guardian.
 */
const OF_ONE_PERSON: readonly RosterColumn[] = [
  'reference', 'given_name', 'family_name', 'email', 'private_email', 'birth_date', 'national_number',
]; // prettier-ignore

/** Longest value for everybody: a list of documents is the longest there is (roster-row.ts). */
const LONGEST_VALUE = 4_000;
/** A mapping of 200 columns with long names is some 30 kB. */
const LONGEST_MAPPING = 200_000;

export function mayHoldForEverybody(column: RosterColumn): boolean {
  return !OF_ONE_PERSON.includes(column);
}

/** What a row holds for one of our columns: its own cell, or the value for everybody. */
export function valueOf(mapping: RosterMapping, cells: readonly string[], column: RosterColumn): string {
  const place = mapping.columns.indexOf(column);
  return (place < 0 ? mapping.everybody[column] : cells[place]) ?? '';
}

/**
 * A name for each column of a file, no two alike, by which a mapping can speak of it: its header, or, where that is
 * empty or stands twice, the letters that the spreadsheet shows above it.
 */
export function columnNames(header: readonly string[]): string[] {
  const words = header.map((cell) => cell.trim());
  const plain = words.map(plainHeader);
  return words.map((word, place) => {
    if (plain[place] === '') return `column ${lettersOf(place)}`;
    return plain.indexOf(plain[place]!) === plain.lastIndexOf(plain[place]!)
      ? word
      : `${word} (column ${lettersOf(place)})`;
  });
}

/** `A`, `B`, …, `Z`, `AA`: how spreadsheets name the column at a place counted from 0. */
export function lettersOf(place: number): string {
  const last = String.fromCharCode(65 + (place % 26));
  return place < 26 ? last : lettersOf(Math.floor(place / 26) - 1) + last;
}

/**
 * The key by which the mapping of an earlier file of the same source is found again. The order of the columns does not
 * count, because a mapping names columns and an export with two of them swapped is the same export; a column more or
 * less does. Columns without a name of their own are named by their place, so for them the order counts.
 */
export function headerKey(header: readonly string[]): string {
  const names = columnNames(header).map(plainHeader).toSorted();
  return createHash('sha256').update(JSON.stringify(names)).digest('hex');
}

/** A mapping as it is saved and as `--map FILE` takes it: `{"columns": {"Their header": "email"}, "everybody": {…}}`. */
export function mappingToJson(mapping: RosterMapping, header: readonly string[]): string {
  const names = columnNames(header);
  const columns = Object.fromEntries(names.map((name, place) => [name, mapping.columns[place] ?? null]));
  return `${JSON.stringify({ columns, everybody: mapping.everybody }, null, 2)}\n`;
}

/**
 * Reads a saved mapping, or the file of `--map`, against the header of the file it is for. Columns that it does not
 * name are not read. Headers are compared like header words: case, spaces, dashes and accents do not count. Throws
 * `roster.mapping-unreadable`, `roster.mapping-column` and what `requireMapping` throws. Whether a value for everybody
 * is a right one is found when rows are checked.
 */
export function mappingFrom(json: string, header: readonly string[]): RosterMapping {
  const { columns: wanted, everybody: given } = shapeOf(json);
  const names = columnNames(header).map(plainHeader);
  const columns = names.map((): RosterColumn | null => null);
  for (const [name, ours] of Object.entries(wanted)) {
    const place = names.indexOf(plainHeader(name));
    if (place < 0) throw columnFault(`The mapping names the column ${quoted(name)}, which the file has not.`);
    if (ours !== null) columns[place] = ourColumn(ours);
  }
  const everybody: RosterMapping['everybody'] = {};
  for (const [name, value] of Object.entries(given)) everybody[ourColumn(name)] = valueForAll(name, value);
  const mapping = { columns, everybody };
  requireMapping(mapping);
  return mapping;
}

function shapeOf(json: string): { columns: Record<string, unknown>; everybody: Record<string, unknown> } {
  const unreadable = (message: string): Problem => wholeFault('roster.mapping-unreadable', message);
  const example = '{"columns": {"Mail": "email", "Remarks": null}, "everybody": {"category": "staff"}}';
  if (json.length > LONGEST_MAPPING) throw unreadable('This mapping is longer than a mapping of 200 columns can be.');
  let read: unknown;
  try {
    read = JSON.parse(json);
  } catch {
    throw unreadable(`The mapping is no JSON. Write it as ${example}.`);
  }
  const { columns, everybody = {}, ...others } = isObject(read) ? read : {};
  if (!isObject(columns) || !isObject(everybody) || Object.keys(others).length > 0)
    throw unreadable(`The mapping has another shape. Write it as ${example}.`);
  return { columns, everybody };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function ourColumn(name: unknown): RosterColumn {
  const ours = ROSTER_COLUMNS.find((column) => column === name);
  if (ours) return ours;
  const what = typeof name === 'string' ? quoted(name) : 'something that is no text';
  throw columnFault(`The mapping names ${what}, which is no column of a roster. Take one of ${ROSTER_COLUMNS.join(', ')}, or null for a column that is not read.`); // prettier-ignore
}

function valueForAll(name: string, value: unknown): string {
  if (typeof value === 'string' && value.trim() !== '' && value.length <= LONGEST_VALUE) return value.trim();
  throw columnFault(
    `The mapping gives ${quoted(name)} to everybody without a value that can be used. Write a text in quotation marks, at most ${LONGEST_VALUE} characters, or leave it out.`,
  );
}

function columnFault(message: string): Problem {
  return wholeFault('roster.mapping-column', message);
}

/** A name in quotation marks, no longer than a header that anybody would read. */
function quoted(name: string): string {
  return JSON.stringify(name.length > 60 ? `${name.slice(0, 60)}…` : name);
}

/**
 * Throws the first thing by which a mapping cannot be used: `roster.column-twice`, `roster.mapping-column` (a value for
 * everybody where a column of the file is mapped, or where one value cannot hold for everybody) or
 * `roster.column-missing`.
 */
export function requireMapping({ columns, everybody }: RosterMapping): void {
  const has = (column: RosterColumn): boolean => columns.includes(column) || everybody[column] !== undefined;
  for (const column of ROSTER_COLUMNS) {
    if (columns.indexOf(column) !== columns.lastIndexOf(column))
      throw wholeFault(
        'roster.column-twice',
        `Two columns of the file are taken for "${column}". Keep one of them, or say in the mapping which is read.`,
      );
    if (everybody[column] === undefined) continue;
    if (columns.includes(column))
      throw columnFault(
        `The column "${column}" stands in the file and is given to everybody too. Leave one of the two out.`,
      );
    if (!mayHoldForEverybody(column))
      throw columnFault(`One value of "${column}" cannot hold for everybody. Map a column of the file to it.`);
  }
  for (const column of ['reference', 'category', 'language'] as const)
    if (!has(column))
      throw wholeFault(
        'roster.column-missing',
        `The column "${column}" is missing. ${column === 'reference' ? 'Add it with that name in the first row, or map a column to it.' : 'Add it with that name in the first row, map a column to it, or give one value for everybody.'}`,
      );
  if (!has('given_name') && !has('family_name'))
    throw wholeFault(
      'roster.column-missing',
      'A column with names is missing. Add "given_name" or "family_name" in the first row, or map a column to it.',
    );
}
