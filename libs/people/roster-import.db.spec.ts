import { breachKey } from '#libs/breach/index.js';
import { Sequencer, checkLedger } from '#libs/ledger/index.js';
import { codeOf, problemOf } from '#test/support/code-of.js';
import { testDatabase, type TestDatabase } from '#test/support/database.js';
import { givenActor, givenBreach, someFacts, type GivenBreach } from '#test/support/given-breach.js';
import { FAULTY, JO, LOTTE, ROSTER_HEADER, givenRoster, good, rosterFile, whole } from '#test/support/given-roster.js';
import {
  OpenRowsService,
  countByStanding,
  getPerson,
  listPeople,
  personIdByReference,
  referenceIndex,
} from './index.js';

let db: TestDatabase;
let given: GivenBreach;
let read: ReturnType<typeof givenRoster>;
let dismissals: OpenRowsService;
let reference: string;
beforeAll(async () => {
  db = await testDatabase();
  given = await givenBreach(db.source);
  read = givenRoster(db.source, given);
  dismissals = new OpenRowsService(db.source, given.keyring, read.roster);
});
afterAll(() => db.drop());
beforeEach(async () => {
  given.breach = await given.breaches.open(given.hr, { facts: someFacts() });
  reference = given.breach.reference;
});

describe('given a roster without faults', () => {
  it('when it is imported, then each row is a person with what is known of them', async () => {
    const result = await read.roster.import(given.hr, reference, rosterFile(LOTTE, JO), whole);
    expect(result).toMatchObject({
      breach: reference,
      rows: 2,
      imported: 2,
      updated: 0,
      duplicates: 0,
      rejected: [],
      rejectedRows: 0,
    });
    const lotte = await read.person('P-1');
    expect(lotte).toMatchObject({
      category: 'staff',
      languages: ['nl'],
      standing: 'under-way',
      isProtected: false,
      record: {
        reference: 'P-1',
        givenName: 'Lotte',
        familyName: 'Voorbeeld',
        contacts: [{ kind: 'email', value: 'lotte@agency.example' }],
      },
    });
    expect(
      lotte.exposures.map(({ dataKind, country, confidence, source }) => [dataKind, country, confidence, source]),
    ).toEqual([
      ['id-card', 'BE', 'confirmed', 'roster'],
      ['cv', null, 'presumed', 'roster'],
    ]);
  });

  it('when it is imported, then the ledger has one entry, bound to the file and to everybody it brought, and is whole', async () => {
    await read.roster.import(given.hr, reference, rosterFile(LOTTE, JO), whole);
    const entries: { kind: string; actor: string; facts: Record<string, unknown> }[] = await db.source.query(
      `select kind, actor, facts from ledger_outbox where breach_id = $1 and kind like any ('{person.%,roster.%}') order by id`,
      [given.breach.id],
    );
    expect(entries.map(({ kind, actor }) => [kind, actor])).toEqual([
      ['roster.imported', `account:${given.hr.accountId}`],
    ]);
    const [people]: { sha256: string }[] = await db.source.query(
      `select encode(sha256(string_agg(uuid_send(id), ''::bytea order by id)), 'hex') as sha256 from person where import_id = $1`,
      [entries[0]!.facts['import']],
    );
    expect(entries[0]!.facts).toMatchObject({ rows: 2, imported: 2, persons: people!.sha256 });
    await new Sequencer(db.source).drain();
    expect((await checkLedger(db.source)).faults).toEqual([]);
  });

  it('when it is only checked, then the answer is that of the import, and nothing is kept', async () => {
    expect(await read.roster.check(given.hr, reference, rosterFile(LOTTE, JO, FAULTY))).toMatchObject({
      rows: 3,
      imported: 2,
      updated: 0,
      rejectedRows: 1,
    });
    expect([await read.count('person'), await read.count('open_row'), await read.count('roster_import')]).toEqual([
      0, 0, 0,
    ]);
    await read.roster.import(given.hr, reference, rosterFile(LOTTE), whole);
    expect(await read.roster.check(given.hr, reference, rosterFile(LOTTE, JO))).toMatchObject({
      imported: 1,
      updated: 1,
    });
  });

  it('when 4,500 persons are imported, then every batch is', async () => {
    const rows = Array.from(
      { length: 4_500 },
      (_, i) => `Q-${i},staff,nl,Given ${i},Family ${i},p${i}@agency.example,BE:id-card:scan:confirmed,,`,
    );
    expect(await read.roster.import(given.hr, reference, rosterFile(...rows), whole)).toMatchObject({
      imported: 4_500,
    });
    expect(await db.source.transaction((tx) => countByStanding(tx, given.breach.id))).toEqual({
      told: 0,
      exempt: 0,
      'under-way': 4_500,
      'not-reached': 0,
    });
  });

  it('when it has more rows than a page takes, then it is refused', async () => {
    expect(
      await codeOf(read.roster.import(given.hr, reference, rosterFile(LOTTE, JO), { ...whole, mostRows: 1 })),
    ).toBe('roster.too-many-rows');
  });

  it('when everything of a person is excluded, then nothing of theirs is out: they are exempt', async () => {
    await read.roster.import(
      given.hr,
      reference,
      rosterFile('P-9,staff,nl,A,B,,BE:id-card:scan:excluded,,', 'P-8,staff,nl,A,B,,,,'),
      whole,
    );
    expect((await read.person('P-9')).standing).toBe('exempt');
    expect((await read.person('P-8')).standing).toBe('under-way');
  });

  it('when the breach is closed, then it is refused', async () => {
    await db.source.query(`update breach set closed_at = now() where id = $1`, [given.breach.id]);
    expect(await codeOf(read.roster.import(given.hr, reference, rosterFile(LOTTE), whole))).toBe('breach.closed');
  });

  it('when an auditor imports it, then it is refused', async () => {
    expect(
      await codeOf(read.roster.import(await givenActor(db.source, 'auditor'), reference, rosterFile(LOTTE), whole)),
    ).toBe('permission.missing');
  });
});

