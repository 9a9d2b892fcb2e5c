import { codeOf, problemOf } from '#test/support/code-of.js';
import { testDatabase, type TestDatabase } from '#test/support/database.js';
import { givenActor, givenBreach, someFacts, type GivenBreach } from '#test/support/given-breach.js';
import { JO, LOTTE, givenRoster, rosterFile, whole } from '#test/support/given-roster.js';
import { PersonCorrectionsService, contactPointsOf, sourceOfBytes, type CorrectionForm } from './index.js';
import { listPeopleIds } from './people-list.queries.js';

let db: TestDatabase;
let given: GivenBreach;
let read: ReturnType<typeof givenRoster>;
let corrections: PersonCorrectionsService;
let reference: string;
let lotte: string;
beforeAll(async () => {
  db = await testDatabase();
  given = await givenBreach(db.source);
  read = givenRoster(db.source, given);
  corrections = new PersonCorrectionsService(db.source, given.keyring);
});
afterAll(() => db.drop());
beforeEach(async () => {
  given.breach = await given.breaches.open(given.hr, { facts: someFacts() });
  reference = given.breach.reference;
  await read.roster.import(given.hr, reference, rosterFile(LOTTE, JO), whole);
  lotte = (await read.person('P-1')).id;
});

/** Corrects as somebody does who opened the form a moment ago. */
async function correct(form: CorrectionForm, actor = given.hr): Promise<void> {
  const { version } = await corrections.open(actor, reference, lotte);
  await corrections.save(actor, reference, lotte, { reason: 'She phoned.', ...form }, version);
}
const contacts = async () => {
  const person = await read.person('P-1');
  const points = (await contactPointsOf(db.source.manager, [person])).get(lotte)!;
  return points.map(({ kind, place, state, source }) => [kind, person.record!.contacts[place]!.value, state, source]);
};
const factsChangedAt = async (): Promise<Date> => {
  const [row]: { at: Date }[] = await db.source.query(`select facts_changed_at as at from person where id = $1`, [
    lotte,
  ]);
  return row!.at;
};

