import { readAddress } from '#libs/platform/pure.js';
import type { RosterColumn } from './roster-columns.js';

/** Lines that are read at once: the small case. A longer list is a spreadsheet. */
export const MOST_LINES = 200;
const LONGEST_LINE = 1_000;

/** One line as it was understood, by our columns, or what is wrong with it as a whole. */
export interface PastedLine {
  /** From 1, as the text shows it; blank lines count and are left out. */
  line: number;
  cells: Partial<Record<RosterColumn, string>>;
  fault: string | null;
}

/** Which of two names without a comma between them comes first. */
export type NameOrder = 'given-first' | 'family-first';

/**
 * Reads names that were pasted, one person a line: `Lotte Voorbeeld, lotte@post.example`, `Voorbeeld, Lotte`, cells of
 * a spreadsheet, `Lotte Voorbeeld <lotte@post.example>`. Names come first, then an e-mail address and the lines of a
 * postal address in any order; what begins the postal address is the first piece with a digit in it.
 */
export function readPasted(text: string, order: NameOrder): PastedLine[] {
  return text.split(/\r\n|\n|\r/).flatMap((line, i) => (line.trim() === '' ? [] : [readLine(line, i + 1, order)]));
}

function readLine(text: string, line: number, order: NameOrder): PastedLine {
  const faulty = (fault: string): PastedLine => ({ line, cells: {}, fault });
  if (text.length > LONGEST_LINE) return faulty(`Shorten this line to at most ${LONGEST_LINE} characters.`);
  const pieces = piecesOf(text);
  const names: string[] = [];
  const emails: string[] = [];
  const postal: string[] = [];
  for (const piece of pieces.parts) {
    if (piece.includes('@')) emails.push(piece);
    else if (postal.length > 0 || /\d/.test(piece)) postal.push(piece);
    else if (emails.length > 0) return faulty('Write the name first, then the e-mail address and the postal address.');
    else names.push(piece);
  }
  if (names.length === 0) return faulty('Begin the line with the name of the person.');
  if (names.length > 2)
    return faulty('Write one person on each line: the given name and the family name, then an e-mail address.');
  if (emails.length > 2)
    return faulty('Write at most two e-mail addresses for one person, and one person on each line.');
  if (postal.length > 5) return faulty('Write the postal address in at most five parts.');
  const cells: PastedLine['cells'] = { ...namesOf(names, pieces.areCells, order) };
  if (emails[0]) cells.email = emails[0];
  if (emails[1]) cells.private_email = emails[1];
  postal.forEach((part, i) => (cells[`address_line_${(i + 1) as 1 | 2 | 3 | 4 | 5}`] = part));
  return { line, cells, fault: null };
}

/** The pieces of a line: cells of a spreadsheet where it has tabs, else what stands between commas or semicolons. */
function piecesOf(text: string): { parts: string[]; areCells: boolean } {
  const areCells = text.includes('\t');
  // `Lotte Voorbeeld <lotte@post.example>`, as mail programs copy an addressee.
  const plain = text.replace(/[<>]/g, (bracket) => (bracket === '<' ? ', ' : ' '));
  const parts = (areCells ? text.replace(/[<>]/g, ' ') : plain)
    .split(areCells ? '\t' : /[,;]/)
    .map((part) => part.replace(/^["'\s]+|["'\s]+$/gu, '').replace(/\s+/g, ' '))
    .filter(Boolean);
  return { parts: parts.flatMap(apartFromAddress), areCells };
}

/** `Lotte Voorbeeld lotte@post.example` has no comma; the address stands apart all the same. */
function apartFromAddress(part: string): string[] {
  if (!part.includes('@') || readAddress(part)) return [part];
  const words = part.split(' ');
  const address = words.pop()!;
  return readAddress(address) && !words.join(' ').includes('@') ? [words.join(' '), address] : [part];
}

/** A comma stands behind a family name; cells and words have the order that was asked for. */
function namesOf(names: string[], areCells: boolean, order: NameOrder): PastedLine['cells'] {
  if (names.length === 2) {
    const familyFirst = areCells ? order === 'family-first' : true;
    return familyFirst
      ? { given_name: names[1]!, family_name: names[0]! }
      : { given_name: names[0]!, family_name: names[1]! };
  }
  const words = names[0]!.split(' ');
  if (words.length === 1) return { family_name: words[0]! };
  return order === 'given-first'
    ? { given_name: words[0]!, family_name: words.slice(1).join(' ') }
    : { given_name: words.at(-1)!, family_name: words.slice(0, -1).join(' ') };
}
