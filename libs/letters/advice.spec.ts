import { CONFIDENCES, DATA_KINDS, EXTENTS, isDocumentKind, type DataKind, type Extent } from '#libs/breach/index.js';
import { LANGUAGES, type Language } from '#libs/platform/index.js';
import { adviceText, describeExposure, shippedAdvice } from './advice-book.js';
import { adviceFor } from './advice.js';
import type { ExposureView } from './letter-view.js';
import { sharedTemplates } from './template-files.js';

const COUNTRIES = ['BE', 'NL', 'FR', 'DE', 'LU', 'PT', 'US'];

const ALL: ExposureView[] = DATA_KINDS.flatMap((dataKind) =>
  (isDocumentKind(dataKind) ? COUNTRIES : [null]).flatMap((country) =>
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

const sentencesOf = (text: string): string[] => text.split(/(?<=[.?!])\s+|\n+/).filter((sentence) => sentence !== '');

describe('advice', () => {
  it.each<[DataKind, string | null, Extent, string, string]>([
    ['id-card', 'BE', 'scan-both-sides', 'be-id-card', 'renew'],
    ['id-card', 'BE', 'number', 'be-id-card', 'renew'],
    ['kids-id', 'BE', 'scan', 'be-kids-id', 'renew'],
    ['passport', 'BE', 'copy', 'be-passport', 'renew'],
    ['residence-card', 'BE', 'scan', 'be-residence-card', 'renew'],
    ['driving-licence', 'BE', 'scan', 'be-driving-licence', 'renew'],
    ['id-card', 'NL', 'scan', 'nl-document', 'renew'],
    ['passport', 'FR', 'number', 'fr-document', 'renew'],
    ['id-card', 'DE', 'scan', 'de-document', 'renew'],
    ['passport', 'LU', 'scan', 'lu-document', 'renew'],
    ['passport', 'PT', 'scan', 'any-document', 'renew'],
    ['residence-card', 'FR', 'scan', 'any-residence-card', 'renew'],
    ['driving-licence', 'NL', 'number', 'any-driving-licence', 'renew'],
    ['id-card', 'BE', 'mentioned', 'mentioned', 'keep'],
    ['password', null, 'copy', 'password', 'renew'],
    ['payment-card', null, 'number', 'payment-card', 'renew'],
    ['iban', null, 'number', 'iban', 'watch'],
    ['iban', null, 'mentioned', 'mentioned', 'keep'],
    ['health', null, 'mentioned', 'health', 'watch'],
  ])('given %s %s %s, then it is %s: %s', (dataKind, country, extent, key, action) => {
    expect(adviceFor({ dataKind, country, extent })).toEqual({ key, action });
  });

  it('given every kind, country, extent and sureness, then it exists in four languages and its file says the same action', () => {
    for (const exposure of ALL) {
      const { key, action } = adviceFor(exposure);
      for (const language of LANGUAGES) {
        expect(adviceText(key, language)).toMatchObject({ key, action });
        const { title, extent, sureness } = describeExposure(exposure, language);
        expect([title, extent, sureness].every((words) => words.length > 1)).toBe(true);
        expect(sureness).toMatch(/\.$/);
      }
    }
  });

  it('given the files, then none is there that no exposure leads to', () => {
    expect(shippedAdvice().keys.toSorted()).toEqual(
      [...new Set(ALL.map((exposure) => adviceFor(exposure).key))].toSorted(),
    );
    expect(Object.keys(sharedTemplates().advice).toSorted()).toEqual(shippedAdvice().keys.toSorted());
  });

  it('given any advice to renew a document, then in each language it has as many steps', () => {
    for (const key of shippedAdvice().keys) {
      const counts = LANGUAGES.map((language) => adviceText(key, language).html.split('<li>').length);
      expect(new Set(counts).size).toBe(1);
    }
  });

  const DECLARE = /declare|report (it|the|as)|aangifte|aangeven|déclar|\bsignalez|\bmelden/i;
  const LOSS =
    /\blos[st]\b|\bloss\b|stolen|theft|verlies|verloren|gestolen|diefstal|zoek|perte|\bvol\b|gestohlen|diebstahl|verlust/i;
  const NOT = /\bnot\b|never|\bgeen\b|\bniet\b|nooit|\bne\b|nicht|\bkein/i;

  it.each(LANGUAGES)(
    'given all advice in %s, then none tells to declare a loss or theft that did not happen',
    (language) => {
      const sentences = shippedAdvice().keys.flatMap((key) => sentencesOf(adviceText(key, language).piece.text));
      const found = sentences.filter((sentence) => DECLARE.test(sentence) && LOSS.test(sentence));
      expect(found.filter((sentence) => !NOT.test(sentence))).toEqual([]);
      // Every document whose holder could think of it says so.
      expect(found.length).toBeGreaterThanOrEqual(12);
    },
  );

  it.each(LANGUAGES)('given DOC STOP in %s, then only for a document that goes missing later', (language) => {
    const LATER: Record<Language, RegExp> = {
      nl: /later echt zoek/,
      fr: /plus tard/,
      de: /später wirklich/,
      en: /really goes missing later/,
    };
    const mentions = shippedAdvice().keys.flatMap((key) => {
      const sentences = sentencesOf(adviceText(key, language).piece.text);
      return sentences.flatMap((sentence, at) =>
        sentence.includes('DOC STOP') ? [`${sentences[at - 1]} ${sentence}`] : [],
      );
    });
    expect(mentions.length).toBe(4);
    expect(mentions.filter((mention) => !LATER[language].test(mention))).toEqual([]);
  });

  it.each(['be-id-card', 'be-kids-id', 'be-residence-card'])(
    'given %s, then it says that the card gets a new number and the person keeps theirs',
    (key) => {
      expect(adviceText(key, 'nl').html).toMatch(
        /nieuw nummer\. .*rijksregisternummer.* blijft hetzelfde: blijf dus waakzaam/,
      );
      expect(adviceText(key, 'fr').html).toMatch(
        /nouveau numéro\. .*numéro de registre national.* reste le même.: restez donc attentif/,
      );
      expect(adviceText(key, 'de').html).toMatch(
        /neue Nummer\. .*Nationalregisternummer.* bleibt gleich: Bleiben Sie also wachsam/,
      );
      expect(adviceText(key, 'en').html).toMatch(
        /new number\. .*national register number.* stays the same, so stay alert/,
      );
    },
  );

  it('given advice for pages, then its HTML has no style attribute, and its sources are named', () => {
    for (const key of shippedAdvice().keys) {
      const { html, reviewed, sources } = adviceText(key, 'en');
      expect(html).not.toContain('style=');
      expect(reviewed).toMatch(/^\d{4}-\d{2}-\d{2}$/);
      expect(sources.length).toBeGreaterThan(0);
    }
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
