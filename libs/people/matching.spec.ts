import fc from 'fast-check';
import { inventRows, type InventedRow } from '#test/support/invented-people.js';
import type { PersonToMatch } from './matching-keys.js';
import { reasonInWords, reviewInWords } from './matching-words.js';
import { matchPersons, type Matching } from './matching.js';
import { isOneSlip, numberTraces } from './number-traces.js';

const KEY = Buffer.alloc(32, 3);

type Row = Partial<Omit<PersonToMatch, 'id'>> & { number?: string };

const LIEVE: Row = {
  givenName: 'Lieve',
  familyName: 'Van den Broeck',
  birthDate: '1984-03-12',
  emails: ['lieve.vdb@mail.example'],
  addressLines: ['Kerkstraat 12', '9000 Gent'],
  number: '5512349',
};
const HOME = { familyName: 'Vermeulen', addressLines: ['Molenstraat 4 bus 2', '3000 Leuven'], phone: '016 12 34 56' };

function withNumber<T extends { number?: string | undefined }>({ number, ...row }: T): Omit<T, 'number'> {
  return number ? { ...row, nationalNumberHash: `hash of ${number}`, numberTraces: numberTraces(KEY, number) } : row;
}

/** A row for each, with ids `a`, `b`, `c` … and a reference of its own where it has none. */
function match(...rows: Row[]): Matching {
  return matchPersons(
    rows.map((row, at) => ({
      id: String.fromCharCode(97 + at),
      reference: `R${at}`,
      givenName: '',
      familyName: '',
      ...withNumber(row),
    })),
  );
}

const mergedIn = ({ merged }: Matching): string[] => merged.map(({ ids }) => ids.join(''));
const askedIn = ({ review }: Matching): string[] => review.map(({ ids }) => ids.join(''));

describe('given two rows about one person', () => {
  it.each<[string, Row, Row]>([
    ['the same in all', LIEVE, LIEVE],
    [
      'the same number, and nothing else known',
      { ...LIEVE, number: '5512349' },
      { givenName: 'Lieve', number: '5512349' },
    ],
    ['the same reference', { ...LIEVE, reference: 'P-1' }, { givenName: 'Lieve', reference: 'p-1 ' }],
    ['one slip in the number', LIEVE, { ...LIEVE, number: '5512394' }],
    ['one slip in the birth date', LIEVE, { ...LIEVE, birthDate: '1984-03-21' }],
    ['day and month swapped', LIEVE, { ...LIEVE, birthDate: '1984-12-03', number: '' }],
    ['particles joined', LIEVE, { ...LIEVE, familyName: 'Vandenbroeck', number: '', emails: [] }],
    ['particles behind', LIEVE, { ...LIEVE, familyName: 'BROECK, van den', number: '', emails: [] }],
    ['a name mistyped', LIEVE, { ...LIEVE, familyName: 'Van den Broekc', number: '', emails: [] }],
    ['names swapped', LIEVE, { ...LIEVE, givenName: 'Van den Broeck', familyName: 'Lieve', number: '', emails: [] }],
    [
      'another address, same birth date',
      LIEVE,
      { ...LIEVE, addressLines: ['Rue Haute 5', '1000 Bruxelles'], number: '' },
    ],
    ['name and address only', { ...HOME, givenName: 'Ilse' }, { ...HOME, givenName: 'Ilse', phone: undefined }],
    [
      'name and mailbox only',
      { ...LIEVE, birthDate: undefined, number: '' },
      { ...LIEVE, addressLines: [], number: '' },
    ],
    ['a married name', LIEVE, { ...LIEVE, familyName: 'Desmet', number: '', emails: [] }],
    [
      'accents and half of a double name',
      { ...LIEVE, givenName: 'Hélène', familyName: 'Lefèvre-Müller', number: '' },
      { ...LIEVE, givenName: 'HELENE', familyName: 'Lefevre', number: '' },
    ],
  ])('when they have %s, then they are merged', (_, one, other) => {
    const result = match(one, other);
    expect([mergedIn(result), askedIn(result)]).toEqual([['ab'], []]);
  });

  it('when they are merged, then it says by which keys, and never a value', () => {
    const { merged } = match(LIEVE, { ...LIEVE, familyName: 'Van den Broekc', emails: ['other@mail.example'] });
    const [link] = merged[0]!.links;
    expect(link).toEqual({
      ids: ['a', 'b'],
      why: { agree: ['number', 'birthDate', 'address'], close: ['name'], conflict: [], differ: ['email'] },
    });
    expect(reasonInWords(link!.why)).toBe(
      'The national number, the birth date and the address agree; the name agrees but for the spelling; an e-mail address differs.',
    );
  });
});

