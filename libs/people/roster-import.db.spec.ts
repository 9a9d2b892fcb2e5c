import { breachKey } from '#libs/breach/index.js';
import { checkLedger, Sequencer } from '#libs/ledger/index.js';
import { Clock } from '#libs/platform/index.js';
import { codeOf, problemOf } from '#test/support/code-of.js';
import { testDatabase, type TestDatabase } from '#test/support/database.js';
import { givenActor, givenBreach, someFacts, type GivenBreach } from '#test/support/given-breach.js';
import {
  OpenRowsService,
  RosterImportService,
  RosterUploadsService,
  countByStanding,
  getPerson,
  listOpenRows,
  listPeople,
  personIdByReference,
  referenceIndex,
  type OpenRow,
  type PersonRow,
} from './index.js';

let db: TestDatabase;
let given: GivenBreach;
let roster: RosterImportService;
let openRows: OpenRowsService;
let uploads: RosterUploadsService;
let reference: string;

beforeAll(async () => {
  db = await testDatabase();
  given = await givenBreach(db.source);
  roster = new RosterImportService(db.source, given.keyring, new Clock());
  uploads = new RosterUploadsService(db.source, given.keyring, new Clock());
  openRows = new OpenRowsService(db.source);
});
afterAll(() => db.drop());
beforeEach(async () => {
  given.breach = await given.breaches.open(given.hr, { facts: someFacts() });
  reference = given.breach.reference;
});

const HEADER = 'reference,category,language,given_name,family_name,email,documents,other_data,protected';
const file = (...rows: string[]): Buffer => Buffer.from([HEADER, ...rows].join('\r\n'));
const LOTTE = 'P-1,staff,nl,Lotte,Voorbeeld,lotte@agency.example,BE:id-card:scan:confirmed,cv:copy:presumed,';
const JO = 'P-2,applicant,fr,Jo,Dupont,jo@post.example,NL:passport:number:presumed,,no';
const FAULTY = 'P-3,boss,xx,Mia,Janssens,mia,,,';
const all = { keepGood: true };
const whole = { keepGood: false };

async function people(withProtected = true): Promise<PersonRow[]> {
  return await db.source.transaction(async (tx) => {
    const key = await breachKey(tx, given.keyring, given.breach.id);
    return (await listPeople(tx, given.breach.id, key, { withProtected, limit: 1_000 })).people;
  });
}
async function person(personReference: string): Promise<PersonRow> {
  return (await people()).find((one) => one.record?.reference === personReference)!;
}
async function open(withProtected = true): Promise<{ rows: OpenRow[]; count: number }> {
  return await db.source.transaction(async (tx) =>
    listOpenRows(tx, given.breach.id, await breachKey(tx, given.keyring, given.breach.id), withProtected),
  );
}
async function count(table: string): Promise<number> {
  const [row]: { count: number }[] = await db.source.query(
    `select count(*)::int as count from ${table} where breach_id = $1`,
    [given.breach.id],
  );
  return row!.count;
}

