/** The parts of a letter by what they are about; the first five are those of Art. 34(2) and recital 86. */
export const BLOCKS = ['nature', 'consequences', 'measures', 'advice', 'contact'] as const;
export type Block = (typeof BLOCKS)[number];
export type Topic = Block | 'data' | 'real' | 'reply' | 'cost';

/**
 * How one language says the things that the linter looks for. Each string is a pattern (a regular expression without
 * its slashes) that must stand between word boundaries; a space stands for any number of spaces up to four, `~` for up
 * to three words in between, `~~` for up to eight.
 */
export interface LintWords {
  /** How headings name their part. */
  headings: Record<Topic, string[]>;
  /** Something that happened to the data: who or what did it, and what was done. */
  event: string[];
  /** A harm, and a word that says that it can come. */
  harm: string[];
  chance: string[];
  /** "These data can be used to …": a consequence wherever it stands. */
  use: string[];
  /** What the controller has done or will do; what is no more than its duty. */
  measure: string[];
  duty: string[];
  /** Kinds of things that a reader can do, one pattern for each kind. */
  advice: string[];
  nothingToDo: string[];
  /** "Contact us", the data protection officer, the authority that takes complaints. */
  reachUs: string[];
  officer: string[];
  authority: string[];
  /** Kinds of data. */
  data: string[];
  /** Leaves open by its form whether something has happened. */
  hedge: string[];
  /** Hedges only where they stand near `happened` and not beside `harmful`. */
  maybe: string[];
  happened: string[];
  harmful: string[];
  minimising: string[];
  /** "As a precaution": minimising unless the sentence tells the reader to do something or says what was done. */
  precaution: string[];
  precautionFits: string[];
  incident: string[];
  breach: string[];
  belittling: string[];
  jargon: string[];
  explains: string[];
  otherMatter: string[];
  wordy: string[];
  alarming: string[];
  renew: string[];
  whoPays: string[];
  ownSite: string[];
  apology: string[];
  complaint: string[];
  genuine: string[];
  neverAsk: string[];
  falseLoss: string[];
}

export type Lexicon = { [Name in Exclude<keyof LintWords, 'headings' | 'advice'>]: RegExp } & {
  headings: Record<Topic, RegExp>;
  /** One for each kind of step. */
  advice: RegExp[];
};

/** The patterns of a language, ready for use. */
export function lexiconOf(words: LintWords): Lexicon {
  const { headings, advice, ...rest } = words;
  return {
    ...(Object.fromEntries(Object.entries(rest).map(([name, patterns]) => [name, anyOf(patterns)])) as Omit<
      Lexicon,
      'headings' | 'advice'
    >),
    headings: Object.fromEntries(
      Object.entries(headings).map(([topic, patterns]) => [topic, anyOf(patterns)]),
    ) as Lexicon['headings'],
    advice: advice.map((pattern) => anyOf([pattern])),
  };
}

/**
 * Letters and digits of the Latin script, at which no wording begins or ends. Written out, because V8 takes 1.4 ms to
 * work out `\p{L}` without regard to case, for each of some 60 patterns.
 */
const LATIN =
  '0-9a-z\\u00aa\\u00b2\\u00b3\\u00b5\\u00b9\\u00ba\\u00bc-\\u00be\\u00c0-\\u00d6\\u00d8-\\u00f6\\u00f8-\\u024f\\u1e00-\\u1eff';

function anyOf(patterns: string[]): RegExp {
  const body = patterns
    .map((pattern) =>
      pattern
        .replaceAll(' ~~ ', '(?: {1,4}[^ .;:?!]{1,40}){0,8} {1,4}')
        .replaceAll(' ~ ', '(?: {1,4}[^ .;:?!]{1,40}){0,3} {1,4}')
        .replaceAll(/ (?!\{)/g, ' {1,4}'),
    )
    .join('|');
  return new RegExp(`(?<![${LATIN}])(?:${body})(?![${LATIN}])`, 'giu');
}

/** Where a pattern stands in a text; -1 for nowhere. */
export function placeOf(pattern: RegExp, text: string): number {
  pattern.lastIndex = 0;
  return pattern.exec(text)?.index ?? -1;
}

export function holds(pattern: RegExp, text: string): boolean {
  return placeOf(pattern, text) >= 0;
}