describe('given two rows that contradict each other', () => {
  it.each<[string, Row, Row, string]>([
    [
      'two numbers',
      LIEVE,
      { ...LIEVE, number: '7098113' },
      'The birth date, the name, an e-mail address and the address agree, but the national number does not.',
    ],
    [
      'two birth dates, and one number',
      LIEVE,
      { ...LIEVE, birthDate: '1979-11-30' },
      'The national number, the name, an e-mail address and the address agree, but the birth date does not.',
    ],
    [
      'two birth dates: father and son of one name?',
      { ...HOME, givenName: 'Jozef', birthDate: '1951-02-03' },
      { ...HOME, givenName: 'Jozef', birthDate: '1986-09-14' },
      'The name, the telephone number and the address agree, but the birth date does not.',
    ],
    [
      'a slip in the number, and only one other key that agrees',
      { familyName: 'Sondergeld', givenName: 'Ann', birthDate: '1984-03-12', number: '5512349', reference: 'P-1' },
      { familyName: 'Peeters', givenName: 'Tom', number: '5512394', reference: 'P-1' },
      'The reference and the national number agree, but the national number does not.',
    ],
  ])('when there are %s, then a human is asked, and told why', (_, one, other, words) => {
    const result = match(one, other);
    expect([mergedIn(result), askedIn(result)]).toEqual([[], ['ab']]);
    expect(reviewInWords(result.review[0]!)).toBe(words);
  });
});

describe('given relatives', () => {
  it.each<[string, Row, Row]>([
    ['twins', { givenName: 'Emma', birthDate: '1999-05-06' }, { givenName: 'Louise', birthDate: '1999-05-06' }],
    [
      'twins of like names',
      { givenName: 'Tom', birthDate: '1999-05-06' },
      { givenName: 'Tim', birthDate: '1999-05-06' },
    ],
    [
      'a couple with one mailbox',
      { givenName: 'Luc', emails: ['us@mail.example'] },
      { givenName: 'An', emails: ['us@mail.example'] },
    ],
    ['brothers', { givenName: 'Bart', birthDate: '1990-01-02' }, { givenName: 'Wout', birthDate: '1993-08-09' }],
  ])('when they are %s, then they stay two persons and nobody is asked', (_, one, other) => {
    const result = match({ ...HOME, ...one }, { ...HOME, ...other });
    expect([mergedIn(result), askedIn(result)]).toEqual([[], []]);
  });

  it('when they are twins with numbers one digit apart, then a human is asked', () => {
    const twin = { ...HOME, birthDate: '1999-05-06' };
    const result = match(
      { ...twin, givenName: 'Emma', number: '5512341' },
      { ...twin, givenName: 'Louise', number: '5512342' },
    );
    expect([mergedIn(result), askedIn(result)]).toEqual([[], ['ab']]);
  });

  it('when a row without given name is like both twins, then it ties them together no more than a human wants', () => {
    const twin = { ...HOME, birthDate: '1999-05-06' };
    const result = match({ ...twin, givenName: 'Emma' }, twin, { ...twin, givenName: 'Louise' });
    expect(mergedIn(result)).not.toContain('abc');
    expect(askedIn(result)).toEqual(['abc']);
    expect(result.review[0]!.why.cause).toBe('chain');
  });
});

