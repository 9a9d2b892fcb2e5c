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

/**
 * Header words by column and language, without regard to case, spaces, dashes and accents, as exports of HR systems and
 * lists made by hand have them. `#` stands for every way to write "number" in that language (see NUMBERS).
 * Left out on purpose: what may be somebody else's (contact, manager, emergency) or another thing (nationality, place
 * of birth, statute).
 */
const HEADER_WORDS: Record<RosterColumn, Record<'en' | 'nl' | 'fr' | 'de', string>> = {
  reference: {
    en: 'ref, reference #, id, person id, employee #, employee id, emp id, emp #, staff #, staff id, worker id, worker #, personnel #, pers #, payroll #, candidate #, candidate id, applicant #, applicant id, user id, file #, case #, badge #',
    nl: 'referentie, kenmerk, personeels#, personeels id, pers#, stam#, medewerkers#, medewerker id, werknemers#, werknemer id, kandidaat#, dossier#, badge#, registratie#, aanwervings#, sollicitatie#, referentie#',
    fr: 'référence, réf, matricule, # matricule, numéro, # du personnel, # personnel, # employé, # agent, # candidat, # dossier, id agent, identifiant, # identifiant, # référence, # badge, # salarié, matricule agent',
    de: 'Referenz, Personal#, Pers#, Mitarbeiter#, Mitarbeiter ID, Angestellten#, Bewerber#, Aktenzeichen, Akten#, Stamm#, Kenn#, Kennung, Referenz#, Personalkennziffer, Matrikel#, Dienst#',
  },
  category: {
    en: 'type, person type, person category, worker type',
    nl: 'categorie, hoedanigheid, soort persoon, personeelscategorie',
    fr: 'catégorie, qualité, type de personne, catégorie de personne',
    de: 'Kategorie, Personenkategorie, Art der Person, Personenart',
  },
  given_name: {
    en: 'first name, given names, forename, forenames, first names, legal first name, legal name first name, preferred first name, christian name, firstname 1',
    nl: 'voornaam, voornamen, roepnaam, eerste voornaam, voornaam 1',
    fr: 'prénom, prénoms, prénom usuel, premier prénom, prénom 1, prénom(s)',
    de: 'Vorname, Vornamen, Rufname, Vorname(n)',
  },
  family_name: {
    en: 'last name, surname, last names, legal last name, legal name last name, name, birth name',
    nl: 'familienaam, achternaam, naam, geslachtsnaam, naam 1',
    fr: 'nom, nom de famille, nom usuel, nom d’usage, nom patronymique, nom de naissance',
    de: 'Nachname, Familienname, Zuname, Nachnamen',
  },
  language: {
    en: 'lang, language code, preferred language, comm language, communication language, correspondence language, language key, contact language',
    nl: 'taal, taalrol, taalcode, voorkeurtaal, voorkeurstaal, contacttaal, correspondentietaal, communicatietaal, taal van de brief, taalstelsel',
    fr: 'langue, rôle linguistique, code langue, langue de contact, langue de correspondance, langue préférée, langue de communication, régime linguistique',
    de: 'Sprache, Sprachrolle, Sprachcode, Korrespondenzsprache, Kontaktsprache, Bevorzugte Sprache, Sprachenschlüssel, Spr.',
  },
  email: {
    en: 'e-mail, mail, mail address, email address, work email, work mail, email work, business email, email business, office email, professional email, primary work email, email primary work, company email, corporate email, smtp, smtp address',
    nl: 'e-mailadres, e-mail adres, mailadres, werk e-mail, e-mail werk, werkmail, mail werk, zakelijk e-mailadres, e-mail zakelijk, professioneel e-mailadres, professionele e-mail, e-mail kantoor, e-mailadres werk',
    fr: 'adresse e-mail, adresse mail, courriel, adresse électronique, courrier électronique, mél, e-mail professionnel, courriel professionnel, adresse e-mail professionnelle, e-mail travail, mail professionnel, mail pro, e-mail pro, adresse mail professionnelle, adresse courriel',
    de: 'E-Mail-Adresse, Mailadresse, Dienstliche E-Mail, E-Mail dienstlich, E-Mail geschäftlich, Geschäftliche E-Mail, E-Mail Arbeit, berufliche E-Mail, dienstliche E-Mail-Adresse, E-Mail beruflich, E-Mail-Adresse dienstlich',
  },
  private_email: {
    en: 'private mail, personal email, personal mail, email private, email personal, home email, email home, primary home email, email primary home, private email address, personal email address, personal e-mail address',
    nl: 'privé e-mail, privémail, e-mail privé, mail privé, privé e-mailadres, e-mailadres privé, persoonlijk e-mailadres, e-mail persoonlijk, persoonlijke e-mail, e-mail thuis',
    fr: 'e-mail privé, courriel privé, mail privé, adresse e-mail privée, adresse mail privée, e-mail personnel, courriel personnel, mail personnel, mail perso, e-mail perso, adresse e-mail personnelle, adresse mail personnelle',
    de: 'private E-Mail, private E-Mail-Adresse, E-Mail privat, Privatmail, persönliche E-Mail, E-Mail-Adresse privat, private Mailadresse, persönliche E-Mail-Adresse',
  },
  phone: {
    en: 'telephone, mobile, phone #, telephone #, mobile #, mobile phone, cell, cell phone, cellphone, tel, primary phone, work phone, home phone, phone work, phone home, private phone',
    nl: 'telefoon, gsm, gsm #, telefoon#, mobiel, mobiel #, tel #, tel gsm, vast #, telefoon privé, telefoon werk, gsm privé, telefoon thuis',
    fr: 'téléphone, # de téléphone, # téléphone, # tél, portable, téléphone portable, mobile, # gsm, # mobile, téléphone privé, tél portable, tél privé, tél fixe, téléphone fixe',
    de: 'Telefon, Handy, Telefon#, Handy#, Mobil, Mobiltelefon, Mobil#, Rufnummer, Tel privat, Telefon privat, Telefon dienstlich, Festnetz',
  },
  address_line_1: {
    en: 'address, address 1, line 1, home address, postal address, full address, addr 1',
    nl: 'adres, adresregel 1, adres 1, thuisadres, postadres, woonadres, domicilieadres',
    fr: 'adresse, adresse ligne 1, adresse 1, ligne d’adresse 1, domicile, adresse postale, adresse privée, adresse complète, adresse du domicile',
    de: 'Anschrift, Adresszeile 1, Adresse 1, Anschrift 1, Wohnadresse, Postanschrift, Privatadresse, Privatanschrift, Anschriftzeile 1',
  },
  address_line_2: {
    en: 'address 2, line 2, addr 2',
    nl: 'adresregel 2, adres 2',
    fr: 'adresse ligne 2, adresse 2, ligne d’adresse 2, complément d’adresse, complément adresse',
    de: 'Adresszeile 2, Adresse 2, Anschrift 2, Anschriftzeile 2, Adresszusatz',
  },
  address_line_3: {
    en: 'address 3, line 3, addr 3',
    nl: 'adresregel 3, adres 3',
    fr: 'adresse ligne 3, adresse 3, ligne d’adresse 3',
    de: 'Adresszeile 3, Adresse 3, Anschrift 3, Anschriftzeile 3',
  },
  address_line_4: {
    en: 'address 4, line 4, addr 4',
    nl: 'adresregel 4, adres 4',
    fr: 'adresse ligne 4, adresse 4, ligne d’adresse 4',
    de: 'Adresszeile 4, Adresse 4, Anschrift 4, Anschriftzeile 4',
  },
  address_line_5: {
    en: 'address 5, line 5, addr 5',
    nl: 'adresregel 5, adres 5',
    fr: 'adresse ligne 5, adresse 5, ligne d’adresse 5',
    de: 'Adresszeile 5, Adresse 5, Anschrift 5, Anschriftzeile 5',
  },
  street: {
    en: 'street name, street and #, street and house #, house # and street, street address',
    nl: 'straat, straatnaam, straat en #, straat en huis#, straat + #, straat #',
    fr: 'rue, nom de rue, nom de la rue, rue et #, rue #, voie, rue avenue',
    de: 'Straße, Straßenname, Straße und #, Straße und Haus#, Straße Haus#, Straße #, Str.',
  },
  house_number: {
    en: 'number, house #, street #, nr',
    nl: 'huis#, nummer, huisnr en bus, huisnummer en bus',
    fr: '# de maison, # maison, n°, # rue, # de rue, # et boîte, # boîte',
    de: 'Haus#, Hs #, Haus# und Zusatz',
  },
  postcode: {
    en: 'postal code, zip, zip code, post code, postcode zip',
    nl: 'postcode, post#, zipcode, pc',
    fr: 'code postal, cp, # postal, code postale',
    de: 'Postleitzahl, PLZ',
  },
  city: {
    en: 'town, municipality, place, locality, city town, home city',
    nl: 'gemeente, plaats, stad, woonplaats, deelgemeente, gemeentenaam, plaatsnaam',
    fr: 'ville, commune, localité, municipalité, lieu de résidence, ville commune',
    de: 'Ort, Stadt, Gemeinde, Wohnort, Ortschaft, Ortsname',
  },
  country: {
    en: 'country code, country key, country of residence, home country, country iso',
    nl: 'land, landcode, land van verblijf, woonland',
    fr: 'pays, code pays, pays de résidence',
    de: 'Land, Ländercode, Wohnland, Staat, Länderkennzeichen, Länderschlüssel',
  },
  birth_date: {
    en: 'date of birth, born, birthday, birth day, dob, birthdate, born on, d.o.b.',
    nl: 'geboortedatum, geb.datum, geb.dat., datum geboorte, geboren, geboren op, geboortedag, geb datum',
    fr: 'date de naissance, date naissance, né le, née le, né(e) le, date naiss., dt naissance, naissance, ddn',
    de: 'Geburtsdatum, Geb.-Datum, Geb.datum, Geburtstag, Geb.dat., geboren am, Geb.',
  },
  national_number: {
    en: 'national register #, national #, national id, national identifier, national id #, ssn, social security #, bis #, niss',
    nl: 'rijksregister#, rijksregister, rr#, rrn, insz, insz #, nationaal #, burgerservice#, bsn, bsn #, bis#, identificatie# sociale zekerheid, rijksregister# of bis#',
    fr: '# national, # registre national, # de registre national, # du registre national, # rn, registre national, # rrn, nrn, niss, # niss, nir, # de sécurité sociale, # sécurité sociale, # insee, # bis, # d’identification nationale',
    de: 'Nationalregister#, Nationalregister, National#, Steuer-ID, Steueridentifikations#, Identifikations#, Erkennungs# der sozialen Sicherheit, Sozialversicherungs#, NRN, ENSS, INSZ',
  },
  protected: {
    en: 'protected person, protection',
    nl: 'beschermd, beschermde persoon, afgeschermd',
    fr: 'protégé, protégée, protégé(e), personne protégée',
    de: 'geschützt, geschützte Person',
  },
  minor: {
    en: 'under age, underage, is minor',
    nl: 'minderjarig, minderjarige',
    fr: 'mineur, mineure, mineur(e), mineur d’âge',
    de: 'minderjährig, Minderjährige, Minderjähriger',
  },
  deceased: {
    en: 'dead, is deceased, died',
    nl: 'overleden, gestorven, overledene',
    fr: 'décédé, décédée, décédé(e), défunt',
    de: 'verstorben, Verstorbene, gestorben',
  },
  addressee_given_name: {
    en: 'guardian given name, guardian first name, addressee first name, next of kin first name, next of kin given name',
    nl: 'voornaam geadresseerde, voornaam voogd, voornaam ouder, voornaam nabestaande',
    fr: 'prénom destinataire, prénom du destinataire, prénom du tuteur, prénom tuteur, prénom du parent',
    de: 'Vorname Empfänger, Vorname des Empfängers, Vorname Vormund, Vorname Erziehungsberechtigter',
  },
  addressee_family_name: {
    en: 'guardian family name, guardian last name, guardian name, addressee last name, next of kin last name, next of kin family name',
    nl: 'familienaam geadresseerde, naam geadresseerde, naam voogd, familienaam voogd, naam ouder, naam nabestaande',
    fr: 'nom destinataire, nom du destinataire, nom du tuteur, nom tuteur, nom du parent, nom de famille destinataire',
    de: 'Nachname Empfänger, Nachname des Empfängers, Nachname Vormund, Name Empfänger, Nachname Erziehungsberechtigter',
  },
  documents: {
    en: 'exposed documents, identity documents, id documents, document',
    nl: 'documenten, identiteitsdocumenten, gelekte documenten, identiteitsbewijzen',
    fr: 'pièces, pièces d’identité, documents d’identité, documents exposés',
    de: 'Dokumente, Ausweise, Ausweisdokumente, Identitätsdokumente, betroffene Dokumente',
  },
  other_data: {
    en: 'other exposed data, further data',
    nl: 'andere gegevens, overige gegevens',
    fr: 'autres données, autres informations',
    de: 'andere Daten, Sonstige Daten, weitere Daten',
  },
}; // prettier-ignore

