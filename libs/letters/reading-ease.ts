import type { Language } from '#libs/platform/pure.js';

/** From here on a text is plain: the band that Flesch calls "standard", and its kin for the other formulas. */
export const PLAIN = 60;

export interface Reading {
  /** Higher is plainer; about 0 to 100. */
  ease: number;
  wordsPerSentence: number;
  syllablesPerWord: number;
  words: number;
}

/**
 * Reading ease by the formula that was published for the language: Flesch (1948) for English, Douma (1960) for Dutch,
 * Kandel and Moles (1958) for French, Amstad (1978) for German.
 */
const EASE: Record<Language, (wordsPerSentence: number, syllablesPerWord: number) => number> = {
  en: (sentence, word) => 206.835 - 1.015 * sentence - 84.6 * word,
  nl: (sentence, word) => 206.835 - 0.93 * sentence - 77 * word,
  fr: (sentence, word) => 207 - 1.015 * sentence - 73.6 * word,
  de: (sentence, word) => 180 - sentence - 58.5 * word,
};

/** Fewer words on a line are a label, a name or a number and no sentence. */
const FEWEST_WORDS = 3;

/**
 * How plainly sentences read. A colon and a semicolon end a sentence: Flesch counts units of thought. Addresses of mail
 * and web, numbers and codes are left out, for nobody reads them by syllables. Null where there are no sentences.
 */
export function readingOf(sentences: string[], language: Language): Reading | null {
  let words = 0;
  let syllables = 0;
  let units = 0;
  for (const unit of sentences.flatMap((sentence) => sentence.split(/[:;](?= |$)/))) {
    const found = wordsOf(unit);
    if (found.length < FEWEST_WORDS) continue;
    units++;
    words += found.length;
    for (const word of found) syllables += syllablesOf(word, language);
  }
  if (units === 0) return null;
  const wordsPerSentence = words / units;
  const syllablesPerWord = syllables / words;
  return { ease: EASE[language](wordsPerSentence, syllablesPerWord), wordsPerSentence, syllablesPerWord, words };
}

/** Words as they are written: `l'adresse` and `e-mail` are one each. */
export function wordsOf(text: string): string[] {
  return (
    text.replace(/\S{0,200}(?:@|:\/\/|www\.)\S{0,200}/g, ' ').match(/(?<![\p{L}\p{N}])\p{L}[\p{L}'’-]{0,60}/gu) ?? []
  );
}

/** Syllables as spoken; at least one. */
export function syllablesOf(word: string, language: Language): number {
  const parts = word.toLowerCase().normalize('NFC').replaceAll('’', "'").split('-');
  return Math.max(
    1,
    parts.reduce((sum, part) => sum + COUNT[language](part), 0),
  );
}

const COUNT: Record<Language, (word: string) => number> = { en: english, nl: dutch, fr: french, de: german };

function times(pattern: RegExp, word: string): number {
  return word.match(pattern)?.length ?? 0;
}

/** Vowel groups; silent e at the end and within compounds; pairs of vowels that are spoken apart. */
function english(word: string): number {
  let plain = word.replace(/'(?:s|t|re|ve|ll|d|m)?$/, '').replace(/y(?=[aeiou])/g, 'j');
  plain = plain
    .replace(/(?<=[^aeiouytd])ed$/, '')
    .replace(/(?<=[^aeiouysxzcgl]|[aeiouyr]l|(?<=[aeiou])[lr])es$/, (end, at: number) =>
      /(?:sh|ch)$/.test(plain.slice(0, at)) ? end : '',
    )
    .replace(/(?<=[^aeiouyl]|[aeiouyr]l)e$/, '')
    .replace(/(?<=(?:^|[^a-z])?(?:some|there|where|home|safe|care|name|type|more|fore))(?=[bcdfghklmnpqrstvwxz])/, '')
    .replace(/(some|there|where|home|safe|care|name|type|fore)(?=[bcdfghklmnpqrstvwxz])/, (part) => part.slice(0, -1))
    .replace(/(?<=[aeiou][^aeiou])e(?=(?:ly|ment|ments|ful|less|ness)$)/, '')
    .replace('busine', 'busne');
  const apart =
    times(/[aeiou]ing/g, plain) +
    times(/(?<![tscxgln])io/g, plain) +
    times(/(?<![tsc])ia/g, plain) +
    times(/(?<!fr|[tsc])ien[tc]|iety|(?<![qg])ua|eo(?!p)(?<!meo)|creat|area|idea|react/g, plain);
  return times(/[aeiouy]+/g, plain) + apart;
}

/** Each vowel or pair of vowels that Dutch speaks as one; a trema begins a new one. */
function dutch(word: string): number {
  return times(
    /[ao]{2}i|oei|eeu|ieu|aa|ee|oo|uu|ie|oe|eu|ui|ou|au|ij|ei|ai|[aeiouyáéíóúàèêëïöüäâîôû]/g,
    word.replaceAll('qu', 'kw').replace(/^y(?=[aeiou])/, 'j'),
  );
}

/** Endings in -ent that are spoken; in verbs they are silent. */
const SPOKEN_ENT =
  /(?:ment|ident|client|patient|parent|argent|agent|urgent|récent|souvent|absent|présent|content|différent|valent|talent|ellent|cent|accent|igent|manent|fréquent|cohérent|^vent|^dent|^lent)$/;

/** Vowel groups without the silent e; é before a vowel, and i after two consonants, begin a new one. */
function french(word: string): number {
  let plain = word.replace(/^(?:l|d|j|m|t|s|n|c|qu|jusqu|lorsqu|puisqu)'/, '').replaceAll('œ', 'oe');
  plain = plain
    .replace(/qu/g, 'k')
    .replace(/gu(?=[eiéèêy])/g, 'g')
    .replace(/y(?=[aeiouéèêà])/g, 'j')
    .replace(/^h/, '');
  if (/[^aeiouyéèê]ent$/.test(plain) && !SPOKEN_ENT.test(plain)) plain = plain.slice(0, -3);
  if (times(/[aeiouyàâéèêëîïôûùü]+/g, plain) > 1)
    plain = plain.replace(/(?<=[^aeiouyéèêàâîôûëïü])es?$|(?<=[aeiouyéèê])es?$/, '');
  const apart =
    times(/[éèïë](?=[aeiouàâéèêô])/g, plain) +
    times(/[bcdfgptv][lr]i(?=[aeouéè])/g, plain) +
    times(/[aeou](?=[éèï])/g, plain);
  return times(/[aeiouyàâéèêëîïôûùü]+/g, plain) + apart;
}

/** Each vowel or pair of vowels that German speaks as one; the endings of Familie and Kopien are two. */
function german(word: string): number {
  const plain = word.replaceAll('qu', 'kw').replace(/^(b|g)e(?=ei|[aou][^u]|ä|ö|ü)/, '$1e.');
  const apart =
    times(/(?:famil|lin|stud|akt|ser|prämi?|fol)ie$/g, plain) +
    (word.length > 4 ? times(/[^aeiouäöüd]ien$/g, plain) : 0);
  return times(/ie|ei|ai|au|äu|eu|aa|ee|oo|ey|ay|[aeiouyäöüéèà]/g, plain) + apart;
}