describe('given a person whose data are wrong', () => {
  it('when they are corrected, then old and new are shown first, and saved with a reason that only the person’s own value holds', async () => {
    const { version, form } = await corrections.open(given.hr, reference, lotte);
    expect(form).toMatchObject({ given_name: 'Lotte', 'contact-0': 'lotte@agency.example', 'state-0': 'untried' });
    const typed = { ...form, given_name: 'Charlotte', birth_date: '1987-02-28', reason: 'Her passport says so.' };
    const checked = await corrections.check(given.hr, reference, lotte, typed, version);
    expect(checked.changes).toEqual([
      { field: 'given_name', of: 'text', old: 'Lotte', new: 'Charlotte' },
      { field: 'birth_date', of: 'text', old: '', new: '1987-02-28' },
    ]);
    expect((await read.person('P-1')).record!.givenName).toBe('Lotte');
    await corrections.save(given.hr, reference, lotte, typed, version);
    const { record } = await read.person('P-1');
    expect(record).toMatchObject({
      givenName: 'Charlotte',
      birthDate: '1987-02-28',
      corrected: ['name', 'birth-date'],
      corrections: [{ by: given.hr.accountId, fields: ['name', 'birth-date'], reason: 'Her passport says so.' }],
    });
    const entries: unknown[] = await db.source.query(
      `select kind, facts from ledger_outbox where person_id = $1 order by id`,
      [lotte],
    );
    expect(entries).toEqual([
      { kind: 'person.shown', facts: { reason: 'correct-data' } },
      { kind: 'person.corrected', facts: { fields: ['name', 'birth-date'] } },
    ]);
  });

  it('when a roster states them again, then what was corrected stays, whatever the roster says', async () => {
    await correct({ family_name: 'Voorbeelds', category: 'applicant', 'contact-0': 'lotte@post.example' });
    await read.roster.import(given.hr, reference, rosterFile(`${LOTTE}no`), whole);
    expect(await read.person('P-1')).toMatchObject({ category: 'applicant', record: { familyName: 'Voorbeelds' } });
    expect(await contacts()).toEqual([
      ['email', 'lotte@agency.example', 'revoked', 'roster'],
      ['email', 'lotte@post.example', 'untried', 'by-hand'],
    ]);
  });

  it('when an address is replaced, added, or does not work, then each keeps its own state and source', async () => {
    await correct({
      'contact-0': 'lotte@post.example',
      'new-post': 'Kerkstraat 12\r\n9000 Gent',
      'new-phone': '+32 2 555 01 23',
    });
    await correct({ 'state-1': 'bounced' });
    expect(await contacts()).toEqual([
      ['email', 'lotte@agency.example', 'revoked', 'roster'],
      ['email', 'lotte@post.example', 'bounced', 'by-hand'],
      ['phone', '+32 2 555 01 23', 'untried', 'by-hand'],
      ['post', 'Kerkstraat 12\n9000 Gent', 'untried', 'by-hand'],
    ]);
    await correct({ 'new-email': 'Lotte@Agency.example' });
    expect((await contacts())[0]).toEqual(['email', 'lotte@agency.example', 'untried', 'roster']);
  });

  it('when a letter to the postal address of a list came back, then it says so, they are found by it, and no list makes it untried', async () => {
    const file = Buffer.from('reference,category,language,given_name,street,city\nP-7,staff,nl,Mia,Kerkstraat 1,Gent');
    await read.roster.import(given.hr, reference, sourceOfBytes(file), whole);
    lotte = (await read.person('P-7')).id;
    const returned = async (): Promise<string[]> =>
      (
        await listPeopleIds(db.source.manager, given.breach.id, {
          contactState: 'returned',
          withProtected: false,
          limit: 9,
        })
      ).ids;
    const contact = async (): Promise<unknown> =>
      (await contactPointsOf(db.source.manager, [await read.person('P-7')])).get(lotte);
    const post = { kind: 'post', place: 0, source: 'roster' };
    expect([await contact(), await returned()]).toEqual([[{ ...post, state: 'untried' }], []]);
    await correct({ 'state-0': 'returned' });
    expect([await contact(), await returned()]).toEqual([[{ ...post, state: 'returned' }], [lotte]]);
    await read.roster.import(given.hr, reference, sourceOfBytes(file), whole);
    expect(await contact()).toEqual([{ ...post, state: 'returned' }]);
    await correct({ 'state-0': 'untried' });
    expect([await contact(), await returned()]).toEqual([[{ ...post, state: 'untried' }], []]);
  });

  it('when languages are chosen by hand, then no roster and no rule changes them, until the rule is asked for again', async () => {
    await correct({ 'first-letter-language': 'fr', 'second-letter-language': 'en' });
    expect(await read.person('P-1')).toMatchObject({ languages: ['fr', 'en'], languagesReason: 'by-hand' });
    await correct({ language: 'de' });
    expect(await read.person('P-1')).toMatchObject({ languages: ['fr', 'en'], languagesReason: 'by-hand' });
    await correct({ 'first-letter-language': '', 'second-letter-language': '' });
    expect(await read.person('P-1')).toMatchObject({ languages: ['de'], languagesReason: 'recorded' });
  });

  it('when a letter would state something else, then their facts count as changed, else not', async () => {
    const before = await factsChangedAt();
    await correct({ birth_date: '1987-02-28', 'new-phone': '+32 2 555 01 23' });
    expect(await factsChangedAt()).toEqual(before);
    await correct({ family_name: 'Voorbeelds' });
    const renamed = await factsChangedAt();
    expect(renamed.getTime()).toBeGreaterThan(before.getTime());
    await correct({ language: 'fr' });
    expect((await factsChangedAt()).getTime()).toBeGreaterThan(renamed.getTime());
  });

  it('when they are a minor, then a guardian is asked for; a mark that was taken away comes back by no roster', async () => {
    const problem = await problemOf(correct({ minor: 'yes' }));
    expect(problem!.faults.map(({ at }) => at)).toEqual(['addressee_family_name']);
    await correct({ minor: 'yes', addressee_given_name: 'Moeder', addressee_family_name: 'Voorbeeld' });
    expect(await read.person('P-1')).toMatchObject({ isMinor: true, record: { addressee: { givenName: 'Moeder' } } });
    await correct({ minor: 'no', addressee_given_name: '', addressee_family_name: '' });
    const corrected = await read.person('P-1');
    expect([corrected.isMinor, corrected.record!.addressee]).toEqual([false, undefined]);
    const head = 'reference,category,language,given_name,family_name,minor,addressee_family_name';
    const file = sourceOfBytes(Buffer.from(`${head}\nP-1,staff,nl,Lotte,Voorbeeld,yes,Voorbeeld`));
    const { differences } = await read.roster.import(given.hr, reference, file, whole);
    expect((await read.person('P-1')).isMinor).toBe(false);
    expect(differences).toContainEqual({ row: 2, column: 'minor', outcome: 'kept' });
  });
});

