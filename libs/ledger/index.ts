export { record, recordMany, type LedgerEvent } from './record.js';
export { Sequencer } from './sequencer.js';
export { checkLedger, checkLedgerIn, type LedgerCheck } from './check.js';
export { entriesOf, latestOf, ledgerHead, timelineOf, type TimelineEntry } from './ledger.queries.js';
export type { Json, JsonObject } from './canonical.js';
export { LedgerModule } from './ledger.module.js';
