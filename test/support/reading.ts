import type { Language } from '#libs/platform/pure.js';

/** Vowel groups; in English a silent e at the end and a silent ed do not count. */
function syllables(word: string, language: Language): number {
  let plain = word.toLowerCase();
  if (language === 'en') plain = plain.replace(/(?<=[^aeiouyl])e$|(?<=[^aeiouydt])ed$|(?<=[^aeiouyscxz])es$/, '');
  if (language === 'fr') plain = plain.replace(/(?<=[^aeiouyéèê])e(s|nt)?$/, '');
  return Math.max(1, plain.match(/[aeiouyäöüéèêëàâîïôûœáíóú]+/g)?.length ?? 0);
}

/** Reading ease, higher is plainer, 60 and more is plain: Flesch, Douma (nl), Kandel and Moles (fr), Amstad (de). */
const EASE: Record<Language, (sentence: number, word: number) => number> = {
  en: (sentence, word) => 206.835 - 1.015 * sentence - 84.6 * word,
  nl: (sentence, word) => 206.835 - 0.93 * sentence - 77 * word,
  fr: (sentence, word) => 207 - 1.015 * sentence - 73.6 * word,
  de: (sentence, word) => 180 - sentence - 58.5 * word,
};

/** The published reading ease of a text as its reader gets it: `ease`, and words in a sentence. */
export function readingOf(text: string, language: Language): { ease: number; sentence: number } {
  const sentences = text.split(/[.?!:;]\s|\n/).filter((sentence) => /\p{L}{2}/u.test(sentence));
  const words = sentences.flatMap((sentence) => sentence.match(/\p{L}+/gu) ?? []);
  const sentence = words.length / sentences.length;
  const word = words.reduce((sum, one) => sum + syllables(one, language), 0) / words.length;
  return { ease: EASE[language](sentence, word), sentence };
}
