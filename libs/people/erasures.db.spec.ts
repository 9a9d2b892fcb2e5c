import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { breachKey } from '#libs/breach/index.js';
import { Sequencer, checkLedger, timelineOf } from '#libs/ledger/index.js';
import { Clock, erasuresFile, openJson, readConfig, readErasures, type Config } from '#libs/platform/index.js';
import { until } from '#test/support/until.js';
import { codeOf, problemOf } from '#test/support/code-of.js';
import { testDatabase, type TestDatabase } from '#test/support/database.js';
import { givenBreach, someFacts, type GivenBreach } from '#test/support/given-breach.js';
import { JO, LOTTE, givenRoster, good, rosterBytes, rosterFile, whole } from '#test/support/given-roster.js';
import { givenUploads } from '#test/support/given-upload.js';
import { emailIndex, referenceIndex } from './identity-indexes.js';
import { sweepErased } from './erased-bytes.js';
import { ErasuresService } from './erasures.service.js';
import { auditCounts, countByStanding } from './people-count.js';
import { PeopleSearchService } from './people-search.service.js';

let db: TestDatabase;
let given: GivenBreach;
let read: ReturnType<typeof givenRoster>;
let erasures: ErasuresService;
let config: Config;
let folder: string;
let reference: string;
let lotte: string;

beforeAll(async () => {
  db = await testDatabase();
  given = await givenBreach(db.source);
  read = givenRoster(db.source, given);
  folder = mkdtempSync(path.join(tmpdir(), 'tocsin-erasures-'));
  config = readConfig({ NODE_ENV: 'test', DATABASE_URL: db.url, TOCSIN_DATA_DIR: folder });
  erasures = new ErasuresService(db.source, given.keyring, config);
});
afterAll(async () => {
  await db.drop();
  rmSync(folder, { recursive: true });
});
beforeEach(async () => {
  given.breach = await given.breaches.open(given.hr, { facts: someFacts() });
  reference = given.breach.reference;
  await read.roster.import(given.hr, reference, rosterFile(LOTTE, JO), whole);
  lotte = (await read.person('P-1')).id;
});

const told = (id: string) => db.source.query(`update person set letters_arrived = 1 where id = $1`, [id]);
const erase = (id = lotte, reason = 'They asked for it.', actor = given.dpo) =>
  erasures.erase(actor, reference, id, reason);
const IN_A_MONTH = new Date(new Clock().now().getTime() + 30 * 86_400_000).toISOString().slice(0, 10);
const hold = (reviewOn = IN_A_MONTH, reason = 'Case 7 before the court.') =>
  erasures.hold(given.dpo, reference, lotte, reason, reviewOn);

async function row(id: string): Promise<Record<string, unknown>> {
  const [found]: Record<string, unknown>[] = await db.source.query(`select * from person where id = $1`, [id]);
  return found!;
}

