import type { RosterColumn } from './roster-columns.js';
import { isoDate, layoutOf, marksProtected, readRow, type StatedPerson } from './roster-row.js';

type Cells = Partial<Record<RosterColumn, string>>;
const LOTTE: Cells = {
  reference: 'P-1001',
  category: 'staff',
  language: 'nl',
  given_name: 'Lotte',
  family_name: 'Voorbeeld',
};

function read(over: Cells): ReturnType<typeof readRow> {
  const row = { ...LOTTE, ...over };
  return readRow(layoutOf(Object.keys(row) as RosterColumn[]), Object.values(row));
}
function person(over: Cells): StatedPerson {
  const row = read(over);
  if ('faults' in row) throw new Error(`faults: ${JSON.stringify(row.faults)}`);
  return row.person;
}
function faults(over: Cells): [string, string][] {
  const row = read(over);
  return 'faults' in row ? row.faults.map(({ at, message }) => [at, message]) : [];
}

describe('given a row without faults', () => {
  it('when it says the least, then its person has a reference, a name, a category and nothing else', () => {
    expect(person({})).toEqual({
      record: { reference: 'P-1001', givenName: 'Lotte', familyName: 'Voorbeeld' },
      category: 'staff',
      language: 'nl',
      isProtected: false,
      isMinor: false,
      isDeceased: false,
      nationalNumber: null,
      exposures: [],
    });
  });

  it('when it says the most, then all of it is read', () => {
    const most = person({
      email: 'Lotte@Agency.example', private_email: 'lotte@post.example', phone: '+32 (0)2 555.01/23', street: 'Kerkstraat', house_number: '12 bus 3',
      postcode: '9000', city: 'Gent', country: 'be', birth_date: '28/02/1987', national_number: '85.07.30-033.28', protected: 'ja', minor: 'oui', deceased: 'x',
      addressee_given_name: 'Jo', addressee_family_name: 'Peeters', documents: 'BE:id-card:scan:confirmed', other_data: 'cv:copy:presumed',
    }); // prettier-ignore
    expect(most).toMatchObject({ isProtected: true, isMinor: true, isDeceased: true, nationalNumber: '85073003328' });
    expect(most.exposures.map((exposure) => exposure.dataKind)).toEqual(['id-card', 'cv']);
    expect(most.record).toEqual({
      reference: 'P-1001', givenName: 'Lotte', familyName: 'Voorbeeld', email: 'Lotte@agency.example', privateEmail: 'lotte@post.example',
      phone: '+32 (0)2 555.01/23', address: ['Kerkstraat 12 bus 3', '9000 Gent'], country: 'BE', birthDate: '1987-02-28', addressee: { givenName: 'Jo', familyName: 'Peeters' },
    }); // prettier-ignore
  });

  it.each<[Cells, string[]]>([
    [{ address_line_1: 'Kerkstraat 12', address_line_2: '9000 Gent' }, ['Kerkstraat 12', '9000 Gent']],
    [{ address_line_1: 'Kerkstraat 12', postcode: '9000', city: 'Gent' }, ['Kerkstraat 12', '9000 Gent']],
    [
      { address_line_1: 'Kerkstraat 12', address_line_2: '9000 GENT', postcode: '9000', city: 'Gent' },
      ['Kerkstraat 12', '9000 GENT'],
    ],
    [
      { address_line_1: 'Residentie Zon', street: 'Kerkstraat', house_number: '12', postcode: '9000', city: 'Gent' },
      ['Residentie Zon', 'Kerkstraat 12', '9000 Gent'],
    ],
    [{ address_line_2: 'Kerkstraat 12', address_line_5: '9000 Gent' }, ['Kerkstraat 12', '9000 Gent']],
    [{ street: 'Kerkstraat', city: 'Gent' }, ['Kerkstraat', 'Gent']],
  ])('when the address is %j, then its lines are %j, and nothing of it is lost or doubled', (cells, lines) => {
    expect(person(cells).record.address).toEqual(lines);
  });

  it.each([
    ['Former Staff', 'former-staff'],
    ['FORMER_STAFF', 'former-staff'],
    ['third-party', 'third-party'],
  ])('when the category is %s, then it is %s', (cell, category) =>
    expect(person({ category: cell }).category).toBe(category),
  );

  it('when the language is empty, then it is nobody’s, and the rule of the controller decides', () => {
    expect(person({ language: '' }).language).toBeNull();
    expect(person({ language: ' FR ' }).language).toBe('fr');
  });

  it('when both addresses are the same but for their case, then there is one', () => {
    expect(
      person({ email: 'Lotte@post.example', private_email: 'lotte@POST.example' }).record.privateEmail,
    ).toBeUndefined();
  });

  it('when a country has no known rule, then its national number is taken as text', () => {
    expect(person({ country: 'PL', national_number: '44 05 14-01359' }).nationalNumber).toBe('44051401359');
  });

  it('when a name has one part only, then it is enough', () => {
    expect(person({ given_name: '' }).record).toMatchObject({ givenName: '', familyName: 'Voorbeeld' });
    expect(person({ family_name: '' }).record).toMatchObject({ givenName: 'Lotte', familyName: '' });
  });
});

