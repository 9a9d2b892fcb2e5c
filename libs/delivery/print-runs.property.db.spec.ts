import fc from 'fast-check';
import { Problem } from '#libs/platform/index.js';
import { testDatabase, type TestDatabase } from '#test/support/database.js';
import { byPost, givenPaper, type GivenPaper } from '#test/support/given-paper.js';
import { RETURN_REASONS, listPrintRuns } from './print-runs.store.js';
import { sheetCode } from './sheet-code.js';

const PEOPLE = 5;

type Act =
  | { act: 'print' }
  | { act: 'post'; run: number; damaged: number[]; missing: number[] }
  | { act: 'return'; run: number; sheet: number; reason: string };

const sheets = fc.uniqueArray(fc.integer({ min: 1, max: PEOPLE }), { maxLength: 2 });
const acts: fc.Arbitrary<Act> = fc.oneof(
  fc.constant<Act>({ act: 'print' }),
  fc.record({ act: fc.constant('post' as const), run: fc.integer({ min: 1, max: 3 }), damaged: sheets, missing: sheets }),
  fc.record({ act: fc.constant('return' as const), run: fc.integer({ min: 1, max: 3 }), sheet: fc.integer({ min: 1, max: PEOPLE }), reason: fc.constantFrom(...RETURN_REASONS) }),
); // prettier-ignore

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.drop());

/** What people do, in any order; what is refused with a sentence is part of it. */
async function doing(paper: GivenPaper, notice: string, act: Act): Promise<void> {
  const { hr } = paper.given;
  const year = new Date(await now()).getUTCFullYear();
  const first = await firstRun();
  const run = (nth: number): string => `P-${year}-${String(first + nth - 1).padStart(4, '0')}`;
  try {
    if (act.act === 'print') await paper.runs.make(hr, notice);
    else if (act.act === 'post') {
      // The files themselves are another test's: here it is enough that the run says they are made.
      await db.source.query(`update print_run set files_made_at = clock_timestamp(), manifest_hash = sha256('') where files_made_at is null`);
      await paper.runs.confirmPosted(hr, run(act.run), { damaged: act.damaged.join('\n'), missing: act.missing.join(',') });
    } else await paper.returns.markReturned(hr, notice, sheetCode({ run: run(act.run), sheet: act.sheet }), act.reason);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
  } // prettier-ignore

  async function now(): Promise<string> {
    const [row]: { now: string }[] = await db.source.query(`select now()::text as now`);
    return row!.now;
  }
  async function firstRun(): Promise<number> {
    const rows: { reference: string }[] = await db.source.query(
      `select r.reference from print_run r join notice n on n.id = r.notice_id where n.reference = $1 order by r.id limit 1`,
      [notice],
    );
    return Number(rows[0]?.reference.split('-')[2] ?? 1);
  }
}

describe('given any sequence of prints, confirmations and returns', () => {
  it('when it is done, then every run adds up, each letter has one open attempt at most, and the sum agrees with the attempts', async () => {
    let paper: GivenPaper | undefined;
    await fc.assert(
      fc.asyncProperty(fc.array(acts, { minLength: 3, maxLength: 10 }), async (sequence) => {
        paper = await givenPaper(db.source, db.url, paper?.given);
        await paper.import(...Array.from({ length: PEOPLE }, (_, n) => byPost(n + 1)));
        const notice = await paper.sent();
        for (const act of sequence) await doing(paper, notice, act);
        const [{ id }] = (await db.source.query(`select id from notice where reference = $1`, [notice])) as [{ id: string }]; // prettier-ignore
        for (const run of await listPrintRuns(db.source.manager, id)) {
          expect(run.waiting + run.posted + run.returned + run.back).toBe(run.letters);
          expect(run.state).toBe(run.waiting === 0 ? 'closed' : 'open');
        }
        const recounted: { standing: string; is: string }[] = await db.source.query(
          `select p.standing, case when bool_or(d.state = 'posted') then 'told' when bool_or(d.state in ('queued', 'printed')) then 'under-way' else 'not-reached' end as is
             from person p join dispatch d on d.person_id = p.id where d.notice_id = $1 group by p.id`,
          [id],
        );
        expect(recounted).toHaveLength(PEOPLE);
        for (const { standing, is } of recounted) expect(standing).toBe(is);
      }),
      { numRuns: 12 },
    );
  }, 120_000);
});
