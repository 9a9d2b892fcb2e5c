import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { CATEGORIES, DATA_KINDS, type Category, type Confidence, type DataKind } from '#libs/breach/index.js';
import type { Language } from '#libs/platform/index.js';
import { Chance } from './make-sample-chance.js';
import { BANNED_DOMAINS, CAPS, CONTROLLER, FACTS, TEXTS } from './make-sample-breach.js';
import {
  FAMILY,
  FAMILY_PARTS,
  GIVEN,
  OTHER_SCRIPTS,
  PLACES,
  PLACES_ABROAD,
  PRIVATE_DOMAINS,
  STREET_PARTS,
  type Name,
} from './make-sample-words.js';

/** The seed of the files that are kept in samples/gateway. */
export const SAMPLE_SEED = 20_261_122;

const WORK_DOMAIN = 'bewaking.example';
/** Banned by the breach: the intruder read it. */
const OLD_DOMAIN = 'oud.bewaking.example';

const COLUMNS = [
  'reference', 'category', 'given_name', 'family_name', 'language', 'email', 'private_email', 'phone', 'street',
  'house_number', 'postcode', 'city', 'country', 'birth_date', 'protected', 'minor', 'deceased',
  'addressee_given_name', 'addressee_family_name', 'documents', 'other_data',
] as const; // prettier-ignore
type Row = Record<(typeof COLUMNS)[number], string> & { national_number?: string };

/** How a person can be reached, which decides what becomes of their letter. */
type Way =
  | 'reachable'
  | 'reachable-twice'
  | 'no-email'
  | 'old-domain-and-private'
  | 'old-domain-and-post'
  | 'nothing'
  | 'old-domain-only'
  | 'minor'
  | 'deceased'
  | 'exempt'
  | 'protected';

/** Exactly 2,000 persons. */
const PEOPLE: [Category, Way, number][] = [
  ['staff', 'reachable', 495],
  ['staff', 'reachable-twice', 335],
  ['staff', 'old-domain-and-private', 25],
  ['staff', 'old-domain-and-post', 15],
  ['staff', 'no-email', 20],
  ['staff', 'exempt', 10],
  ['former-staff', 'reachable', 196],
  ['former-staff', 'no-email', 40],
  ['former-staff', 'deceased', 5],
  ['former-staff', 'old-domain-only', 4],
  ['former-staff', 'exempt', 5],
  ['applicant', 'reachable', 295],
  ['applicant', 'exempt', 5],
  ['past-applicant', 'reachable', 436],
  ['past-applicant', 'no-email', 50],
  ['past-applicant', 'nothing', 4],
  ['past-applicant', 'exempt', 10],
  ['family', 'reachable', 7],
  ['family', 'minor', 25],
  ['family', 'no-email', 8],
  ['third-party', 'reachable', 8],
  ['third-party', 'no-email', 2],
];
const PROTECTED: [Category, Way, number][] = [
  ['staff', 'protected', 4],
  ['former-staff', 'protected', 1],
];
const FAULTY_FILE: [Category, Way, number][] = [
  ['staff', 'reachable', 20],
  ['past-applicant', 'reachable', 20],
];

/** Of 100 persons. */
const LANGUAGE_SHARES: [Language, number][] = [['nl', 50], ['fr', 38], ['de', 5], ['en', 7]]; // prettier-ignore
const PREFIXES: Record<Category, string> = { staff: 'PS', 'former-staff': 'FS', applicant: 'AP', 'past-applicant': 'PA', family: 'FA', 'third-party': 'TP' }; // prettier-ignore
/** Years of birth, first and last. */
const BORN: Record<Category, [number, number]> = { staff: [1961, 2003], 'former-staff': [1944, 1998], applicant: [1975, 2006], 'past-applicant': [1968, 2004], family: [1950, 2004], 'third-party': [1955, 2000] }; // prettier-ignore