/** How `#` is written in each language. */
const NUMBERS = {
  en: ['number', 'no', 'num', 'nbr', 'nr'],
  nl: ['nummer', 'nr'],
  fr: [
    'numéro',
    'n°',
    'no',
    'nr',
    'num',
    'numéro de',
    'numéro du',
    'numéro d’',
    'n° de',
    'n° du',
    'n° d’',
    'no de',
    'num de',
  ],
  de: ['nummer', 'nr', 'no'],
};

/** One column that holds both names; the family name where the file has no column for either. */
const FULL_NAME =
  'full name, name and first name, employee name, worker, display name, volledige naam, naam en voornaam, voornaam en naam, voornaam en achternaam, naam voornaam, medewerker, nom complet, nom et prénom, nom prénom, prénom et nom, prénom nom, nom & prénom, vollständiger Name, Name und Vorname, Vor- und Nachname, Name Vorname, Vorname Nachname, Vor- und Zuname';

/**
 * Words that yield to another column of the same meaning: "Nom" is a whole name beside "Nom de famille", a name in
 * daily use stands behind the full one, and a telephone on a desk behind the one in a pocket.
 */
const LESSER =
  'name, naam, nom, birth name, nom de naissance, nom patronymique, preferred first name, roepnaam, prénom usuel, Rufname, phone, telephone, telefoon, téléphone, Telefon, tel, work phone, home phone, phone work, phone home, telefoon werk, telefoon thuis, téléphone fixe, tél fixe, Telefon dienstlich, Festnetz, vast nummer, vast nr, phone number, telephone number, telefoonnummer, telefoonnr, Telefonnummer, Telefonnr, numéro de téléphone, Rufnummer';

