import { Sequencer, checkLedger } from '#libs/ledger/index.js';
import { codeOf } from '#test/support/code-of.js';
import { testDatabase, type TestDatabase } from '#test/support/database.js';
import { givenBreach, someFacts, type GivenBreach } from '#test/support/given-breach.js';
import { FAULTY, JO, LOTTE, givenRoster, good, rosterBytes, rosterFile } from '#test/support/given-roster.js';
import { givenUploads } from '#test/support/given-upload.js';
import { HONEST_COLUMNS, honestRoster, slidAt } from '#test/support/honest-roster.js';
import { until } from '#test/support/until.js';
import { mendableCsv, type CheckedResult, type RosterUpload } from './index.js';

let db: TestDatabase;
let given: GivenBreach;
let read: ReturnType<typeof givenRoster>;
let at: ReturnType<typeof givenUploads>;
let reference: string;
const never = new AbortController().signal;
beforeAll(async () => {
  db = await testDatabase();
  given = await givenBreach(db.source);
  read = givenRoster(db.source, given);
  at = givenUploads(db.source, given, read.roster);
});
afterAll(() => db.drop());
beforeEach(async () => {
  given.breach = await given.breaches.open(given.hr, { facts: someFacts() });
  reference = given.breach.reference;
  await db.source.query(`delete from roster_upload`);
});

function resultOf(upload: RosterUpload): CheckedResult {
  if (!upload.check || !('result' in upload.check)) throw new Error('the check has no result');
  return upload.check.result;
}

function manyRows(count: number, from = 0): string[] {
  return Array.from({ length: count }, (_, i) => `R-${from + i},staff,nl,Lotte,Voorbeeld,,,cv:copy:presumed,`);
}