describe('given a roster that was imported', () => {
  beforeEach(() => read.roster.import(given.hr, reference, rosterFile(LOTTE, JO), whole));

  it('when it is imported again, then everybody is known and nobody is doubled', async () => {
    const before = await read.people();
    expect(await read.roster.import(given.hr, reference, rosterFile(LOTTE, JO), whole)).toMatchObject({
      imported: 0,
      updated: 2,
    });
    expect(await read.people()).toEqual(before);
    expect([await read.count('person'), await read.count('contact_point'), await read.count('exposure')]).toEqual([
      2, 2, 3,
    ]);
  });

  it('when a later one has empty cells, then these change nothing', async () => {
    const before = await read.person('P-1');
    await read.roster.import(given.hr, reference, rosterFile('P-1,staff,,,Voorbeeld,,,,'), whole);
    expect(await read.person('P-1')).toEqual(before);
  });

  it('when a later one states otherwise, then that holds, and what it does not name stays', async () => {
    await read.roster.import(
      given.hr,
      reference,
      rosterFile('P-1,former-staff,fr,Lotte,Nieuw,lotte@post.example,BE:id-card:scan:excluded,iban:number:confirmed,'),
      whole,
    );
    const lotte = await read.person('P-1');
    expect(lotte).toMatchObject({
      category: 'former-staff',
      languages: ['fr'],
      record: {
        familyName: 'Nieuw',
        contacts: [
          { kind: 'email', value: 'lotte@agency.example' },
          { kind: 'email', value: 'lotte@post.example' },
        ],
      },
    });
    expect(lotte.exposures.map(({ dataKind, confidence }) => `${dataKind} ${confidence}`).toSorted()).toEqual([
      'cv presumed',
      'iban confirmed',
      'id-card excluded',
    ]);
    const [facts]: unknown[] = await db.source.query(
      `select exposures_known as known, exposures_open as open from person where id = $1`,
      [lotte.id],
    );
    expect(facts).toEqual({ known: 3, open: 2 });
    const superseded: unknown[] = await db.source.query(
      `select from exposure where person_id = $1 and superseded_by is not null`,
      [lotte.id],
    );
    expect(superseded).toHaveLength(1);
  });

  it('when somebody corrected an exposure by hand, then a later roster leaves that as it is', async () => {
    const lotte = await read.person('P-1');
    await db.source.query(
      `update exposure set source = 'by-hand', confidence = 'excluded' where person_id = $1 and data_kind = 'cv'`,
      [lotte.id],
    );
    await read.roster.import(given.hr, reference, rosterFile(LOTTE), whole);
    expect((await read.person('P-1')).exposures.find((one) => one.dataKind === 'cv')).toMatchObject({
      confidence: 'excluded',
      source: 'by-hand',
    });
  });

  it('when an address changes, then a new contact point is used and the old one stays as it was; when it does not, then it keeps its state', async () => {
    const states = async (): Promise<string[]> => {
      const rows: { state: string }[] = await db.source.query(
        `select state from contact_point where person_id = $1 order by place`,
        [(await read.person('P-1')).id],
      );
      return rows.map((row) => row.state);
    };
    await db.source.query(`update contact_point set state = 'bounced' where person_id = $1`, [
      (await read.person('P-1')).id,
    ]);
    await read.roster.import(given.hr, reference, rosterFile(LOTTE), whole);
    expect(await states()).toEqual(['bounced']);
    await read.roster.import(
      given.hr,
      reference,
      rosterFile(LOTTE.replace('lotte@agency', 'lotte.voorbeeld@agency')),
      whole,
    );
    expect(await states()).toEqual(['bounced', 'untried']);
    await read.roster.import(given.hr, reference, rosterFile(LOTTE.replace('lotte@agency', 'lo@agency')), whole);
    expect(await states()).toEqual(['bounced', 'revoked', 'untried']);
  });

  it('when the reference is looked up, then its person is found, in this breach alone', async () => {
    const index = referenceIndex(given.keyring, ' P-1 ');
    const lotte = await read.person('P-1');
    const other = await given.breaches.open(given.hr, { facts: someFacts() });
    await db.source.transaction(async (tx) => {
      expect(await personIdByReference(tx, given.breach.id, index, false)).toBe(lotte.id);
      expect(await codeOf(personIdByReference(tx, other.id, index, true))).toBe('person.unknown');
      const key = await breachKey(tx, given.keyring, other.id);
      for (const id of [lotte.id, '-'.repeat(36), "' or true", '']) {
        expect([id, await codeOf(getPerson(tx, other.id, key, id, true))]).toEqual([id, 'person.unknown']);
      }
    });
  });

  it('when the list is read page by page, then everybody is on one page, once', async () => {
    const seen: string[] = [];
    await db.source.transaction(async (tx) => {
      const key = await breachKey(tx, given.keyring, given.breach.id);
      for (let after: string | undefined; ;) {
        const page = await listPeople(tx, given.breach.id, key, {
          withProtected: true,
          limit: 1,
          ...(after ? { after } : {}),
        });
        seen.push(...page.people.map((one) => one.record!.reference));
        if (page.next === null) break;
        after = page.next;
      }
    });
    expect(seen.toSorted()).toEqual(['P-1', 'P-2']);
  });
});

