import {
  CONFIDENCES,
  DATA_KINDS,
  EXTENTS,
  isDocumentKind,
  type Confidence,
  type DataKind,
  type Extent,
} from '#libs/breach/index.js';
import { LANGUAGES, type Language } from '#libs/platform/index.js';
import { readingOfText } from './reading-of-text.js';
import {
  AdviceBook,
  adviceFor,
  adviceOn,
  adviceText,
  advicesToReview,
  describeExposure,
  shippedAdvice,
} from './advice-book.js';
import { BELGIAN_CARDS } from './advice.js';
import type { ExposureView } from './letter-view.js';
import { inventedLetterView } from './render-sample.js';
import { LetterRenderer } from './render.js';
import { letterTemplates, sharedTemplates, sharedTemplatesHash } from './template-files.js';

const COUNTRIES = ['BE', 'NL', 'FR', 'DE', 'LU', 'PT', 'US'];
const RESIDENCES = ['BE', 'NL', 'FR', 'DE', 'LU', 'PT', 'US', null];

const ALL: ExposureView[] = DATA_KINDS.flatMap((dataKind) =>
  (isDocumentKind(dataKind) ? [...COUNTRIES, null] : [null]).flatMap((country) =>
    EXTENTS.flatMap((extent) =>
      CONFIDENCES.filter((confidence) => confidence !== 'excluded').map((confidence) => ({
        dataKind,
        country,
        extent,
        confidence,
      })),
    ),
  ),
);

/** Every text that anybody can get in a language, once, with one cell that leads to it. */
function textsIn(language: Language): { text: string; key: string; cell: string; exposure: ExposureView }[] {
  const texts = new Map<string, { text: string; key: string; cell: string; exposure: ExposureView }>();
  for (const exposure of ALL) {
    for (const residence of RESIDENCES) {
      const { key, piece } = adviceOn(exposure, residence, language);
      const cell = `${Object.values(exposure).join(' ')} of somebody in ${residence}`;
      texts.set(`${key}|${piece.text}|${exposure.country}`, { text: piece.text, key, cell, exposure });
    }
  }
  return [...texts.values()];
}

const sentencesOf = (text: string): string[] => text.split(/(?<=[.?!])\s+|\n+/).filter((sentence) => sentence !== '');

/** That a Belgian card gets a new number, that its holder's stays, and to stay alert, in this order. */
const SAME_NUMBER: Record<Language, RegExp> = {
  nl: /nieuw nummer\.\s+(Uw|Het) rijksregisternummer.* blijft hetzelfde: blijf dus waakzaam/,
  fr: /nouveau numéro\.\s+(Votre|Le) numéro de registre national.* reste le même.: restez donc attentif/,
  de: /neue Nummer\.\s+(Ihre|Die) Nationalregisternummer.* bleibt gleich: Bleiben Sie also wachsam/,
  en: /new number\.\s+(Your|The) national register number.* stays the same, so stay alert/,
};
const DECLARE = /declare|report (it|the|as)|aangifte|aangeven|déclar|\bsignalez|\bmelden/i;
const LOSS =
  /\blos[st]\b|\bloss\b|stolen|theft|verlies|verloren|gestolen|diefstal|zoek|perte|\bvol\b|gestohlen|diebstahl|verlust/i;
const NOT = /\bnot\b|never|\bgeen\b|\bniet\b|nooit|\bne\b|nicht|\bkein/i;
const LATER: Record<Language, RegExp> = {
  nl: /later echt zoek/,
  fr: /plus tard/,
  de: /später wirklich/,
  en: /really goes missing later/,
};
const CONSULATE = /consul|konsulat/i;
/** A thief, in whatever guise, or the sentence that there is nothing for one to use. */
const THIEF: Record<Language, RegExp> = {
  nl: /iemand|wie het kent|niemand/i,
  fr: /quelqu.un|celui qui|personne ne/i,
  de: /jemand|wer sie kennt|niemand/i,
  en: /somebody|whoever|nobody/i,
};

