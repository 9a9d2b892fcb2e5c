import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ROSTER_COLUMNS, columnOf } from './roster-columns.js';

describe('given a header word', () => {
  it.each(ROSTER_COLUMNS)(
    'when it is the name %s of a column, in any case, with spaces or dashes, then it is that column',
    (column) => {
      for (const word of [
        column,
        column.toUpperCase(),
        column.replaceAll('_', ' '),
        column.replaceAll('_', '-'),
        column.replaceAll('_', ''),
      ]) {
        expect([word, columnOf(word)]).toEqual([word, column]);
      }
    },
  );

  it.each([
    ['Referentie', 'reference'], ['Categorie', 'category'], ['Voornaam', 'given_name'], ['Achternaam', 'family_name'], ['Taal', 'language'],
    ['E-mail', 'email'], ['Privé e-mail', 'private_email'], ['Telefoon', 'phone'], ['Straat', 'street'], ['Huisnummer', 'house_number'],
    ['Postcode', 'postcode'], ['Gemeente', 'city'], ['Land', 'country'], ['Geboortedatum', 'birth_date'], ['Rijksregisternummer', 'national_number'],
    ['Beschermd', 'protected'], ['Minderjarig', 'minor'], ['Overleden', 'deceased'], ['Documenten', 'documents'], ['Andere gegevens', 'other_data'],
    ['Référence', 'reference'], ['Catégorie', 'category'], ['Prénom', 'given_name'], ['Nom', 'family_name'], ['Langue', 'language'],
    ['Adresse e-mail', 'email'], ['Courriel privé', 'private_email'], ['Téléphone', 'phone'], ['Adresse', 'address_line_1'], ['Rue', 'street'],
    ['Code postal', 'postcode'], ['Ville', 'city'], ['Pays', 'country'], ['Date de naissance', 'birth_date'], ['Numéro national', 'national_number'],
    ['Protégé', 'protected'], ['Mineur', 'minor'], ['Décédé', 'deceased'], ['Autres données', 'other_data'],
    ['Referenz', 'reference'], ['Kategorie', 'category'], ['Vorname', 'given_name'], ['Nachname', 'family_name'], ['Sprache', 'language'],
    ['E-Mail-Adresse', 'email'], ['Private E-Mail', 'private_email'], ['Telefon', 'phone'], ['Straße', 'street'], ['STRASSE', 'street'],
    ['Hausnummer', 'house_number'], ['PLZ', 'postcode'], ['Ort', 'city'], ['Geburtsdatum', 'birth_date'], ['Geschützt', 'protected'],
    ['Minderjährig', 'minor'], ['Verstorben', 'deceased'], ['Ausweise', 'documents'], ['Sonstige Daten', 'other_data'],
  ])('when it is %s, then it is the column %s', (word, column) => expect(columnOf(word)).toBe(column)); // prettier-ignore

  it.each(['', ' ', 'remarks', 'salary', 'constructor', '__proto__', 'e-mail 2'])(
    'when it is %j, then it is no column of ours',
    (word) => {
      expect(columnOf(word)).toBeNull();
    },
  );

  it('when words are listed for the columns, then no word stands for two', () => {
    const source = readFileSync(path.join(import.meta.dirname, 'roster-columns.ts'), 'utf8');
    const table = /HEADER_WORDS[^{]*\{(.*?)\n\};/s.exec(source)![1]!;
    const rows = [...table.matchAll(/^ {2}(\w+): \[(.*)\]/gm)].map(
      ([, column, words]) => [column!, [...words!.matchAll(/'([^']+)'/g)].map((word) => word[1]!)] as const,
    );
    expect(rows.map(([column]) => column)).toEqual([...ROSTER_COLUMNS]);
    for (const [column, words] of rows)
      for (const word of words) expect([word, columnOf(word)]).toEqual([word, column]);
  });
});
