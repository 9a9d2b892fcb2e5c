/** The door of platform for pure code: nothing behind it loads Nest, TypeORM or a driver. */
export { Problem, type Fault, type ProblemKind } from './problem.js';
export { LANGUAGES, LANGUAGE_NAMES, dateInWords, isLanguage, number, timeInWords, type Language } from './languages.js';
export { readAddress } from './address.js';
export { CROCKFORD, crockford } from './crockford.js';
export { uuidBytes, uuidText, uuidv7, uuidv7Bytes } from './ids.js';
export { blindIndex, manyRandomBytes, personKey, sealJson, type Keyring, type SealingKey } from './sealing.js';
export { CopyRows } from './copy-rows.js';
export { safeCell, safeCsvLine, textCell, valueOfCell } from './safe-cell.js';