describe('given a row with a fault', () => {
  it.each<[Cells, string, string]>([
    [{ reference: '  ' }, 'reference', 'Write the reference by which you know this person; no two persons share one.'],
    [{ reference: 'x'.repeat(101) }, 'reference', 'Shorten this to at most 100 characters.'],
    [{ category: 'employee' }, 'category', 'Write one of staff, former-staff, applicant, past-applicant, family, third-party.'],
    [{ category: '' }, 'category', 'Write one of staff, former-staff, applicant, past-applicant, family, third-party.'],
    [{ language: 'es' }, 'language', 'Write one of nl, fr, de, en, or leave it empty.'],
    [{ given_name: '', family_name: ' ' }, 'family_name', 'Write a given name or a family name: the letter greets its person by name.'],
    [{ given_name: 'x'.repeat(301) }, 'given_name', 'Shorten this to at most 300 characters.'],
    [{ given_name: 'Lot\nte' }, 'given_name', 'Take the line breaks and control characters out of this cell.'],
    [{ given_name: 'Lot\u0085te' }, 'given_name', 'Take the line breaks and control characters out of this cell.'],
    [{ given_name: 'Lot\ud800te' }, 'given_name', 'Take the line breaks and control characters out of this cell.'],
    [{ email: 'lotte@post.example, jo@post.example' }, 'email', 'Write one e-mail address, as name@example.org, with nothing before or after it.'],
    [{ email: 'Lotte <lotte@post.example>' }, 'email', 'Write one e-mail address, as name@example.org, with nothing before or after it.'],
    [{ private_email: 'lotte' }, 'private_email', 'Write one e-mail address, as name@example.org, with nothing before or after it.'],
    [{ phone: 'ask Jo' }, 'phone', 'Write the telephone number with digits, as +32 2 555 01 23.'],
    [{ country: 'Belgium' }, 'country', 'Write the country with its two letters, as BE.'],
    [{ birth_date: '1987-02-29' }, 'birth_date', 'Write a date that exists, as 1987-02-28 or 28/02/1987.'],
    [{ national_number: '85.07.30-033.29' }, 'national_number', 'The check digits of this number do not fit. Correct it, or leave it empty.'],
    [{ country: 'NL', national_number: '999999999' }, 'national_number', 'The check digits of this number do not fit. Correct it, or leave it empty.'],
    [{ protected: 'maybe' }, 'protected', 'Write yes or no.'],
    [{ minor: '?' }, 'minor', 'Write yes or no.'],
    [{ deceased: '2019' }, 'deceased', 'Write yes or no.'],
    [{ minor: 'yes' }, 'addressee_family_name', 'Write the name of the guardian: a letter about a minor goes to the guardian.'],
    [{ deceased: 'yes' }, 'addressee_family_name', 'Write the name of the next of kin to whom the letter goes.'],
    [{ documents: 'BE:id-card' }, 'documents', 'Write each document as country:kind:what:how-sure, as BE:id-card:scan:confirmed, and put ; between two.'],
    [{ documents: 'x'.repeat(4_001) }, 'documents', 'Shorten this to at most 4000 characters.'],
    [{ other_data: 'cv' }, 'other_data', 'Write each thing as kind:what:how-sure, as cv:copy:presumed, and put ; between two.'],
    [{ country: 'x'.repeat(301), national_number: '85.07.30-033.28' }, 'country', 'Shorten this to at most 300 characters.'],
  ])('when it is %j, then one fault names the column %s and says: %s', (cells, at, message) => {
    expect(faults(cells)).toEqual([[at, message]]);
  }); // prettier-ignore

  it('when there is no column for the family name, then the missing name is said at the given name', () => {
    expect(readRow(layoutOf(['reference', 'category', 'language', 'given_name']), ['P-1', 'staff', 'nl', ''])).toEqual({
      faults: [
        { at: 'given_name', message: 'Write a given name or a family name: the letter greets its person by name.' },
      ],
    });
  });

  it('when it has more cells than the header, then it is not read: a cell may have slid', () => {
    const columns = Object.keys(LOTTE) as RosterColumn[];
    expect(readRow(layoutOf(columns), [...Object.values(LOTTE), '', 'more'])).toMatchObject({
      faults: [{ at: 'row' }],
    });
    expect(readRow(layoutOf(columns), [...Object.values(LOTTE), '', ' '])).toHaveProperty('person');
  });

  it('when it has several, then each is named, and none repeats what stood there', () => {
    const all = faults({
      reference: '',
      category: 'boss',
      language: 'xx',
      email: 'lotte',
      phone: 'none at all',
      country: 'Belgium',
      birth_date: 'yesterday',
    });
    expect(all.map(([at]) => at)).toEqual([
      'category',
      'language',
      'reference',
      'email',
      'phone',
      'country',
      'birth_date',
    ]);
    expect(JSON.stringify(all)).not.toMatch(/boss|lotte|none at all|Belgium|yesterday/);
  });
});

