/** What matching is given of a person: as opened in memory from one breach. */
export interface PersonToMatch {
  id: string;
  reference: string;
  givenName: string;
  familyName: string;
  /** ISO date that exists. */
  birthDate?: string | undefined;
  emails?: readonly string[] | undefined;
  phone?: string | undefined;
  /** Lines of the postal address in any order, without name and country. */
  addressLines?: readonly string[] | undefined;
  /** Keyed hash of the plain national number. */
  nationalNumberHash?: string | undefined;
  /** `numberTraces` of it. Without them no slip between two numbers is recognised. */
  numberTraces?: Buffer | undefined;
  /** Whether the number's country has check digits: such a number is never a slip of typing (`hasCheckDigits`). */
  numberIsChecked?: boolean | undefined;
}

/** One value of a field and how many different profiles have it. */
export interface Value {
  text: string;
  /** 32 bits, for blocking. */
  hash: number;
  count: number;
}

/** A given or family name; spelling variants that do not count (case, accents, spaces, particles' place) are one. */
export interface Name extends Value {
  words: string[];
  /** Roughly how it sounds, for blocking: typing slips in vowels and doubled or similar consonants do not change it. */
  sound: number;
}

/** Words of an address: each once, in the order of the lines. */
export interface Address extends Value {
  words: Value[];
}

/** A person in the form that is compared; equal values are one object. */
export interface Profile {
  person: PersonToMatch;
  /** Place in the order of ids, so that the order of the input never matters. */
  order: number;
  reference: Value | null;
  given: Name | null;
  family: Name | null;
  birthDate: Value | null;
  emails: Value[];
  phone: Value | null;
  address: Address | null;
  number: Value | null;
}

const LIGATURES: Record<string, string> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  ł: 'l',
  þ: 'th',
  ı: 'i',
};

/** Words that stand before a family name in our languages, before or after, joined or apart, as the writer likes. */
const PARTICLES = new Set(
  'van den de der ter ten te het t von zu zum zur vom du des la le les d l el al di da del della dos das y'.split(' '),
);

const ASCII = /^[ -~\n]*$/;

/** Lower case, without accents, as words of letters and digits. */
export function wordsOf(text: string): string[] {
  if (ASCII.test(text)) return text.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  const plain = text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}+/gu, '')
    .replace(/[ßæœøđðłþı]/g, (letter) => LIGATURES[letter]!);
  return plain.match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** Classes of consonants that are mistaken for each other by ear in Dutch, French, German and English. */
const SOUND_CLASSES = ['', 'bp', 'fvw', 'gkcq', 'dt', 'l', 'mn', 'r', 'szx', 'j'];
const SOUNDS = new Map(SOUND_CLASSES.flatMap((letters, at) => [...letters].map((letter) => [letter, at])));
const HEARD_SOUNDS = 4;

/** First letter (a vowel is a vowel), then up to three further consonants as classes, without repeats. */
export function soundOf(words: string[]): number {
  const text = words.filter((word) => !PARTICLES.has(word)).join('') || words.join('');
  const core = text.replace(/^(vanden|vander|vande|van|den|der|de|du|le|la)(?=.{4})/, '').replaceAll('ph', 'f');
  let sound = 0;
  let heard = 0;
  let last = -1;
  for (let at = 0; at < core.length && heard < HEARD_SOUNDS; at++) {
    const letter = core[at]!;
    const next = SOUNDS.get(letter) ?? (/[a-zà-ÿ]/.test(letter) ? 0 : 10 + (letter.charCodeAt(0) % 21));
    const isHeard = next !== last && (next !== 0 || at === 0);
    last = next;
    if (!isHeard) continue;
    sound = sound * 31 + next + 1;
    heard++;
  }
  return sound;
}

