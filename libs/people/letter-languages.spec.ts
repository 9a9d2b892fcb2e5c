import { letterLanguages, officialLanguages } from './letter-languages.js';

describe('the languages of a letter', () => {
  const central = { kind: 'be-central', languages: ['nl', 'fr'] } as const;
  it.each([
    ['1000', ['nl', 'fr']],
    ['1348', ['fr']],
    ['1930', ['nl']],
    ['4700', ['de']],
    ['5000', ['fr']],
    ['9000', ['nl']],
  ])('given the Belgian postcode %s, then its official languages are %j', (postcode, languages) => {
    expect(officialLanguages('BE', postcode)).toEqual(languages);
  });

  it.each([
    [{ kind: 'other', languages: ['fr'] }, { language: 'de' }, ['de'], 'recorded'],
    [{ kind: 'other', languages: ['fr'] }, { language: null }, ['fr'], 'seat'],
    [central, { language: 'fr' }, ['fr'], 'recorded'],
    [central, { language: null }, ['nl', 'fr'], 'place-unknown'],
    [central, { language: null, country: 'BE', postcode: '1000' }, ['nl', 'fr'], 'place'],
    [central, { language: null, country: 'BE', postcode: '4700' }, ['de'], 'place'],
    [central, { language: 'en', country: 'BE', postcode: '9000' }, ['nl', 'en'], 'official-first'],
    [central, { language: 'en', country: 'NL' }, ['nl', 'fr', 'en'], 'official-first'],
    [{ kind: 'be-local', languages: ['nl'] }, { language: 'en' }, ['nl', 'en'], 'official-first'],
    [{ kind: 'be-local', languages: ['nl'] }, { language: null }, ['nl'], 'seat'],
    [{ kind: 'be-local', languages: ['nl'] }, { language: 'fr' }, ['fr'], 'recorded'],
    [{ kind: 'be-private', languages: ['nl'] }, { language: 'fr' }, ['nl', 'fr'], 'seat-then-translation'],
    [{ kind: 'be-private', languages: ['nl'] }, { language: 'nl' }, ['nl'], 'seat'],
    [{ kind: 'be-private', languages: ['nl'] }, { language: 'fr', category: 'applicant' }, ['fr'], 'recorded'],
  ] as const)(
    'given the controller %j and a member of staff with %j, then the letter is in %j, because %s',
    (controller, person, languages, reason) => {
      expect(
        letterLanguages({ ...controller, languages: [...controller.languages] }, { category: 'staff', ...person }),
      ).toEqual({ languages, reason });
    },
  );
});