describe('given little in common', () => {
  it.each<[string, Row, Row]>([
    ['a name alone', { givenName: 'Jan', familyName: 'Peeters' }, { givenName: 'Jan', familyName: 'Peeters' }],
    [
      'a birth date alone',
      { ...LIEVE, emails: [], addressLines: [], number: '' },
      { givenName: 'Bart', familyName: 'Maes', birthDate: LIEVE.birthDate },
    ],
    [
      'a given name and a city',
      { ...LIEVE, number: '' },
      { givenName: 'Lieve', familyName: 'Maes', addressLines: ['9000 Gent'] },
    ],
    ['nothing', LIEVE, {}],
  ])('when it is %s, then nothing is said', (_, one, other) => {
    const result = match(one, other);
    expect([mergedIn(result), askedIn(result)]).toEqual([[], []]);
  });

  it('when a number stands on many rows, then it is a stand-in and says nothing', () => {
    const rows = inventRows({ seed: 3, people: 60, again: 0, inFamilies: 0, withNumbers: false });
    const { merged, review } = matchPersons(rows.map((row) => ({ ...row, nationalNumberHash: 'hash of 000000' })));
    expect([merged, review]).toEqual([[], []]);
  });

  it('when nobody is there, then there is nothing', () => {
    expect(matchPersons([])).toMatchObject({ merged: [], review: [] });
  });
});

describe('given a carelessly typed source of unchecked numbers', () => {
  const careless = (row: Row): Row[] =>
    inventRows({ seed: 8, people: 200, again: 0, inFamilies: 0, withNumbers: true }).flatMap((person, at) => {
      const one: Row = { ...person, reference: `A${at}`, number: person.nationalNumber ?? '' };
      return [one, { ...one, ...row, reference: `B${at}`, ...(at % 5 === 0 ? { number: `0000${at}1234` } : {}) }];
    });

  it('when one of all keys differs, then it is outvoted, so that the queue stays short', () => {
    const result = match(...careless({}));
    expect(result.facts.careless.number).toBe(true);
    expect(result.review.length).toBeLessThan(5);
  });

  it('when the numbers have check digits, then two numbers stay two persons until a human says otherwise', () => {
    const result = match(...careless({ numberIsChecked: true }));
    expect(result.review.length).toBeGreaterThan(30);
    expect(result.review.every(({ why }) => why.conflict.includes('number'))).toBe(true);
  });
});

describe('given invented rows', () => {
  const inventions = fc.record({
    seed: fc.nat(),
    people: fc.integer({ min: 1, max: 60 }),
    again: fc.constantFrom(0.1, 0.5),
    inFamilies: fc.constantFrom(0, 0.5),
    withNumbers: fc.boolean(),
  });
  const rowsOf = (rows: InventedRow[]): PersonToMatch[] =>
    rows.map(({ nationalNumber, ...row }) => withNumber({ ...row, number: nationalNumber }));

  it('when they come in another order, then the answer is the same', () => {
    fc.assert(
      fc.property(inventions, fc.nat(), (invention, turn) => {
        const rows = rowsOf(inventRows(invention));
        const turned = rows
          .slice(turn % rows.length)
          .concat(rows.slice(0, turn % rows.length))
          .toReversed();
        expect(matchPersons(turned)).toEqual(matchPersons(rows));
      }),
      { numRuns: 60 },
    );
  });

  it('when rows are merged, then no two of them have numbers or birth dates that no slip explains, and none stands twice', () => {
    fc.assert(
      fc.property(inventions, (invention) => {
        const rows = new Map(rowsOf(inventRows(invention)).map((row) => [row.id, row]));
        const { merged } = matchPersons([...rows.values()]);
        const ids = merged.flatMap((person) => person.ids);
        expect(new Set(ids).size).toBe(ids.length);
        for (const person of merged) {
          expect(person.links.length).toBe(person.ids.length - 1);
          const [first, ...others] = person.ids.map((id) => rows.get(id)!).filter((row) => row.nationalNumberHash);
          for (const other of others) {
            const isSame = other.nationalNumberHash === first!.nationalNumberHash;
            expect(isSame || isOneSlip(first!.numberTraces!, other.numberTraces!)).toBe(true);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('when a row is added once more, then it joins its person', () => {
    fc.assert(
      fc.property(inventions, fc.nat(), (invention, at) => {
        const rows = rowsOf(inventRows(invention));
        const row = rows[at % rows.length]!;
        const { merged } = matchPersons([...rows, { ...row, id: 'copy' }]);
        expect(merged.find(({ ids }) => ids.includes('copy'))?.ids).toContain(row.id);
      }),
      { numRuns: 60 },
    );
  });
});
