import fc from 'fast-check';
import { CATEGORIES, CONFIDENCES } from '#libs/breach/index.js';
import { Clock, uuidv7 } from '#libs/platform/index.js';
import { testDatabase, type TestDatabase } from '#test/support/database.js';
import { givenBreach, type GivenBreach } from '#test/support/given-breach.js';
import { ChosenPeople, issuingCountries, listPeopleIds, type PeopleChoice } from './people-list.queries.js';

let db: TestDatabase;
let given: GivenBreach;
let people: Person[];

/** What a filter looks at; `choose` below is the rule that the lists are held against. */
interface Person {
  id: string;
  standing: 'told' | 'not-reached' | 'under-way';
  category: string;
  languages: string[];
  isProtected: boolean;
  isMerged: boolean;
  exposures: { kind: string; country: string | null; confidence: string }[];
  contacts: string[];
}

const KINDS = ['id-card', 'passport', 'cv', 'iban'];
const LANGUAGES = [['nl'], ['fr'], ['nl', 'fr']];
const CONTACTS = ['untried', 'works', 'bounced', 'returned'];

beforeAll(async () => {
  db = await testDatabase();
  given = await givenBreach(db.source);
  // The same people every time, different from each other in ways that do not go round together.
  const now = new Clock().now();
  people = Array.from({ length: 240 }, (_, i) => ({
    id: uuidv7(now),
    standing: (['told', 'under-way', 'not-reached'] as const)[i % 3]!,
    category: CATEGORIES[i % 5]!,
    languages: LANGUAGES[Math.floor(i / 2) % 3]!,
    isProtected: i % 11 === 0,
    isMerged: i % 13 === 5,
    exposures: KINDS.filter((_kind, k) => (i + k) % (k + 2) === 0).flatMap((kind, k) =>
      (kind === 'cv' || kind === 'iban' ? [null] : ['BE', 'NL', 'FR'].slice(0, 1 + ((i + k) % 3))).map(
        (country, c) => ({
          kind,
          country,
          confidence: CONFIDENCES[(i + k + c) % 4]!,
        }),
      ),
    ),
    contacts: CONTACTS.slice(0, i % 5).filter((_state, c) => (i + c) % 2 === 0),
  }));
  await insert(people);
});
afterAll(() => db.drop());

async function insert(rows: Person[]): Promise<void> {
  const breach = given.breach.id;
  for (const one of rows) {
    await db.source.query(
      `insert into person (id, breach_id, reference_index, category, languages, protected, secret, sealed, exposures_known, exposures_open, letters_arrived, ladder_spent, merged_into)
       values ($1, $2, uuid_send($1), $3, $4, $5, sha256('x'), '\\x00', 1, 1, $6, $7, $8)`,
      [
        one.id,
        breach,
        one.category,
        one.languages,
        one.isProtected,
        one.standing === 'told' ? 1 : 0,
        one.standing === 'not-reached',
        one.isMerged ? rows[0]!.id : null,
      ],
    );
    for (const { kind, country, confidence } of one.exposures)
      await db.source.query(
        `insert into exposure (id, breach_id, person_id, data_kind, country, extent, confidence, source) values (gen_random_uuid(), $1, $2, $3, $4, 'scan', $5, 'roster')`,
        [breach, one.id, kind, country, confidence],
      );
    for (const [place, state] of one.contacts.entries())
      await db.source.query(
        `insert into contact_point (breach_id, person_id, kind, place, state) values ($1, $2, 'email', $3, $4)`,
        [breach, one.id, place, state],
      );
  }
}

function choose(choice: PeopleChoice): string[] {
  return people
    .filter(
      (one) =>
        !one.isMerged &&
        (choice.withProtected || !one.isProtected) &&
        (!choice.standing || one.standing === choice.standing) &&
        (!choice.category || one.category === choice.category) &&
        (!choice.language || one.languages.includes(choice.language)) &&
        (!choice.contactState || one.contacts.includes(choice.contactState)) &&
        ((!choice.dataKind && !choice.country && !choice.confidence) ||
          one.exposures.some(
            (exposure) =>
              (!choice.dataKind || exposure.kind === choice.dataKind) &&
              (!choice.country || exposure.country === choice.country) &&
              (!choice.confidence || exposure.confidence === choice.confidence),
          )),
    )
    .map((one) => one.id);
}

const choices: fc.Arbitrary<PeopleChoice> = fc
  .record(
    {
      standing: fc.constantFrom('told', 'under-way', 'not-reached'),
      category: fc.constantFrom(...CATEGORIES),
      language: fc.constantFrom('nl', 'fr', 'de'),
      dataKind: fc.constantFrom('id-card', 'passport', 'cv', 'iban', 'photo'),
      country: fc.constantFrom('BE', 'NL', 'IS'),
      confidence: fc.constantFrom(...CONFIDENCES),
      contactState: fc.constantFrom('works', 'bounced', 'returned', 'revoked'),
      withProtected: fc.boolean(),
    },
    { requiredKeys: ['withProtected'] },
  )
  .map((choice) => choice as PeopleChoice);

describe('given a breach of many kinds of people', () => {
  it('when any filters are put together and the pages are read one after the other, then everybody whom they mean stands there once, in order', async () => {
    await fc.assert(
      fc.asyncProperty(choices, fc.integer({ min: 1, max: 60 }), async (choice, limit) => {
        const found: string[] = [];
        for (let after: string | null = ''; after !== null;) {
          const page = await listPeopleIds(db.source.manager, given.breach.id, {
            ...choice,
            limit,
            ...(after ? { after } : {}),
          });
          expect(page.ids.length).toBeLessThanOrEqual(limit);
          found.push(...page.ids);
          after = page.next;
        }
        expect(found).toEqual(choose(choice));
        const chosen = await ChosenPeople.of(db.source.manager, given.breach.id, choice);
        expect([chosen.count, [...chosen.batches(7)].flat()]).toEqual([found.length, found]);
      }),
      { numRuns: 150 },
    );
  });

  it('when the issuing countries are asked for, then each stands there once, and that of a protected person alone only for who may see them', async () => {
    const countries = (withProtected: boolean) => issuingCountries(db.source.manager, given.breach.id, withProtected);
    expect(await countries(false)).toEqual(['BE', 'FR', 'NL']);
    await db.source.query(
      `insert into exposure (id, breach_id, person_id, data_kind, country, extent, confidence, source) values (gen_random_uuid(), $1, $2, 'kids-id', 'ZW', 'scan', 'confirmed', 'roster')`,
      [given.breach.id, people.find((one) => one.isProtected && !one.isMerged)!.id],
    );
    expect(await countries(false)).toEqual(['BE', 'FR', 'NL']);
    expect(await countries(true)).toEqual(['BE', 'FR', 'NL', 'ZW']);
  });
});
