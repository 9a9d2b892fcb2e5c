import { isAboutRows } from './mendable-rows.js';
import { columnsOf, plainHeader, type RosterColumn } from './roster-columns.js';
import type { RosterMapping } from './roster-mapping.js';
import { wholeFault, type TableRow } from './table-row.js';
import { KIND, STRONG, kindsOf } from './value-kinds.js';

/** What one column of a file seems to be, and how sure that is. */
export interface ColumnGuess {
  column: RosterColumn | null;
  by: 'header' | 'values' | 'nothing';
  /** 0 to 1; a page shows everything below 1 as guessed. */
  confidence: number;
}

export interface MappingGuess {
  /** Everything that was guessed: for a page, where somebody looks at it before it is used. */
  mapping: RosterMapping;
  /** What the header words alone say: for a command, which nobody looks at. */
  byHeader: RosterMapping;
  guesses: ColumnGuess[];
}

/** Rows that are looked at, spread over the file: more would not make a share of 0.9 any surer. */
const SAMPLE = 1_000;
/** Rows above the list (a title, a date, a filter) in which its column names are looked for. */
const ROWS_ABOVE = 10;

/**
 * Headers of columns that hold somebody else's address or another day of a person's life. Their values look like an
 * e-mail address or a birth date and must never be taken for one: a letter would reach the wrong reader.
 */
const OTHERWISE_MEANT =
  /manager|supervis|leiding|chef|responsable|superieur|vorgesetz|emergency|nood|urgence|notfall|contact|partner|spouse|conjoint|assist|backup|delegate|hired?|entry|entree|sortie|exit|indienst|uitdienst|start|begin|einde|debut|fin|eintritt|austritt|valid|geldig|created|modified|update/;

interface Candidate {
  columns: RosterColumn[];
  kind: number;
  /** Share of the filled cells that must look like it. */
  share: number;
  /** How sure it is where the header is empty, and where it is a word that we do not know. */
  unnamed: number;
  unknown: number;
}

const CANDIDATES: Candidate[] = [
  { columns: ['documents'], kind: KIND.documents, share: 0.8, unnamed: 0.95, unknown: 0.95 },
  { columns: ['other_data'], kind: KIND.otherData, share: 0.8, unnamed: 0.95, unknown: 0.95 },
  { columns: ['national_number'], kind: KIND.national, share: 0.9, unnamed: 0.95, unknown: 0.9 },
  { columns: ['category'], kind: KIND.category, share: 0.9, unnamed: 0.95, unknown: 0.9 },
  { columns: ['language'], kind: KIND.language, share: 0.95, unnamed: 0.8, unknown: 0.7 },
  { columns: ['email', 'private_email'], kind: KIND.email, share: 0.8, unnamed: 0.8, unknown: 0.5 },
  { columns: ['birth_date'], kind: KIND.date, share: 0.9, unnamed: 0.6, unknown: 0.4 },
  { columns: ['phone'], kind: KIND.phone, share: 0.8, unnamed: 0.6, unknown: 0.5 },
  { columns: ['postcode'], kind: KIND.postcode, share: 0.9, unnamed: 0.6, unknown: 0.5 },
  { columns: ['country'], kind: KIND.country, share: 0.95, unnamed: 0.6, unknown: 0.5 },
];

/**
 * Guesses which column of a file is which of ours: by header words first, then, for columns with an unknown or no
 * header, by what their values look like. A column of ours that a header names is never guessed a second time.
 */
