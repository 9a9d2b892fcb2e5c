import { Clock, readConfig } from '#libs/platform/index.js';
import { codeOf, problemOf } from '#test/support/code-of.js';
import { testDatabase, type TestDatabase } from '#test/support/database.js';
import { aBreachFile, givenBreach, someFacts, type GivenBreach } from '#test/support/given-breach.js';
import { CommunicationsService, isPublished, publicationsOf } from './communications.service.js';

const TEXTS = {
  whatHappened: 'An intruder read our mail server.',
  likelyConsequences: 'Somebody can pose as you.',
  measuresTaken: 'We replaced the device.',
  whoPays: 'We pay.',
};
const WEBSITE = {
  medium: 'website',
  place: 'https://agency.example/breach',
  from: '2026-01-05',
  languages: ['nl', 'en'],
};

let db: TestDatabase;
let given: GivenBreach;
let communications: CommunicationsService;
beforeAll(async () => {
  db = await testDatabase();
  const file = aBreachFile({ facts: someFacts({ dataKinds: ['id-card', 'cv'] }), texts: { nl: TEXTS, en: TEXTS } });
  given = await givenBreach(db.source, file);
  const config = readConfig({ NODE_ENV: 'test', DATABASE_URL: db.url, PUBLIC_URL: 'https://notices.example' });
  communications = new CommunicationsService(db.source, config, new Clock());
});
afterAll(() => db.drop());
beforeEach(() => db.source.query(`truncate communication_publication, communication_publication_end, exposure, person, ledger_outbox cascade`)); // prettier-ignore

async function ledgerEntries(): Promise<{ kind: string; facts: Record<string, unknown> }[]> {
  return await db.source.query(`select kind, facts from ledger_outbox order by id`);
}

/** Persons of the breach with a document of that country, as rows and no more. */
async function givenDocuments(country: string, count: number): Promise<void> {
  await db.source.query(
    `with added as (
       insert into person (id, breach_id, reference_index, category, languages, languages_reason, secret, sealed)
       select gen_random_uuid(), $1, sha256(convert_to($2 || i::text, 'UTF8')), 'staff', '{nl}', 'recorded', sha256('secret'), '\\x00'
         from generate_series(1, $3) as i returning id)
     insert into exposure (id, breach_id, person_id, data_kind, country, extent, confidence, source)
     select gen_random_uuid(), $1, id, 'id-card', $2, 'scan', 'presumed', 'roster' from added`,
    [given.breach.id, country, count],
  );
}

const textOf = async (language: 'nl' | 'en'): Promise<string> =>
  (await communications.show(given.hr, given.breach.reference, 'public', language)).rendered!.text;

describe('given a breach with words', () => {
  it('when a communication is shown, then it is made from them, and a language without words says so', async () => {
    expect(await textOf('en')).toContain('An intruder read our mail server.');
    const french = await communications.show(given.hr, given.breach.reference, 'telephone', 'fr');
    expect(french.rendered).toBeNull();
    expect(french.faults[0]!.message).toContain('Write the words of this breach in fr');
  });

  it('when fewer than five persons have a document of a country, then its country points at nobody', async () => {
    await givenDocuments('PT', 4);
    await givenDocuments('NL', 5);
    const text = await textOf('en');
    expect(text).toContain('Identity card (Netherlands)');
    expect(text).not.toContain('Portugal');
    expect(text).toContain('C15');
  });
});

