import { guessMapping, requireHeader } from './mapping-guess.js';

const ROWS = Array.from({ length: 40 }, (_, i) => [
  `P-${i}`,
  i % 2 ? 'staff' : 'past-applicant',
  `Voorbeeld${i}`,
  i % 3 ? 'nl' : 'fr',
  `voorbeeld${i}@agency.example`,
  `${1950 + i}-0${(i % 9) + 1}-14`,
  '85.07.30-033.28',
  String(1000 + i * 100),
  '+32 2 555 01 23',
  'BE:id-card:scan:presumed',
  'cv:copy:presumed',
  'BE',
]);
const table = (...rows: string[][]) => rows.map((cells, i) => ({ number: i + 1, cells }));

describe('given a file whose columns are to be guessed', () => {
  it('when the header words are known, then they decide, and surely', () => {
    const { mapping, byHeader, guesses } = guessMapping(['Stamnr', 'Voornaam', 'Naam', 'Opmerking'], []);
    expect(mapping.columns).toEqual(['reference', 'given_name', 'family_name', null]);
    expect(byHeader).toEqual(mapping);
    expect(guesses[3]).toEqual({ column: null, by: 'nothing', confidence: 0 });
    expect(guesses.slice(0, 3).every((guess) => guess.confidence === 1 && guess.by === 'header')).toBe(true);
  });

  it('when there is one column of names, then it is taken for the family name, but not surely', () => {
    expect(guessMapping(['Id', 'Naam'], []).guesses[1]).toEqual({ column: 'family_name', by: 'header', confidence: 0.6 });
  }); // prettier-ignore

  it('when headers are empty, then values say what they can, and a command does not rely on it', () => {
    const { mapping, byHeader, guesses } = guessMapping(ROWS[0]!.map(() => ''), ROWS);
    expect(mapping.columns).toEqual([
      null, 'category', null, 'language', 'email', 'birth_date', 'national_number', 'postcode', 'phone', 'documents', 'other_data', 'country',
    ]); // prettier-ignore
    expect(byHeader.columns.every((column) => column === null)).toBe(true);
    expect(guesses.filter((guess) => guess.by === 'values').every((g) => g.confidence > 0 && g.confidence < 1)).toBe(true);
  }); // prettier-ignore

  it('when a header names a column of ours, then no other column is guessed to be it', () => {
    const rows = ROWS.map((row) => [row[4]!, row[4]!, row[4]!]);
    expect(guessMapping(['x', 'E-mail', 'y'], rows).mapping.columns).toEqual(['private_email', 'email', null]);
  });

  it.each(['Manager', 'E-mail leidinggevende', 'Noodcontact', 'Emergency e-mail', 'Partner', 'Created by'])(
    'when a column of addresses is called %s, then nobody is written to at them',
    (word) => {
      expect(guessMapping(['Id', word], ROWS.map((row) => [row[0]!, row[4]!])).mapping.columns[1]).toBeNull();
    }, // prettier-ignore
  );

  it.each(['Startdatum', 'Hired on', 'Date d’entrée', 'Eintritt'])(
    'when a column of days is called %s, then it is no birth date',
    (word) => {
      expect(guessMapping(['Id', word], ROWS.map((row) => [row[0]!, row[5]!])).mapping.columns[1]).toBeNull();
    }, // prettier-ignore
  );
});

describe('given the first rows of a file', () => {
  it('when the first holds a person, then the file is refused, and it says what to do', () => {
    for (const first of [...ROWS.slice(0, 3).map((row) => [row]), [['']], [['P-1', 'Voorbeeld', 'nl', '9000', 'BE']]])
      expect(() => requireHeader(table(...first, ...ROWS))).toThrow(
        expect.objectContaining({ code: 'roster.no-header' }),
      );
  });

  it('when column names stand under a title, then the file is refused, and it says in which row they stand', () => {
    const rows = table(['Personeelslijst 2026'], [''], ['Stamnr', 'Naam', 'Taal'], ['1', 'Voorbeeld', 'nl']);
    expect(() => requireHeader(rows)).toThrow(
      expect.objectContaining({ code: 'roster.header-below', message: expect.stringContaining('row 3') }),
    );
  });

  it.each([[['Stamnr', 'Naam', 'Taal']], [['Nazwisko', 'Imię', 'Miasto']], [['Staff', 'FR', 'NL']], [['x']]])(
    'when the first is %j, then it is taken for column names',
    (row) => {
      expect(() => requireHeader(table(row, ...ROWS))).not.toThrow();
    },
  );
});
