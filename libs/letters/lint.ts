import { Problem, type Language } from '#libs/platform/pure.js';
import { findLinks } from './lint-leaks.js';
import { findPlaceholders } from './lint-placeholders.js';
import { LINT_RULES, type Finding } from './lint-rules.js';
import { SAYS } from './lint-says.js';
import { readLetterText } from './lint-text.js';

export type { Finding, LintRule } from './lint-rules.js';

/** UTF-16 code units; about 300 pages. */
export const LONGEST_LETTER = 1_000_000;

/**
 * The faults of a letter's text, Markdown or plain, in the order of its lines; docs/linter.md lists the rules. `wordsIn`
 * is the language of `why` and `mend`. Throws `letter.too-long`; no other text makes it throw.
 */
export function lintLetter(source: string, language: Language, wordsIn: Language = 'en'): Finding[] {
  if (source.length > LONGEST_LETTER)
    throw new Problem('bad-input', 'letter.too-long', 'Shorten the letter: it is longer than 1,000,000 characters.');
  const text = readLetterText(source);
  const found = [...findLinks(text.plain), ...findPlaceholders(text.plain)];
  return found
    .map(({ rule, at, it = '' }): Finding => {
      const [why, mend] = SAYS[wordsIn][rule];
      const { level, cites } = LINT_RULES[rule];
      return { rule, level, line: text.lineAt(at), why: why.replace('{it}', () => it), mend, cites };
    })
    .toSorted((a, b) => a.line - b.line);
}