describe('given the mark of a protected person', () => {
  it.each(['yes', 'JA', ' oui ', '1', 'x', 'maybe', 'no idea', '?'])(
    'when the cell is %j, then the row is marked',
    (cell) => {
      expect(marksProtected(layoutOf(['reference', 'protected']), ['P-1', cell])).toBe(true);
    },
  );
  it.each(['', ' ', 'no', 'NEE', 'non', 'nein', 'false', '0', '\u00a0no'])(
    'when the cell is %j, then it is not',
    (cell) => {
      expect(marksProtected(layoutOf(['reference', 'protected']), ['P-1', cell])).toBe(false);
    },
  );
  it('when there is no such column or the row is short, then it is not', () => {
    expect(marksProtected(layoutOf(['reference']), ['P-1', 'yes'])).toBe(false);
    expect(marksProtected(layoutOf(['reference', 'protected']), ['P-1'])).toBe(false);
  });
});

describe('given a date as people write it', () => {
  it.each([
    ['1987-02-28', '1987-02-28'],
    ['28/02/1987', '1987-02-28'],
    ['28.2.1987', '1987-02-28'],
    ['5-3-1990', '1990-03-05'],
    ['29/02/2000', '2000-02-29'],
    ['29/02/1900', null],
    ['31/04/1990', null],
    ['00/01/1990', null],
    ['01/13/1990', null],
    ['1849-12-31', null],
    ['28 feb 1987', null],
    ['28/02/87', null],
    ['', null],
  ])('when it is %s, then it is %s', (text, iso) => expect(isoDate(text)).toBe(iso));
});
