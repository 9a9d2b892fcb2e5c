/**
 * Rosters of invented people as honest people make them: with empty cells, married names, shared mailboxes, addresses
 * of numbers, typing slips. Made of syllables, from a seed, so that each is as large and as different as a test needs.
 */
export interface Habits {
  rows: number;
  /** How addresses are made. `mixed` takes another way for each row. */
  addresses: 'first.last' | 'last.first' | 'initial+last' | 'number' | 'nickname' | 'mixed';
  /** Shares of 0 to 1. */
  empty: number;
  married: number;
  mailboxes: number;
  slips: number;
  /** Language of everybody, or null for several. */
  language: string | null;
  hasBirthDates: boolean;
  hasRelatives: boolean;
  isSorted: boolean;
}

export const HONEST_COLUMNS = [
  'reference', 'category', 'given_name', 'family_name', 'language', 'email', 'private_email', 'phone', 'street',
  'house_number', 'postcode', 'city', 'country', 'birth_date', 'national_number', 'documents', 'other_data',
] as const; // prettier-ignore

/** Numbers of 0 to 1 from a seed (mulberry32). */
export function chance(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

type Chance = () => number;
const pick = <T>(random: Chance, list: readonly T[]): T => list[Math.floor(random() * list.length)]!;

const GIVEN_STARTS = [
  'An',
  'Lot',
  'Zo',
  'Ma',
  'Jo',
  'Pie',
  'El',
  'Fé',
  'Ka',
  'Da',
  'Mo',
  'So',
  'Wi',
  'Üm',
  'Li',
  'Ñu',
  'Çe',
  'Xa',
  'Bo',
  'Ra',
];
const GIVEN_ENDS = [
  'ne',
  'te',
  'ë',
  'rie',
  'han',
  'ter',
  'ise',
  'lix',
  'rel',
  'vid',
  'hamed',
  'fie',
  'lem',
  'it',
  'sa',
  'an',
  'ra',
  'vier',
  '',
  'ul',
];
const FAMILY_STARTS = [
  'Pee',
  'Jan',
  'Du',
  'Van ',
  'De ',
  'Mül',
  'Le',
  "D'",
  'El ',
  'Öz',
  'Kow',
  'Al-',
  'Ngu',
  'Vander',
  'Mar',
  'San',
  'Goe',
  'Wou',
  'Cla',
  'Ver',
];
const FAMILY_MIDDLES = [
  'voor',
  'beel',
  'brun',
  'tel',
  'lan',
  'nev',
  'quer',
  'tan',
  'mon',
  'ster',
  'bri',
  'del',
  'ron',
  'gau',
  'mer',
  'kel',
  'ho',
  'sa',
  'wit',
  'zer',
];
const FAMILY_ENDS = [
  'ters',
  'sen',
  'pont',
  'berg',
  'man',
  'ler',
  'clercq',
  'aert',
  'oui',
  'türk',
  'ski',
  'rawi',
  'yen',
  'haege',
  'tin',
  'tos',
  'mans',
  'ters',
  'es',
  'straeten',
];
const OTHER_SCRIPTS = ['Иванова', '王', 'Παππά', 'محمد'];
const MAILBOXES = ['info', 'hr', 'onthaal', 'secretariat', 'boekhouding', 'service.client', 'helpdesk', 'office']; // prettier-ignore

function inLetters(text: string): string {
  return text
    .normalize('NFD')
    .replace(/[^a-z]/gi, '')
    .toLowerCase();
}

interface Names {
  given: string;
  family: string;
}

function namesOf(random: Chance): Names {
  // A few names are frequent, as they are anywhere.
  const isFrequent = random() < 0.2;
  const given = `${pick(random, GIVEN_STARTS)}${pick(random, GIVEN_ENDS)}`;
  const family = isFrequent
    ? pick(random, ['Peeters', 'Janssens', 'Dubois', 'Martin', 'Nguyen'])
    : `${pick(random, FAMILY_STARTS)}${pick(random, FAMILY_MIDDLES)}${pick(random, FAMILY_ENDS)}`;
  if (random() < 0.02) return { given: pick(random, OTHER_SCRIPTS), family: pick(random, OTHER_SCRIPTS) };
  return random() < 0.08 ? { given: `${given}-${pick(random, GIVEN_STARTS)}ne`, family } : { given, family };
}

function localPart(random: Chance, habits: Habits, { given, family }: Names, reference: string): string {
  const [first, last] = [inLetters(given), inLetters(family)];
  const way =
    habits.addresses === 'mixed'
      ? pick(random, ['first.last', 'last.first', 'initial+last', 'number', 'nickname'] as const)
      : habits.addresses;
  if (way === 'number' || first === '' || last === '') return `u${reference.replace(/\D/g, '')}`;
  if (way === 'nickname') return `${pick(random, ['sunny', 'the.cat', 'bike', 'xx', 'moon'])}${Math.floor(random() * 999)}`; // prettier-ignore
  if (way === 'initial+last') return `${first[0]}${last}`;
  const local = way === 'last.first' ? `${last}.${first}` : `${first}.${last}`;
  return random() < 0.1 ? `${local}${Math.floor(random() * 90) + 2}` : local;
}

function nationalNumber(random: Chance, year: number, month: number, day: number): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const body = `${two(year % 100)}${two(month)}${two(day)}${String(Math.floor(random() * 998) + 1).padStart(3, '0')}`;
  return `${body}${two(97 - (Number(year >= 2000 ? `2${body}` : body) % 97))}`;
}