describe('given a roster with faulty rows', () => {
  it('when it is imported whole, then nobody is imported, and each fault names row and column', async () => {
    const problem = await problemOf(read.roster.import(given.hr, reference, rosterFile(LOTTE, FAULTY, JO), whole));
    expect(problem!.code).toBe('roster.faulty-rows');
    expect(problem!.faults.map((fault) => fault.at)).toEqual(['row 3, category', 'row 3, language', 'row 3, email']);
    expect(JSON.stringify(problem)).not.toMatch(/Mia|Janssens|boss/);
    expect([await read.count('person'), await read.count('open_row'), await read.count('roster_import')]).toEqual([
      0, 0, 0,
    ]);
  });

  it('when the others are kept, then they are imported and the faulty rows wait, as they were written', async () => {
    expect(await read.roster.import(given.hr, reference, rosterFile(LOTTE, FAULTY, JO), good)).toMatchObject({
      rows: 3,
      imported: 2,
      rejectedRows: 1,
    });
    const { rows, count: waiting } = await read.openRows();
    expect(waiting).toBe(1);
    expect(rows[0]).toMatchObject({ rowNumber: 3, cells: FAULTY.split(','), columns: ROSTER_HEADER.split(',') });
    expect(rows[0]!.faults.map((fault) => fault.at)).toEqual(['category', 'language', 'email']);
  });

  it('when the row comes mended in a later one, then it is a person and waits no more', async () => {
    await read.roster.import(given.hr, reference, rosterFile(LOTTE, FAULTY), good);
    await read.roster.import(given.hr, reference, rosterFile('P-3,staff,nl,Mia,Janssens,mia@agency.example,,,'), whole);
    expect((await read.openRows()).count).toBe(0);
    expect((await read.person('P-3')).record!.givenName).toBe('Mia');
  });

  it.each([
    ['with a reference', FAULTY],
    ['without a reference', ',staff,nl,Mia,Janssens,,,,'],
  ])('when the same file is imported again, then a faulty row %s waits once', async (_, row) => {
    await read.roster.import(given.hr, reference, rosterFile(LOTTE, row), good);
    await read.roster.import(given.hr, reference, rosterFile(LOTTE, row), good);
    expect((await read.openRows()).count).toBe(1);
  });

  it('when two rows have one reference, then the first is a person and the second waits', async () => {
    const result = await read.roster.import(
      given.hr,
      reference,
      rosterFile(LOTTE, JO, LOTTE.replace('Lotte', 'Lotta')),
      good,
    );
    expect(result.rejected).toEqual([
      { row: 4, column: 'reference', message: 'Row 2 has the same reference. Keep one row for each person.' },
    ]);
    expect((await read.person('P-1')).record!.givenName).toBe('Lotte');
    expect((await read.openRows()).count).toBe(1);
  });

  it('when only the first of them comes again, then the second still waits: it may be somebody else', async () => {
    await read.roster.import(given.hr, reference, rosterFile(LOTTE, LOTTE.replace('Lotte', 'Lotta')), good);
    await read.roster.import(given.hr, reference, rosterFile(LOTTE), whole);
    expect((await read.openRows()).count).toBe(1);
    await read.roster.import(given.hr, reference, rosterFile(LOTTE, JO, LOTTE.replace('Lotte', 'Lotta')), good);
    expect((await read.openRows()).count).toBe(1);
    await read.roster.import(given.hr, reference, rosterFile(LOTTE.replace('staff', 'boss')), good);
    expect((await read.openRows()).rows.map((row) => row.faults[0]!.at)).toEqual(['reference', 'category']);
  });

  it('when one is dismissed with a reason, then it waits no more; a second time, or without a reason, it is refused', async () => {
    await read.roster.import(given.hr, reference, rosterFile(LOTTE, FAULTY), good);
    const { id } = (await read.openRows()).rows[0]!;
    expect(await codeOf(dismissals.dismiss(given.hr, reference, id, '  '))).toBe('open-row.reason-missing');
    await dismissals.dismiss(given.hr, reference, id, 'A test row of the payroll.');
    expect((await read.openRows()).count).toBe(0);
    const [kept]: { sealed: Buffer }[] = await db.source.query(
      `select reason_sealed as sealed from open_row where id = $1`,
      [id],
    );
    expect(kept!.sealed.length).toBeGreaterThan('A test row of the payroll.'.length);
    expect(kept!.sealed.includes('payroll')).toBe(false);
    expect(await codeOf(dismissals.dismiss(given.hr, reference, id, 'Again.'))).toBe('open-row.settled');
    expect(await codeOf(dismissals.dismiss(given.hr, reference, 'no id at all', 'Again.'))).toBe('open-row.settled');
  });
});