/** One line per thing: its extents by weight, and how many of 100 persons of each category have it. */
const DOCUMENTS: [string, [string, number][], Record<Category, number>][] = [
  ['id-card', [['scan-both-sides', 55], ['scan', 28], ['number', 12], ['mentioned', 5]], { staff: 74, 'former-staff': 66, applicant: 85, 'past-applicant': 78, family: 60, 'third-party': 20 }],
  ['passport', [['scan', 70], ['number', 22], ['mentioned', 8]], { staff: 26, 'former-staff': 18, applicant: 14, 'past-applicant': 15, family: 20, 'third-party': 10 }],
  ['driving-licence', [['scan-both-sides', 40], ['scan', 45], ['mentioned', 15]], { staff: 19, 'former-staff': 12, applicant: 11, 'past-applicant': 9, family: 3, 'third-party': 0 }],
]; // prettier-ignore
const OTHER_DATA: [DataKind, [string, number][], Record<Category, number>][] = [
  ['cv', [['copy', 1]], { staff: 34, 'former-staff': 28, applicant: 96, 'past-applicant': 97, family: 0, 'third-party': 0 }],
  ['national-number', [['number', 85], ['mentioned', 15]], { staff: 62, 'former-staff': 55, applicant: 28, 'past-applicant': 24, family: 35, 'third-party': 0 }],
  ['iban', [['number', 1]], { staff: 48, 'former-staff': 40, applicant: 6, 'past-applicant': 4, family: 0, 'third-party': 10 }],
  ['home-address', [['copy', 70], ['mentioned', 30]], { staff: 70, 'former-staff': 64, applicant: 86, 'past-applicant': 88, family: 80, 'third-party': 40 }],
  ['pay', [['copy', 60], ['mentioned', 40]], { staff: 44, 'former-staff': 36, applicant: 5, 'past-applicant': 4, family: 0, 'third-party': 0 }],
  ['family', [['mentioned', 75], ['copy', 25]], { staff: 31, 'former-staff': 22, applicant: 8, 'past-applicant': 6, family: 70, 'third-party': 0 }],
  ['diploma', [['copy', 85], ['mentioned', 15]], { staff: 29, 'former-staff': 20, applicant: 72, 'past-applicant': 70, family: 0, 'third-party': 0 }],
  ['photo', [['copy', 1]], { staff: 36, 'former-staff': 25, applicant: 52, 'past-applicant': 48, family: 10, 'third-party': 0 }],
  ['criminal-record', [['copy', 80], ['mentioned', 20]], { staff: 4, 'former-staff': 2, applicant: 27, 'past-applicant': 22, family: 0, 'third-party': 0 }],
  ['health', [['mentioned', 60], ['copy', 40]], { staff: 6, 'former-staff': 5, applicant: 0, 'past-applicant': 0, family: 4, 'third-party': 0 }],
  ['other', [['mentioned', 1]], { staff: 3, 'former-staff': 3, applicant: 2, 'past-applicant': 2, family: 0, 'third-party': 100 }],
]; // prettier-ignore
const CONFIDENCE_SHARES: [Confidence, number][] = [['confirmed', 12], ['presumed', 53], ['not-excluded', 33], ['excluded', 2]]; // prettier-ignore

export interface Sample {
  roster: string;
  rosterProtected: string;
  rosterFaulty: string;
  breach: object;
}

/** The demo case, the same to the byte for the same seed: three rosters as CSV, and what `breach open` takes. */
export function makeSample(seed: number): Sample {
  const make = new RowMaker(new Chance(seed));
  const people = make.rows(PEOPLE, 0);
  const protectedPeople = make.rows(PROTECTED, 1_000);
  const faultyFile = make.rows(FAULTY_FILE, 2_000);
  return {
    roster: csv(COLUMNS, people),
    rosterProtected: csv(COLUMNS, protectedPeople),
    rosterFaulty: csv([...COLUMNS, 'national_number'], withFaults(faultyFile)),
    breach: breachOf([...people, ...protectedPeople]),
  };
}

class RowMaker {
  private readonly addresses = new Set<string>();
  private readonly names = new Set<string>();
  private readonly otherScripts = [...OTHER_SCRIPTS];

