import { CATEGORIES, CONFIDENCES, DOCUMENT_KINDS, EXTENTS, OTHER_DATA_KINDS } from '#libs/breach/index.js';
import {
  ROSTER_COLUMNS,
  atColumn,
  atEverybody,
  columnNames,
  isGuessed,
  mayHoldForEverybody,
  missingColumns,
  samplesOf,
  type RosterColumn,
  type RosterMapping,
  type RosterUpload,
} from '#libs/people/index.js';
import { LANGUAGES } from '#libs/platform/index.js';
import { may, type Actor } from '#libs/staff/index.js';
import { field, type Form } from './pages.js';

/** What one choice of a list says, by the words that name it. */
interface Choice {
  part: string;
  words: string;
  values: readonly string[];
}

/** The parts of one thing in a list for everybody, in the order of its grammar; a country is typed. */
const PARTS: Record<'documents' | 'other_data', Choice[]> = {
  documents: [
    { part: 'country', words: '', values: [] },
    { part: 'kind', words: 'data', values: DOCUMENT_KINDS },
    { part: 'what', words: 'extent', values: EXTENTS.filter((extent) => extent !== 'copy') },
    { part: 'sure', words: 'confidence', values: CONFIDENCES },
  ],
  other_data: [
    { part: 'kind', words: 'data', values: OTHER_DATA_KINDS },
    { part: 'what', words: 'extent', values: EXTENTS },
    { part: 'sure', words: 'confidence', values: CONFIDENCES },
  ],
};

/** Columns whose value is chosen from a list. */
export const CHOICES: Partial<Record<RosterColumn, Omit<Choice, 'part'>>> = {
  category: { words: 'category', values: CATEGORIES },
  language: { words: 'language', values: LANGUAGES },
  protected: { words: 'answer', values: ['yes'] },
  minor: { words: 'answer', values: ['yes'] },
  deceased: { words: 'answer', values: ['yes'] },
};

/** Shown at once; the others under "more". */
const FIRST: readonly RosterColumn[] = ['category', 'language', 'documents', 'other_data'];
/** Lines for things in a list; one more than are filled, so that there is always an empty one. */
const FEWEST_LINES = 2;
const MOST_LINES = 10;

/** What the page of the columns sent. A line of a list that is filled in part stays so: reading it says what is missing. */
export function mappingOfForm(form: Form, width: number): RosterMapping {
  const columns = Array.from(
    { length: width },
    (_, place) => ROSTER_COLUMNS.find((column) => column === field(form, atColumn(place))) ?? null,
  );
  const everybody: RosterMapping['everybody'] = {};
  for (const column of ROSTER_COLUMNS) {
    if (!mayHoldForEverybody(column)) continue;
    const value =
      column === 'documents' || column === 'other_data' ? linesOfForm(form, column) : field(form, atEverybody(column));
    if (value !== '') everybody[column] = value.slice(0, 4_000);
  }
  return { columns, everybody };
}

function linesOfForm(form: Form, column: 'documents' | 'other_data'): string {
  const lines = Array.from({ length: MOST_LINES }, (_, line) =>
    PARTS[column].map(({ part }) => field(form, `${column}-${line}-${part}`)),
  );
  return lines
    .filter((parts) => parts.some((part) => part !== ''))
    .map((parts) => parts.join(':'))
    .join('; ');
}

/** What the page of the columns shows of a file, by a mapping that is kept or was typed. */
export function columnsContext(upload: RosterUpload, actor: Actor): Record<string, unknown> {
  const { mapping, head } = upload;
  const samples = samplesOf(upload, actor);
  const rows = columnNames(head.header).map((name, place) => ({
    at: atColumn(place),
    name,
    samples: samples[place],
    ours: mapping.columns[place],
    isGuessed: isGuessed(upload, place),
  }));
  const missing = missingColumns(mapping);
  const open = ROSTER_COLUMNS.filter(
    (column) =>
      mayHoldForEverybody(column) && (!mapping.columns.includes(column) || mapping.everybody[column] !== undefined),
  ).filter((column) => column !== 'protected' || may(actor.roles, 'people.protected'));
  const everybody = open.map((column) => everybodyField(column, mapping.everybody[column] ?? ''));
  return {
    rows,
    ours: ROSTER_COLUMNS,
    missing,
    read: rows.filter(({ ours }) => ours !== null).length,
    guessed: rows.filter((row) => row.isGuessed).length,
    isSure: missing.length === 0 && !rows.some((row) => row.isGuessed),
    first: everybody.filter(({ column }) => FIRST.includes(column)),
    more: everybody.filter(({ column }) => !FIRST.includes(column)),
    hasForEverybody: Object.keys(mapping.everybody).length > 0,
  };
}

function everybodyField(column: RosterColumn, value: string) {
  const at = atEverybody(column);
  if (column !== 'documents' && column !== 'other_data') {
    const choice = CHOICES[column];
    return { column, at, value, words: choice?.words ?? '', values: choice?.values ?? null, lines: null };
  }
  const filled = value
    .split(';')
    .map((line) => line.trim())
    .filter(Boolean)
    .map((line) => line.split(':').map((part) => part.trim()));
  const count = Math.min(MOST_LINES, Math.max(FEWEST_LINES, filled.length + 1));
  const lines = Array.from({ length: count }, (_, line) => ({
    number: line + 1,
    // The fault of the list stands at its first choice.
    parts: PARTS[column].map(({ part, words, values }, place) => ({
      id: line === 0 && place === 0 ? at : `${column}-${line}-${part}`,
      name: `${column}-${line}-${part}`,
      part,
      words,
      values,
      value: chosen(filled[line]?.[place] ?? '', part),
    })),
  }));
  return { column, at, value, words: '', values: null, lines };
}

/** Countries are written in capitals, everything that is chosen in small letters. */
function chosen(value: string, part: string): string {
  return part === 'country' ? value.toUpperCase() : value.toLowerCase();
}
