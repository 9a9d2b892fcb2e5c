export { Problem, type Fault, type ProblemKind, type SentenceValues } from './problem.js';
export { Clock, FixedClock } from './clock.js';
export { uuidBytes, uuidText, uuidv7, uuidv7Bytes } from './ids.js';
export { LANGUAGES, LANGUAGE_NAMES, dateInWords, isLanguage, number, timeInWords, type Language } from './languages.js';
export { allowed, errorFields, log, setLogLevel, type Log, type LogFields } from './log.js';
export { CONFIG, VARIABLES, isLoopback, readConfig, type Config } from './config.js';
export { readAddress } from './address.js';
export {
  blindIndex,
  derivedKey,
  manyRandomBytes,
  newKey,
  openBytes,
  openJson,
  personKey,
  sealBytes,
  sealJson,
  type Keyring,
  type SealingKey,
} from './sealing.js';
export { KEYRING, keyFingerprint, makeKeyFile, openKeyring, openKeyringIn, readKeyFile } from './keyring.js';
export { requireKeyApart } from './key-place.js';
export { checkKeyCopy } from './key-copy.js';
export { rotateKey } from './key-rotation.js';
export { appendErasures, erasuresFile, makeErasuresFile, readErasures, type Erasure } from './erasures.js';
export {
  advanceSendingEpoch,
  raiseFence,
  readMemory,
  rememberInstallation,
  settleInstallation,
  type FenceReason,
} from './installation.js';
export {
  connect,
  databaseNow,
  makeDataSource,
  migrate,
  migrateWithin,
  pendingMigrations,
  requireCurrentSchema,
  type Entities,
  type Migrations,
} from './database.js';
export { collectGarbage } from './memory.js';
export { copyIn, copyOut, copyRows, type CopyClient } from './copy.js';
export { CopyRows } from './copy-rows.js';
export { safeCell, safeCsvLine, textCell, valueOfCell } from './safe-cell.js';
export { nextReference } from './references.js';
export {
  ensureEmbeddedPostgres,
  resolveDatabaseUrl,
  startThrowAwayPostgres,
  stopEmbeddedPostgres,
} from './embedded-postgres.js';
export { startMailCatcher, type CaughtMail } from './mail-catcher.js';
export { composeMail, type OutgoingMail } from './mail-message.js';
export { SmtpClient } from './smtp-client.js';
export type { SmtpOutcome, SmtpStage } from './smtp-outcome.js';
export { dkimBits, dkimPublicKey, readDkimKey, type DkimKey } from './dkim-key.js';
export { fault, ok, skipped, warning } from './health.js';
export { checkHealth, type Health, type HealthCheck } from './doctor.js';
export { PRODUCT_VERSION } from './version.js';
export { CROCKFORD, crockford } from './crockford.js';
export { syncFolder } from './sync-folder.js';
