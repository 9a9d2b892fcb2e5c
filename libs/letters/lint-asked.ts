import type { LintRule } from './lint-rules.js';
import { LETTERS_OF_KIND, type NoticeKind } from './notice-kind.js';

/** What only the communication of Art. 34 itself must have: a reminder reminds of one that had it. */
const NOT_OF_A_REMINDER = new Set<LintRule>(['missing-nature', 'missing-consequences', 'missing-measures', 'apology']);

/** Whether the linter's rule is asked of letters of that kind. */
export function isAskedOf(kind: NoticeKind, rule: LintRule): boolean {
  return LETTERS_OF_KIND[kind].says !== 'to-do' || !NOT_OF_A_REMINDER.has(rule);
}
