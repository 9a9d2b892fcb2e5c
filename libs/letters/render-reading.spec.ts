import { LANGUAGES, type Language } from '#libs/platform/index.js';
import type { LetterView } from './letter-view.js';
import { NOTICE_KINDS, type NoticeKind } from './notice-kind.js';
import { inventedLetterOf } from './render-sample.js';
import { LetterRenderer } from './render.js';
import { letterTemplates } from './template-files.js';

const ALL = NOTICE_KINDS.flatMap((kind) => LANGUAGES.map((language) => [kind, language] as const));

function textOf(kind: NoticeKind, language: Language, changes: Partial<LetterView> = {}): string {
  return LetterRenderer.join([
    new LetterRenderer(letterTemplates(kind)[language]).render(inventedLetterOf(kind, language, changes)),
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

/** Whose letter it is: the person's own, a child's, a deceased person's, a courtesy translation. */
const READERS: Record<string, Partial<LetterView>> = {
  'the person': {},
  'a guardian': { addressee: { givenName: 'Marie', familyName: 'Dupont', of: 'minor' } },
  'the next of kin': { addressee: { givenName: '', familyName: '', of: 'deceased' } },
  'a reader of a translation': { isCourtesy: true },
};

describe('the reader of a letter', () => {
  it.each(ALL)('given the %s as sent in %s, then it is plain', (kind, language) => {
    for (const [reader, changes] of Object.entries(READERS)) {
      const { sentence, word } = measure(textOf(kind, language, changes), language);
      const ease = EASE[language](sentence, word);
      if (reader === 'the person')
        process.stdout.write(`reading ease ${kind} ${language}: ${ease.toFixed(1)}, ${sentence.toFixed(1)} words a sentence\n`); // prettier-ignore
      expect([reader, ease]).toEqual([reader, expect.closeTo(Math.max(ease, 60), 5)]);
      expect(sentence).toBeLessThanOrEqual(14);
    }
  });

  it.each(NOTICE_KINDS)(
    'given the English %s cut into sentences by full stops alone, then Flesch is still 60 and more',
    (kind) => {
      const text = textOf(kind, 'en').replace(/[-=]{3,}/g, '');
      const sentences = text.split(/[.?!]+(?=\s)/).filter((sentence) => /[a-z]{2}/i.test(sentence));
      const words = text.match(/[\p{L}\p{N}'’@./:-]*\p{L}[\p{L}\p{N}'’@./:-]*/gu)!;
      const ease = EASE.en(
        words.length / sentences.length,
        words.reduce((sum, word) => sum + syllables(word, 'en'), 0) / words.length,
      );
      process.stdout.write(`Flesch of the ${kind}, the stricter way: ${ease.toFixed(1)}\n`);
      expect(ease).toBeGreaterThanOrEqual(60);
    },
  );

  it.each(ALL)('given the %s in %s, then it neither hedges nor makes things small', (kind, language) => {
    for (const changes of Object.values(READERS)) expect(textOf(kind, language, changes)).not.toMatch(HEDGES[language]);
  });

  it.each(ALL)('given a person with three documents, then the %s in %s stays near two pages', (kind, language) => {
    expect(textOf(kind, language).split(/\s+/).length).toBeLessThan(1_250);
  });
});
