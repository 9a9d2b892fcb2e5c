import type { Language } from '#libs/platform/pure.js';
import { lintLetter, type Finding } from './lint.js';
import type { RenderedCommunication } from './render-communication.js';
import type { CommunicationKind } from './template-files.js';

/** Rules of letters that make no sense for a text of this kind. */
const LEFT_OUT: Record<CommunicationKind, readonly string[]> = {
  public: [],
  press: [],
  // Read out by a person: its length is cut by the questions of the caller.
  telephone: ['sentence-length', 'reading-level', 'other-content', 'subject'],
  intranet: ['subject'],
};

/** What the linter says of a communication, in the language of its reader. */
export function findingsOf(
  { kind, language, markdown }: Pick<RenderedCommunication, 'kind' | 'language' | 'markdown'>,
  wordsIn: Language = 'en',
): Finding[] {
  return lintLetter(markdown, language, wordsIn).filter(({ rule }) => !LEFT_OUT[kind].includes(rule));
}
