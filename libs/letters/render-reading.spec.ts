import { LANGUAGES, type Language } from '#libs/platform/index.js';
import { inventedLetterView } from './render-sample.js';
import { readLetterText } from './lint-text.js';
import { PLAIN, readingOf } from './reading-ease.js';
import { LetterRenderer } from './render.js';
import { letterTemplates } from './template-files.js';

function textIn(language: Language): string {
  return LetterRenderer.join([
    new LetterRenderer(letterTemplates('initial')![language]).render(inventedLetterView(language)),
  ]).text;
}

describe('the reader of a letter', () => {
  it.each(LANGUAGES)('given the letter as sent in %s, then it is plain', (language) => {
    const sentences = readLetterText(textIn(language)).sentences.filter(({ kind }) => kind !== 'heading');
    const reading = readingOf(
      sentences.map(({ text }) => text),
      language,
    )!;
    process.stdout.write(
      `reading ease ${language}: ${reading.ease.toFixed(1)}, ${reading.wordsPerSentence.toFixed(1)} words a sentence\n`,
    );
    expect(reading.ease).toBeGreaterThanOrEqual(PLAIN);
    expect(reading.wordsPerSentence).toBeLessThanOrEqual(14);
  });

  it.each(LANGUAGES)('given a person with three documents, then the letter in %s stays near two pages', (language) => {
    expect(textIn(language).split(/\s+/).length).toBeLessThan(1_150);
  });
});
