import { breachKey } from '#libs/breach/index.js';
import { codeOf, problemOf } from '#test/support/code-of.js';
import { testDatabase, type TestDatabase } from '#test/support/database.js';
import { givenBreach, someFacts, type GivenBreach } from '#test/support/given-breach.js';
import { LOTTE, givenRoster, rosterFile, whole } from '#test/support/given-roster.js';
import {
  ExposureCorrectionsService,
  explainedExposures,
  letterArrived,
  type CurrentExposure,
  type ExposureCorrection,
} from './index.js';

let db: TestDatabase;
let given: GivenBreach;
let read: ReturnType<typeof givenRoster>;
let corrections: ExposureCorrectionsService;
let reference: string;
let lotte: string;
beforeAll(async () => {
  db = await testDatabase();
  given = await givenBreach(db.source);
  read = givenRoster(db.source, given);
  corrections = new ExposureCorrectionsService(db.source, given.keyring);
});
afterAll(() => db.drop());
beforeEach(async () => {
  given.breach = await given.breaches.open(given.hr, { facts: someFacts() });
  reference = given.breach.reference;
  await read.roster.import(given.hr, reference, rosterFile(LOTTE), whole);
  lotte = (await read.person('P-1')).id;
});

const current = async (dataKind: string): Promise<CurrentExposure> =>
  (await read.person('P-1')).exposures.find((one) => one.dataKind === dataKind)!;
const fields = (one: CurrentExposure, over: Partial<ExposureCorrection>): ExposureCorrection => ({
  corrects: one.id,
  dataKind: one.dataKind,
  country: one.country ?? '',
  extent: one.extent,
  confidence: one.confidence,
  reason: 'Seen in the mail of 3 May.',
  ...over,
});
async function correct(dataKind: string, over: Partial<ExposureCorrection>): Promise<void> {
  await corrections.save(given.hr, reference, lotte, fields(await current(dataKind), over));
}
const PASSPORT: ExposureCorrection = {
  corrects: null,
  dataKind: 'passport',
  country: 'nl',
  extent: 'scan',
  confidence: 'presumed',
  reason: 'He sent it in 2024.',
};

describe('given what of a person is out', () => {
  it('when it is corrected, then a new row takes the place of the old one, with its reason sealed', async () => {
    const old = await current('cv');
    const asked = fields(old, { confidence: 'confirmed' });
    const checked = await corrections.check(given.hr, reference, lotte, asked);
    expect(checked).toMatchObject({
      old: { confidence: 'presumed' },
      new: { confidence: 'confirmed' },
      consequences: [],
    });
    expect((await current('cv')).id).toBe(old.id);
    await corrections.save(given.hr, reference, lotte, asked);
    const now = await current('cv');
    expect(now).toMatchObject({ confidence: 'confirmed', source: 'by-hand' });
    const rows: unknown[] = await db.source.query(
      `select confidence, superseded_by as by from exposure where person_id = $1 and data_kind = 'cv' order by id`,
      [lotte],
    );
    expect(rows).toEqual([
      { confidence: 'presumed', by: now.id },
      { confidence: 'confirmed', by: null },
    ]);
    const explained = await db.source.transaction(async (tx) =>
      explainedExposures(tx, await breachKey(tx, given.keyring, given.breach.id), lotte),
    );
    expect(explained.map(({ dataKind, reason }) => [dataKind, reason])).toEqual([
      ['id-card', null],
      ['cv', 'Seen in the mail of 3 May.'],
    ]);
    const [entry]: unknown[] = await db.source.query(
      `select facts from ledger_outbox where person_id = $1 and kind = 'exposure.corrected'`,
      [lotte],
    );
    expect(entry).toEqual({ facts: { exposure: now.id, instead: old.id } });
  });

  it('when a roster states it again, then what was corrected stays', async () => {
    await correct('cv', { confidence: 'excluded' });
    await read.roster.import(given.hr, reference, rosterFile(`${LOTTE}no`), whole);
    expect((await current('cv')).confidence).toBe('excluded');
  });

  it('when all of it is excluded, then the page says that no letter is due, the person is exempt, and comes back with the next thing', async () => {
    await correct('cv', { confidence: 'excluded' });
    const asked = fields(await current('id-card'), { confidence: 'excluded' });
    expect((await corrections.check(given.hr, reference, lotte, asked)).consequences).toEqual(['nothing-left']);
    await corrections.save(given.hr, reference, lotte, asked);
    expect((await read.person('P-1')).standing).toBe('exempt');
    expect((await corrections.check(given.hr, reference, lotte, PASSPORT)).consequences).toEqual(['comes-back']);
    await corrections.save(given.hr, reference, lotte, PASSPORT);
    expect(await read.person('P-1')).toMatchObject({ standing: 'under-way' });
    expect(await current('passport')).toMatchObject({ country: 'NL', extent: 'scan', source: 'by-hand' });
  });

  it('when they have their letter, then the page says that it states something else, and their facts count as changed', async () => {
    await db.source.transaction((tx) => letterArrived(tx, [lotte]));
    const [before]: { at: Date }[] = await db.source.query(`select clock_timestamp() as at`);
    expect((await corrections.check(given.hr, reference, lotte, PASSPORT)).consequences).toEqual(['letter-again']);
    await corrections.save(given.hr, reference, lotte, PASSPORT);
    const [after]: { at: Date }[] = await db.source.query(`select facts_changed_at as at from person where id = $1`, [
      lotte,
    ]);
    expect(after!.at.getTime()).toBeGreaterThanOrEqual(before!.at.getTime());
  });

  it('when a field has a fault, then it stands there', async () => {
    const old = await current('cv');
    for (const [over, at] of [
      [{ reason: ' ' }, ['reason']],
      [{ confidence: 'sure' }, ['confidence']],
      [{ extent: 'everything', confidence: '' }, ['extent', 'confidence']],
    ] as const) {
      const problem = await problemOf(corrections.save(given.hr, reference, lotte, fields(old, over)));
      expect(problem!.faults.map((fault) => fault.at)).toEqual(at);
    }
    const wrong = { ...PASSPORT, country: 'Belgium', extent: 'copy' };
    const problem = await problemOf(corrections.save(given.hr, reference, lotte, wrong));
    expect(problem!.faults.map(({ at }) => at)).toEqual(['country', 'extent']);
    expect(await codeOf(corrections.save(given.hr, reference, lotte, fields(old, {})))).toBe('correction.nothing');
    const twin = { ...PASSPORT, dataKind: 'id-card', country: 'BE' };
    expect(await codeOf(corrections.save(given.hr, reference, lotte, twin))).toBe('exposure.known');
  });

  it('when two correct it at once, then one does and the other is told to look again', async () => {
    const old = await current('cv');
    const codes = await Promise.all(
      ['confirmed', 'not-excluded'].map((confidence) =>
        codeOf(corrections.save(given.hr, reference, lotte, fields(old, { confidence }))),
      ),
    );
    expect(codes.toSorted()).toEqual(['done', 'exposure.changed']);
  });
});
