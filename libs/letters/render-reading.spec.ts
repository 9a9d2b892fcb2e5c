import { LANGUAGES, type Language } from '#libs/platform/index.js';
import { inventedLetterView } from './render-sample.js';
import { LetterRenderer } from './render.js';
import { letterTemplates } from './template-files.js';

function textIn(language: Language): string {
  return LetterRenderer.join([
    new LetterRenderer(letterTemplates('initial')![language]).render(inventedLetterView(language)),
  ]).text;
}

/** Vowel groups; in English a silent e at the end and a silent ed do not count. */
function syllables(word: string, language: Language): number {
  let plain = word.toLowerCase();
  if (language === 'en') plain = plain.replace(/(?<=[^aeiouyl])e$|(?<=[^aeiouydt])ed$|(?<=[^aeiouyscxz])es$/, '');
  if (language === 'fr') plain = plain.replace(/(?<=[^aeiouyéèê])e(s|nt)?$/, '');
  return Math.max(1, plain.match(/[aeiouyäöüéèêëàâîïôûœáíóú]+/g)?.length ?? 0);
}

function measure(text: string, language: Language): { sentence: number; word: number } {
  const sentences = text.split(/[.?!:;]\s|\n/).filter((sentence) => /\p{L}{2}/u.test(sentence));
  const words = sentences.flatMap((sentence) => sentence.match(/\p{L}+/gu) ?? []);
  const all = words.reduce((sum, word) => sum + syllables(word, language), 0);
  return { sentence: words.length / sentences.length, word: all / words.length };
}

/** Reading ease, higher is plainer, 60 and more is plain: Flesch, Douma (nl), Kandel and Moles (fr), Amstad (de). */
const EASE: Record<Language, (sentence: number, word: number) => number> = {
  en: (sentence, word) => 206.835 - 1.015 * sentence - 84.6 * word,
  nl: (sentence, word) => 206.835 - 0.93 * sentence - 77 * word,
  fr: (sentence, word) => 207 - 1.015 * sentence - 73.6 * word,
  de: (sentence, word) => 180 - sentence - 58.5 * word,
};

/** Words that hedge, and words that make the breach small. */
const HEDGES: Record<Language, RegExp> = {
  en: /\b(may have|might|could have|possibly|perhaps|no evidence|out of an abundance|only a small|we take .* seriously|incident)\b/i,
  nl: /\b(mogelijk|misschien|wellicht|eventueel|geen aanwijzing(en)?|slechts|incident|uit voorzorg)\b/i,
  fr: /\b(peut-être|éventuellement|possiblement|aucun indice|incident|par précaution|il se pourrait)\b/i,
  de: /\b(möglicherweise|vielleicht|eventuell|womöglich|keine Hinweise|Vorfall|vorsorglich|lediglich)\b/i,
};

describe('the reader of a letter', () => {
  it.each(LANGUAGES)('given the letter as sent in %s, then it is plain', (language) => {
    const { sentence, word } = measure(textIn(language), language);
    const ease = EASE[language](sentence, word);
    process.stdout.write(`reading ease ${language}: ${ease.toFixed(1)}, ${sentence.toFixed(1)} words a sentence\n`);
    expect(ease).toBeGreaterThanOrEqual(60);
    expect(sentence).toBeLessThanOrEqual(14);
  });

  it('given the English letter cut into sentences by full stops alone, then Flesch is still 60 and more', () => {
    const text = textIn('en').replace(/[-=]{3,}/g, '');
    const sentences = text.split(/[.?!]+(?=\s)/).filter((sentence) => /[a-z]{2}/i.test(sentence));
    const words = text.match(/[\p{L}\p{N}'’@./:-]*\p{L}[\p{L}\p{N}'’@./:-]*/gu)!;
    const ease = EASE.en(
      words.length / sentences.length,
      words.reduce((sum, word) => sum + syllables(word, 'en'), 0) / words.length,
    );
    process.stdout.write(`Flesch, the stricter way: ${ease.toFixed(1)}\n`);
    expect(ease).toBeGreaterThanOrEqual(60);
  });

  it.each(LANGUAGES)('given the letter in %s, then it neither hedges nor makes things small', (language) => {
    expect(textIn(language)).not.toMatch(HEDGES[language]);
  });

  it.each(LANGUAGES)('given a person with three documents, then the letter in %s stays near two pages', (language) => {
    expect(textIn(language).split(/\s+/).length).toBeLessThan(1_150);
  });
});
