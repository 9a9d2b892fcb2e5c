import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { checkLedger } from '#libs/ledger/index.js';
import { erasePersons } from '#libs/people/index.js';
import { Clock, raiseFence, readConfig, settleInstallation } from '#libs/platform/index.js';
import { codeOf, problemOf } from '#test/support/code-of.js';
import { testDatabase, type TestDatabase } from '#test/support/database.js';
import { byPost, givenPaper, type GivenPaper } from '#test/support/given-paper.js';
import { givenActor } from '#test/support/given-breach.js';
import { listPrintRuns, sheetCounts } from './print-runs.store.js';
import { writePrintFile } from './print-folder.js';
import { sheetCode } from './sheet-code.js';

let db: TestDatabase;
let paper: GivenPaper;
beforeEach(async () => {
  db = await testDatabase();
  paper = await givenPaper(db.source, db.url);
});
afterEach(() => db.drop());

const none = { damaged: '', missing: '' };
const code = (run: string, sheet: number): string => sheetCode({ run, sheet });

async function attempts(notice: string): Promise<string[]> {
  const rows: { line: string }[] = await db.source.query(
    `select concat_ws(' ', row_number() over (order by d.letter_id, d.attempt), d.attempt, d.channel, d.state, d.class) as line
       from dispatch d join notice n on n.id = d.notice_id where n.reference = $1 order by d.letter_id, d.attempt`,
    [notice],
  );
  return rows.map(({ line }) => line.replace(/^\d+ /, ''));
}

async function hashes(run: string): Promise<Record<string, string>> {
  const { files } = await paper.files.list(paper.given.hr, run);
  const made: Record<string, string> = {};
  for (const { name, hash } of files) {
    const bytes = await paper.files.read(paper.given.hr, run, name);
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(hash.toString('hex'));
    made[name] = hash.toString('hex');
  }
  return made;
}