function row(random: Chance, habits: Habits, place: number): string[] {
  const names = namesOf(random);
  const reference = `P-${10_000 + place * 7}`;
  // A maiden name, a name in another spelling: the address was made of it and stays.
  const written = random() < habits.married ? { ...names, family: namesOf(random).family } : names;
  const email = random() < habits.mailboxes ? pick(random, MAILBOXES) : localPart(random, habits, written, reference);
  const [year, month, day] = [1945 + Math.floor(random() * 62), 1 + Math.floor(random() * 12), 1 + Math.floor(random() * 28)]; // prettier-ignore
  const two = (value: number): string => String(value).padStart(2, '0');
  const date = pick(random, [`${year}-${two(month)}-${two(day)}`, `${two(day)}/${two(month)}/${year}`]);
  const cells = [
    reference,
    pick(random, ['staff', 'staff', 'former-staff', 'past-applicant', 'applicant']),
    names.given,
    names.family,
    habits.language ?? pick(random, ['nl', 'fr', 'de', 'en']),
    `${email}@agency.example`,
    `${localPart(random, { ...habits, addresses: 'mixed' }, names, reference)}@post.example`,
    pick(random, ['+32 2 555 01 23', '0470/55.12.34', '5512', '02 555 12 12']),
    pick(random, ['Kerkstraat', 'rue du Moulin', 'Hauptstraße', '1 Meilaan']),
    pick(random, ['1', '12', '12 bus 3', '7A', '2024-05-03']),
    pick(random, ['1000', '9000', '75001', '4000', '1012 AB', '110001']),
    pick(random, ['Gent', 'Bruxelles', 'Eupen', 'Y', '9000 Gent']),
    pick(random, ['BE', 'NL', 'FR', 'België']),
    habits.hasBirthDates ? date : '',
    random() < 0.5 ? nationalNumber(random, year, month, day) : '',
    pick(random, ['BE:id-card:scan:presumed', 'BE:passport:number:confirmed; NL:id-card:scan:presumed', '']),
    pick(random, ['cv:copy:presumed', '']),
  ];
  return cells.map((cell, i) => withSlips(random, habits, cell, i, cells));
}

/** Empties a cell, or writes into it what somebody did by mistake. */
function withSlips(random: Chance, habits: Habits, cell: string, place: number, cells: string[]): string {
  if (place > 4 && random() < habits.empty) return '';
  if (random() >= habits.slips) return cell;
  return pick(random, ['?', 'n/a', ` ${cell} `, cells[(place + 1) % cells.length]!, 'idem', '-']);
}

/** The rows of an honest roster under `HONEST_COLUMNS`. */
export function honestRoster(seed: number, habits: Habits): string[][] {
  const random = chance(seed);
  const rows = Array.from({ length: habits.rows }, (_, place) => row(random, habits, place));
  if (habits.hasRelatives) addRelatives(random, rows);
  return habits.isSorted ? rows.toSorted((a, b) => (a[3]! < b[3]! ? -1 : a[3]! > b[3]! ? 1 : 0)) : rows;
}

/** Relatives of the first tenth at the end, each with the mailbox of the member of staff. */
function addRelatives(random: Chance, rows: string[][]): void {
  for (const staff of rows.slice(0, Math.ceil(rows.length / 10))) {
    const { given, family } = namesOf(random);
    const relative = [...staff];
    [relative[0], relative[1], relative[2], relative[3]] = [`${staff[0]}-F`, 'family', given, family];
    rows.push(relative);
  }
}

/** Ways in which a file slides. */
export type Slide = 'deleted-left' | 'inserted-right' | 'moved-up' | 'sorted-apart';

/**
 * A copy of rows in which a slide begins at row `from`: from there on the cell of `place` is deleted and the rest of the
 * row moves left, or an empty one is inserted and it moves right; or the column moves up by one row; or it is sorted by
 * itself.
 */
export function slidAt(rows: string[][], slide: Slide, place: number, from = 0): string[][] {
  const values = rows.slice(from).map((cells) => cells[place]!);
  const moved = slide === 'moved-up' ? [...values.slice(1), ''] : values.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return rows.map((cells, i) => {
    if (i < from) return cells;
    if (slide === 'deleted-left') return [...cells.slice(0, place), ...cells.slice(place + 1), ''];
    if (slide === 'inserted-right') return [...cells.slice(0, place), '', ...cells.slice(place)].slice(0, cells.length);
    return cells.with(place, moved[i - from]!);
  });
} // prettier-ignore
