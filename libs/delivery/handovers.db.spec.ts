import { codeOf, problemOf } from '#test/support/code-of.js';
import { testDatabase, type TestDatabase } from '#test/support/database.js';
import { givenActor } from '#test/support/given-breach.js';
import { byPost, givenPaper, type GivenPaper } from '#test/support/given-paper.js';
import { describeWithPdfTools, readPdfs } from '#test/support/pdf-tools.js';

let db: TestDatabase;
let paper: GivenPaper;
let notice: string;
beforeEach(async () => {
  db = await testDatabase();
  paper = await givenPaper(db.source, db.url);
  await paper.import(`${byPost(1, { name: 'Zebedeus' })}yes`, `${byPost(2)}yes`);
  notice = await paper.sent();
});
afterEach(() => db.drop());

async function today(): Promise<string> {
  const [row]: { day: string }[] = await db.source.query(
    `select (clock_timestamp() at time zone 'Europe/Brussels')::date::text as day`,
  );
  return row!.day;
}

describe('given letters to protected persons', () => {
  it('when they are listed, then for the security officer alone, and none of them is ever printed in a run', async () => {
    const list = await paper.handovers.list(paper.given.security, notice);
    expect(list.map(({ reference, name, languages }) => [reference, name, languages])).toEqual([
      ['P-1', 'Zebedeus', ['nl']],
      ['P-2', 'Lotte', ['nl']],
    ]);
    expect(await codeOf(paper.handovers.list(paper.given.hr, notice))).toBe('permission.missing');
    expect(await codeOf(paper.runs.make(paper.given.hr, notice))).toBe('print-run.nothing-waits');
  });

  it('when one is handed over before a witness, then its person is told, once, and both names are kept', async () => {
    const [first, second] = await paper.handovers.list(paper.given.security, notice);
    const handover = { dispatches: [first!.dispatch], witness: 'Nora Voorbeeld', handedOn: await today() };
    expect(await paper.handovers.record(paper.given.security, notice, handover)).toBe(1);
    expect(await paper.sum()).toEqual({ told: 1, 'under-way': 1 });
    expect(await codeOf(paper.handovers.record(paper.given.security, notice, handover))).toBe('handover.not-waiting');
    const witness = await givenActor(db.source, 'hr');
    const other = { ...handover, dispatches: [second!.dispatch], witness: witness.email };
    expect(await paper.handovers.record(paper.given.security, notice, other)).toBe(1);
    expect(await paper.sum()).toEqual({ told: 2 });
    const kept: { by: string; account: string | null; named: boolean }[] = await db.source.query(
      `select handed_by as by, witness_account as account, witness_sealed is not null as named from handover order by recorded_at`,
    );
    const by = paper.given.security.accountId;
    expect(kept).toEqual([
      { by, account: null, named: true },
      { by, account: witness.accountId, named: false },
    ]);
  });

  it.each([
    ['nobody is chosen', { dispatches: [] }, 'letters'],
    ['no witness is named', { witness: ' ' }, 'witness'],
    ['the witness is the same person', { witness: 'mira claes' }, 'witness'],
    ['the day is to come', { handedOn: '2999-01-01' }, 'handedOn'],
    ['the day is none', { handedOn: '2026-02-31' }, 'handedOn'],
  ])('when %s, then nothing is recorded and the fault stands at its field', async (_, change, at) => {
    const [first] = await paper.handovers.list(paper.given.security, notice);
    const handover = { dispatches: [first!.dispatch], witness: 'Nora', handedOn: await today(), ...change };
    const problem = await problemOf(paper.handovers.record(paper.given.security, notice, handover));
    expect([problem?.code, problem?.faults.map((fault) => fault.at)]).toEqual(['handover.faulty', [at]]);
    expect(await paper.sum()).toEqual({ 'under-way': 2 });
  });
});

describeWithPdfTools('given the list of letters that are brought by hand', () => {
  it('when it is printed, then it has every name and a place to sign', async () => {
    const words = { title: 'By hand', lead: 'Sign.', columns: ['', 'Number', 'Name', 'Language', 'Day', 'Signature'] };
    const [pdf] = readPdfs([await paper.handovers.listPdf(paper.given.security, notice, { ...words, language: 'en' })]);
    expect(pdf!.complaints).toBe('');
    for (const word of ['P-1', 'Zebedeus', 'P-2', 'Lotte', 'Signature']) expect(pdf!.text).toContain(word);
  });
});
