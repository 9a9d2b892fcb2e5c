import { Clock } from '#libs/platform/index.js';
import { codeOf, problemOf } from '#test/support/code-of.js';
import { testDatabase, type TestDatabase } from '#test/support/database.js';
import { givenBreach, someFacts, type GivenBreach } from '#test/support/given-breach.js';
import { FAULTY, LOTTE, ROSTER_HEADER, givenRoster, good, rosterFile, whole } from '#test/support/given-roster.js';
import { PeopleByHandService, contactPointsOf, sourceOfBytes, type HandRow, type PastedChoices } from './index.js';

let db: TestDatabase;
let given: GivenBreach;
let read: ReturnType<typeof givenRoster>;
let byHand: PeopleByHandService;
let reference: string;
beforeAll(async () => {
  db = await testDatabase();
  given = await givenBreach(db.source);
  read = givenRoster(db.source, given);
  byHand = new PeopleByHandService(db.source, given.keyring, new Clock());
});
afterAll(() => db.drop());
beforeEach(async () => {
  given.breach = await given.breaches.open(given.hr, { facts: someFacts() });
  reference = given.breach.reference;
});

const MIA: HandRow = {
  category: 'applicant',
  language: 'nl',
  given_name: 'Mia',
  family_name: 'Janssens',
  email: 'mia@post.example',
  birth_date: '28/02/1987',
  street: 'Kerkstraat',
  house_number: '12',
  postcode: '9000',
  city: 'Gent',
  documents: 'BE:id-card:scan:confirmed',
  other_data: 'cv:copy:presumed',
};

const FOR_ALL: PastedChoices = {
  order: 'given-first',
  category: 'staff',
  language: 'nl',
  documents: 'BE:id-card:scan:confirmed',
};

describe('given somebody whom no roster holds', () => {
  it('when they are added without a reference, then they get a spoken one and are a person like all others, from a hand', async () => {
    const added = await byHand.add(given.hr, reference, MIA);
    expect(added.reference).toBe('H-0001');
    expect((await byHand.add(given.hr, reference, { ...MIA, given_name: 'Lea' })).reference).toBe('H-0002');
    const mia = await read.person('H-0001');
    expect(mia).toMatchObject({
      id: added.id,
      category: 'applicant',
      languages: ['nl'],
      standing: 'under-way',
      record: { givenName: 'Mia', familyName: 'Janssens', birthDate: '1987-02-28' },
    });
    expect(mia.record!.contacts).toEqual([
      { kind: 'email', value: 'mia@post.example' },
      { kind: 'post', value: 'Kerkstraat 12\n9000 Gent' },
    ]);
    expect(mia.exposures.map(({ dataKind, source }) => [dataKind, source])).toEqual([
      ['id-card', 'by-hand'],
      ['cv', 'by-hand'],
    ]);
    const points = (await contactPointsOf(db.source.manager, [mia])).get(added.id)!;
    expect(points.map(({ source, state }) => [source, state])).toEqual([
      ['by-hand', 'untried'],
      ['by-hand', 'untried'],
    ]);
    const entries: unknown[] = await db.source.query(
      `select kind, facts, person_id as person from ledger_outbox where breach_id = $1 and kind = 'person.added' order by id limit 1`,
      [given.breach.id],
    );
    expect(entries).toEqual([{ kind: 'person.added', facts: { source: 'by-hand' }, person: added.id }]);
  });

  it('when a roster has taken a spoken reference before, then the next free one is given', async () => {
    await read.roster.import(given.hr, reference, rosterFile(LOTTE.replace('P-1', 'H-0001')), whole);
    expect((await byHand.add(given.hr, reference, MIA)).reference).toBe('H-0002');
  });

  it('when what was typed has faults, then they stand at their columns and nobody is added', async () => {
    const problem = await problemOf(
      byHand.add(given.hr, reference, { ...MIA, email: 'mia', birth_date: '1987-02-30', documents: 'card' }),
    );
    expect(problem!.faults.map(({ at }) => at)).toEqual(['email', 'birth_date', 'documents']);
    expect(await read.count('person')).toBe(0);
  });

  it('when the reference is somebody’s, or the form is sent twice, then nobody is doubled', async () => {
    const id = byHand.nextId();
    await byHand.add(given.hr, reference, { ...MIA, reference: 'P-7' }, id);
    expect(await codeOf(byHand.add(given.hr, reference, { ...MIA, reference: 'P-7' }))).toBe('person.reference-taken');
    expect(await codeOf(byHand.add(given.hr, reference, MIA, id))).toBe('person.added-already');
    expect(await codeOf(byHand.add(given.hr, reference, MIA, 'no id'))).toBe('person.added-already');
    expect(await read.count('person')).toBe(1);
  });

  it('when a roster states them later, then what was entered stays, and what was not is added', async () => {
    await byHand.add(given.hr, reference, { ...MIA, reference: 'P-1' });
    await read.roster.import(given.hr, reference, rosterFile(LOTTE), whole);
    const person = await read.person('P-1');
    expect(person).toMatchObject({ category: 'applicant', record: { givenName: 'Mia' } });
    expect(person.record!.contacts.map(({ value }) => value)).toEqual(['mia@post.example', 'Kerkstraat 12\n9000 Gent']);
    expect(person.exposures).toHaveLength(2);
  });

  it('when an import left their row out, then entering them mends it', async () => {
    await read.roster.import(given.hr, reference, rosterFile(LOTTE, FAULTY), good);
    expect((await read.openRows()).count).toBe(1);
    await byHand.add(given.hr, reference, { ...MIA, reference: 'P-3' });
    expect((await read.openRows()).count).toBe(0);
  });

  it('when their row marks a protected person, then it is mended by the security officer alone', async () => {
    const row = `${ROSTER_HEADER}\nS-1,boss,nl,Vera,Geheim,,,,yes`;
    await read.roster.import(given.security, reference, sourceOfBytes(Buffer.from(row)), good);
    await byHand.add(given.hr, reference, { ...MIA, reference: 'S-1' });
    expect((await read.openRows(true)).count).toBe(1);
  });

  it('when HR marks them as protected, then the security officer is asked for, who may', async () => {
    const problem = await problemOf(byHand.add(given.hr, reference, { ...MIA, protected: 'yes' }));
    expect([problem!.code, problem!.faults[0]!.at]).toEqual(['person.protected-mark', 'protected']);
    await byHand.add(given.security, reference, { ...MIA, protected: 'yes' });
    expect((await read.people(false)).length).toBe(0);
    expect((await read.people(true)).length).toBe(1);
  });
});

