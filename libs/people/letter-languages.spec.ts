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
    [{ kind: 'other', languages: ['fr'] }, { language: 'de' }, ['de']],
    [{ kind: 'other', languages: ['fr'] }, { language: null }, ['fr']],
    [central, { language: 'fr' }, ['fr']],
    [central, { language: null }, ['nl', 'fr']],
    [central, { language: null, country: 'BE', postcode: '4700' }, ['de']],
    [central, { language: 'en', country: 'BE', postcode: '9000' }, ['nl', 'en']],
    [central, { language: 'en', country: 'NL' }, ['nl', 'fr', 'en']],
    [{ kind: 'be-local', languages: ['nl'] }, { language: 'en' }, ['nl', 'en']],
    [{ kind: 'be-private', languages: ['nl'] }, { language: 'fr' }, ['nl', 'fr']],
  ] as const)(
    'given the controller %j and a member of staff with %j, then the letter is in %j',
    (controller, person, languages) => {
      expect(
        letterLanguages({ ...controller, languages: [...controller.languages] }, { category: 'staff', ...person }),
      ).toEqual(languages);
    },
  );
});
