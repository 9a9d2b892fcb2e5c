import type { PersonToMatch } from '#libs/people/pure.js';

/** A row about an invented person; rows of one `person` are one person. The number is plain: who uses it hashes it. */
export interface InventedRow extends PersonToMatch {
  person: number;
  nationalNumber?: string | undefined;
}

export interface Invention {
  seed: number;
  /** Different persons. */
  people: number;
  /** Share of them that stand twice or more. */
  again: number;
  /** Share of them that live with relatives among them: couples, siblings, twins, father and son of one name. */
  inFamilies: number;
  withNumbers: boolean;
}

type Random = () => number;

/** mulberry32: small, seeded, the same everywhere. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const words = (text: string): string[] => text.split(' ');
const GIVEN = words(
  'Jan Marie Jean Anna Luc Emma Marc Louise Tom Tim Lotte Lore Noah Nora Pieter Peter Jeroen Joris Hélène Helena René Renée ' +
    'François Françoise Marie-Claire Jean-Pierre Anne-Sophie Jean-Marc Zoë Chloé Björn Jürgen Günther Käthe Sören Ulrike Heike ' +
    'Wolfgang Hans Klaus Stefan Stéphane Mohamed Fatima Youssef Aïcha Mehmet Ayşe Giulia Luca Katarzyna Łukasz Siegfried Sofie ' +
    'Sophie Bart Bert Dirk Dries Koen Kurt Els Ilse Greet Griet Veerle Wout Ward Yannick Xavier Thibault Mathieu Mathias Olivier',
);
const COMMON_FAMILY = words(
  'Peeters Janssens Maes Jacobs Mertens Willems Claes Goossens Wouters Dubois Lambert Dupont Martin Simon Laurent Leroy Müller ' +
    'Schmidt Schneider Fischer Weber Jansen Visser Smit Bakker Meijer Mulder Yılmaz Kaya Nguyen Bernard Petit Robert Thomas',
);
const STEMS = words(
  'Broeck Berg Bossche Brand Velde Linden Heuvel Meulen Bruyn Smet Wael Vos Haes Ridder Clercq Groote Kerck Poel Steen Winter ' +
    'Backer Coninck Moor Rosier Marteau Fontaine Montagne Rivière Bois Champs Lefèvre Gérard Köhler Böhm Schäfer Grün Wolff Kranz',
);
const PARTICLES = ['Van den', 'Van de', 'Van der', 'De', 'Van', 'Du', 'Le', 'Von', 'Ver'];
const ENDINGS = ['', 's', 'en', 'man', 'mans', 'aert', 'inckx', 'eau', 'et', 'ier', 'stein', 'hoff'];
const STREETS = words(
  'Kerk Molen Station Nieuw Dorp Kasteel Beuken Linden Veld Water Berg Schans Wilgen Hoog Markt Park Bos Eiken',
);
const STREET_ENDINGS = ['straat', 'laan', 'weg', 'dreef', 'plein', 'steenweg'];
const CITIES = words(
  'Brussel Antwerpen Gent Brugge Leuven Mechelen Aalst Hasselt Genk Kortrijk Oostende Namur Liège Charleroi Mons Wavre Arlon Eupen',
);

/** Rows in no order of meaning: shuffled, with ids by place. The same invention gives the same rows. */
export function inventRows(invention: Invention): InventedRow[] {
  const random = randomFrom(invention.seed);
  const rows: Omit<InventedRow, 'id'>[] = [];
  for (let person = 0; person < invention.people;) {
    const household = random() < invention.inFamilies ? family(random, invention) : [invent(random, invention)];
    for (const member of household) {
      rows.push({ ...member, person });
      for (
        let again = random() < invention.again ? 1 : 0;
        again > 0 && again < 5;
        again = random() < 0.25 ? again + 1 : 0
      ) {
        rows.push({ ...mistype(random, member, invention), person, reference: `R${rows.length}` });
      }
      person++;
    }
  }
  for (let at = rows.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    [rows[at], rows[other]] = [rows[other]!, rows[at]!];
  }
  return rows.map((row, at) => ({ ...row, id: String(at).padStart(8, '0'), reference: `R${at}` }));
}

type Facts = Omit<InventedRow, 'id' | 'person'>;

function pick<T>(random: Random, values: readonly T[], skew = 1): T {
  return values[Math.floor(random() ** skew * values.length)]!;
}

function familyName(random: Random): string {
  const kind = random();
  if (kind < 0.3) return pick(random, COMMON_FAMILY, 2);
  const own = pick(random, STEMS) + pick(random, ENDINGS);
  if (kind < 0.6) return `${pick(random, PARTICLES)} ${own}`;
  if (kind < 0.68) return `${own}-${pick(random, STEMS)}${pick(random, ENDINGS)}`;
  return (
    pick(random, STEMS) +
    pick(random, ['', 'e', 'el', 'er']) +
    pick(random, STEMS).toLowerCase() +
    pick(random, ENDINGS)
  );
}

function invent(random: Random, { withNumbers }: Invention): Facts {
  const [givenName, family] = [pick(random, GIVEN, 1.6), familyName(random)];
  return {
    reference: '',
    givenName,
    familyName: family,
    birthDate: birthDate(random, 1950, 2005),
    emails: random() < 0.7 ? [mailbox(random, givenName, family)] : [],
    phone: random() < 0.5 ? `04${digits(random, 8)}` : undefined,
    addressLines: address(random),
    nationalNumber: withNumbers && random() < 0.95 ? digits(random, 11) : undefined,
  };
}