describe('given a roster without faults', () => {
  it('when it is imported, then each row is a person with what is known of them', async () => {
    const result = await roster.import(given.hr, reference, file(LOTTE, JO), whole);
    expect(result).toMatchObject({
      breach: reference,
      rows: 2,
      imported: 2,
      updated: 0,
      duplicates: 0,
      rejected: [],
      rejectedRows: 0,
    });
    const lotte = await person('P-1');
    expect(lotte).toMatchObject({
      category: 'staff',
      languages: ['nl'],
      standing: 'under-way',
      isProtected: false,
      record: { reference: 'P-1', givenName: 'Lotte', familyName: 'Voorbeeld', email: 'lotte@agency.example' },
    });
    expect(
      lotte.exposures.map(({ dataKind, country, confidence, source }) => [dataKind, country, confidence, source]),
    ).toEqual([
      ['id-card', 'BE', 'confirmed', 'roster'],
      ['cv', null, 'presumed', 'roster'],
    ]);
  });

  it('when it is imported, then the ledger has an entry for each person and one for the file, and is whole', async () => {
    await roster.import(given.hr, reference, file(LOTTE, JO), whole);
    const kinds: { kind: string; actor: string }[] = await db.source.query(
      `select kind, actor from ledger_outbox where breach_id = $1 and kind like any ('{person.%,roster.%}') order by id`,
      [given.breach.id],
    );
    expect(kinds.map(({ kind }) => kind)).toEqual(['person.added', 'person.added', 'roster.imported']);
    expect(new Set(kinds.map(({ actor }) => actor))).toEqual(new Set([`account:${given.hr.accountId}`]));
    await new Sequencer(db.source).drain();
    expect((await checkLedger(db.source)).faults).toEqual([]);
  });

  it('when it is only checked, then the answer is that of the import, and nothing is kept', async () => {
    expect(await roster.check(given.hr, reference, file(LOTTE, JO, FAULTY))).toMatchObject({
      rows: 3,
      imported: 2,
      updated: 0,
      rejectedRows: 1,
    });
    expect([await count('person'), await count('open_row'), await count('roster_import')]).toEqual([0, 0, 0]);
    await roster.import(given.hr, reference, file(LOTTE), whole);
    expect(await roster.check(given.hr, reference, file(LOTTE, JO))).toMatchObject({ imported: 1, updated: 1 });
  });

  it('when 4,500 persons are imported, then every batch is', async () => {
    const rows = Array.from(
      { length: 4_500 },
      (_, i) => `Q-${i},staff,nl,Given ${i},Family ${i},p${i}@agency.example,BE:id-card:scan:confirmed,,`,
    );
    expect(await roster.import(given.hr, reference, file(...rows), whole)).toMatchObject({ imported: 4_500 });
    expect(await db.source.transaction((tx) => countByStanding(tx, given.breach.id))).toEqual({
      told: 0,
      exempt: 0,
      'under-way': 4_500,
      'not-reached': 0,
    });
  });

  it('when it has more rows than a page takes, then it is refused', async () => {
    expect(await codeOf(roster.import(given.hr, reference, file(LOTTE, JO), { ...whole, mostRows: 1 }))).toBe(
      'roster.too-many-rows',
    );
  });

  it('when everything of a person is excluded, then nothing of theirs is out: they are exempt', async () => {
    await roster.import(
      given.hr,
      reference,
      file('P-9,staff,nl,A,B,,BE:id-card:scan:excluded,,', 'P-8,staff,nl,A,B,,,,'),
      whole,
    );
    expect((await person('P-9')).standing).toBe('exempt');
    expect((await person('P-8')).standing).toBe('under-way');
  });

  it('when the breach is closed, then it is refused', async () => {
    await db.source.query(`update breach set closed_at = now() where id = $1`, [given.breach.id]);
    expect(await codeOf(roster.import(given.hr, reference, file(LOTTE), whole))).toBe('breach.closed');
  });

  it('when an auditor imports it, then it is refused', async () => {
    expect(await codeOf(roster.import(await givenActor(db.source, 'auditor'), reference, file(LOTTE), whole))).toBe(
      'permission.missing',
    );
  });
});

