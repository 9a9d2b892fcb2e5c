export type { ExposureView, LetterView } from './letter-view.js';
export { codeOf, readCode, readWord, tokenOf, wordOf } from './codes.js';