function birthDate(random: Random, from: number, to: number): string {
  const number = (least: number, most: number): string =>
    String(least + Math.floor(random() * (most - least + 1))).padStart(2, '0');
  return `${number(from, to)}-${number(1, 12)}-${number(1, 28)}`;
}

function digits(random: Random, length: number): string {
  return Array.from({ length }, () => Math.floor(random() * 10)).join('');
}

function mailbox(random: Random, given: string, family: string): string {
  const plain = `${given}.${family}`.normalize('NFD').replace(/[^A-Za-z.]/g, '');
  return `${plain.toLowerCase()}${Math.floor(random() * 1000)}@mail.example`;
}

function address(random: Random): string[] {
  const street = pick(random, STREETS) + pick(random, ['', 'se', 'en']) + pick(random, STREET_ENDINGS);
  const city = Math.floor(random() ** 1.5 * CITIES.length * 20);
  const place = `${CITIES[Math.floor(city / 20)]}${city % 20 === 0 ? '' : ` ${pick(random, STREETS)}`}`;
  return [`${street} ${1 + Math.floor(random() ** 2 * 250)}`, `${1000 + city * 9} ${place}`];
}

/** Two to four relatives of one address; some share a mailbox or telephone. */
function family(random: Random, invention: Invention): Facts[] {
  const first = invent(random, invention);
  const relative = (facts: Partial<Facts>): Facts => ({
    ...invent(random, invention),
    familyName: first.familyName,
    addressLines: first.addressLines,
    ...(random() < 0.5 ? { phone: first.phone } : {}),
    ...(random() < 0.3 ? { emails: first.emails } : {}),
    ...facts,
  });
  const otherGiven = (): string =>
    pick(
      random,
      GIVEN.filter((name) => name !== first.givenName),
    );
  const kind = random();
  if (kind < 0.03) return [first, relative({ givenName: otherGiven(), birthDate: first.birthDate })];
  if (kind < 0.04) return [first, relative({ givenName: first.givenName, birthDate: birthDate(random, 1985, 2005) })];
  return Array.from({ length: 1 + Math.floor(random() * 3) }, () => relative({ givenName: otherGiven() })).concat(
    first,
  );
}

/** One slip of a key: another letter, one more, one less, or two swapped. */
export function slipped(random: Random, text: string): string {
  if (text.length < 3) return text;
  const at = 1 + Math.floor(random() * (text.length - 2));
  const letter = /\d/.test(text[at]!) ? digits(random, 1) : pick(random, words('a e i n r s t o l d'));
  const kind = random();
  if (kind < 0.3) return text.slice(0, at) + letter + text.slice(at + 1);
  if (kind < 0.5) return text.slice(0, at) + letter + text.slice(at);
  if (kind < 0.75) return text.slice(0, at) + text.slice(at + 1);
  return text.slice(0, at) + text[at + 1]! + text[at]! + text.slice(at + 2);
}

/** The same person written down again, by somebody else. */
function mistype(random: Random, facts: Facts, invention: Invention): Facts {
  const again = { ...facts };
  const changes = 1 + Math.floor(random() * 3);
  for (let change = 0; change < changes; change++) pick(random, CHANGES, 1)(random, again, invention);
  return again;
}

const CHANGES: ((random: Random, row: Facts, invention: Invention) => void)[] = [
  (random, row) => {
    row.givenName = slipped(random, row.givenName);
  },
  (random, row) => {
    row.familyName = slipped(random, row.familyName);
  },
  (_, row) => {
    [row.givenName, row.familyName] = [row.familyName, row.givenName];
  },
  (_, row) => {
    row.familyName = row.familyName.toUpperCase();
  },
  (_, row) => {
    row.familyName = row.familyName.replaceAll(' ', '');
  },
  (_, row) => {
    row.givenName = row.givenName.normalize('NFD').replace(/\p{M}/gu, '');
  },
  (_, row) => {
    row.familyName = row.familyName.split('-')[0]!;
  },
  (_, row) => {
    row.givenName = row.givenName.split('-')[0]!;
  },
  (random, row) => {
    if (random() < 0.3) row.givenName = `${row.givenName[0]}.`;
  },
  (random, row) => {
    if (random() < 0.3) row.familyName = familyName(random);
  },
  (_, row) => {
    row.birthDate = undefined;
  },
  (random, row) => {
    row.birthDate &&= slippedDate(random, row.birthDate);
  },
  (random, row) => {
    row.emails = random() < 0.5 ? [] : [mailbox(random, row.givenName, 'werk')];
  },
  (_, row) => {
    row.phone = undefined;
  },
  (random, row) => {
    row.addressLines = row.addressLines!.map((line) => slipped(random, line));
  },
  (_, row) => {
    row.addressLines = row.addressLines!.map((line) => line.replace(/straat /, 'str. '));
  },
  (random, row) => {
    row.addressLines = address(random);
  },
  (_, row) => {
    row.addressLines = [];
  },
  (random, row) => {
    row.nationalNumber &&= slipped(random, row.nationalNumber);
  },
  (_, row) => {
    row.nationalNumber = undefined;
  },
];

function slippedDate(random: Random, date: string): string {
  const [year, month, day] = date.split('-') as [string, string, string];
  if (Number(day) <= 12 && random() < 0.5) return `${year}-${day}-${month}`;
  return `${year}-${month}-${day[0]}${(Number(day[1]) + 1) % 9 || 1}`;
}