describe('given a few names to paste', () => {
  const NAMES = 'Lotte Voorbeeld, lotte@post.example\n\nJanssens, Mia\nJo Dupont, Kerkstraat 12, 9000 Gent';

  it('when they are looked at, then it says what was understood and changes nothing', async () => {
    const { lines } = await byHand.look(given.hr, reference, NAMES, FOR_ALL);
    expect(lines.map(({ line, cells, faults }) => [line, cells.given_name, cells.family_name, faults.length])).toEqual([
      [1, 'Lotte', 'Voorbeeld', 0],
      [3, 'Mia', 'Janssens', 0],
      [4, 'Jo', 'Dupont', 0],
    ]);
    expect(await read.count('person')).toBe(0);
  });

  it('when they are added, then all are, with what was chosen once; and a second time nobody is', async () => {
    const { firstId } = await byHand.look(given.hr, reference, NAMES, FOR_ALL);
    const added = await byHand.addPasted(given.hr, reference, NAMES, FOR_ALL, firstId);
    expect(added.map((one) => one.reference)).toEqual(['H-0001', 'H-0002', 'H-0003']);
    const people = await read.people();
    expect(people.map(({ category, languages, exposures }) => [category, languages, exposures.length])).toEqual(
      Array.from({ length: 3 }, () => ['staff', ['nl'], 1]),
    );
    expect(await codeOf(byHand.addPasted(given.hr, reference, NAMES, FOR_ALL, firstId))).toBe('person.added-already');
    expect(await read.count('person')).toBe(3);
  });

  it('when a line has a fault, then it says at its line what to do, and nobody is added', async () => {
    const text = `${NAMES}\nmia@post\nLotte Voorbeeld, lotte@post.example`;
    const { lines, firstId } = await byHand.look(given.hr, reference, text, FOR_ALL);
    expect(lines.filter(({ faults }) => faults.length > 0).map(({ line }) => line)).toEqual([5, 6]);
    const problem = await problemOf(byHand.addPasted(given.hr, reference, text, FOR_ALL, firstId));
    expect(problem!.code).toBe('people.pasted-faulty');
    expect(problem!.faults.map(({ at }) => at)).toEqual(['line 5', 'line 6']);
    expect(await read.count('person')).toBe(0);
  });

  it('when an address is known or stands twice, then it warns, but not of protected persons', async () => {
    await byHand.add(given.hr, reference, MIA);
    await byHand.add(given.security, reference, { ...MIA, email: 'vera@post.example', protected: 'yes' });
    const text =
      'M. Janssens, MIA@post.example\nJo Dupont, jo@post.example\nJo Dubois, jo@post.example\nVera Geheim, vera@post.example';
    const { lines } = await byHand.look(given.hr, reference, text, FOR_ALL);
    expect(lines.map(({ warning }) => warning)).toEqual(['known-address', null, 'address-twice', null]);
  });

  it('when there is nobody, or more than a few, then it says so', async () => {
    expect(await codeOf(byHand.look(given.hr, reference, ' \n', FOR_ALL))).toBe('people.nobody-pasted');
    const many = Array.from({ length: 201 }, (_, i) => `Somebody Number ${String.fromCharCode(65 + (i % 26))}`).join(
      '\n',
    );
    expect(await codeOf(byHand.look(given.hr, reference, many, FOR_ALL))).toBe('people.too-many-pasted');
  });
});
