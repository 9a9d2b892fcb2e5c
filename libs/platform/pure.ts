/** The door of platform for pure code: nothing behind it loads Nest, TypeORM or a driver. */
export { Problem, type Fault, type ProblemKind } from './problem.js';
export { LANGUAGES, LANGUAGE_NAMES, dateInWords, isLanguage, number, timeInWords, type Language } from './languages.js';