describe('given two imports at once', () => {
  it('when they hold the same persons, then nobody is doubled, and the second updates what the first added', async () => {
    const rows = Array.from(
      { length: 300 },
      (_, i) => `R-${i},staff,nl,Given,Family ${i},r${i}@agency.example,BE:id-card:scan:confirmed,,`,
    );
    const results = await Promise.all([
      read.roster.import(given.hr, reference, rosterFile(...rows), whole),
      read.roster.import(given.dpo, reference, rosterFile(...rows.toReversed()), whole),
    ]);
    expect(results.map(({ imported, updated }) => `${imported} added, ${updated} updated`).toSorted()).toEqual([
      '0 added, 300 updated',
      '300 added, 0 updated',
    ]);
    expect([await read.count('person'), await read.count('contact_point'), await read.count('exposure')]).toEqual([
      300, 300, 300,
    ]);
  });
});

describe('given everything that these tests imported', () => {
  it('when rows are looked at, then each contact point and exposure has its person, and each person their breach', async () => {
    const [orphans]: Record<string, number>[] = await db.source.query(
      `select (select count(*)::int from contact_point c left join person p on p.id = c.person_id and p.breach_id = c.breach_id where p.id is null) as contacts,
              (select count(*)::int from exposure e left join person p on p.id = e.person_id and p.breach_id = e.breach_id where p.id is null) as exposures,
              (select count(*)::int from person p left join breach b on b.id = p.breach_id where b.id is null) as persons,
              (select count(*)::int from exposure e left join exposure l on l.id = e.superseded_by where e.superseded_by is not null and l.id is null) as superseded,
              (select count(*)::int from contact_point) as all_contacts`,
    );
    expect(orphans).toMatchObject({ contacts: 0, exposures: 0, persons: 0, superseded: 0 });
    expect(orphans!['all_contacts']).toBeGreaterThan(1_000);
  });
});