/** FNV-1a over UTF-16 code units. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return mixed(hash, 0);
}

/** Two numbers as one of 32 bits, well spread. */
export function mixed(a: number, b: number): number {
  let hash = Math.imul(a ^ Math.imul(b, 0x9e3779b1) ^ (b >>> 15), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** Equal texts become one object, so that millions of rows hold each name once. */
class Vocabulary {
  private readonly values = new Map<string, Value>();
  private readonly names = new Map<string, Name>();
  private readonly spellings = new Map<string, Name | null>();
  private readonly addresses = new Map<string, Address | null>();
  private readonly words = new Map<string, Value>();

  value(kind: string, text: string): Value | null {
    return text === '' ? null : interned(this.values, `${kind} ${text}`, () => ({}));
  }

  /** Particles to the front and joined: "Van den Broeck", "vandenbroeck" and "Broeck, van den" are one name. */
  name(spelling: string): Name | null {
    const known = this.spellings.get(spelling);
    if (known !== undefined) return known;
    const words = wordsOf(spelling);
    const particles = words.filter((word) => PARTICLES.has(word));
    const own = words.filter((word) => !PARTICLES.has(word));
    const text = [...particles, ...own].join('');
    const name = text === '' ? null : interned(this.names, text, () => ({ words: own, sound: soundOf(words) }));
    this.spellings.set(spelling, name);
    return name;
  }

  address(lines: readonly string[]): Address | null {
    const spelling = lines.join('\n');
    const known = this.addresses.get(spelling);
    if (known !== undefined) return known;
    const words = [...new Set(wordsOf(spelling))].slice(0, LONGEST_ADDRESS);
    const text = words.join(' ');
    const address =
      text === '' ? null : { text, hash: hashOf(text), count: 0, words: words.map((word) => this.word(word)) };
    this.addresses.set(spelling, address);
    return address;
  }

  private word(text: string): Value {
    return interned(this.words, text, () => ({}));
  }
}

const LONGEST_ADDRESS = 24;

function interned<T extends Value>(known: Map<string, T>, text: string, rest: () => Omit<T, keyof Value>): T {
  let value = known.get(text);
  if (!value) {
    value = { text, hash: hashOf(text), count: 0, ...rest() } as T;
    known.set(text, value);
  }
  return value;
}

/** The persons as profiles, in the order of their ids. */
export function readProfiles(persons: readonly PersonToMatch[]): Profile[] {
  const vocabulary = new Vocabulary();
  const inOrder = persons.toSorted((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  return inOrder.map((person, order) => ({
    person,
    order,
    reference: vocabulary.value('reference', person.reference.trim().toLowerCase()),
    given: vocabulary.name(person.givenName),
    family: vocabulary.name(person.familyName),
    birthDate: vocabulary.value('birth', person.birthDate ?? ''),
    emails: [...new Set(person.emails?.map((email) => email.trim().toLowerCase()))].flatMap(
      (email) => vocabulary.value('email', email) ?? [],
    ),
    phone: vocabulary.value('phone', lastDigits(person.phone ?? '')),
    address: vocabulary.address(person.addressLines ?? []),
    number: vocabulary.value('number', person.nationalNumberHash ?? ''),
  }));
}

/** The last eight digits: "+32 475 12 34 56" and "0475/123456" are one telephone. */
function lastDigits(phone: string): string {
  const digits = phone.replace(/\D/g, '');
  return digits.length < 6 ? '' : digits.slice(-8);
}

/** Counts in each value how many of these profiles have it. */
export function countValues(profiles: Iterable<Profile>): void {
  for (const { reference, given, family, birthDate, emails, phone, address, number } of profiles) {
    for (const value of [reference, given, family, birthDate, phone, number, ...emails]) if (value) value.count++;
    for (const word of address?.words ?? []) word.count++;
  }
}

/** All that a profile says but its reference, as one number; profiles of one content have one. */
export function contentHash(profile: Profile): number {
  const { given, family, birthDate, emails, phone, address, number } = profile;
  let hash = 0;
  for (const value of [given, family, birthDate, phone, address, number, ...emails])
    hash = mixed(value?.hash ?? 1, hash);
  return hash;
}

/** Whether two profiles say the same in everything but their reference. */
export function sameContent(a: Profile, b: Profile): boolean {
  return (
    a.given === b.given &&
    a.family === b.family &&
    a.birthDate === b.birthDate &&
    a.phone === b.phone &&
    a.address?.text === b.address?.text &&
    a.number === b.number &&
    a.emails.length === b.emails.length &&
    a.emails.every((email, at) => email === b.emails[at])
  );
}
