/** The door of people for commands without a database: what is read from a file. */
export { readTable } from './roster-file.js';
export { csvLine, remarkInWords } from './table.js';
export { matchPersons, type Matching, type MergedPerson } from './matching.js';
export type { PersonToMatch } from './matching-keys.js';
export type { MatchLink } from './matching-clusters.js';
export type { ReviewCause, ReviewEntry } from './matching-review.js';
export { MATCH_KEYS, type MatchKey, type MatchReason } from './matching-verdict.js';
export { reasonInWords, reviewInWords } from './matching-words.js';
export { isOneSlip, numberTraces } from './number-traces.js';