export function guessMapping(header: readonly string[], rows: readonly (readonly string[])[]): MappingGuess {
  const width = header.length;
  const named = columnsOf(header);
  const guesses = named.map((column): ColumnGuess => {
    if (column === null) return { column, by: 'nothing', confidence: 0 };
    return { column, by: 'header', confidence: 1 };
  });
  // A list with one column of names: somebody may have put both names into it.
  for (const guess of guesses)
    if (guess.column === 'family_name' && !named.includes('given_name')) guess.confidence = 0.6;
  const taken = new Set(named.filter((column) => column !== null));
  const shares = sharesByColumn(sampleOf(rows), width);
  for (const { place, candidate, confidence } of bids(header, named, shares)) {
    if (guesses[place]!.by !== 'nothing') continue;
    const column = candidate.columns.find((free) => !taken.has(free));
    if (!column) continue;
    taken.add(column);
    guesses[place] = { column, by: 'values', confidence };
  }
  return {
    mapping: { columns: guesses.map((guess) => guess.column), everybody: {} },
    byHeader: { columns: named, everybody: {} },
    guesses,
  };
}

function sampleOf(rows: readonly (readonly string[])[]): (readonly string[])[] {
  const step = Math.max(1, Math.floor(rows.length / SAMPLE));
  return rows.filter((_, i) => i % step === 0).slice(0, SAMPLE);
}

/** For each column, how many of its filled cells look like each kind: `filled` and counts by bit. */
function sharesByColumn(rows: (readonly string[])[], width: number): { filled: number; of: Map<number, number> }[] {
  return Array.from({ length: width }, (_, place) => {
    const of = new Map<number, number>();
    let filled = 0;
    for (const row of rows) {
      const cell = row[place] ?? '';
      if (cell.trim() === '') continue;
      filled++;
      const kinds = kindsOf(cell);
      for (const { kind } of CANDIDATES) if (kinds & kind) of.set(kind, (of.get(kind) ?? 0) + 1);
    }
    return { filled, of };
  });
}

/** The guesses that values allow, surest first and from left to right. */
function bids(
  header: readonly string[],
  named: (RosterColumn | null)[],
  shares: ReturnType<typeof sharesByColumn>,
): { place: number; candidate: Candidate; confidence: number }[] {
  return shares
    .flatMap(({ filled, of }, place) => {
      const word = plainHeader(header[place] ?? '');
      if (named[place] !== null || filled === 0 || OTHERWISE_MEANT.test(word) || isAboutRows(word)) return [];
      return CANDIDATES.filter((candidate) => (of.get(candidate.kind) ?? 0) >= candidate.share * filled).map(
        (candidate) => ({ place, candidate, confidence: word === '' ? candidate.unnamed : candidate.unknown }),
      );
    })
    .toSorted((a, b) => b.confidence - a.confidence || a.place - b.place);
}

/**
 * Throws `roster.no-header` where the first row of a file holds a person instead of column names, and
 * `roster.header-below` where column names stand in a later row, under a title. Says nothing about a first row of words
 * that are merely unknown: which columns are missing is `requireMapping`'s to say.
 */
export function requireHeader(rows: readonly TableRow[]): void {
  const filled = rows.filter((row) => row.cells.some((cell) => cell.trim() !== ''));
  const first = filled[0];
  if (!first) return;
  const known = knownWords(first);
  const below = filled.slice(1, ROWS_ABOVE).find((row) => knownWords(row) >= 3);
  if (known < 2 && below)
    throw wholeFault(
      'roster.header-below',
      `The column names stand in row ${below.number}, under other rows. Delete the rows above them, and choose the file again.`,
    );
  if (looksLikeData(first) && known < 2)
    throw wholeFault(
      'roster.no-header',
      'The first row holds a person instead of column names. Put the names of the columns in a row above it, as "reference", "category", "family_name", "language".',
    );
}

function knownWords({ cells }: TableRow): number {
  return columnsOf(cells).filter((column) => column !== null).length;
}

/** One value that is never a header (a category may be one: "Staff"), or three that seldom are, a number among them. */
function looksLikeData({ cells }: TableRow): boolean {
  const kinds = cells.map(kindsOf).filter((kind) => kind > 0);
  if (kinds.some((kind) => (kind & STRONG & ~KIND.category) > 0)) return true;
  return kinds.length >= 3 && kinds.some((kind) => (kind & (KIND.postcode | KIND.phone)) > 0);
}
