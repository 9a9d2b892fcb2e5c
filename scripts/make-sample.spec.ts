import { readFileSync } from 'node:fs';
import path from 'node:path';
import { breachFileSchema } from '#libs/breach/index.js';

import { LANGUAGES } from '#libs/platform/index.js';
import { ROOT } from '#test/support/root.js';
import { wholeRoster } from '#test/support/whole-table.js';
import { SAMPLE_SEED, makeSample } from './make-sample.js';

type Person = Record<string, string>;

const sample = makeSample(SAMPLE_SEED);
const breach = breachFileSchema.parse(sample.breach);
const people = await personsOf(sample.roster);
const protectedPeople = await personsOf(sample.rosterProtected);

async function personsOf(csv: string): Promise<Person[]> {
  const { columns, rows } = await wholeRoster(Buffer.from(csv));
  return rows.map(({ cells }) => Object.fromEntries(columns.map((column, i) => [column, cells[i]])) as Person);
}

/** Exposed things as the two columns state them, without regard to order. */
function exposuresOf({ documents, other_data: other }: Person): { pair: string; kind: string; confidence: string }[] {
  const items = [...documents!.split('; '), ...other!.split('; ').map((item) => item && `:${item}`)].filter(Boolean);
  return items.map((item) => {
    const [country, kind, , confidence] = item.split(':') as [string, string, string, string];
    return { pair: country && `${country}:${kind}`, kind, confidence };
  });
}

const count = (matches: (person: Person) => boolean): number => people.filter(matches).length;
const isOld = (address: string): boolean => address.endsWith('@oud.bewaking.example');
const emailsOf = (person: Person): string[] => [person['email']!, person['private_email']!].filter(Boolean);
const hasUsableEmail = (person: Person): boolean => emailsOf(person).some((address) => !isOld(address));
const hasHome = ({ street, city }: Person): boolean => street !== '' && city !== '';
const isByPostOnly = ({ minor, deceased }: Person): boolean => minor === 'yes' || deceased === 'yes';
const isExempt = (person: Person): boolean => exposuresOf(person).every(({ confidence }) => confidence === 'excluded');

describe('given the demo case', () => {
  it('when it is made again, then it is the same to the byte as the files that are kept', () => {
    const folder = path.join(ROOT, 'samples/gateway');
    const kept = (name: string): string => readFileSync(path.join(folder, name), 'utf8');
    expect(kept('roster.csv') === sample.roster).toBe(true);
    expect(kept('roster-protected.csv') === sample.rosterProtected).toBe(true);
    expect(kept('roster-faulty.csv') === sample.rosterFaulty).toBe(true);
    expect(kept('breach.json')).toBe(`${JSON.stringify(sample.breach, null, 2)}\n`);
  });

  it('when another seed is taken, then other people come out, as many', async () => {
    const other = makeSample(7).roster;
    expect(other === sample.roster).toBe(false);
    expect(await personsOf(other)).toHaveLength(2000);
  });
});

describe('given the roster', () => {
  it('when its persons are counted, then each category and language has its number', () => {
    const countBy = (column: string): Record<string, number> => {
      const counts: Record<string, number> = {};
      for (const person of people) counts[person[column]!] = (counts[person[column]!] ?? 0) + 1;
      return counts;
    };
    expect(countBy('category')).toEqual({
      staff: 900,
      'former-staff': 250,
      applicant: 300,
      'past-applicant': 500,
      family: 40,
      'third-party': 10,
    });
    expect(countBy('language')).toEqual({ nl: 1000, fr: 760, de: 100, en: 140 });
    expect(countBy('protected')).toEqual({ no: 2000 });
  });

  it('when letters go out, then it is known what becomes of every person', () => {
    const isWritten = (person: Person): boolean => !isExempt(person);
    const takesEmail = (person: Person): boolean => !isByPostOnly(person) && hasUsableEmail(person);
    expect({
      byEmail: count((person) => isWritten(person) && takesEmail(person)),
      byPost: count((person) => isWritten(person) && !takesEmail(person) && hasHome(person)),
      notReached: count((person) => isWritten(person) && !takesEmail(person) && !hasHome(person)),
      exempt: count(isExempt),
    }).toEqual({ byEmail: 1797, byPost: 165, notReached: 8, exempt: 30 });
  });

  it('when persons are hard to reach, then each kind of them has its number', () => {
    const isStaffOnOld = ({ category, email }: Person): boolean => category === 'staff' && isOld(email!);
    expect(count((person) => emailsOf(person).length === 0 && hasHome(person))).toBe(120);
    expect(count((person) => isStaffOnOld(person) && person['private_email'] !== '')).toBe(25);
    expect(count((person) => isStaffOnOld(person) && person['private_email'] === '' && hasHome(person))).toBe(15);
    expect(count(({ category, private_email: own }) => category === 'staff' && own !== '')).toBe(360);
    expect(count((person) => !hasHome(person))).toBe(8);
  });

  it('when a letter goes to a guardian or the next of kin, then the roster names them', () => {
    const names = ({ addressee_given_name: given, addressee_family_name: family }: Person): boolean =>
      given !== '' && family !== '';
    expect(count((person) => person['category'] === 'family' && person['minor'] === 'yes' && names(person))).toBe(25);
    expect(
      count((person) => person['category'] === 'former-staff' && person['deceased'] === 'yes' && names(person)),
    ).toBe(5);
    expect(count((person) => isByPostOnly(person) || names(person))).toBe(30);
  });

  it('when persons are told apart, then no two share a reference, a name or an address for mail', () => {
    const everybody = [...people, ...protectedPeople];
    const references = everybody.map(({ reference }) => reference);
    const names = everybody.map(({ given_name: given, family_name: family }) => `${given} ${family}`);
    const addresses = everybody.flatMap(emailsOf);
    for (const values of [references, names, addresses]) expect(new Set(values).size).toBe(values.length);
    expect(names.filter((name) => /\p{Script=Greek}/u.test(name))).toHaveLength(1);
    expect(names.filter((name) => /\p{Script=Cyrillic}/u.test(name))).toHaveLength(1);
  });

  it('when somebody writes or calls, then no real person is reached', () => {
    const addresses = people.flatMap(emailsOf);
    const real = /@((oud\.)?bewaking|post|mail|courriel|brief)\.example$/;
    expect(addresses.filter((address) => !real.test(address))).toEqual([]);
    const phones = people.map(({ phone }) => phone!).filter(Boolean);
    expect(phones.filter((phone) => !/^\+32 2 555 \d\d \d\d$/.test(phone))).toEqual([]);
    expect(sample.roster).not.toContain('national_number');
  });
});

