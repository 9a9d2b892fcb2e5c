/** The door of breach for pure code and quick commands: the vocabulary and the deadlines, no database. */
export * from './vocabulary.js';
export { deadlinesOf, minutesLeft, type Deadlines } from './deadlines.js';
export type { BreachFacts, BreachTexts, Controller } from './breach-file.js';
export { domainIndexes, domainOf } from './domain-index.js';
