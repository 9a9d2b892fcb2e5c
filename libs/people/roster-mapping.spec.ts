import fc from 'fast-check';
import { ROSTER_COLUMNS, type RosterColumn } from './roster-columns.js';
import {
  columnNames,
  headerKey,
  lettersOf,
  mappingFrom,
  mappingToJson,
  mayHoldForEverybody,
  requireMapping,
  valueOf,
  type RosterMapping,
} from './roster-mapping.js';

const HEADER = ['Stamnr', 'Naam', 'Mail', 'Opmerking', ''];
const json = (columns: unknown, everybody?: unknown): string =>
  JSON.stringify(everybody === undefined ? { columns } : { columns, everybody });
const NAMED = { stamnr: 'reference', NAAM: 'family_name', 'Ma-il': 'email', Opmerking: null };
const EVERYBODY = { category: 'past-applicant', language: 'nl', documents: 'BE:id-card:scan:presumed' };

describe('given a mapping as JSON', () => {
  it('when it names columns of the file and values for everybody, then each column is read as it says', () => {
    expect(mappingFrom(json(NAMED, EVERYBODY), HEADER)).toEqual({
      columns: ['reference', 'family_name', 'email', null, null],
      everybody: EVERYBODY,
    });
  });

  it('when a column has no name or shares it with another, then it is named by the letters above it', () => {
    expect(columnNames(['a', 'Mail', '', 'E', 'm-ail'])).toEqual([
      'a', 'Mail (column B)', 'column C', 'E', 'm-ail (column E)',
    ]); // prettier-ignore
    const { columns } = mappingFrom(
      json({ a: 'reference', 'mail (column E)': 'email', 'Column C': 'family_name' }, EVERYBODY),
      ['a', 'Mail', '', 'E', 'm-ail'],
    );
    expect(columns).toEqual(['reference', null, 'family_name', null, 'email']);
  });

  it.each([
    ['no JSON', '{columns', 'roster.mapping-unreadable', 'no JSON'],
    ['a list', '[]', 'roster.mapping-unreadable', 'another shape'],
    ['columns as a list', json(['reference']), 'roster.mapping-unreadable', 'another shape'],
    ['a key that there is not', '{"columns":{},"rows":{}}', 'roster.mapping-unreadable', 'another shape'],
    ['a mapping without end', `"${'x'.repeat(300_000)}"`, 'roster.mapping-unreadable', 'longer'],
    ['a column that the file has not', json({ Adres: 'street' }), 'roster.mapping-column', '"Adres"'],
    ['a column that a roster has not', json({ Mail: 'e_mail' }), 'roster.mapping-column', '"e_mail"'],
    ['a number as a column', json({ Mail: 7 }), 'roster.mapping-column', 'no text'],
    ['a column of Object', json({ Mail: 'constructor' }), 'roster.mapping-column', '"constructor"'],
    ['an unknown column for everybody', json(NAMED, { salary: '1' }), 'roster.mapping-column', '"salary"'],
    ['a number for everybody', json(NAMED, { category: 1 }), 'roster.mapping-column', '"category"'],
    ['an empty value for everybody', json(NAMED, { category: ' ' }), 'roster.mapping-column', '"category"'],
    ['one reference for everybody', json({ Naam: 'family_name' }, { reference: 'x' }), 'roster.mapping-column', '"reference"'],
    ['a column in the file and for everybody', json({ ...NAMED, Opmerking: 'city' }, { ...EVERYBODY, city: 'Gent' }), 'roster.mapping-column', '"city"'],
    ['one column of ours twice', json({ ...NAMED, Opmerking: 'email' }, EVERYBODY), 'roster.column-twice', '"email"'],
    ['no category', json(NAMED, { language: 'nl' }), 'roster.column-missing', '"category"'],
    ['no language', json(NAMED, { category: 'staff' }), 'roster.column-missing', '"language"'],
    ['no reference', json({ Naam: 'family_name' }, EVERYBODY), 'roster.column-missing', '"reference"'],
    ['no names', json({ Stamnr: 'reference' }, EVERYBODY), 'roster.column-missing', 'names'],
  ])('when it holds %s, then it is refused with a sentence that names it', (_, text, code, words) => {
    expect(() => mappingFrom(text, HEADER)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(words) }),
    );
  }); // prettier-ignore

  it('when any mapping that can be used is written and read again for the same file, then it is the same', () => {
    const free = ROSTER_COLUMNS.filter(mayHoldForEverybody);
    const mappings = fc
      .record({
        mapped: fc.subarray([...ROSTER_COLUMNS]),
        everybody: fc.dictionary(fc.constantFrom(...free), fc.stringMatching(/^[a-z:;-]{1,20}$/)),
        unread: fc.nat(3),
      })
      .map(({ mapped, everybody, unread }): RosterMapping => {
        const needed: RosterColumn[] = ['reference', 'category', 'language', 'family_name'];
        const columns = [...new Set([...mapped, ...needed])].filter((column) => !(column in everybody));
        return { columns: [...columns, ...Array<null>(unread).fill(null)], everybody };
      });
    fc.assert(
      fc.property(mappings, (mapping) => {
        const header = mapping.columns.map((_, place) => (place % 7 === 0 ? '' : `Kolom ${place}`));
        expect(mappingFrom(mappingToJson(mapping, header), header)).toEqual(mapping);
      }),
    );
  });
});

describe('given a mapping', () => {
  const mapping: RosterMapping = { columns: ['reference', null, 'email'], everybody: { category: 'staff' } };

  it('when a row is read by it, then a column of the file gives its cell, and a value for everybody stands for all rows', () => {
    const cells = ['P-1', 'x'];
    expect((['reference', 'email', 'category', 'city'] as const).map((column) => valueOf(mapping, cells, column))).toEqual(
      ['P-1', '', 'staff', ''],
    ); // prettier-ignore
  });

  it('when both required values come for everybody, then nothing is missing', () => {
    expect(() =>
      requireMapping({ columns: ['reference', 'given_name'], everybody: { category: 'staff', language: 'fr' } }),
    ).not.toThrow();
  });

  it('when its file comes again with the columns in another order or other case, then it is found again, else not', () => {
    expect(headerKey(['Mail', 'Naam'])).toBe(headerKey(['naam ', 'MAIL']));
    expect(headerKey(['Mail', 'Naam'])).not.toBe(headerKey(['Mail', 'Naam', 'Stad']));
    expect(headerKey(['Mail', '', 'Naam'])).not.toBe(headerKey(['Mail', 'Naam', '']));
    expect(headerKey(['ab', 'c'])).not.toBe(headerKey(['a', 'bc']));
  });

  it('when columns are counted past Z, then their letters are those of a spreadsheet', () => {
    expect([0, 25, 26, 51, 52, 701, 702].map(lettersOf)).toEqual(['A', 'Z', 'AA', 'AZ', 'BA', 'ZZ', 'AAA']);
  });
});