  constructor(private readonly chance: Chance) {}

  /** Rows in no order; references count from `after` + 1 within each category. */
  rows(groups: [Category, Way, number][], after: number): Row[] {
    const wanted = groups.flatMap(([category, way, count]) => Array.from({ length: count }, () => ({ category, way })));
    const numbers = new Map(
      CATEGORIES.map((category) => {
        const count = wanted.filter((one) => one.category === category).length;
        return [category, this.chance.shuffled(Array.from({ length: count }, (_, i) => after + i + 1))];
      }),
    );
    const languages = this.chance.shuffled(this.languages(wanted.length));
    return this.chance.shuffled(wanted).map(({ category, way }, i) => {
      const reference = `${PREFIXES[category]}-${String(numbers.get(category)!.pop()).padStart(5, '0')}`;
      return this.row(reference, category, way, languages[i]!);
    });
  }

  private languages(count: number): Language[] {
    const list = LANGUAGE_SHARES.flatMap(([language, share]) =>
      Array.from({ length: Math.round((count * share) / 100) }, () => language),
    );
    while (list.length < count) list.push('nl');
    return list.slice(0, count);
  }

  private row(reference: string, category: Category, way: Way, language: Language): Row {
    const name = this.name(language);
    const addressee = way === 'minor' || way === 'deceased' ? this.name(language) : null;
    const born =
      way === 'minor'
        ? this.chance.between(2010, 2024)
        : way === 'deceased'
          ? this.chance.between(1938, 1969)
          : this.chance.between(...BORN[category]);
    const hasPhone =
      way !== 'minor' && way !== 'deceased' && way !== 'protected' && way !== 'nothing' && this.chance.in100(72);
    return {
      reference,
      category,
      given_name: name.given,
      family_name: name.family,
      language,
      ...this.emails(category, way, name),
      phone: hasPhone ? `+32 2 555 ${this.pair()} ${this.pair()}` : '',
      ...this.home(way, language),
      birth_date:
        this.chance.in100(86) || way === 'minor'
          ? `${born}-${two(this.chance.between(1, 12))}-${two(this.chance.between(1, 28))}`
          : '',
      protected: way === 'protected' ? 'yes' : 'no',
      minor: way === 'minor' ? 'yes' : 'no',
      deceased: way === 'deceased' ? 'yes' : 'no',
      addressee_given_name: addressee?.given ?? '',
      // A child mostly bears the name of the parent who is written to.
      addressee_family_name: !addressee
        ? ''
        : way === 'minor' && this.chance.in100(70)
          ? name.family
          : addressee.family,
      ...this.exposures(category, way, language, born),
    };
  }

  /** A name that nobody else of the sample has, so that no two persons look like one. */
  private name(language: Language): Name {
    for (;;) {
      const name = this.anyName(language);
      const whole = `${name.given} ${name.family}`;
      if (this.names.has(whole)) continue;
      this.names.add(whole);
      return name;
    }
  }

  private anyName(language: Language): Name {
    if (language === 'en' && this.otherScripts.length > 0) return this.otherScripts.pop()!;
    const home = language === 'en' || this.chance.in100(9) ? 'abroad' : language;
    const given = this.chance.pick(GIVEN[home]);
    if (home === 'abroad' || this.chance.in100(7)) return { given, family: this.chance.pick(FAMILY[home]) };
    const parts = FAMILY_PARTS[home];
    const before = this.chance.pick(parts.before);
    const family = this.chance.pick(parts.first) + this.chance.pick(parts.last);
    return { given, family: /\S$/.test(before) ? before + family.toLowerCase() : before + family };
  }

