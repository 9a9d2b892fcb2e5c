/** What kind of answer a problem deserves; each edge (HTTP, CLI, worker) translates it once. */
export type ProblemKind = 'bad-input' | 'refused' | 'forbidden' | 'not-found' | 'conflict' | 'unavailable';

/** One thing that is wrong, at the place where it was made: a form field, a column, an environment variable. */
export interface Fault {
  /** Name of the field, column or variable; for a row of a file `row 12, language`. */
  at: string;
  /** What to do about it, in words for the person who made it. Never the faulty value of a secret. */
  message: string;
}

/**
 * The one error that libs throw on purpose. `code` is stable (`noun.reason`, listed in docs/problems.md);
 * `message` says what to do. It never carries personal data: it may be logged.
 */
export class Problem extends Error {
  constructor(
    readonly kind: ProblemKind,
    readonly code: `${string}.${string}`,
    message: string,
    readonly faults: Fault[] = [],
  ) {
    super(message);
    this.name = 'Problem';
  }
}
