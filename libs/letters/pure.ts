/** The door of letters for commands without a database: checking a letter's text. */
export { lintLetter, type Finding, type LintRule } from './lint.js';
export { isAskedOf } from './lint-asked.js';
export { NOTICE_KINDS, type NoticeKind } from './notice-kind.js';
