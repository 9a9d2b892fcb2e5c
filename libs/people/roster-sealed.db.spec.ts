import { Sequencer } from '#libs/ledger/index.js';
import { Clock } from '#libs/platform/index.js';
import { testDatabase, type TestDatabase } from '#test/support/database.js';
import { givenBreach, someFacts, type GivenBreach } from '#test/support/given-breach.js';
import { givenRoster, good } from '#test/support/given-roster.js';
import {
  ExposureChangesService,
  ExposureCorrectionsService,
  PeopleByHandService,
  PersonCorrectionsService,
  RosterStepsService,
  RosterUploadsService,
  mappingFrom,
  sourceOfBytes,
} from './index.js';

let db: TestDatabase;
let given: GivenBreach;
let read: ReturnType<typeof givenRoster>;
let uploads: RosterUploadsService;
let reference: string;
beforeAll(async () => {
  db = await testDatabase();
  given = await givenBreach(db.source);
  read = givenRoster(db.source, given);
  uploads = new RosterUploadsService(db.source, given.keyring, new Clock());
});
afterAll(() => db.drop());
beforeEach(async () => {
  given.breach = await given.breaches.open(given.hr, { facts: someFacts() });
  reference = given.breach.reference;
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
    const file = { name: 'Zwitserloot.csv', stream: sourceOfBytes(bytes)() };
    const upload = await uploads.receive(given.hr, reference, file);
    await new RosterStepsService(db.source, given.keyring, read.roster).setMapping(
      given.hr,
      reference,
      upload,
      mappingFrom(
        '{"columns":{"reference":"reference","category":"category","language":"language","given_name":"given_name"},"everybody":{"street":"Vogelstraat"}}',
        HEAD.split(','),
      ),
    );
    await read.roster.import(given.hr, reference, sourceOfBytes(bytes), good);
    await new Sequencer(db.source).drain();
    expect((await read.person('KAN-4711')).record!.familyName).toBe('Zwitserloot');
    expect((await read.openRows()).count).toBe(2);
    expect(await placesOf(CANARY)).toEqual([]);
  });

  it('when they are entered, corrected and changed with others by hand, then no table holds them or a reason in clear', async () => {
    const { source } = db;
    const byHand = new PeopleByHandService(source, given.keyring, new Clock());
    const row = { reference: 'KAN-4711', category: 'staff', language: 'nl', family_name: 'Zwitserloot', documents: '' };
    const { id } = await byHand.add(given.hr, reference, {
      ...row,
      email: 'kanarius.zwitserloot@canary-domain.example',
    });
    const people = new PersonCorrectionsService(source, given.keyring);
    const { version } = await people.open(given.hr, reference, id);
    const form = { given_name: 'Kanarius', 'new-post': 'Vogelstraat 7\n9000 Gent', reason: 'Kanarius called.' };
    await people.save(given.hr, reference, id, form, version);
    const cv = { dataKind: 'cv', country: '', extent: 'copy', confidence: 'presumed' };
    const exposures = new ExposureCorrectionsService(source, given.keyring);
    await exposures.save(given.hr, reference, id, { ...cv, corrects: null, reason: 'Zwitserloot sent it.' });
    const changes = new ExposureChangesService(source, given.keyring, new Clock());
    const change = { ...cv, kind: 'add', dataKind: 'pay', reason: 'As Kanarius said.' };
    const { token } = await changes.preview(given.hr, reference, {}, change);
    const made = await changes.make(given.hr, reference, {}, change, token);
    await changes.undo(given.hr, reference, made.id, (await changes.previewUndo(given.hr, reference, made.id)).token);
    await new Sequencer(source).drain();
    expect((await read.person('KAN-4711')).record!.corrections![0]!.reason).toBe('Kanarius called.');
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
