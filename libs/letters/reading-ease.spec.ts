import type { Language } from '#libs/platform/index.js';
import { readingOf, syllablesOf, wordsOf } from './reading-ease.js';

/** Words with their syllables as dictionaries divide them. */
const WORDS: Record<Language, Record<number, string>> = {
  en: {
    1: 'you bank stole changed files takes whole breach name called',
    2: 'region million letter number passport table people stolen changes breaches being something data client welcome business office',
    3: 'officer protection family period video employee another everything actual library',
    4: 'information identity material available society experience violation',
    5: 'opportunity university immediately',
  },
  nl: {
    1: 'brief lek nieuw leeuw vraag mooi bank oud huis',
    2: 'bericht kopie kaarten wachtwoord misbruik bewaar mailtje',
    3: 'gegevens paspoorten gebeuren bijlage politie ideeën vernieuwen',
    4: 'situatie januari financieel informatie',
    5: 'identiteitskaart autoriteiten',
  },
  fr: {
    1: 'vous carte banque que plainte bien pied faites nom',
    2: 'action client message année',
    3: 'passeport numéro document création téléphone oublier',
    4: 'information identité autorité',
  },
  de: {
    1: 'Brief Pass neu Geld Haus',
    2: 'Daten Ausweis Nummer neue Konto sehen bauen ziehen Feuer Leute',
    3: 'Behörde Beschwerde Kopien geändert Polizei missbrauchen Telefon',
    4: 'Dokumente Familie',
    5: 'Information Personalausweis Situation',
  },
};

describe('counting syllables', () => {
  const all = Object.entries(WORDS).flatMap(([language, counts]) =>
    Object.entries(counts).flatMap(([count, words]) =>
      words.split(' ').map((word) => [language as Language, word, Number(count)] as const),
    ),
  );

  it.each(all)('given %s "%s", then it has %d', (language, word, count) => {
    expect(syllablesOf(word, language)).toBe(count);
  });
});

describe('reading ease', () => {
  it('given one short sentence, then it is what the formula says', () => {
    // Six words of one syllable: 206.835 - 1.015 * 6 - 84.6.
    expect(readingOf(['The cat sat on the mat.'], 'en')!.ease).toBeCloseTo(116.145, 3);
    // Five words of seven syllables.
    expect(readingOf(['Der neue Brief kommt heute.'], 'de')!.ease).toBeCloseTo(180 - 5 - 58.5 * (7 / 5), 3);
  });

  it('given addresses and numbers, then they are no words', () => {
    expect(wordsOf('Call 020 7946 or write to dpo@a.example, see https://a.example/x')).toEqual([
      'Call',
      'or',
      'write',
      'to',
      'see',
    ]);
  });

  it('given labels alone, then there is nothing to measure', () => {
    expect(readingOf(['Code: 1234', 'Brussels'], 'en')).toBeNull();
  });
});