describe('the choice of advice', () => {
  it.each<[DataKind, string | null, Extent, Exclude<Confidence, 'excluded'>, string, string]>([
    ['id-card', 'BE', 'scan-both-sides', 'confirmed', 'be-id-card', 'renew'],
    ['id-card', 'BE', 'scan', 'not-excluded', 'be-id-card', 'renew'],
    ['id-card', 'BE', 'number', 'confirmed', 'be-id-card', 'renew'],
    ['id-card', 'BE', 'number', 'presumed', 'be-id-card', 'renew'],
    ['id-card', 'BE', 'number', 'not-excluded', 'be-card-number', 'watch'],
    ['id-card', 'BE', 'mentioned', 'confirmed', 'be-card-mentioned', 'keep'],
    ['kids-id', 'BE', 'scan', 'presumed', 'be-kids-id', 'renew'],
    ['kids-id', 'BE', 'number', 'not-excluded', 'be-card-number', 'watch'],
    ['passport', 'BE', 'copy', 'not-excluded', 'be-passport', 'renew'],
    ['passport', 'BE', 'number', 'not-excluded', 'document-number', 'watch'],
    ['passport', 'BE', 'mentioned', 'confirmed', 'mentioned', 'keep'],
    ['residence-card', 'BE', 'scan', 'presumed', 'be-residence-card', 'renew'],
    ['driving-licence', 'BE', 'scan', 'confirmed', 'be-driving-licence', 'renew'],
    ['id-card', 'NL', 'scan', 'confirmed', 'nl-document', 'renew'],
    ['passport', 'NL', 'number', 'not-excluded', 'nl-document', 'renew'],
    ['kids-id', 'NL', 'scan', 'confirmed', 'nl-document', 'renew'],
    ['passport', 'FR', 'number', 'presumed', 'fr-document', 'renew'],
    ['passport', 'FR', 'number', 'not-excluded', 'document-number', 'watch'],
    ['id-card', 'DE', 'scan', 'confirmed', 'de-document', 'renew'],
    ['passport', 'LU', 'scan', 'confirmed', 'lu-document', 'renew'],
    ['passport', 'PT', 'scan', 'confirmed', 'eu-document', 'renew'],
    ['kids-id', 'PT', 'scan', 'confirmed', 'eu-document', 'renew'],
    ['passport', 'US', 'scan', 'confirmed', 'any-document', 'renew'],
    ['passport', null, 'scan', 'confirmed', 'any-document', 'renew'],
    ['residence-card', 'FR', 'scan', 'confirmed', 'any-residence-card', 'renew'],
    ['driving-licence', 'NL', 'number', 'presumed', 'any-driving-licence', 'renew'],
    ['password', null, 'copy', 'confirmed', 'password', 'renew'],
    ['payment-card', null, 'number', 'not-excluded', 'payment-card', 'renew'],
    ['iban', null, 'number', 'confirmed', 'iban', 'watch'],
    ['iban', null, 'mentioned', 'confirmed', 'mentioned', 'keep'],
    ['health', null, 'mentioned', 'confirmed', 'health', 'watch'],
  ])('given %s %s %s %s, then it is %s: %s', (dataKind, country, extent, confidence, key, action) => {
    expect(adviceFor({ dataKind, country, extent, confidence })).toEqual({ key, action });
  });

  it('given templates kept before the table was, then the letters of that time are chosen for as then', () => {
    const { choices: _, ...first } = sharedTemplates();
    const book = new AdviceBook(first);
    const number = { dataKind: 'id-card', country: 'BE', extent: 'number', confidence: 'not-excluded' } as const;
    expect(book.choose(number)).toEqual({ key: 'be-id-card', action: 'renew' });
    expect(book.choose({ ...number, extent: 'mentioned' }).key).toBe('mentioned');
    expect(book.choose({ ...number, dataKind: 'kids-id', country: 'NL' }).key).toBe('any-document');
    expect(sharedTemplatesHash(first)).not.toBe(sharedTemplatesHash(sharedTemplates()));
  });

  it('given the files, then none is there that no exposure leads to', () => {
    expect(shippedAdvice().keys.toSorted()).toEqual([...new Set(ALL.map((one) => adviceFor(one).key))].toSorted());
    expect(Object.keys(sharedTemplates().advice).toSorted()).toEqual(shippedAdvice().keys.toSorted());
  });

  it.each([
    ['an unknown situation', '{{#if athome}}x{{/if}}'],
    ['an unknown placeholder', 'Dear {{name}}'],
    ['a lone brace', 'a { b'],
    ['a fact that its front matter lacks', '{{cost}}'],
  ])('given an advice with %s, then the book names its file', (_, body) => {
    const shared = sharedTemplates();
    const bad = LANGUAGES.map((language) => `# ${language}: Name\n\n${body}\n`).join('\n');
    const source = `---\naction: keep\nreviewed: 2026-11-24\nsources: [x]\n---\n\n${bad}`;
    expect(() => new AdviceBook({ ...shared, advice: { ...shared.advice, other: source } })).toThrow(
      /templates\/advice\/other\.md/,
    );
  });
});