/** A house number after a street; the reference in a list that has no other. */
const NUMBER = new Set(['number', 'nummer', 'nr', 'n', 'no', 'num', 'numero']);

/** What a form adds to a header: the pattern of a date, or that a cell must be filled. */
const ADDED =
  /[([](?:[dmyjtaDMYJTA]{1,4}[-/. ]?){2,3}[)\]]|[([](?:required|optional|verplicht|optioneel|obligatoire|facultatif|pflichtfeld|yes\/no|ja\/nee|oui\/non|ja\/nein|iso)[)\]]/gi;

/** A header as it is compared: without case, spaces, dashes, accents, signs. */
export function plainHeader(header: string): string {
  return header
    .replaceAll('º', '°')
    .normalize('NFD')
    .replace(/[^\p{L}\p{N}]/gu, '')
    .toLowerCase()
    .replaceAll('ß', 'ss');
}

/** The words of a list, each with every way to write "number". */
function* spellings(list: string, numbers: string[]): Generator<string> {
  for (const word of list.split(',')) {
    if (!word.includes('#')) yield plainHeader(word);
    else for (const number of numbers) yield plainHeader(word.replaceAll('#', number));
  }
}

/** Every word by its plain form. Throws where one stands for two columns, which is a slip in the lists above. */
function wordIndex(): Map<string, RosterColumn> {
  const index = new Map<string, RosterColumn>();
  for (const column of ROSTER_COLUMNS) {
    const words = [plainHeader(column)];
    for (const [language, list] of Object.entries(HEADER_WORDS[column]))
      words.push(...spellings(list, NUMBERS[language as keyof typeof NUMBERS]));
    for (const word of words) {
      if ((index.get(word) ?? column) !== column) throw new Error(`the header word ${word} stands for two columns`);
      index.set(word, column);
    }
  }
  return index;
}