describe('given letters that wait for the post', () => {
  it('when a run is made, posted and one comes back, then each person stands where they belong and the sum closes', async () => {
    await paper.import(byPost(1), byPost(2), byPost(3), byPost(4));
    const notice = await paper.sent();
    expect(await paper.sum()).toEqual({ 'under-way': 4 });
    const run = await paper.printed(notice);
    expect(run).toMatch(/^P-\d{4}-0001$/);
    expect(await attempts(notice)).toEqual(Array.from({ length: 4 }, () => '1 post printed'));
    expect(await paper.sum()).toEqual({ 'under-way': 4 });

    const leftOut = { damaged: '2', missing: code(run, 3) };
    const said = { posted: 2, damaged: [code(run, 2)], missing: [code(run, 3)] };
    expect(await paper.runs.previewPosted(paper.given.hr, run, leftOut)).toEqual(said);
    expect(await paper.runs.confirmPosted(paper.given.hr, run, leftOut)).toEqual(said);
    expect(await paper.sum()).toEqual({ told: 2, 'under-way': 2 });
    expect(await attempts(notice)).toEqual([
      '1 post posted',
      '1 post cancelled sheet-damaged',
      '2 post queued',
      '1 post cancelled sheet-missing',
      '2 post queued',
      '1 post posted',
    ]);
    const [listed] = await listPrintRuns(db.source.manager, await noticeId(notice));
    expect(listed).toMatchObject({ state: 'closed', letters: 4, waiting: 0, posted: 2, returned: 0, back: 2 });

    const back = await paper.returns.markReturned(paper.given.hr, notice, code(run, 1), 'returned-moved');
    expect(back).toMatchObject({ returned: 1, opened: 0, spent: 1 });
    expect(await paper.sum()).toEqual({ told: 1, 'under-way': 2, 'not-reached': 1 });
    const states: { state: string }[] = await db.source.query(
      `select state from contact_point where kind = 'post' and state <> 'untried'`,
    );
    expect(states).toEqual([{ state: 'returned' }]);

    // What went back to the queue stands in the next run, and once posted nobody is under way.
    const next = await paper.printed(notice);
    expect(next).toMatch(/-0002$/);
    await paper.runs.confirmPosted(paper.given.hr, next, none);
    expect(await paper.sum()).toEqual({ told: 3, 'not-reached': 1 });
    expect(await codeOf(paper.runs.make(paper.given.hr, notice))).toBe('print-run.nothing-waits');
    expect((await checkLedger(db.source)).faults ?? []).toEqual([]);
  });

  it('when a person refuses the letter, then the address stays usable and the person is not reached', async () => {
    await paper.import(byPost(1));
    const notice = await paper.sent();
    const run = await paper.printed(notice);
    await paper.runs.confirmPosted(paper.given.hr, run, none);
    await paper.returns.markReturned(paper.given.hr, notice, code(run, 1), 'returned-refused');
    expect(await attempts(notice)).toEqual(['1 post returned returned-refused']);
    expect(await paper.sum()).toEqual({ 'not-reached': 1 });
    expect(await db.source.query(`select from contact_point where state = 'returned'`)).toEqual([]);
  });

  it('when a code is scanned twice, is mistyped, unknown, of another notice or not yet posted, then each line says so and one letter changes', async () => {
    await paper.import(byPost(1), byPost(2));
    const notice = await paper.sent();
    const run = await paper.printed(notice);
    await paper.runs.confirmPosted(paper.given.hr, run, none);
    const reminder = await paper.sent('reminder');
    const other = await paper.printed(reminder);
    const first = code(run, 1);
    const wrong = `${first.slice(0, -1)}${(Number(first.at(-1)) + 1) % 10}`;
    const lines = [`${first}/2`, first.toLowerCase(), wrong, 'hello', code(other, 1), code(run, 99)].join('\r\n');
    const verdicts = ['returned', 'again', 'mistyped', 'no-code', 'other-notice', 'no-code'];
    const seen = await paper.returns.preview(paper.given.hr, notice, lines, 'unclaimed');
    expect(seen.lines.map(({ verdict }) => verdict)).toEqual(verdicts);
    const done = await paper.returns.markReturned(paper.given.hr, notice, lines, 'unclaimed');
    expect([done.returned, done.lines.map(({ verdict }) => verdict)]).toEqual([1, verdicts]);
    const again = await paper.returns.markReturned(paper.given.hr, notice, first, 'unclaimed');
    expect([again.returned, again.lines[0]!.verdict]).toEqual([0, 'known']);
    expect((await paper.returns.preview(paper.given.hr, reminder, code(other, 1), 'unclaimed')).lines[0]!.verdict).toBe(
      'not-posted',
    );
    // The reminder of whose letter came back is still on its way.
    expect(await paper.sum()).toEqual({ told: 1, 'under-way': 1 });
  });

  it('when a reminder comes back, then its person stays told', async () => {
    await paper.import(byPost(1));
    const notice = await paper.sent();
    await paper.runs.confirmPosted(paper.given.hr, await paper.printed(notice), none);
    const reminder = await paper.sent('reminder');
    const run = await paper.printed(reminder);
    await paper.runs.confirmPosted(paper.given.hr, run, none);
    await paper.returns.markReturned(paper.given.hr, reminder, code(run, 1), 'unclaimed');
    expect(await paper.sum()).toEqual({ told: 1 });
  });

  it('when lines name no sheet that waits, then nothing changes and each is a fault at its field', async () => {
    await paper.import(byPost(1), byPost(2));
    const notice = await paper.sent();
    const made = await paper.runs.make(paper.given.hr, notice);
    expect(await codeOf(paper.runs.confirmPosted(paper.given.hr, made.reference, none))).toBe('print-run.not-made');
    await paper.files.make(made.id);
    const faulty = { damaged: '1\n1\n77', missing: `x\n${code('P-2026-0099', 1)}` };
    const problem = await problemOf(paper.runs.confirmPosted(paper.given.hr, made.reference, faulty));
    expect(problem?.code).toBe('print-run.sheets-faulty');
    expect(problem?.faults.map(({ at }) => at)).toEqual(['damaged', 'damaged', 'missing', 'missing']);
    expect(await attempts(notice)).toEqual(['1 post printed', '1 post printed']);
    await paper.runs.confirmPosted(paper.given.hr, made.reference, none);
    expect(await codeOf(paper.runs.confirmPosted(paper.given.hr, made.reference, none))).toBe('print-run.nothing-left');
  });

  it('when two make a run at once, then each letter stands in exactly one', async () => {
    await paper.import(...Array.from({ length: 8 }, (_, n) => byPost(n + 1)));
    const notice = await paper.sent();
    const [one, two] = await Promise.allSettled([
      paper.runs.make(paper.given.hr, notice),
      paper.runs.make(await givenActor(db.source, 'hr'), notice),
    ]);
    const done = [one, two].filter((each) => each.status === 'fulfilled');
    expect(done).toHaveLength(1);
    expect(done[0]!.value.letters).toBe(8);
    const sheets: { sheet: number }[] = await db.source.query(`select sheet from dispatch order by sheet`);
    expect(sheets.map(({ sheet }) => sheet)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('when the database is fenced, somebody may not send, or the notice is only a draft, then no run is made', async () => {
    await paper.import(byPost(1));
    const draft = await paper.notices.draft(paper.given.hr, paper.given.breach.reference, 'initial');
    expect(await codeOf(paper.runs.make(paper.given.hr, draft.reference))).toBe('print-run.not-sent');
    expect(await codeOf(paper.runs.make(paper.given.security, draft.reference))).toBe('permission.missing');
    await paper.notices.withdraw(paper.given.hr, draft.reference);
    const notice = await paper.sent();
    const dataFolder = fs.mkdtempSync(path.join(tmpdir(), 'tocsin-fence-'));
    const config = readConfig({ DATABASE_URL: db.url, TOCSIN_DATA_DIR: dataFolder });
    await db.source.transaction(async (tx) => {
      await settleInstallation(tx, config, new Clock().now());
      await raiseFence(tx, 'restored', 0);
    });
    fs.rmSync(dataFolder, { recursive: true });
    expect(await codeOf(paper.runs.make(paper.given.hr, notice))).toBe('breach.fenced');
  });

  it('when a person became exempt, protected or lost their address since, then their letter is not printed', async () => {
    await paper.import(byPost(1), byPost(2), byPost(3), byPost(4));
    const notice = await paper.sent();
    await db.source.query(
      `with people as (select id, breach_id, row_number() over (order by id) as n from person),
       one as (update person set protected = true where id in (select id from people where n = 1)),
       two as (update person set exempted_by = 'not-high-risk' where id in (select id from people where n = 2))
       insert into contact_point (breach_id, person_id, place, kind, state) select breach_id, id, 0, 'post', 'revoked' from people where n = 3
         on conflict (person_id, place) do update set state = 'revoked'`,
    );
    expect((await paper.runs.make(paper.given.hr, notice)).letters).toBe(1);
    expect((await attempts(notice)).toSorted()).toEqual([
      '1 post cancelled no-longer-due',
      '1 post printed',
      '1 post refused address-replaced',
      '1 post refused now-protected',
      '2 hand queued',
    ]);
  });
});

describe('given the files of a run', () => {
  it('when a letter cannot be printed, then it leaves the run with its reason and the others are made', async () => {
    await paper.import(byPost(1), byPost(2, { name: '张伟' }), byPost(3, { language: 'fr' }));
    const notice = await paper.sent();
    const run = await paper.printed(notice);
    expect((await attempts(notice)).toSorted()).toEqual([
      '1 post cancelled unprintable',
      '1 post printed',
      '1 post printed',
    ]);
    const manifest = JSON.parse((await paper.files.read(paper.given.hr, run, 'manifest.json')).toString()) as {
      letters: number;
      leftOut: string[];
      files: { name: string; sheets?: string[] }[];
    };
    expect(manifest).toMatchObject({ letters: 2, leftOut: [code(run, 3)] });
    expect(manifest.files.map(({ name }) => name)).toEqual([
      expect.stringMatching(/^P-\d{4}-0001-fr-\d-pages-01\.pdf$/),
      expect.stringMatching(/^P-\d{4}-0001-nl-\d-pages-01\.pdf$/),
      'addresses.csv',
    ]);
    expect(manifest.files.flatMap(({ sheets }) => sheets ?? [])).toEqual([code(run, 1), code(run, 2)]);
  });

  it('when their maker is stopped halfway and another goes on, then nothing is half and the bytes are those of a run made in one go', async () => {
    await paper.import(...Array.from({ length: 60 }, (_, n) => byPost(n + 1)));
    const notice = await paper.sent();
    const run = await paper.runs.make(paper.given.hr, notice);
    // Stopped once while letters are set alone, once while the first file is made.
    const stopper = new AbortController();
    await expect(paper.files.make(run.id, stopper.signal, () => stopper.abort())).rejects.toThrow('aborted');
    const [counts] = [...(await sheetCounts(db.source.manager, [run.id])).values()];
    expect([counts!.set, counts!.waiting]).toEqual([25, 60]);
    const inFile = new AbortController();
    await expect(
      paper.files.make(run.id, inFile.signal, (done, of) => done === of && setImmediate(() => inFile.abort())),
    ).rejects.toThrow('aborted');
    const [row]: { made: Date | null }[] = await db.source.query(`select files_made_at as made from print_run`);
    expect(row!.made).toBeNull();
    await paper.files.make(run.id);
    const first = await hashes(run.reference);
    expect(Object.keys(first)).toHaveLength(4);
    await db.source.query(`delete from print_file_content`);
    expect(await codeOf(paper.files.read(paper.given.hr, run.reference, 'manifest.json'))).toBe(
      'print-run.file-missing',
    );
    await paper.files.make(run.id);
    expect(await hashes(run.reference)).toEqual(first);
    const events: unknown[] = await db.source.query(
      `select from ledger_outbox where kind = 'print-run.files-made' union all select from ledger_entry where kind = 'print-run.files-made'`,
    );
    expect(events).toHaveLength(1);
  }, 60_000);

  it('when one of its persons is erased, then the files are gone at once, and made again without that person', async () => {
    await paper.import(byPost(1, { name: 'Zebedeus' }), byPost(2));
    const notice = await paper.sent();
    const run = await paper.printed(notice);
    const addresses = async (): Promise<string> =>
      (await paper.files.read(paper.given.hr, run, 'addresses.csv')).toString();
    expect(await addresses()).toContain('Zebedeus');
    const [person]: { id: string }[] = await db.source.query(`select person_id as id from dispatch where sheet = 1`);
    await db.source.transaction((tx) => erasePersons(tx, [person!.id]));
    expect(await db.source.query(`select from print_file_content`)).toEqual([]);
    const [made]: { id: string }[] = await db.source.query(`select id from print_run`);
    await paper.files.make(made!.id);
    expect((await addresses()).split('\r\n')).toHaveLength(3);
    expect(await addresses()).not.toContain('Zebedeus');
  });

  it('when every sheet is accounted for, then no letter lies there any longer but names and hashes do', async () => {
    await paper.import(byPost(1));
    const notice = await paper.sent();
    const run = await paper.printed(notice);
    await paper.runs.confirmPosted(paper.given.hr, run, none);
    const { files } = await paper.files.list(paper.given.hr, run);
    expect(files.map(({ isHere }) => isHere)).toEqual([false, false, false]);
    expect(await codeOf(paper.runs.makeFilesAgain(paper.given.hr, run))).toBe('print-run.closed');
  });

  it('when they are written to a folder, then whole and for their owner alone; where that fails no part is left', () => {
    const folder = fs.mkdtempSync(path.join(tmpdir(), 'tocsin-print-'));
    try {
      const deeper = path.join(folder, 'run');
      writePrintFile(deeper, 'a.pdf', Buffer.from('whole'));
      expect(fs.readFileSync(path.join(deeper, 'a.pdf'), 'utf8')).toBe('whole');
      expect(fs.statSync(path.join(deeper, 'a.pdf')).mode & 0o777).toBe(0o600);
      fs.mkdirSync(path.join(deeper, 'b.pdf', 'full'), { recursive: true });
      expect(() => writePrintFile(deeper, 'b.pdf', Buffer.from('x'))).toThrow(/cannot be written/);
      expect(fs.readdirSync(deeper).toSorted()).toEqual(['a.pdf', 'b.pdf']);
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  });
});

async function noticeId(reference: string): Promise<string> {
  const [row]: { id: string }[] = await db.source.query(`select id from notice where reference = $1`, [reference]);
  return row!.id;
}