describe('given a roster that was imported', () => {
  beforeEach(() => roster.import(given.hr, reference, file(LOTTE, JO), whole));

  it('when it is imported again, then everybody is known and nobody is doubled', async () => {
    const before = await people();
    expect(await roster.import(given.hr, reference, file(LOTTE, JO), whole)).toMatchObject({ imported: 0, updated: 2 });
    expect(await people()).toEqual(before);
    expect([await count('person'), await count('contact_point'), await count('exposure')]).toEqual([2, 2, 3]);
  });

  it('when a later one has empty cells, then these change nothing', async () => {
    const before = await person('P-1');
    await roster.import(given.hr, reference, file('P-1,staff,,,Voorbeeld,,,,'), whole);
    expect(await person('P-1')).toEqual(before);
  });

  it('when a later one states otherwise, then that holds, and what it does not name stays', async () => {
    await roster.import(
      given.hr,
      reference,
      file('P-1,former-staff,fr,Lotte,Nieuw,lotte@post.example,BE:id-card:scan:excluded,iban:number:confirmed,'),
      whole,
    );
    const lotte = await person('P-1');
    expect(lotte).toMatchObject({
      category: 'former-staff',
      languages: ['fr'],
      record: { familyName: 'Nieuw', email: 'lotte@post.example' },
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
    const lotte = await person('P-1');
    await db.source.query(
      `update exposure set source = 'by-hand', confidence = 'excluded' where person_id = $1 and data_kind = 'cv'`,
      [lotte.id],
    );
    await roster.import(given.hr, reference, file(LOTTE), whole);
    expect((await person('P-1')).exposures.find((one) => one.dataKind === 'cv')).toMatchObject({
      confidence: 'excluded',
      source: 'by-hand',
    });
  });

  it('when an address changes, then its contact point is untried again; when it does not, then it keeps its state', async () => {
    const state = async (): Promise<string> => {
      const [row]: { state: string }[] = await db.source.query(`select state from contact_point where person_id = $1`, [
        (await person('P-1')).id,
      ]);
      return row!.state;
    };
    await db.source.query(`update contact_point set state = 'bounced' where person_id = $1`, [
      (await person('P-1')).id,
    ]);
    await roster.import(given.hr, reference, file(LOTTE), whole);
    expect(await state()).toBe('bounced');
    await roster.import(given.hr, reference, file(LOTTE.replace('lotte@agency', 'lotte.voorbeeld@agency')), whole);
    expect(await state()).toBe('untried');
  });

  it('when the reference is looked up, then its person is found, in this breach alone', async () => {
    const index = referenceIndex(given.keyring, ' P-1 ');
    const lotte = await person('P-1');
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
    const problem = await problemOf(roster.import(given.hr, reference, file(LOTTE, FAULTY, JO), whole));
    expect(problem!.code).toBe('roster.faulty-rows');
    expect(problem!.faults.map((fault) => fault.at)).toEqual(['row 3, category', 'row 3, language', 'row 3, email']);
    expect(JSON.stringify(problem)).not.toMatch(/Mia|Janssens|boss/);
    expect([await count('person'), await count('open_row'), await count('roster_import')]).toEqual([0, 0, 0]);
  });

  it('when the others are kept, then they are imported and the faulty rows wait, as they were written', async () => {
    expect(await roster.import(given.hr, reference, file(LOTTE, FAULTY, JO), all)).toMatchObject({
      rows: 3,
      imported: 2,
      rejectedRows: 1,
    });
    const { rows, count: waiting } = await open();
    expect(waiting).toBe(1);
    expect(rows[0]).toMatchObject({ rowNumber: 3, cells: FAULTY.split(','), columns: HEADER.split(',') });
    expect(rows[0]!.faults.map((fault) => fault.at)).toEqual(['category', 'language', 'email']);
  });

  it('when the row comes mended in a later one, then it is a person and waits no more', async () => {
    await roster.import(given.hr, reference, file(LOTTE, FAULTY), all);
    await roster.import(given.hr, reference, file('P-3,staff,nl,Mia,Janssens,mia@agency.example,,,'), whole);
    expect((await open()).count).toBe(0);
    expect((await person('P-3')).record!.givenName).toBe('Mia');
  });

  it.each([
    ['with a reference', FAULTY],
    ['without a reference', ',staff,nl,Mia,Janssens,,,,'],
  ])('when the same file is imported again, then a faulty row %s waits once', async (_, row) => {
    await roster.import(given.hr, reference, file(LOTTE, row), all);
    await roster.import(given.hr, reference, file(LOTTE, row), all);
    expect((await open()).count).toBe(1);
  });

  it('when two rows have one reference, then the first is a person and the second waits', async () => {
    const result = await roster.import(given.hr, reference, file(LOTTE, JO, LOTTE.replace('Lotte', 'Lotta')), all);
    expect(result.rejected).toEqual([
      { row: 4, column: 'reference', message: 'Row 2 has the same reference. Keep one row for each person.' },
    ]);
    expect((await person('P-1')).record!.givenName).toBe('Lotte');
    expect((await open()).count).toBe(1);
  });

  it('when only the first of them comes again, then the second still waits: it may be somebody else', async () => {
    await roster.import(given.hr, reference, file(LOTTE, LOTTE.replace('Lotte', 'Lotta')), all);
    await roster.import(given.hr, reference, file(LOTTE), whole);
    expect((await open()).count).toBe(1);
    await roster.import(given.hr, reference, file(LOTTE, JO, LOTTE.replace('Lotte', 'Lotta')), all);
    expect((await open()).count).toBe(1);
    await roster.import(given.hr, reference, file(LOTTE.replace('staff', 'boss')), all);
    expect((await open()).rows.map((row) => row.faults[0]!.at)).toEqual(['reference', 'category']);
  });

  it('when one is dismissed with a reason, then it waits no more; a second time, or without a reason, it is refused', async () => {
    await roster.import(given.hr, reference, file(LOTTE, FAULTY), all);
    const { id } = (await open()).rows[0]!;
    expect(await codeOf(openRows.dismiss(given.hr, reference, id, '  '))).toBe('open-row.reason-missing');
    await openRows.dismiss(given.hr, reference, id, 'A test row of the payroll.');
    expect((await open()).count).toBe(0);
    expect(await codeOf(openRows.dismiss(given.hr, reference, id, 'Again.'))).toBe('open-row.settled');
    expect(await codeOf(openRows.dismiss(given.hr, reference, 'no id at all', 'Again.'))).toBe('open-row.settled');
  });
});

describe('given a roster with protected persons', () => {
  const SECRET = 'S-1,staff,nl,Vera,Geheim,vera@agency.example,BE:id-card:scan:confirmed,,yes';

  it.each([
    ['marks one', [LOTTE, SECRET]],
    ['marks one in a way that nobody understands', [LOTTE, SECRET.replace(',yes', ',perhaps')]],
    ['marks one in a row with faults', [LOTTE, SECRET.replace('staff', 'boss')]],
  ])('when it %s and HR imports it, then it is refused whole and nothing is kept', async (_, rows) => {
    for (const options of [all, whole]) {
      const problem = await problemOf(roster.import(given.hr, reference, file(...rows), options));
      expect([problem!.code, problem!.kind]).toEqual(['roster.protected-rows', 'forbidden']);
      expect(JSON.stringify(problem)).not.toMatch(/Vera|Geheim|S-1/);
    }
    expect(await codeOf(roster.check(given.hr, reference, file(...rows)))).toBe('roster.protected-rows');
    expect([await count('person'), await count('open_row'), await count('roster_import')]).toEqual([0, 0, 0]);
  });

  it('when the security officer imports it, then they are counted for all and opened for that officer alone', async () => {
    await roster.import(given.security, reference, file(LOTTE, SECRET), whole);
    expect((await people(false)).map((one) => one.record!.reference)).toEqual(['P-1']);
    const vera = (await people(true)).find((one) => one.isProtected)!;
    expect(vera.record!.reference).toBe('S-1');
    await db.source.transaction(async (tx) => {
      const key = await breachKey(tx, given.keyring, given.breach.id);
      expect(await codeOf(getPerson(tx, given.breach.id, key, vera.id, false))).toBe('person.unknown');
      expect(await codeOf(personIdByReference(tx, given.breach.id, referenceIndex(given.keyring, 'S-1'), false))).toBe(
        'person.unknown',
      );
      expect((await countByStanding(tx, given.breach.id))['under-way']).toBe(2);
    });
  });

  it('when the security officer marks somebody who is known, then they are protected from then on', async () => {
    await roster.import(given.hr, reference, file(LOTTE), whole);
    await roster.import(given.security, reference, file(`${LOTTE}yes`), whole);
    expect((await person('P-1')).isProtected).toBe(true);
    await roster.import(given.security, reference, file(LOTTE), whole);
    expect((await person('P-1')).isProtected).toBe(true);
  });

  it('when HR states something of a protected person without the mark, then it is refused at the check and at the import', async () => {
    await roster.import(given.security, reference, file(SECRET), whole);
    const rows = file(LOTTE, SECRET.replace(',yes', ',').replace('Vera', 'Wera'));
    expect(await codeOf(roster.check(given.hr, reference, rows))).toBe('roster.protected-rows');
    expect(await codeOf(roster.import(given.hr, reference, rows, all))).toBe('roster.protected-rows');
    expect((await people()).map((one) => one.record!.givenName)).toEqual(['Vera']);
  });

  it('when a marked row has faults, then it waits, is counted for all and shown to the security officer alone', async () => {
    await roster.import(given.security, reference, file(LOTTE, SECRET.replace('staff', 'boss'), FAULTY), all);
    expect((await open(true)).rows.map((row) => row.rowNumber)).toEqual([3, 4]);
    const forOthers = await open(false);
    expect([forOthers.count, forOthers.rows.map((row) => row.rowNumber)]).toEqual([2, [4]]);
  });
});

describe('given two imports at once', () => {
  it('when they hold the same persons, then nobody is doubled, and the second updates what the first added', async () => {
    const rows = Array.from(
      { length: 300 },
      (_, i) => `R-${i},staff,nl,Given,Family ${i},r${i}@agency.example,BE:id-card:scan:confirmed,,`,
    );
    const results = await Promise.all([
      roster.import(given.hr, reference, file(...rows), whole),
      roster.import(given.dpo, reference, file(...rows.toReversed()), whole),
    ]);
    expect(results.map(({ imported, updated }) => [imported, updated]).toSorted()).toEqual([[0, 300], [300, 0]]); // prettier-ignore
    expect([await count('person'), await count('contact_point'), await count('exposure')]).toEqual([300, 300, 300]);
  });
});

describe('given a file between its check and its import', () => {
  it('when it is kept, then its account alone opens it, until it is dropped', async () => {
    const bytes = file(LOTTE);
    const id = await uploads.keep(given.hr, reference, bytes);
    expect(await uploads.open(given.hr, reference, id)).toEqual(bytes);
    expect(await codeOf(uploads.open(given.dpo, reference, id))).toBe('roster.upload-gone');
    expect(await codeOf(uploads.open(given.hr, reference, '-'.repeat(36)))).toBe('roster.upload-gone');
    await uploads.drop(given.dpo, id);
    expect(await uploads.open(given.hr, reference, id)).toEqual(bytes);
    await uploads.drop(given.hr, id);
    expect(await codeOf(uploads.open(given.hr, reference, id))).toBe('roster.upload-gone');
  });

  it('when a day has passed, then the next file that is kept takes it away', async () => {
    const id = await uploads.keep(given.hr, reference, file(LOTTE));
    await db.source.query(`update roster_upload set uploaded_at = now() - interval '25 hours' where id = $1`, [id]);
    await uploads.keep(given.hr, reference, file(JO));
    expect(await codeOf(uploads.open(given.hr, reference, id))).toBe('roster.upload-gone');
  });
});

describe('given a person whom nobody else is called like', () => {
  const CANARY = [
    'Kanarius',
    'Zwitserloot',
    'kanarius.zwitserloot',
    'KAN-4711',
    '85073003328',
    'Vogelstraat',
    '+32 2 555 47 11',
    '1987-02-28',
    'canary-domain',
  ];
  const HEAD =
    'reference,category,language,given_name,family_name,email,phone,street,house_number,postcode,city,birth_date,national_number,addressee_family_name';
  const ROW =
    'KAN-4711,staff,nl,Kanarius,Zwitserloot,kanarius.zwitserloot@canary-domain.example,+32 2 555 47 11,Vogelstraat,7,9000,Gent,1987-02-28,85.07.30-033.28,Zwitserloot';

  it('when they are imported, left out and kept as a file, then no table holds anything of them in clear', async () => {
    const bytes = Buffer.from(
      [HEAD, ROW, ROW, ROW.replace('KAN-4711', 'KAN-4712').replace('staff', 'boss')].join('\n'),
    );
    await uploads.keep(given.hr, reference, bytes);
    await roster.import(given.hr, reference, bytes, all);
    await new Sequencer(db.source).drain();
    expect((await person('KAN-4711')).record!.familyName).toBe('Zwitserloot');
    expect((await open()).count).toBe(2);
    expect(await placesOf(CANARY)).toEqual([]);
  });

  it('when the search looks for what is there in clear, then it finds it', async () => {
    expect(await placesOf(['Mail gateway read'])).toContain('breach_revision.facts holds Mail gateway read');
    await db.source.query(
      `insert into caught_mail (id, sealed) values (gen_random_uuid(), convert_to('x Kanarius y', 'UTF8'))`,
    );
    expect(await placesOf(CANARY)).toEqual(['caught_mail.sealed holds Kanarius']);
    await db.source.query(`delete from caught_mail`);
  });

  /** Every column of every table in which one of these words stands, as text or as its bytes, whatever their case. */
  async function placesOf(words: string[]): Promise<string[]> {
    const columns: { schema: string; table: string; column: string; type: string }[] = await db.source.query(
      `select c.table_schema as schema, c.table_name as table, c.column_name as column, c.data_type as type
         from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
        where t.table_type = 'BASE TABLE' and c.table_schema in ('public', 'graphile_worker') order by 1, 2, 3`,
    );
    const found: string[] = [];
    for (const { schema, table, column, type } of columns) {
      const text = type === 'bytea' ? `encode("${column}", 'escape')` : `"${column}"::text`;
      for (const word of words) {
        const rows: unknown[] = await db.source.query(
          `select from "${schema}"."${table}" where position(lower($1) in lower(${text})) > 0 limit 1`,
          [word],
        );
        if (rows.length > 0) found.push(`${table}.${column} holds ${word}`);
      }
    }
    return found;
  }
});
