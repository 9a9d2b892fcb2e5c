/** Columns of a roster, as product.md spells them. */
export const ROSTER_COLUMNS = [
  'reference', 'category', 'given_name', 'family_name', 'language', 'email', 'private_email', 'phone',
  'address_line_1', 'address_line_2', 'address_line_3', 'address_line_4', 'address_line_5',
  'street', 'house_number', 'postcode', 'city', 'country', 'birth_date', 'national_number',
  'protected', 'minor', 'deceased', 'addressee_given_name', 'addressee_family_name', 'documents', 'other_data',
] as const; // prettier-ignore
export type RosterColumn = (typeof ROSTER_COLUMNS)[number];

/** A column that only our own export has: by it the export is known when it is imported again. */
export const EXPORT_MARK = 'tocsin_state';

/** Header words in Dutch, French and German, and other English ones, without regard to case, spaces, dashes, accents. */
const HEADER_WORDS: Record<RosterColumn, string[]> = {
  reference: ['ref', 'referentie', 'kenmerk', 'personeelsnummer', 'stamnummer', 'matricule', 'numéro', 'référence', 'Referenz', 'Personalnummer', 'Aktenzeichen', 'employee number', 'id'],
  category: ['categorie', 'catégorie', 'Kategorie', 'type', 'hoedanigheid', 'qualité'],
  given_name: ['first name', 'voornaam', 'prénom', 'Vorname', 'given names', 'forename'],
  family_name: ['last name', 'surname', 'familienaam', 'achternaam', 'naam', 'nom', 'nom de famille', 'Nachname', 'Familienname', 'Name'],
  language: ['taal', 'langue', 'Sprache', 'taalrol', 'rôle linguistique'],
  email: ['e-mail', 'mail', 'e-mailadres', 'adresse e-mail', 'courriel', 'E-Mail-Adresse', 'email address', 'work email', 'werk e-mail'],
  private_email: ['private mail', 'personal email', 'privé e-mail', 'privémail', 'e-mail privé', 'courriel privé', 'private E-Mail', 'private E-Mail-Adresse'],
  phone: ['telephone', 'mobile', 'telefoon', 'gsm', 'téléphone', 'Telefon', 'Handy'],
  address_line_1: ['address', 'adres', 'adresse', 'Anschrift', 'adresregel 1', 'adresse ligne 1', 'Adresszeile 1'],
  address_line_2: ['adresregel 2', 'adresse ligne 2', 'Adresszeile 2'],
  address_line_3: ['adresregel 3', 'adresse ligne 3', 'Adresszeile 3'],
  address_line_4: ['adresregel 4', 'adresse ligne 4', 'Adresszeile 4'],
  address_line_5: ['adresregel 5', 'adresse ligne 5', 'Adresszeile 5'],
  street: ['straat', 'rue', 'Straße', 'Strasse', 'straatnaam'],
  house_number: ['number', 'huisnummer', 'nummer', 'nr', 'numéro de maison', 'n°', 'Hausnummer'],
  postcode: ['postal code', 'zip', 'code postal', 'Postleitzahl', 'PLZ'],
  city: ['town', 'gemeente', 'plaats', 'stad', 'ville', 'commune', 'localité', 'Ort', 'Stadt', 'Gemeinde'],
  country: ['land', 'pays', 'country code'],
  birth_date: ['date of birth', 'born', 'geboortedatum', 'date de naissance', 'Geburtsdatum'],
  national_number: ['rijksregisternummer', 'insz', 'numéro national', 'numéro de registre national', 'niss', 'Nationalregisternummer', 'bsn', 'nir', 'Steuer-ID', 'national register number'],
  protected: ['beschermd', 'protégé', 'geschützt'],
  minor: ['minderjarig', 'mineur', 'minderjährig'],
  deceased: ['overleden', 'décédé', 'verstorben'],
  addressee_given_name: ['voornaam geadresseerde', 'prénom destinataire', 'Vorname Empfänger', 'guardian given name'],
  addressee_family_name: ['familienaam geadresseerde', 'nom destinataire', 'Nachname Empfänger', 'guardian family name'],
  documents: ['documenten', 'Dokumente', 'Ausweise', 'pièces'],
  other_data: ['andere gegevens', 'autres données', 'andere Daten', 'Sonstige Daten'],
}; // prettier-ignore

function plain(header: string): string {
  return header
    .normalize('NFD')
    .replace(/[^\p{L}\p{N}]/gu, '')
    .toLowerCase();
}

const BY_WORD = new Map<string, RosterColumn>();
for (const column of ROSTER_COLUMNS)
  for (const word of [...HEADER_WORDS[column], column]) BY_WORD.set(plain(word), column);

/** The column that a header word means, or null. Case, spaces, dashes and accents do not count. */
export function columnOf(header: string): RosterColumn | null {
  return BY_WORD.get(plain(header)) ?? null;
}
