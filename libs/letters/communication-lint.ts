import type { Language } from '#libs/platform/pure.js';
import { lintLetter, type Finding, type LintRule } from './lint.js';
import type { RenderedCommunication } from './render-communication.js';
import type { CommunicationKind } from './template-files.js';

/** What only a letter has: a subject line, and a code by which its reader tells that it is real. */
const LETTERS_OWN: readonly LintRule[] = ['subject-missing', 'subject-unclear', 'genuine'];
/** Rules of letters that make no sense for a text of this kind. */
const LEFT_OUT: Record<CommunicationKind, readonly LintRule[]> = {
  public: LETTERS_OWN,
  press: LETTERS_OWN,
  // Read out a question at a time, by somebody who does not warn of themselves.
  telephone: [
    ...LETTERS_OWN,
    'long-sentence',
    'reading-level',
    'other-matter',
    'apology',
    'fraud-warning',
    'phone-on-site',
  ],
  intranet: [...LETTERS_OWN, 'complaint'],
};

/** What the linter says of a communication, in the language of its reader. */
export function findingsOf(
  { kind, language, markdown }: Pick<RenderedCommunication, 'kind' | 'language' | 'markdown'>,
  wordsIn: Language = 'en',
): Finding[] {
  return lintLetter(markdown, language, wordsIn).filter(({ rule }) => !LEFT_OUT[kind].includes(rule));
}
