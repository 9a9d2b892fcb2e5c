/** The door of people for commands without a database: what is read from a file. */
export { openTable } from './roster-file.js';
export { sourceOfFile } from './roster-source.js';
export { remarkInWords } from './table.js';
export { csvLine } from './table-row.js';
export { matchPersons, type Matching, type MergedPerson } from './matching.js';
export type { PersonToMatch } from './matching-keys.js';
export type { MatchLink } from './matching-clusters.js';
export type { ReviewCause, ReviewEntry } from './matching-review.js';
export { MATCH_KEYS, type MatchKey, type MatchReason } from './matching-verdict.js';
export { reasonInWords, reviewInWords } from './matching-words.js';
export { hasRightCheckDigits, plainNumber } from './national-number.js';
export { isOneSlip, numberTraces } from './number-traces.js';
