/** The door of platform for pure code: nothing behind it loads Nest, TypeORM or a driver. */
export { Problem, type Fault, type ProblemKind, type SentenceValues } from './problem.js';
export { LANGUAGES, LANGUAGE_NAMES, dateInWords, isLanguage, number, timeInWords, type Language } from './languages.js';
export { readAddress } from './address.js';
export { CROCKFORD, crockford } from './crockford.js';
export { uuidBytes, uuidText, uuidv7, uuidv7Bytes, writeUuidv7 } from './ids.js';
export { writeUuidText } from './uuid-text.js';
export { remembering } from './remembering.js';
export {
  blindIndex,
  manyRandomBytes,
  nextPersonKey,
  personKey,
  sealInto,
  sealJson,
  writeBlindIndex,
  type Keyring,
  type SealingKey,
} from './sealing.js';
export { CopyRows } from './copy-rows.js';
export { safeCell, safeCsvLine, textCell, valueOfCell } from './safe-cell.js';
