import { Sequencer, record } from '#libs/ledger/index.js';
import { testDatabase, type TestDatabase } from '#test/support/database.js';
import { givenBreach, someFacts, type GivenBreach } from '#test/support/given-breach.js';
import { JO, LOTTE, givenRoster, rosterFile, whole } from '#test/support/given-roster.js';
import { personTimeline } from './person-timeline.js';

let db: TestDatabase;
let given: GivenBreach;
let read: ReturnType<typeof givenRoster>;
let lotte: string;
let jo: string;
beforeAll(async () => {
  db = await testDatabase();
  given = await givenBreach(db.source);
  read = givenRoster(db.source, given);
});
afterAll(() => db.drop());
beforeEach(async () => {
  given.breach = await given.breaches.open(given.hr, { facts: someFacts() });
  await read.roster.import(given.hr, given.breach.reference, rosterFile(LOTTE), whole);
  await read.roster.import(given.dpo, given.breach.reference, rosterFile(JO), whole);
  [lotte, jo] = [(await read.person('P-1')).id, (await read.person('P-2')).id];
});

const happen = (personId: string, kind: `${string}.${string}`) =>
  record(db.source.manager, { kind, actor: 'worker', breachId: given.breach.id, personId });
const timeline = (personId: string, after: number | null = null, limit = 100) =>
  personTimeline(db.source.manager, given.breach.id, personId, { after, limit });
const kinds = async (personId: string): Promise<string[]> =>
  (await timeline(personId)).entries.map((entry) => entry.kind);

describe("a person's timeline", () => {
  it.each([true, false])(
    'given an import, then it begins with that import alone, by whom, with its place (sealed: %s)',
    async (isSealed) => {
      if (isSealed) await new Sequencer(db.source).drain();
      const { entries } = await timeline(jo);
      expect(entries).toHaveLength(1);
      expect(entries[0]).toMatchObject({
        kind: 'roster.imported',
        actor: `account:${given.dpo.accountId}`,
        isOfMerged: false,
      });
      expect(entries[0]!.seq === null).toBe(!isSealed);
    },
  );

  it('given somebody merged into them, then what happened to both stands there in order, and says whose it was', async () => {
    await happen(jo, 'letter.made');
    await new Sequencer(db.source).drain();
    await happen(lotte, 'person.shown');
    await db.source.query(`update person set merged_into = $1 where id = $2`, [lotte, jo]);
    expect(await kinds(lotte)).toEqual(['roster.imported', 'roster.imported', 'letter.made', 'person.shown']);
    const { entries } = await timeline(lotte);
    expect(entries.map((entry) => entry.isOfMerged)).toEqual([false, false, true, false]);
    expect(await kinds(jo)).toEqual(['roster.imported', 'letter.made']);
  });

  it('given a long one, when its pages are read, then every entry stands there once, in the order of the ledger, what waits last', async () => {
    for (let i = 0; i < 25; i++) await happen(lotte, i % 2 === 0 ? 'person.shown' : 'letter.made');
    await new Sequencer(db.source).drain();
    await happen(lotte, 'person.erased');
    const seqs: (number | null)[] = [];
    for (let after: number | null = null, first = true; first || after !== null; first = false) {
      const page = await timeline(lotte, after, 10);
      seqs.push(...page.entries.map((entry) => entry.seq));
      after = page.next;
    }
    expect(seqs).toHaveLength(27);
    expect(seqs.at(-1)).toBeNull();
    const placed = seqs.slice(0, -1) as number[];
    expect(placed).toEqual([...new Set(placed)].toSorted((a, b) => a - b));
  });
});
