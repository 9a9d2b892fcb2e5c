import type { PersonRow } from '#libs/people/index.js';
import { LANGUAGES, type Language } from '#libs/platform/index.js';
import { letterInputs, nameOnEnvelope } from './letter-inputs.js';
import type { LetterView } from './letter-view.js';
import { NOTICE_KINDS } from './notice-kind.js';
import { inventedLetterOf } from './render-sample.js';
import { LetterRenderer } from './render.js';
import { letterTemplates } from './template-files.js';

function person(over: Partial<PersonRow> = {}, addressee?: { givenName: string; familyName: string }): PersonRow {
  return {
    id: '00000000-0000-7000-8000-000000000001',
    category: 'family',
    languages: ['nl'],
    languagesReason: 'recorded',
    letterForm: 'standard',
    standing: 'under-way',
    isProtected: false,
    isMinor: false,
    isDeceased: false,
    acknowledgedAt: null,
    record: { reference: 'P-1', givenName: 'jan', familyName: 'De WOLF', contacts: [], ...(addressee ? { addressee } : {}) },
    exposures: [{ id: '1', dataKind: 'kids-id', country: 'BE', extent: 'scan', confidence: 'confirmed', source: 'roster' }],
    ...over,
  }; // prettier-ignore
}
const MARIE = { givenName: 'Marie', familyName: 'Dupont' };

describe('the part of a letter that is a person’s own', () => {
  it('given an adult, then it is as before there were guardians: names and what is out, nothing else', () => {
    expect(letterInputs(person({}, MARIE))).toEqual({
      givenName: 'jan',
      familyName: 'De WOLF',
      exposures: [{ dataKind: 'kids-id', country: 'BE', extent: 'scan', confidence: 'confirmed' }],
    });
  });

  it.each([
    ['a minor whose guardian is named', { isMinor: true }, MARIE, { ...MARIE, of: 'minor' }, 'Marie Dupont'],
    ['a minor of whom nobody is named', { isMinor: true }, undefined, { givenName: '', familyName: '', of: 'minor' }, 'jan De WOLF'],
    ['somebody who died', { isDeceased: true }, MARIE, { ...MARIE, of: 'deceased' }, 'Marie Dupont'],
    ['a minor who died', { isMinor: true, isDeceased: true }, MARIE, { ...MARIE, of: 'deceased' }, 'Marie Dupont'],
  ] as const)('given %s, then it says who opens the letter', (_, marks, named, addressee, envelope) => {
    const inputs = letterInputs(person(marks, named));
    expect(inputs.addressee).toEqual(addressee);
    expect(nameOnEnvelope(inputs)).toBe(envelope);
  }); // prettier-ignore

  it.each<[Partial<PersonRow>, Language[] | undefined]>([
    [{ languages: ['nl', 'fr', 'en'], languagesReason: 'official-first' }, ['en']],
    [{ languages: ['fr', 'nl'], languagesReason: 'seat-then-translation' }, ['nl']],
    [{ languages: ['nl', 'fr'], languagesReason: 'place-unknown' }, undefined],
    [{ languages: ['en'], languagesReason: 'recorded' }, undefined],
    [{ languages: ['nl', 'en'], languagesReason: 'by-hand' }, undefined],
    [{ languages: ['nl'], languagesReason: 'official-first' }, undefined],
  ])('given %j, then exactly what has no force of its own is a courtesy', (languages, courtesy) => {
    expect(letterInputs(person(languages)).courtesy).toEqual(courtesy);
  });

  it.each([
    ['large-print', 'large-print'],
    ['plain-text', 'plain-text'],
    ['standard', undefined],
    // No such text is written yet: the wish stays with the person.
    ['easy-to-read', undefined],
  ] as const)('given the wish for %s, then the letter has the form %s', (letterForm, form) => {
    expect(letterInputs(person({ letterForm })).form).toBe(form);
  });
});

