import { ROSTER_COLUMNS, columnOf, columnsOf } from './roster-columns.js';

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

  it.each([
    ['Personnel Number', 'reference'], ['Pers.No.', 'reference'], ['Employee ID', 'reference'], ['EMPLOYEE_NO', 'reference'], ['Legal Name - First Name', 'given_name'],
    ['Legal Last Name', 'family_name'], ['Email - Primary Work', 'email'], ['Primary Home Email', 'private_email'], ['DOB', 'birth_date'], ['Date of Birth (MM/DD/YYYY)', 'birth_date'],
    ['National ID', 'national_number'], ['Postal Code*', 'postcode'], ['Zip code', 'postcode'], ['Comm. Language', 'language'], ['Street and House Number', 'street'],
    ['Personeelsnr.', 'reference'], ['Stamnummer', 'reference'], ['Rijksregisternr.', 'national_number'], ['INSZ-nummer', 'national_number'], ['Geb.datum', 'birth_date'],
    ['E-mail (werk)', 'email'], ['E-mail (privé)', 'private_email'], ['Gemeente/Stad', 'city'], ['Straat + nr', 'street'], ['GSM-nummer', 'phone'],
    ['Taalrol', 'language'], ['Geboortedatum (dd/mm/jjjj)', 'birth_date'], ['Rijksregisternummer (verplicht)', 'national_number'], ['Huisnr.', 'house_number'],
    ['Matricule', 'reference'], ['N° de matricule', 'reference'], ['Nº registre national', 'national_number'], ['Numéro de registre national', 'national_number'], ['NISS', 'national_number'],
    ['Né(e) le', 'birth_date'], ['Prénom(s)', 'given_name'], ['Rôle linguistique', 'language'], ['Adresse électronique', 'email'], ['Mail pro', 'email'],
    ['Mail perso', 'private_email'], ['Commune / Ville', 'city'], ['CP', 'postcode'], ['N° GSM', 'phone'], ['Adresse (ligne 2)', 'address_line_2'],
    ['Personalnr.', 'reference'], ['Mitarbeiter-Nr.', 'reference'], ['Aktenzeichen', 'reference'], ['Geb.-Datum', 'birth_date'], ['geboren am', 'birth_date'],
    ['E-Mail (dienstlich)', 'email'], ['E-Mail (privat)', 'private_email'], ['Straße / Hausnr.', 'street'], ['Wohnort', 'city'], ['Ländercode', 'country'],
    ['Sozialversicherungsnr.', 'national_number'], ['Korrespondenzsprache', 'language'], ['Naam / Nom', 'family_name'], ['Voornaam | Prénom', 'given_name'],
    ['Rijksregisternummer - Numéro national', 'national_number'], ['Langue\nTaal', 'language'],
  ])('when an HR export writes %s, then it is the column %s', (word, column) => expect(columnOf(word)).toBe(column)); // prettier-ignore

  it.each([
    'E-mail (manager)', 'E-mail leidinggevende', 'Contact person', 'Emergency phone', 'Nationaliteit', 'Nationalité', 'Geburtsort', 'Lieu de naissance',
    'Geboorteplaats', 'Datum indiensttreding', 'Date d’entrée', 'Name / E-mail', 'Statuut', 'x'.repeat(100_000),
  ])('when it is %j, which is of somebody else or another thing, then it is no column of ours', (word) => {
    expect(columnOf(word)).toBeNull();
  }); // prettier-ignore
});

describe('given a row of header words', () => {
  it.each([
    [['Nom', 'Prénom'], ['family_name', 'given_name']],
    [['Nom', 'Nom de famille', 'Prénom'], [null, 'family_name', 'given_name']],
    [['Naam', 'Taal'], ['family_name', 'language']],
    [['Voornamen', 'Roepnaam', 'Naam'], ['given_name', null, 'family_name']],
    [['Nr.', 'Naam', 'Straat', 'Nr'], ['reference', 'family_name', 'street', 'house_number']],
    [['Personeelsnr.', 'Nr.', 'Naam'], ['reference', null, 'family_name']],
    [['N°', 'Rue', 'Ville'], ['house_number', 'street', 'city']],
    [['Full name', 'Language'], ['family_name', 'language']],
    [['Full name', 'Last name'], [null, 'family_name']],
    [['Telefoon', 'GSM'], [null, 'phone']],
    [['Telefoon', 'Telefoon werk'], ['phone', null]],
    [['E-mail', 'Mail'], ['email', 'email']],
    [[], []],
  ] as const)('when it is %j, then each is read in the company of the others: %j', (header, columns) => {
    expect(columnsOf(header)).toEqual(columns);
  }); // prettier-ignore
});
