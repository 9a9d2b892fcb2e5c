export { backUp, type BackedUp } from './back-up.js';
export { restore, type Restored, type RestoreOptions } from './restore.js';
export { settleErasures } from './settle-erasures.js';
export type { ArchiveHeader } from './archive-header.js';