describe('an erasure', () => {
  it('given a person whose letter is still on its way, then it is refused with the ground to answer them, and nothing is on file', async () => {
    const before = readErasures(config.keyFile);
    const problem = await problemOf(erase());
    expect([problem!.code, problem!.kind]).toEqual(['person.open', 'refused']);
    expect(problem!.message).toMatch(/Art\. 34 .*Art\. 17\(3\)\(b\).*month.*controller.*complain/);
    await told(lotte);
    await db.source.query(`update person set attempts_open = 1 where id = $1`, [lotte]);
    expect(await codeOf(erase())).toBe('person.open');
    expect((await row(lotte))['secret']).not.toBeNull();
    expect(readErasures(config.keyFile)).toEqual(before);
  });

  it('given a legal hold, then it is refused with its ground and the day of review until the hold is lifted', async () => {
    await told(lotte);
    await hold();
    expect((await erasures.stateOf(given.dpo, reference, lotte)).hold).toEqual({
      reason: 'Case 7 before the court.',
      heldBy: given.dpo.accountId,
      reviewOn: IN_A_MONTH,
    });
    const problem = await problemOf(erase());
    expect([problem!.code, problem!.kind]).toEqual(['person.held', 'refused']);
    expect(problem!.message).toContain('Art. 17(3)(e)');
    expect(problem!.message).toContain(IN_A_MONTH);
    await erasures.release(given.dpo, reference, lotte);
    expect(await erase()).toBe(1);
    const kinds = (await timelineOf(db.source.manager, { personId: lotte }, 10)).map((entry) => entry.kind);
    expect(kinds).toEqual(['person.held', 'person.released', 'person.erased']);
  });

  it.each([
    ['2020-01-01', 'A case.', 'reviewOn'],
    ['2027-02-30', 'A case.', 'reviewOn'],
    ['2099-01-01', 'A case.', 'reviewOn'],
    ['soon', 'A case.', 'reviewOn'],
    [IN_A_MONTH, ' ', 'holdReason'],
  ])('given a hold until %j because of %j, then it is refused at %s', async (day, reason, at) => {
    const problem = await problemOf(hold(day, reason));
    expect([problem!.code, problem!.faults[0]!.at]).toEqual(['hold.faulty', at]);
  });

  it.each(['', ' ', 'Lotte Voorbeeld asked', 'p-1 asked', 'mail of LOTTE@agency.example', 'x'.repeat(1001)])(
    'given the reason %j, then it is refused, because it says nothing or would outlive whom it names',
    async (reason) => {
      await told(lotte);
      expect(await codeOf(erase(lotte, reason))).toBe('erasure.faulty');
      expect((await row(lotte))['secret']).not.toBeNull();
    },
  );

  it('given accounts of every other role, then they may not, and nobody may twice', async () => {
    await told(lotte);
    for (const actor of [given.hr, given.security])
      expect(await codeOf(erase(lotte, 'x', actor))).toBe('permission.missing');
    await erase();
    expect(await codeOf(erase())).toBe('person.erased');
    expect(await codeOf(hold())).toBe('person.erased');
    expect(await codeOf(erase('00000000-0000-7000-8000-000000000000'))).toBe('person.unknown');
  });

  it('given a protected person, when a data protection officer who may not see them erases, then they are unknown', async () => {
    await db.source.query(`update person set protected = true, letters_arrived = 1 where id = $1`, [lotte]);
    expect(await codeOf(erase())).toBe('person.unknown');
    expect(await codeOf(erasures.find(given.dpo, reference, 'P-1'))).toBe('person.unknown');
    const both = { ...given.dpo, roles: ['dpo' as const, 'security' as const] };
    expect(await erase(await erasures.find(both, reference, 'P-1'), 'They asked.', both)).toBe(1);
  });

  it('when it is done, then nothing of theirs opens or is found, the sum stays, and who did it stands in ledger, file and table', async () => {
    await told(lotte);
    const [before, standings] = [await row(lotte), await countByStanding(db.source.manager, given.breach.id)];
    expect(await erase(lotte, 'Asked on paper.')).toBe(1);
    const after = await row(lotte);
    expect(after).toMatchObject({ secret: null, national_number_index: null, stated_hash: null, country: null });
    expect((after['sealed'] as Buffer).length).toBe(0);
    expect(after['reference_index']).not.toEqual(before['reference_index']);
    expect(
      await db.source.query(
        `select count(*)::int as count from contact_point where person_id = $1 and (email_index is not null or domain_indexes <> '{}')`,
        [lotte],
      ),
    ).toEqual([{ count: 0 }]);
    expect((await read.people()).find((one) => one.id === lotte)!.record).toBeNull();
    const search = new PeopleSearchService(db.source, given.keyring);
    for (const typed of ['P-1', 'lotte@agency.example', 'Voorbeeld'])
      expect((await search.find(given.hr, reference, typed)).people).toEqual([]);
    expect(await countByStanding(db.source.manager, given.breach.id)).toEqual(standings);
    expect(await auditCounts(db.source.manager)).toEqual([]);
    expect(readErasures(config.keyFile)!.map((one) => one.personId)).toContain(lotte);
    expect(readFileSync(erasuresFile(config.keyFile), 'utf8')).not.toContain('paper');
    await new Sequencer(db.source).drain();
    const entry = (await timelineOf(db.source.manager, { personId: lotte }, 10)).at(-1)!;
    expect(entry).toMatchObject({ kind: 'person.erased', actor: `account:${given.dpo.accountId}`, facts: {} });
    expect(await checkLedger(db.source)).toMatchObject({ ok: true });
    const [kept]: { reason: Buffer }[] = await db.source.query(
      `select reason_sealed as reason from erasure where person_id = $1`,
      [lotte],
    );
    const key = await breachKey(db.source.manager, given.keyring, given.breach.id);
    expect(openJson<string>(key, `erasure|${lotte}|1`, kept!.reason)).toBe('Asked on paper.');
  });

  it('when a roster names them again, then they stay erased, nobody is added, and it is said; only a new reference is a new person', async () => {
    await told(lotte);
    await erase();
    for (const rows of [[LOTTE, JO], [LOTTE.replace('Lotte', 'Charlotte')]]) {
      const result = await read.roster.import(given.hr, reference, rosterFile(...rows), whole);
      expect([result.imported, result.erased, result.updated]).toEqual([0, 1, rows.length]);
    }
    expect(await read.count('person')).toBe(2);
    expect((await row(lotte))['secret']).toBeNull();
    const more = await read.roster.import(given.hr, reference, rosterFile(LOTTE.replace('P-1', 'P-7')), whole);
    expect([more.imported, more.erased]).toEqual([1, 0]);
  });

  it('given persons merged into one, when any of them is erased, then all are, under one hold and one state', async () => {
    const jo = (await read.person('P-2')).id;
    await db.source.query(`update person set merged_into = $1 where id = $2`, [lotte, jo]);
    expect(await codeOf(erase(jo))).toBe('person.open');
    await told(lotte);
    await hold();
    expect(await codeOf(erase(jo))).toBe('person.held');
    await erasures.release(given.dpo, reference, jo);
    expect(await erase(jo)).toBe(2);
    expect([(await row(lotte))['secret'], (await row(jo))['secret']]).toEqual([null, null]);
    const again = await read.roster.import(given.hr, reference, rosterFile(LOTTE, JO), whole);
    expect([again.imported, again.erased]).toEqual([0, 2]);
  });

  it('given rows left out and a list between check and import that name them, then these go too; others stay', async () => {
    const faulty = rosterFile('P-1,boss,nl,Lotte,Voorbeeld,,,,', 'P-9,boss,nl,Else,Where,,,,');
    await read.roster.import(given.hr, reference, faulty, good);
    const uploads = givenUploads(db.source, given, read.roster);
    await uploads.receive(rosterBytes(LOTTE));
    expect(await read.count('open_row')).toBe(2);
    await told(lotte);
    await erase();
    expect((await read.openRows()).rows.map((one) => one.cells[0])).toEqual(['P-9']);
    expect([await read.count('roster_upload'), await uploads.pieces()]).toEqual([0, 0]);
  });

  it('when the erasures file cannot be written, then nobody is erased', async () => {
    await told(lotte);
    const closed = new ErasuresService(db.source, given.keyring, { ...config, keyFile: '/nowhere/tocsin.key' });
    expect(await codeOf(closed.erase(given.dpo, reference, lotte, 'They asked.'))).toBe('erasures.unwritable');
    expect((await row(lotte))['secret']).not.toBeNull();
  });

  it('when it is done and the server has written its pages, then secret, sealed record and indexes stand in no file of the database', async () => {
    await told(lotte);
    await db.source.query('checkpoint');
    const { secret, sealed, reference_index: index } = (await row(lotte)) as Record<string, Buffer>;
    const email = emailIndex(given.keyring, 'lotte@agency.example');
    await db.source.query(`update contact_point set email_index = null where email_index = $1 and breach_id <> $2`, [
      email,
      given.breach.id,
    ]);
    // The people of the tests before have the same address.
    const traces = { secret: secret!, sealed: sealed!.subarray(0, 40), email };
    expect(await filesWith(traces)).toEqual(expect.arrayContaining(['secret', 'sealed', 'email']));
    await erase();
    // A transaction that another database of this server has open holds old rows back; the next sweep takes them.
    const isSwept = async (): Promise<boolean> => {
      await sweepErased(db.source);
      await db.source.query('checkpoint');
      return (await filesWith(traces)).length === 0;
    };
    await until('nothing of them stands in a file', isSwept, 100);
    // What stays of the reference is the hash that keeps a roster from bringing them back, bound to nobody.
    expect(index).toEqual(referenceIndex(given.keyring, 'P-1'));
    const [left]: { tables: number }[] = await db.source.query(
      `select count(*)::int as tables from erased_reference where breach_id = $1 and reference_index = $2`,
      [given.breach.id, index],
    );
    expect(left!.tables).toBe(1);
  }, 120_000);

  /** Which of these bytes stand in any file of this database, as it lies on the disk. */
  async function filesWith(traces: Record<string, Buffer>): Promise<string[]> {
    const [place]: { folder: string; oid: string }[] = await db.source.query(
      `select current_setting('data_directory') as folder, (select oid::text from pg_database where datname = current_database()) as oid`,
    );
    const base = path.join(place!.folder, 'base', place!.oid);
    const found = new Set<string>();
    for (const file of readdirSync(base)) {
      const bytes = readFileSync(path.join(base, file));
      for (const [name, trace] of Object.entries(traces)) if (bytes.includes(trace)) found.add(name);
    }
    return [...found];
  }
});
