/** What kind of answer a problem deserves; each edge (HTTP, CLI, worker) translates it once. */
export type ProblemKind = 'bad-input' | 'refused' | 'forbidden' | 'not-found' | 'conflict' | 'unavailable';

/** What a sentence names, by the name of its placeholder: `language: 'fr'`, `line: 12`. Never personal data. */
export type SentenceValues = Record<string, string | number | readonly string[]>;

/** One thing that is wrong, at the place where it was made: a form field, a column, an environment variable. */
export interface Fault {
  /** Name of the field, column or variable; for a row of a file `row 12, language`. */
  at: string;
  /** What to do about it, in words for the person who made it. Never the faulty value of a secret. */
  message: string;
  /** Which sentence it is, by its words `fault.<code>` in locales/; pages say it in the language of their reader. */
  code?: string;
  values?: SentenceValues;
}

/**
 * The one error that libs throw on purpose. `code` is stable (`noun.reason`, listed in docs/problems.md);
 * `message` says what to do, in English; pages say `problem.<code>` of locales/ instead, filled with `values`, where
 * there is one. It never carries personal data: it may be logged.
 */
export class Problem extends Error {
  constructor(
    readonly kind: ProblemKind,
    readonly code: `${string}.${string}`,
    message: string,
    readonly faults: Fault[] = [],
    readonly values: SentenceValues = {},
  ) {
    super(message);
    this.name = 'Problem';
  }
}