describe('given a form that is wrong, late, or not for everybody', () => {
  it('when fields have faults, then each stands at its own, and nothing is saved', async () => {
    const problem = await problemOf(
      correct({
        given_name: '',
        family_name: '',
        'contact-0': '',
        'new-email': 'lotte',
        'second-letter-language': 'fr',
        reason: ' ',
      }),
    );
    expect(problem!.code).toBe('person.faulty');
    expect(problem!.faults.map(({ at }) => at)).toEqual([
      'family_name',
      'contact-0',
      'new-email',
      'first-letter-language',
      'reason',
    ]);
    expect(await codeOf(correct({ reason: 'x'.repeat(1_001), given_name: 'Charlotte' }))).toBe('person.faulty');
    expect(await codeOf(correct({}))).toBe('correction.nothing');
  });

  it('when somebody else corrected them meanwhile, then it is refused, and theirs stands', async () => {
    const { version } = await corrections.open(given.hr, reference, lotte);
    await correct({ given_name: 'Charlotte' }, given.dpo);
    const late = { given_name: 'Lot', reason: 'She phoned.' };
    expect(await codeOf(corrections.check(given.hr, reference, lotte, late, version))).toBe('person.changed');
    expect(await codeOf(corrections.save(given.hr, reference, lotte, late, version))).toBe('person.changed');
    expect((await read.person('P-1')).record!.givenName).toBe('Charlotte');
  });

  it('when two save at once, then one is saved and the other refused', async () => {
    const { version } = await corrections.open(given.hr, reference, lotte);
    const save = (name: string): Promise<string> =>
      codeOf(corrections.save(given.hr, reference, lotte, { given_name: name, reason: 'x' }, version));
    const codes = await Promise.all([save('Charlotte'), save('Lot')]);
    expect(codes.toSorted()).toEqual(['done', 'person.changed']);
  });

  it('when HR sets or takes away the mark of protection, then it is not theirs; the security officer’s it is', async () => {
    await correct({ protected: 'yes', given_name: 'Charlotte' });
    expect((await read.person('P-1')).isProtected).toBe(false);
    await correct({ protected: 'yes' }, given.security);
    expect((await read.person('P-1')).isProtected).toBe(true);
    expect(await codeOf(corrections.open(given.hr, reference, lotte))).toBe('person.unknown');
    await correct({ protected: 'no' }, given.security);
    expect((await read.person('P-1')).isProtected).toBe(false);
  });

  it('when the account may not, or the person stands in another breach, then it is refused', async () => {
    const auditor = await givenActor(db.source, 'auditor');
    expect(await codeOf(corrections.open(auditor, reference, lotte))).toBe('permission.missing');
    const other = await given.breaches.open(given.hr, { facts: someFacts() });
    expect(await codeOf(corrections.open(given.hr, other.reference, lotte))).toBe('person.unknown');
    expect(await codeOf(corrections.open(given.hr, reference, 'P-1'))).toBe('person.unknown');
  });
});
