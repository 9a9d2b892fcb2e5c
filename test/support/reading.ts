import { readLetterText } from '#libs/letters/lint-text.js';
import { readingOf, type Reading } from '#libs/letters/reading-ease.js';
import type { Language } from '#libs/platform/index.js';

/** How plain a whole text is to its reader; headings are no sentences and do not count. */
export function readingOfText(text: string, language: Language): Reading {
  const sentences = readLetterText(text).sentences.filter((sentence) => sentence.kind !== 'heading');
  return readingOf(
    sentences.map((sentence) => sentence.text),
    language,
  )!;
}