describe('given the breach of the demo case', () => {
  const everything = [...people, ...protectedPeople].flatMap(exposuresOf);

  it('when letters name kinds of data, then the register names the same', () => {
    expect(breach.facts.dataKinds.toSorted()).toEqual([...new Set(everything.map(({ kind }) => kind))].toSorted());
    expect(breach.facts.estimatedPersons).toBe(people.length + protectedPeople.length);
  });

  it('when a document is renewed, then its cap is known and the texts say the same amount', () => {
    const { upTo } = breach.facts.renewalCosts!;
    const pairs = new Set(everything.map(({ pair }) => pair).filter(Boolean));
    expect(upTo.map(({ country, kind }) => `${country}:${kind}`).toSorted()).toEqual([...pairs].toSorted());
    const amounts = new Set(upTo.map(({ cents }) => String(cents / 100)));
    for (const language of LANGUAGES) {
      expect(new Set(breach.texts[language]!.whoPays!.match(/\b\d+(?= euro)/gi))).toEqual(amounts);
    }
  });

  it('when a text is read in another language, then it has the same numbers and is as short', () => {
    for (const field of ['whatHappened', 'likelyConsequences', 'measuresTaken', 'whatIsNotKnown', 'whoPays'] as const) {
      const texts = LANGUAGES.map((language) => breach.texts[language]![field]!);
      const numbers = texts.map((text) => (text.match(/\d+/g) ?? []).toSorted());
      for (const other of numbers) expect(other).toEqual(numbers[0]);
      const lengths = texts.map((text) => wordsOf(text).length);
      expect({ field, outside: lengths.filter((words) => words < 40 || words > 110) }).toEqual({ field, outside: [] });
    }
  });

  it('when the English is read, then it is plain and does not hedge', () => {
    const texts = Object.entries(breach.texts.en!);
    expect(texts.map(([field, text]) => [field, readingEase(text)]).filter(([, ease]) => Number(ease) < 60)).toEqual(
      [],
    );
    const hedges = /\b(may|might|possibly|potentially|perhaps|no evidence|only|merely|unlikely)\b/i;
    expect(texts.filter(([, text]) => hedges.test(text))).toEqual([]);
  });
});

function wordsOf(text: string): string[] {
  return text.match(/[\p{L}\p{N}][\p{L}\p{N}’'-]*/gu) ?? [];
}

/** Flesch. A group of vowels is one syllable, a silent e or ed at the end none, a number one. */
function readingEase(text: string): number {
  const words = wordsOf(text);
  const sentences = text.split(/[.!?](?:\s|$)/).filter((part) => part.trim() !== '').length;
  const syllables = words.reduce((sum, word) => {
    const spoken = word.toLowerCase().replace(/(?<=[^aeiouyl])e$|(?<=[^aeioutd])ed$/, '');
    return sum + Math.max(1, (spoken.match(/[aeiouy]+/g) ?? []).length);
  }, 0);
  return 206.835 - 1.015 * (words.length / sentences) - 84.6 * (syllables / words.length);
}