describe('given a public message that was published', () => {
  it('when it is recorded, then with its words as they were, and the ledger has a hash and no address', async () => {
    const { reference, id } = given.breach;
    expect(await isPublished(db.source.manager, id)).toBe(false);
    const published = await communications.publish(given.dpo, reference, WEBSITE);
    expect(await isPublished(db.source.manager, id)).toBe(true);
    expect(await publicationsOf(db.source.manager, id)).toEqual([
      expect.objectContaining({
        place: WEBSITE.place,
        from: '2026-01-05',
        until: null,
        recordedBy: given.dpo.accountId,
      }),
    ]);
    const [row]: { words: Record<string, string> }[] = await db.source.query(
      `select words from communication_publication`,
    );
    expect(Object.keys(row!.words).toSorted()).toEqual(['en', 'nl']);
    expect(row!.words['en']).toContain('An intruder read our mail server.');
    expect(await ledgerEntries()).toEqual([
      {
        kind: 'communication.published',
        facts: { publication: published.id, medium: 'website', from: '2026-01-05', languages: ['nl', 'en'], words: published.hash },
      },
    ]); // prettier-ignore
  });

  it('when its last day is recorded, then once, and it still counts as published', async () => {
    const { reference, id } = given.breach;
    const { id: publication } = await communications.publish(given.hr, reference, WEBSITE);
    await communications.end(given.hr, reference, publication, '2026-02-05');
    expect((await publicationsOf(db.source.manager, id))[0]).toMatchObject({ until: '2026-02-05' });
    expect(await codeOf(communications.end(given.hr, reference, publication, '2026-02-06'))).toBe('publication.ended');
    expect(await isPublished(db.source.manager, id)).toBe(true);
    expect((await ledgerEntries()).map(({ kind }) => kind)).toEqual(['communication.published', 'communication.ended']);
  });

  it('when somebody would change or remove the record, then the database refuses', async () => {
    await communications.publish(given.hr, given.breach.reference, WEBSITE);
    for (const act of [`update communication_publication set place = 'x'`, `delete from communication_publication`])
      await expect(db.source.query(act)).rejects.toThrow('append-only');
  });

  it.each([
    ['no place', { place: ' ' }, 'place'],
    ['a place of two lines', { place: 'a\nb' }, 'place'],
    ['a day that does not exist', { from: '2026-02-30' }, 'from'],
    ['a day in the future', { from: '2999-01-01' }, 'from'],
    ['no language', { languages: [] }, 'languages'],
    ['a language without words', { languages: ['fr'] }, 'languages'],
    ['an unknown medium', { medium: 'rumour' }, 'medium'],
  ])('when it is recorded with %s, then the fault names the field and nothing is kept', async (_, over, at) => {
    const problem = await problemOf(communications.publish(given.hr, given.breach.reference, { ...WEBSITE, ...over }));
    expect(problem).toMatchObject({ code: 'publication.faulty', faults: [expect.objectContaining({ at })] });
    expect(await publicationsOf(db.source.manager, given.breach.id)).toEqual([]);
  });

  it('when it ended before it began, or is another breach’s, then it is refused', async () => {
    const { reference } = given.breach;
    const { id } = await communications.publish(given.hr, reference, WEBSITE);
    expect(await codeOf(communications.end(given.hr, reference, id, '2026-01-04'))).toBe('publication.faulty');
    const nobody = '00000000-0000-7000-8000-000000000000';
    expect(await codeOf(communications.end(given.hr, reference, nobody, '2026-02-01'))).toBe('publication.unknown');
  });

  it('when the security officer would record it, then they may read and not record', async () => {
    const { reference } = given.breach;
    expect(await codeOf(communications.publish(given.security, reference, WEBSITE))).toBe('permission.missing');
    expect((await communications.show(given.security, reference, 'press', 'nl')).rendered).not.toBeNull();
  });
});

describe('given Art. 34(3)(c)', () => {
  const exempt = (): Promise<unknown> =>
    db.source.query(`update person set exempted_by = 'c' where breach_id = $1`, [given.breach.id]);

  it('when no publication is recorded, then the database lets nobody be exempt by it; afterwards it does', async () => {
    await givenDocuments('BE', 1);
    await expect(exempt()).rejects.toThrow('no public communication of this breach is recorded as published');
    await communications.publish(given.dpo, given.breach.reference, WEBSITE);
    await exempt();
    const [row]: { standing: string }[] = await db.source.query(`select standing from person where breach_id = $1`, [
      given.breach.id,
    ]);
    expect(row!.standing).toBe('exempt');
  });
});
