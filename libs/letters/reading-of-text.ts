import type { Language } from '#libs/platform/pure.js';
import { readLetterText, type Sentence } from './lint-text.js';
import { readingOf, type Reading } from './reading-ease.js';

/** How plain these sentences are to their reader; headings are none. Null where there is too little to measure. */
export function readingOfSentences(sentences: Sentence[], language: Language): Reading | null {
  const prose = sentences.filter((sentence) => sentence.kind !== 'heading');
  return readingOf(
    prose.map((sentence) => sentence.text),
    language,
  );
}

/** How plain a whole text is to its reader. */
export function readingOfText(text: string, language: Language): Reading | null {
  return readingOfSentences(readLetterText(text).sentences, language);
}