  private emails(category: Category, way: Way, name: Name): { email: string; private_email: string } {
    const own = (): string => this.address(name, this.chance.pick(PRIVATE_DOMAINS));
    const first = (): string => (category === 'staff' ? this.address(name, WORK_DOMAIN) : own());
    switch (way) {
      case 'no-email':
      case 'nothing':
      case 'protected':
        return { email: '', private_email: '' };
      case 'old-domain-and-private':
        return { email: this.address(name, OLD_DOMAIN), private_email: own() };
      case 'old-domain-and-post':
      case 'old-domain-only':
        return { email: this.address(name, OLD_DOMAIN), private_email: '' };
      case 'reachable-twice':
        return { email: first(), private_email: own() };
      default:
        return { email: first(), private_email: '' };
    }
  }

  /** An address that nobody else of the sample has. */
  private address(name: Name, domain: string): string {
    const local = name.latin ?? `${plain(name.given)}.${plain(name.family)}`;
    for (let number = 1; ; number++) {
      const address = `${local}${number === 1 ? '' : number}@${domain}`;
      if (this.addresses.has(address)) continue;
      this.addresses.add(address);
      return address;
    }
  }

  private home(way: Way, language: Language): Pick<Row, 'street' | 'house_number' | 'postcode' | 'city' | 'country'> {
    if (way === 'nothing' || way === 'old-domain-only')
      return { street: '', house_number: '', postcode: '', city: '', country: 'BE' };
    const { postcode, city, country, streets } = this.chance.pick(
      this.chance.in100(4) ? PLACES_ABROAD : PLACES[language],
    );
    const { first, last } = STREET_PARTS[streets];
    const street = `${this.chance.pick(first)}${streets === 'fr' ? ' ' : ''}${this.chance.pick(last)}`;
    const number = String(this.chance.between(1, 240));
    const box = { nl: ` bus ${this.chance.between(1, 24)}`, fr: `, boîte ${this.chance.between(1, 24)}`, de: 'a' }[
      streets
    ];
    return { street, house_number: number + (this.chance.in100(14) ? box : ''), postcode, city, country };
  }

  private exposures(
    category: Category,
    way: Way,
    language: Language,
    born: number,
  ): Pick<Row, 'documents' | 'other_data'> {
    const documents = way === 'minor' ? this.childsDocument(born) : this.documents(category, language);
    const other = OTHER_DATA.filter(([, , share]) =>
      this.chance.in100(way === 'minor' ? Math.min(share[category], 70) : share[category]),
    ).map(([kind, extents]) => `${kind}:${this.chance.weighted(extents)}`);
    if (documents.length + other.length === 0) other.push('home-address:mentioned');
    const isOut = way !== 'exempt';
    const things = [...documents, ...other];
    const sure = things.map(() => (isOut ? this.chance.weighted(CONFIDENCE_SHARES) : 'excluded'));
    // Something of every person who is written to is out.
    if (isOut && !sure.some((confidence) => confidence !== 'excluded')) sure[0] = 'presumed';
    return {
      documents: documents.map((document, i) => `${document}:${sure[i]}`).join('; '),
      other_data: other.map((thing, i) => `${thing}:${sure[documents.length + i]}`).join('; '),
    };
  }

  private childsDocument(born: number): string[] {
    return [`BE:${born >= 2015 ? 'kids-id' : 'id-card'}:${this.chance.weighted([['scan', 60], ['scan-both-sides', 40]])}`]; // prettier-ignore
  }

  private documents(category: Category, language: Language): string[] {
    const foreign: Record<Language, [string, number][]> = {
      nl: [['BE', 93], ['NL', 7]],
      fr: [['BE', 91], ['FR', 7], ['LU', 2]],
      de: [['BE', 70], ['DE', 26], ['LU', 4]],
      en: [['BE', 35], ['NL', 20], ['FR', 15], ['DE', 18], ['LU', 12]],
    }; // prettier-ignore
    const country = this.chance.weighted(foreign[language]);
    const list = DOCUMENTS.filter(([, , share]) => this.chance.in100(share[category])).map(
      ([kind, extents]) => `${kind === 'driving-licence' ? 'BE' : country}:${kind}:${this.chance.weighted(extents)}`,
    );
    const isResident = country !== 'BE' && category !== 'third-party' && this.chance.in100(60);
    return isResident ? [...list, `BE:residence-card:${this.chance.weighted([['scan-both-sides', 70], ['scan', 30]])}`] : list; // prettier-ignore
  }