describe.each(LANGUAGES)('all advice in %s: kind × country × what × how sure × residence', (language) => {
  const texts = textsIn(language);

  it('given any cell, then it has advice, words, sources and a day, and nothing is left unfilled', () => {
    expect(ALL.length * RESIDENCES.length).toBeGreaterThan(6_000);
    for (const exposure of ALL) {
      for (const residence of RESIDENCES) {
        const { key, action } = adviceFor(exposure);
        const advice = adviceOn(exposure, residence, language);
        expect(advice).toMatchObject({ key, action });
        expect(advice.piece.text.trim().length).toBeGreaterThan(60);
        expect(`${advice.html}${advice.piece.text}`).not.toMatch(/[{}]|undefined|\[object/);
        expect(advice.html).not.toContain('style=');
        expect(advice.sources.length).toBeGreaterThan(0);
        expect(advice.reviewed).toMatch(/^\d{4}-\d{2}-\d{2}$/);
        const { title, extent, sureness } = describeExposure(exposure, language);
        expect([title, extent, sureness].every((words) => words.length > 1)).toBe(true);
        expect(sureness).toMatch(/\.$/);
      }
    }
  });

  it('given any card of Belgium, then it gets a new number, its holder keeps theirs, and stays alert', () => {
    const cards = texts.filter(({ exposure: { dataKind, country } }) => country === 'BE' && isCard(dataKind));
    expect(cards.length).toBeGreaterThan(20);
    expect(cards.filter(({ text }) => !SAME_NUMBER[language].test(text)).map(({ cell }) => cell)).toEqual([]);
  });

  it('given any text, then none tells to declare a loss or theft that did not happen', () => {
    const found = texts.flatMap(({ text, cell }) =>
      sentencesOf(text)
        .filter((sentence) => DECLARE.test(sentence) && LOSS.test(sentence))
        .map((sentence) => ({ sentence, cell })),
    );
    expect(found.filter(({ sentence }) => !NOT.test(sentence))).toEqual([]);
    // Each document that is to be renewed says so: its holder could think of it.
    const renewed = texts.filter(({ key, exposure }) => adviceText(key, language).action === 'renew' && isDocumentKind(exposure.dataKind)); // prettier-ignore
    const silent = renewed.filter(({ text }) => !sentencesOf(text).some((one) => DECLARE.test(one) && LOSS.test(one)));
    expect(silent.map(({ cell }) => cell)).toEqual([]);
  });

  it('given DOC STOP, then only for a Belgian document that goes missing later', () => {
    const naming = texts.filter(({ text }) => text.includes('DOC STOP'));
    expect(new Set(naming.map(({ key }) => key))).toEqual(
      new Set(['be-id-card', 'be-kids-id', 'be-passport', 'be-residence-card']),
    );
    for (const { text } of naming) {
      const sentences = sentencesOf(text);
      const at = sentences.findIndex((sentence) => sentence.includes('DOC STOP'));
      expect(`${sentences[at - 1]} ${sentences[at]}`).toMatch(LATER[language]);
      expect(text).toContain('00800 2123 2123');
    }
  });

  it('given a document to renew of somebody who lives in another country, then it names the consulate, and no prices of the commune', () => {
    const renewing = ALL.filter((one) => isDocumentKind(one.dataKind) && one.country && adviceFor(one).action === 'renew'); // prettier-ignore
    const textFor = (one: ExposureView, residence: string | null): string =>
      adviceOn(one, residence, language).piece.text;
    const abroad = renewing.map((one) => ({ ...one, text: textFor(one, one.country === 'PT' ? 'BE' : 'PT') }));
    const isOwnLicence = (one: ExposureView): boolean => one.dataKind === 'driving-licence' && one.country !== 'BE';
    expect(abroad.filter((one) => !isOwnLicence(one) && !CONSULATE.test(one.text))).toEqual([]);
    expect(abroad.filter(({ text }) => /\d+ euro/i.test(text))).toEqual([]);
    const home = renewing.filter((one) => CONSULATE.test(textFor(one, one.country)));
    expect(home).toEqual([]);
  });

  it('given a Dutch document, then form C15 and no police report, at home and abroad', () => {
    for (const residence of RESIDENCES) {
      const passport = { dataKind: 'passport', country: 'NL', extent: 'copy', confidence: 'not-excluded' } as const;
      const { text } = adviceOn(passport, residence, language).piece;
      expect(text).toContain('C15');
      expect(text).toMatch(/polit|polic|polizei/i);
    }
  });

  it('given both sides of a Belgian identity card, then its back is said to show the national register number', () => {
    const card = { dataKind: 'id-card', country: 'BE', extent: 'scan-both-sides', confidence: 'confirmed' } as const;
    const back = { nl: /achterkant/, fr: /verso/, de: /Rückseite/, en: /The back/ }[language];
    expect(adviceOn(card, 'BE', language).piece.text).toMatch(back);
    expect(adviceOn({ ...card, extent: 'scan' }, 'BE', language).piece.text).not.toMatch(back);
  });

  it('given any text, then it says what a thief does with it, in plain words', () => {
    const eases = texts.map(({ text, cell }) => ({ cell, ...readingOfText(text, language)! }));
    expect(texts.filter(({ text }) => !THIEF[language].test(text)).map(({ cell }) => cell)).toEqual([]);
    expect(eases.filter(({ ease }) => ease < 55)).toEqual([]);
    expect(eases.filter(({ wordsPerSentence }) => wordsPerSentence > 14)).toEqual([]);
    process.stdout.write(`advice ${language}: ${texts.length} texts, least reading ease ${Math.min(...eases.map(({ ease }) => ease)).toFixed(1)}\n`); // prettier-ignore
  });

  it('given a letter with one thing, then it holds the advice that the page of its reader shows', () => {
    const renderer = new LetterRenderer(letterTemplates('initial')[language]);
    for (const exposure of ALL.filter((one) => !isDocumentKind(one.dataKind) || one.country)) {
      for (const residence of ['BE', 'NL', null]) {
        const view = inventedLetterView(language, { exposures: [exposure], ...(residence ? { residence } : {}) });
        const advice = adviceOn(exposure, residence, language);
        expect(renderer.render(view).text).toContain(advice.piece.text.trimEnd());
      }
    }
  });
});

function isCard(kind: DataKind): boolean {
  return (BELGIAN_CARDS as readonly string[]).includes(kind);
}

describe('advice', () => {
  it('given any advice, then in each language it has as many steps', () => {
    for (const exposure of ALL) {
      for (const residence of RESIDENCES) {
        const counts = LANGUAGES.map((language) => adviceOn(exposure, residence, language).html.split('<li>').length);
        expect(new Set(counts).size).toBe(1);
      }
    }
  });

  it('given a price, then its day stands beside it in words', () => {
    const card = { dataKind: 'id-card', country: 'BE', extent: 'scan', confidence: 'confirmed' } as const;
    expect(adviceOn(card, 'BE', 'fr').piece.text).toContain('17 à 20 euros, ou environ 100 euros en urgence (novembre 2026)'); // prettier-ignore
    expect(adviceOn(card, 'BE', 'fr').sources.join()).toContain('somme-leuze.be');
  });

  it('given a day more than a year after the review, then all advice is to be reviewed, and none before', () => {
    expect(advicesToReview(new Date('2027-11-24T12:00:00Z'), 12)).toEqual([]);
    const stale = advicesToReview(new Date('2027-11-25T12:00:00Z'), 12);
    expect(stale.map(({ key }) => key)).toEqual(shippedAdvice().keys.toSorted());
    expect(stale[0]).toEqual({ key: 'any-document', reviewed: '2026-11-24' });
    expect(advicesToReview(new Date('2027-03-01T00:00:00Z'), 3)).toHaveLength(stale.length);
  });

  it('given two documents that share an advice, then the letter speaks of the one of which most is out', () => {
    const number: ExposureView = { dataKind: 'passport', country: 'DE', extent: 'number', confidence: 'confirmed' };
    const view = inventedLetterView('en', { exposures: [number, { ...number, dataKind: 'id-card', extent: 'scan' }] });
    const { text } = new LetterRenderer(letterTemplates('initial').en).render(view);
    expect(text).toContain('With a copy of it somebody can pose as you');
    expect(text).not.toContain('With its number');
  });

  it('given a document, then its title names its country in the language of the reader', () => {
    const passport: ExposureView = { dataKind: 'passport', country: 'PT', extent: 'scan', confidence: 'presumed' };
    expect(LANGUAGES.map((language) => describeExposure(passport, language).title)).toEqual([
      'Paspoort (Portugal)',
      'Passeport (Portugal)',
      'Reisepass (Portugal)',
      'Passport (Portugal)',
    ]);
    expect(describeExposure({ ...passport, country: 'BE', dataKind: 'id-card' }, 'en')).toEqual({
      title: 'Belgian identity card',
      extent: 'a scan',
      sureness: 'We assume that this is in the wrong hands.',
    });
  });
});