const BY_WORD = wordIndex();
const FULL_NAMES = new Set(spellings(FULL_NAME, []));
const LESSER_WORDS = new Set(spellings(LESSER, []));

/**
 * The column that a header word means, or null. Case, spaces, dashes and accents do not count, nor what a form adds,
 * as "(dd/mm/yyyy)" or "(required)". A header in two languages ("Naam / Nom") means what its parts mean, where they
 * agree.
 */
export function columnOf(header: string): RosterColumn | null {
  // A header is a few words; a cell of a book is none.
  if (header.length > 200) return null;
  const bare = header.replace(ADDED, '');
  const whole = BY_WORD.get(plainHeader(bare));
  if (whole) return whole;
  const parts = bare.split(/[/|\n]| - /).filter((part) => plainHeader(part) !== '');
  if (parts.length < 2) return null;
  const meanings = new Set(parts.map((part) => BY_WORD.get(plainHeader(part))));
  return meanings.size === 1 ? ([...meanings][0] ?? null) : null;
}

/**
 * The columns that a row of header words means, each in the company of the others: "Nom" is the family name beside
 * "Prénom" and a whole name beside "Nom de famille"; "Nr." after a street is the house number, else the reference of a
 * list that has no other; "Full name" is the family name of a list without columns for names.
 */
export function columnsOf(header: readonly string[]): (RosterColumn | null)[] {
  const plain = header.map((word) => plainHeader(word.replace(ADDED, '')));
  const meant = header.map(columnOf);
  const columns = meant.map((column, place) => {
    const word = plain[place]!;
    if (NUMBER.has(word)) {
      if (meant[place - 1] === 'street' || meant[place + 1] === 'street') return 'house_number';
      return meant.some((other, at) => other === 'reference' && !NUMBER.has(plain[at]!)) ? null : 'reference';
    }
    if (column === null || !LESSER_WORDS.has(word)) return column;
    const yields = meant.some(
      (other, at) => other === column && at !== place && (!LESSER_WORDS.has(plain[at]!) || at < place),
    );
    return yields ? null : column;
  });
  if (!columns.includes('family_name') && !columns.includes('given_name')) {
    const place = plain.findIndex((word) => FULL_NAMES.has(word));
    if (place >= 0) columns[place] = 'family_name';
  }
  return columns;
}