  private pair(): string {
    return two(this.chance.between(0, 99));
  }
}

/** Twelve rows get one fault each, every third row from the second on. */
function withFaults(rows: Row[]): Row[] {
  const faults: ((row: Row, before: Row) => Partial<Row>)[] = [
    () => ({ language: 'it' }),
    () => ({ category: 'contractor' }),
    () => ({ birth_date: '1985-02-30' }),
    () => ({ email: 'twee@post.example,adressen@mail.example' }),
    () => ({ country: 'Belgium' }),
    () => ({ given_name: '', family_name: '' }),
    (_, before) => ({ reference: before.reference }),
    () => ({ documents: 'BE:library-card:scan:presumed' }),
    () => ({ documents: 'BE:id-card:scan:likely' }),
    () => ({ reference: '' }),
    (row) => ({ city: `${row.city} ${'(achter de molen) '.repeat(20).trim()}` }),
    // Nobody's number: its check digits cannot be right.
    () => ({ national_number: '00.00.00-000.00' }),
  ];
  return rows.map((row, i) => {
    const fault = i % 3 === 1 ? faults[(i - 1) / 3] : undefined;
    return fault ? { ...row, ...fault(row, rows[i - 1]!) } : row;
  });
}

function breachOf(people: Row[]): object {
  const documents = people.flatMap((row) =>
    row.documents
      .split('; ')
      .filter(Boolean)
      .map((item) => item.split(':')),
  );
  const others = people.flatMap((row) =>
    row.other_data
      .split('; ')
      .filter(Boolean)
      .map((item) => item.split(':')[0]!),
  );
  const kinds = new Set([...documents.map((parts) => parts[1]!), ...others]);
  const pairs = [...new Set(documents.map(([country, kind]) => `${country}:${kind}`))].toSorted();
  const upTo = pairs.map((pair) => {
    const [country, kind] = pair.split(':') as [string, string];
    return { country, kind, cents: CAPS[kind]!, currency: 'EUR' };
  });
  return {
    facts: {
      ...FACTS,
      affectedCategories: [...CATEGORIES],
      dataKinds: DATA_KINDS.filter((kind) => kinds.has(kind)),
      estimatedPersons: people.length,
      renewalCosts: { paidBy: 'controller', upTo },
    },
    texts: TEXTS,
    bannedDomains: BANNED_DOMAINS,
    controller: CONTROLLER,
  };
}

/** RFC 4180, except that lines end with LF. */
function csv(columns: readonly (keyof Row)[], rows: Row[]): string {
  const cell = (value: string): string => (/[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
  const lines = rows.map((row) => columns.map((column) => cell(row[column] ?? '')).join(','));
  return `${[columns.join(','), ...lines].join('\n')}\n`;
}

const SPECIAL: Record<string, string> = { ß: 'ss', ø: 'o', ł: 'l', þ: 'th', ı: 'i', đ: 'd', æ: 'ae' };

/** A name in the letters that the part of an e-mail address before its @ takes. */
function plain(name: string): string {
  return name
    .toLowerCase()
    .replace(/[ßøłþıđæ]/g, (letter) => SPECIAL[letter]!)
    .normalize('NFD')
    .replace(/[^a-z]/g, '');
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  // The built file stands in dist/scripts.
  const folder = path.resolve(import.meta.dirname, '../../samples/gateway');
  const { roster, rosterProtected, rosterFaulty, breach } = makeSample(SAMPLE_SEED);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'roster.csv'), roster);
  writeFileSync(path.join(folder, 'roster-protected.csv'), rosterProtected);
  writeFileSync(path.join(folder, 'roster-faulty.csv'), rosterFaulty);
  writeFileSync(path.join(folder, 'breach.json'), `${JSON.stringify(breach, null, 2)}\n`);
}