const GREETED: Record<Language, { guardian: string; guardians: string; kin: string; courtesy: string }> = {
  nl: {
    guardian: 'Beste Marie Dupont, ouder of voogd van jan De WOLF,',
    guardians: 'Beste ouders of voogd van jan De WOLF,',
    kin: 'Aan de nabestaanden van jan De WOLF,',
    courtesy: 'Dan geldt de officiële tekst.',
  },
  fr: {
    guardian: 'Bonjour Marie Dupont, parent ou tuteur de jan De WOLF,',
    guardians: 'Aux parents ou au tuteur de jan De WOLF,',
    kin: 'Aux proches de jan De WOLF,',
    courtesy: 'traduction de courtoisie',
  },
  de: {
    guardian: 'Guten Tag Marie Dupont, Elternteil oder Vormund von jan De WOLF,',
    guardians: 'An die Eltern oder den Vormund von jan De WOLF,',
    kin: 'An die Hinterbliebenen von jan De WOLF,',
    courtesy: 'gilt der amtliche Text.',
  },
  en: {
    guardian: 'Dear Marie Dupont, parent or guardian of jan De WOLF,',
    guardians: 'Dear parents or guardian of jan De WOLF,',
    kin: 'To the next of kin of jan De WOLF,',
    courtesy: 'courtesy translation',
  },
};

describe.each(NOTICE_KINDS)('a letter of the kind %s', (kind) => {
  const NAME = { person: { givenName: 'jan', familyName: 'De WOLF' } };
  function letter(language: Language, changes: Partial<LetterView>): { text: string; html: string } {
    const renderer = new LetterRenderer(letterTemplates(kind)[language]);
    return LetterRenderer.join([renderer.render(inventedLetterOf(kind, language, { ...NAME, ...changes }))]);
  }

  it.each(LANGUAGES)(
    'given whoever opens it, then it greets them in %s and names the person as imported',
    (language) => {
      const { guardian, guardians, kin } = GREETED[language];
      expect(letter(language, {}).text).toMatch(/^\S+( Tag)? jan De WOLF,$/m);
      expect(letter(language, { addressee: { ...MARIE, of: 'minor' } }).text).toContain(guardian);
      expect(letter(language, { addressee: { givenName: '', familyName: ' ', of: 'minor' } }).text).toContain(
        guardians,
      );
      expect(letter(language, { addressee: { ...MARIE, of: 'deceased' } }).text).toContain(kin);
    },
  );

  it.each(LANGUAGES)(
    'given somebody who died, then nobody is told in %s to renew or pay for a document',
    (language) => {
      const { text } = letter(language, { addressee: { ...MARIE, of: 'deceased' } });
      expect(text).not.toContain(inventedLetterOf(kind, language).breach.whoPays);
      expect(text).not.toContain('DOC STOP');
    },
  );

  it.each(LANGUAGES)('given a translation beside the official text, then it says in %s that the other one holds', (language) => {
    const { courtesy } = GREETED[language];
    expect(letter(language, { isCourtesy: true }).text).toContain(courtesy);
    expect(letter(language, {}).text).not.toContain(courtesy);
  }); // prettier-ignore

  it('given hostile names of the person and the guardian, then they stand in the greeting as text', () => {
    const evil = { givenName: '<script>x</script>', familyName: '{{code}} [x](http://evil.example)' };
    const { text, html } = letter('en', { person: evil, addressee: { ...evil, of: 'minor' } });
    expect(text).toContain(`Dear ${evil.givenName} ${evil.familyName}, parent or guardian of ${evil.givenName} ${evil.familyName},`); // prettier-ignore
    expect(html).not.toMatch(/<script|<a /);
  });

  it('given somebody who left, then no language speaks of their employer', () => {
    for (const language of LANGUAGES)
      expect(letter(language, {}).text).not.toMatch(/your employer|uw werkgever|votre employeur|Ihr Arbeitgeber/i);
  });
});
