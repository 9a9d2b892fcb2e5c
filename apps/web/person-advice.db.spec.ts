import { BreachesService } from '#libs/breach/index.js';
import { LetterMaker, NoticesService, PreviewsService, addLetters, adviceOn, getNotice } from '#libs/letters/index.js';
import { RosterImportService, sourceOfBytes } from '#libs/people/index.js';
import { CONFIG, Clock, KEYRING, type Config, type Keyring } from '#libs/platform/index.js';
import type { Actor } from '#libs/staff/index.js';
import { aController, someFacts } from '#test/support/given-breach.js';
import { testWeb, type TestWeb } from '#test/support/web-browser.js';

const TEXTS = {
  whatHappened: 'An intruder read our mail server.',
  likelyConsequences: 'Somebody can pose as you.',
  measuresTaken: 'We replaced the device.',
  whoPays: 'We pay.',
};
const ROSTER = [
  'reference,category,language,given_name,family_name,street,postcode,city,country,documents',
  'P-1,past-applicant,fr,Lou,Exemple,Rue du Port 1,59000,Lille,FR,BE:id-card:scan-both-sides:presumed',
  'P-2,staff,nl,Bo,Voorbeeld,Kerkstraat 1,9000,Gent,BE,BE:id-card:scan-both-sides:presumed; NL:passport:number:not-excluded',
].join('\r\n');

let web: TestWeb;
let notice: string;
let hr: Actor;
const codes = new Map<string, string>();

beforeAll(async () => {
  web = await testWeb();
  const actorOf = async (role: 'hr' | 'dpo'): Promise<Actor> =>
    await web.accounts.actorByEmail((await web.account([role])).email, 'web');
  hr = await actorOf('hr');
  const dpo = await actorOf('dpo');
  const texts = { nl: TEXTS, fr: TEXTS };
  const file = {
    facts: someFacts({ dataKinds: ['id-card', 'passport'] }),
    controller: aController({ kind: 'other' }),
    texts,
  };
  const breach = await web.app.get(BreachesService).open(hr, file);
  await web.app
    .get(RosterImportService)
    .import(hr, breach.reference, sourceOfBytes(Buffer.from(ROSTER)), { keepGood: false });
  const notices = web.app.get(NoticesService);
  notice = (await notices.draft(hr, breach.reference, 'initial')).reference;
  await notices.submit(hr, notice);
  await notices.approve(dpo, notice, (await notices.check(notice)).hash);
  const keyring = web.app.get<Keyring>(KEYRING);
  await web.db.source.transaction(async (tx) => {
    const approved = { ...(await getNotice(tx, notice)), dated: '2026-11-24' };
    await tx.query(`update notice set dated = $2 where reference = $1`, [notice, approved.dated]);
    const maker = await LetterMaker.of(tx, approved, keyring, web.app.get<Config>(CONFIG));
    await addLetters(tx, keyring, maker, approved, 'worker', web.app.get(Clock).now(), 10);
  });
  for (const person of ['P-1', 'P-2']) {
    const { text } = await web.app.get(PreviewsService).preview(hr, notice, person);
    codes.set(person, /[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{2}/.exec(text)![0]);
  }
});
afterAll(() => web?.close());

const CARD = { dataKind: 'id-card', country: 'BE', extent: 'scan-both-sides', confidence: 'presumed' } as const;
const PASSPORT = { dataKind: 'passport', country: 'NL', extent: 'number', confidence: 'not-excluded' } as const;

describe('given a letter and the page of its reader', () => {
  it.each([
    ['of somebody who lives abroad', 'P-1', 'FR', 'fr', [CARD], 'au consulat de Belgique'],
    ['of somebody who lives in Belgium', 'P-2', 'BE', 'nl', [CARD, PASSPORT], 'Maak een afspraak bij uw gemeente.'],
  ] as const)(
    'when they are read %s, then both give the same advice for that country',
    async (_, person, residence, language, things, words) => {
      const letter = await web.app.get(PreviewsService).preview(hr, notice, person);
      const page = await (await web.browser()).post('/n', { code: codes.get(person)!, lang: language });
      expect(page.statusCode).toBe(200);
      for (const thing of things) {
        const advice = adviceOn(thing, residence, language);
        expect(page.body).toContain(advice.html);
        expect(letter.text).toContain(advice.piece.text.trimEnd());
        expect(letter.html).toContain(advice.piece.html);
      }
      for (const form of [page.body, letter.text]) expect(form).toContain(words);
    },
  );
});
