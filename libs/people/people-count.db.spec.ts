import fc from 'fast-check';
import { Clock, uuidv7 } from '#libs/platform/index.js';
import { testDatabase, type TestDatabase } from '#test/support/database.js';
import { givenBreach, someFacts, type GivenBreach } from '#test/support/given-breach.js';
import { JO, LOTTE, givenRoster, rosterFile, whole } from '#test/support/given-roster.js';
import { auditCounts, countPeople, foldCounts } from './people-count.js';

let db: TestDatabase;
let given: GivenBreach;
beforeAll(async () => {
  db = await testDatabase();
  given = await givenBreach(db.source);
});
afterAll(() => db.drop());
beforeEach(async () => {
  given.breach = await given.breaches.open(given.hr, { facts: someFacts() });
});

const clock = new Clock();

/** Persons as rows alone: what is counted stands on them. */
async function addPersons(count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, () => uuidv7(clock.now()));
  await db.source.query(
    `insert into person (id, breach_id, reference_index, category, languages, secret, sealed, exposures_known, exposures_open)
     select id, $2, uuid_send(id), 'staff', '{nl}', sha256(uuid_send(id)), '\\x00', 1, 1 from unnest($1::uuid[]) id`,
    [ids, given.breach.id],
  );
  return ids;
}

const MOVES = [
  `letters_arrived = letters_arrived + 1`,
  `letters_arrived = greatest(letters_arrived - 1, 0)`,
  `acknowledged_at = clock_timestamp()`,
  `exposures_open = 1 - exposures_open`,
  `exempted_by = case when exempted_by is null then 'a' end`,
  `ladder_spent = not ladder_spent`,
  `protected = not protected`,
  `category = case when category = 'staff' then 'applicant' else 'staff' end`,
  `languages = case when languages = '{nl}' then '{nl,fr}'::text[] else '{nl}'::text[] end`,
  `last_letter_at = clock_timestamp()`,
  `facts_changed_at = clock_timestamp()`,
];

describe('given persons of a breach', () => {
  it('when their facts change in any order, some merge and some come in addition, then the counters count what a recount does', async () => {
    const ids = await addPersons(12);
    const step = fc.oneof(
      fc.record({ move: fc.constantFrom(...MOVES), of: fc.subarray(ids, { minLength: 1 }) }),
      fc.record({ merge: fc.constantFrom(...ids.slice(1)), into: fc.constantFrom(ids[0]!, null) }),
      fc.record({ add: fc.integer({ min: 1, max: 3 }) }),
      fc.constant({ fold: true }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
        for (const one of steps) {
          if ('move' in one) await db.source.query(`update person set ${one.move} where id = any ($1)`, [one.of]);
          else if ('merge' in one)
            await db.source.query(`update person set merged_into = $2 where id = $1`, [one.merge, one.into]);
          else if ('add' in one) await addPersons(one.add);
          else await db.source.query(`select people_step_fold($1)`, [given.breach.id]);
        }
        expect(await auditCounts(db.source.manager)).toEqual([]);
      }),
      { numRuns: 40 },
    );
    const [{ persons }]: [{ persons: number }] = await db.source.query(
      `select count(*)::int as persons from person where breach_id = $1 and merged_into is null`,
      [given.breach.id],
    );
    expect((await countPeople(db.source.manager, given.breach.id)).affected).toBe(persons);
  });

  it('when two transactions move the same groups in opposite orders and a third folds, then none waits for another, and the counters are right', async () => {
    const [one, two] = [await addPersons(2), await addPersons(2)];
    const arrive = `update person set letters_arrived = 1 where id = $1`;
    const spend = `update person set ladder_spent = true where id = $1`;
    await db.source.transaction(async (first) => {
      await first.query(arrive, [one[0]]);
      await db.source.transaction(async (second) => {
        await second.query(`set local lock_timeout = '2s'`);
        await second.query(spend, [two[0]]);
        await first.query(spend, [one[1]]);
        await second.query(arrive, [two[1]]);
        await db.source.query(`select people_step_fold($1)`, [given.breach.id]);
      });
    });
    expect(await auditCounts(db.source.manager)).toEqual([]);
    const { standings } = await countPeople(db.source.manager, given.breach.id);
    expect(standings).toEqual({ told: 2, exempt: 0, 'under-way': 0, 'not-reached': 2 });
  });

  it('when many transactions write at once and others fold, then no step is lost and none counts twice', async () => {
    const ids = await addPersons(40);
    const fold = () => db.source.query(`select people_step_fold($1)`, [given.breach.id]);
    await Promise.all(
      ids.map(async (id, i) => {
        await db.source.query(`update person set ${MOVES[i % MOVES.length]} where id = $1`, [id]);
        if (i % 3 === 0) await fold();
      }),
    );
    await fold();
    expect(await auditCounts(db.source.manager)).toEqual([]);
    const [{ steps, groups }]: [{ steps: number; groups: number }] = await db.source.query(
      `select (select count(*)::int from people_step where breach_id = $1) as steps,
              (select count(*)::int from people_count where breach_id = $1 and count <> 0) as groups`,
      [given.breach.id],
    );
    expect(steps).toBe(groups);
  });

  it('when a breach has many steps, then the clock folds them', async () => {
    const ids = await addPersons(2);
    for (let i = 0; i < 300; i++)
      await db.source.query(`update person set ladder_spent = not ladder_spent where id = any ($1)`, [ids]);
    const steps = async (): Promise<number> => {
      const [row]: { count: number }[] = await db.source.query(
        `select count(*)::int as count from people_step where breach_id = $1`,
        [given.breach.id],
      );
      return row!.count;
    };
    expect(await steps()).toBeGreaterThan(500);
    await foldCounts(db.source);
    expect(await steps()).toBe(1);
  });

  it('when a counter is wrong, then the audit names breach, group and both numbers', async () => {
    await givenRoster(db.source, given).roster.import(given.hr, given.breach.reference, rosterFile(LOTTE, JO), whole);
    await db.source.query(`update people_step set count = count + 5 where breach_id = $1 and category = 'staff'`, [
      given.breach.id,
    ]);
    expect(await auditCounts(db.source.manager)).toEqual([
      { breach: given.breach.reference, group: 'under-way staff nl', counted: 6, persons: 1 },
    ]);
    await db.source.query(`update people_step set count = count - 5 where breach_id = $1 and category = 'staff'`, [
      given.breach.id,
    ]);
  });
});