describe('given a file of which it was said which column is which', () => {
  it('when it is checked, then what it would do is kept with it, and nobody is imported', async () => {
    await read.roster.import(given.hr, reference, rosterFile(LOTTE), good);
    const id = await at.receive(rosterBytes(LOTTE.replace('Lotte', 'Lotta'), JO, FAULTY));
    const result = resultOf(await at.setMapping(id));
    expect(result).toMatchObject({
      rows: 3,
      imported: 1,
      updated: 1,
      rejectedRows: 1,
      differenceCount: 1,
      differingRows: 1,
    });
    expect(result.differences).toEqual([{ row: 2, column: 'given_name', outcome: 'changed' }]);
    expect(result.rejected.map(({ row, column }) => `${row} ${column}`)).toEqual([
      '4 category',
      '4 language',
      '4 email',
    ]);
    expect(await read.count('person')).toBe(1);
  });

  it('when another import has the breach at that moment, then the check waits for nobody', async () => {
    await db.source.transaction(async (tx) => {
      await tx.query(`select from breach where reference = $1 for no key update`, [reference]);
      const id = await at.receive(rosterBytes(LOTTE));
      expect(resultOf(await at.setMapping(id))).toMatchObject({ imported: 1 });
    });
  });

  it('when more rows are faulty than a page shows, then the first fifty are kept and the file to mend has all', async () => {
    const faulty = Array.from({ length: 70 }, (_, i) => `F-${i},boss,nl,Mia,Janssens,,,,`);
    const id = await at.receive(rosterBytes(LOTTE, ...faulty));
    const result = resultOf(await at.setMapping(id));
    expect([result.rejectedRows, new Set(result.rejected.map(({ row }) => row)).size]).toEqual([70, 50]);
    expect((await at.steps.rowsToMend(given.hr, reference, id)).map(({ number }) => number)).toEqual(
      Array.from({ length: 70 }, (_, i) => i + 3),
    );
  });

  it('when the file to mend is mended and chosen again, then it settles the rows that were left out', async () => {
    const bytes = Buffer.from(
      'Nr,Naam,Mail\nP-1,Peeters,a@agency.example\nP-2,Maes,nothing\n=P-3,Claes,"b@agency.example,"\n',
    );
    const id = await at.receive(bytes);
    const upload = await at.setMapping(id, { category: 'past-applicant', language: 'nl' });
    const file = [...mendableCsv(await at.steps.rowsToMend(given.hr, reference, id))].join('');
    expect(file.split('\r\n')[1]).toMatch(/^3,P-2,past-applicant,Maes,nl,nothing,"?email: /);
    await at.steps.start(given.hr, reference, id, { checks: upload.checks, leftOut: 2 });
    await at.runs.run(id, never);
    expect((await read.openRows()).count).toBe(2);
    const mended = file.replace(',nothing,', ',c@agency.example,').replace('"b@agency.example,"', 'b@agency.example');
    const again = await at.asked(Buffer.from(mended));
    await at.runs.run(again, never);
    expect((await at.open(again)).result).toMatchObject({ imported: 2, leftOut: 0 });
    expect((await read.openRows()).count).toBe(0);
    expect((await read.person('=P-3')).record!.contacts[0]!.value).toBe('b@agency.example');
    expect((await read.person('P-2')).category).toBe('past-applicant');
  });

  it('when its columns slid, then the sentence is kept, and somebody who looked at them goes on', async () => {
    const rows = honestRoster(1, {
      rows: 400, addresses: 'first.last', empty: 0, married: 0, mailboxes: 0, slips: 0, language: null,
      hasBirthDates: true, hasRelatives: false, isSorted: false,
    }); // prettier-ignore
    const slid = slidAt(rows, 'moved-up', HONEST_COLUMNS.indexOf('email'));
    const bytes = Buffer.from(
      [[...HONEST_COLUMNS], ...slid].map((cells) => cells.map((cell) => `"${cell}"`).join(',')).join('\n'),
    );
    const id = await at.receive(bytes);
    const stopped = await at.setMapping(id);
    expect(stopped.check).toMatchObject({ problem: { code: 'roster.columns-slid' } });
    expect(await codeOf(at.steps.start(given.hr, reference, id, { checks: stopped.checks, leftOut: 0 }))).toBe(
      'roster.checked-again',
    );
    await at.steps.columnsAreRight(given.hr, reference, id);
    expect(resultOf(await at.open(id)).rows).toBe(400);
    expect((await at.setMapping(id)).check).toMatchObject({ problem: { code: 'roster.columns-slid' } });
  });

  it('when a column that was not known to mark protected persons does, then the file is refused and forgotten', async () => {
    const id = await at.receive(Buffer.from('reference,category,language,family_name,x\nP-1,staff,nl,Peeters,yes\n'));
    const columns = ['reference', 'category', 'language', 'family_name', 'protected'] as const;
    expect(await codeOf(at.steps.setMapping(given.hr, reference, id, { columns: [...columns], everybody: {} }))).toBe(
      'roster.protected-rows',
    );
    expect(await codeOf(at.open(id))).toBe('roster.upload-gone');
    expect(await at.pieces()).toBe(0);
  });

  it('when it has more rows than a page takes, then that is what the check says', async () => {
    const id = await at.receive(rosterBytes(...manyRows(100_001)));
    expect((await at.setMapping(id)).check).toMatchObject({ problem: { code: 'roster.too-many-rows' } });
  }, 60_000);
});

describe('given a file whose import is asked for', () => {
  it('when the worker does it, then everybody is there once, its bytes are gone and its numbers stay', async () => {
    const id = await at.asked(rosterBytes(LOTTE, JO, FAULTY));
    expect((await at.open(id)).state).toBe('queued');
    await at.runs.run(id, never);
    const upload = await at.open(id);
    expect(upload).toMatchObject({
      state: 'imported',
      rowsDone: 3,
      result: { rows: 3, imported: 2, updated: 0, leftOut: 1 },
    });
    expect([upload.head.rows, await at.pieces(), await read.count('person')]).toEqual([[], 0, 2]);
    await new Sequencer(db.source).drain();
    expect(await checkLedger(db.source)).toMatchObject({ ok: true, faults: [] });
  });

  it('when the same job comes again after it was done, then nothing happens', async () => {
    const id = await at.asked(rosterBytes(LOTTE));
    await at.runs.run(id, never);
    await at.runs.run(id, never);
    expect([await read.count('person'), await read.count('roster_import')]).toEqual([1, 1]);
  });

  it('when two workers do it at once, then one import is left', async () => {
    const id = await at.asked(rosterBytes(...manyRows(500)));
    await Promise.all([at.runs.run(id, never), at.runs.run(id, never)]);
    expect([await read.count('person'), await read.count('roster_import')]).toEqual([500, 1]);
    expect(await at.open(id)).toMatchObject({ state: 'imported', result: { imported: 500, updated: 0 } });
  });

  it('when it is asked for twice, then there is one job; when its numbers are not those that were seen, then none', async () => {
    const id = await at.receive(rosterBytes(LOTTE, FAULTY));
    const { checks } = await at.setMapping(id);
    expect(await codeOf(at.steps.start(given.hr, reference, id, { checks, leftOut: 0 }))).toBe('roster.checked-again');
    expect(await codeOf(at.steps.start(given.hr, reference, id, { checks: checks - 1, leftOut: 1 }))).toBe(
      'roster.checked-again',
    );
    await at.steps.start(given.hr, reference, id, { checks, leftOut: 1 });
    await at.steps.start(given.hr, reference, id, { checks, leftOut: 1 });
    expect(await codeOf(at.setMapping(id))).toBe('roster.import-asked');
    const jobs: unknown[] = await db.source.query(`select from graphile_worker._private_jobs where key = $1`, [
      `import-roster:${id}`,
    ]);
    expect(jobs).toHaveLength(1);
  });

  it('when the worker is told to end, then nobody is imported, it says so, and the next attempt imports everybody', async () => {
    const id = await at.asked(rosterBytes(...manyRows(30)));
    expect(await codeOf(at.runs.run(id, AbortSignal.abort()))).toBe('roster.import-interrupted');
    expect(await at.open(id)).toMatchObject({ state: 'queued', problem: { code: 'roster.import-interrupted' } });
    expect(await read.count('person')).toBe(0);
    await at.runs.run(id, never);
    expect([(await at.open(id)).state, await read.count('person')]).toEqual(['imported', 30]);
  });

  it('when it can no longer be imported, then its page says why and it is not tried again', async () => {
    const id = await at.asked(rosterBytes(LOTTE));
    await db.source.query(`update account set disabled_at = now() where id = $1`, [given.hr.accountId]);
    try {
      await at.runs.run(id, never);
    } finally {
      await db.source.query(`update account set disabled_at = null where id = $1`, [given.hr.accountId]);
    }
    expect(await at.open(id)).toMatchObject({ state: 'refused', problem: { code: 'account.unknown' } });
    expect(await read.count('person')).toBe(0);
  });

  it('when its owner forgets it before it begins, then nobody is imported', async () => {
    const id = await at.asked(rosterBytes(LOTTE));
    await at.uploads.discard(given.hr, reference, id);
    await at.runs.run(id, never);
    expect(await read.count('person')).toBe(0);
  });

  it('when its import runs, then others see how far it is, while its transaction is open', async () => {
    const id = await at.asked(rosterBytes(...manyRows(20_000)));
    const seen: RosterUpload[] = [];
    const running = at.runs.run(id, never);
    await until('the import says that it is at work', async () => {
      const now = await at.open(id);
      seen.push(now);
      return now.state === 'importing' || now.state === 'imported';
    });
    expect(seen.at(-1)).toMatchObject({ state: 'importing', silentSeconds: expect.any(Number) });
    expect(await read.count('person')).toBe(0);
    await running;
    expect(await at.open(id)).toMatchObject({ state: 'imported', rowsDone: 20_000 });
  }, 30_000);

  it('when another import has the breach, then it waits, and imports when that has ended', async () => {
    const id = await at.asked(rosterBytes(LOTTE));
    let running: Promise<void> = Promise.resolve();
    await db.source.transaction(async (tx) => {
      await tx.query(`select from breach where reference = $1 for no key update`, [reference]);
      running = at.runs.run(id, never);
      await until('the worker has it', async () => (await at.open(id)).isTaken);
      expect(await at.open(id)).toMatchObject({ state: 'queued', isTaken: true });
    });
    await running;
    expect((await at.open(id)).state).toBe('imported');
  });

  it('when a piece of it is no longer there, then nobody is imported, and its page says to choose it again', async () => {
    const id = await at.asked(rosterBytes(LOTTE));
    await db.source.query(`delete from roster_upload_piece where upload_id = $1`, [id]);
    await at.runs.run(id, never);
    expect(await at.open(id)).toMatchObject({ state: 'refused', problem: { code: 'roster.upload-gone' } });
    expect(await read.count('person')).toBe(0);
  });
});
