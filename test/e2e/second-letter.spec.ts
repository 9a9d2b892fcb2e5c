import { simpleParser, type ParsedMail } from 'mailparser';
import { BreachesService } from '#libs/breach/index.js';
import { SendingService } from '#libs/delivery/index.js';
import { NoticesService, PreviewsService, type NoticeKind } from '#libs/letters/index.js';
import {
  ErasuresService,
  ExposureCorrectionsService,
  RosterImportService,
  auditCounts,
  personIdByReference,
  referenceIndex,
  sourceOfBytes,
} from '#libs/people/index.js';
import { ReportsService, type Report } from '#libs/reports/index.js';
import type { Actor } from '#libs/staff/index.js';
import { problemOf } from '#test/support/code-of.js';
import { aBreachFile, aController, givenActor } from '#test/support/given-breach.js';
import { anInstallation, type Installation } from '#test/support/installation.js';
import { until } from '#test/support/until.js';

const ROSTER = `reference,category,given_name,family_name,language,email,documents,other_data
P-1,staff,Lotte,D'Hondt,nl,lotte@post.example,BE:id-card:number:presumed,
P-2,family,Zoé,Œuvrard,fr,zoe@courriel.example,BE:id-card:scan:confirmed,
P-3,former-staff,Sam,Peeters,nl,sam@post.example,BE:passport:scan:presumed,cv:copy:presumed
P-4,applicant,Geen,Adres,nl,,BE:id-card:scan:presumed,`;

const TEXTS = {
  nl: {
    whatHappened: 'Een indringer las onze mail.',
    likelyConsequences: 'Iemand kan zich voor u uitgeven.',
    measuresTaken: 'We sloten het toestel af.',
    whoPays: 'Wij betalen.',
  },
  fr: {
    whatHappened: 'Un intrus a lu nos mails.',
    likelyConsequences: 'Quelqu’un peut se faire passer pour vous.',
    measuresTaken: 'Nous avons coupé l’appareil.',
    whoPays: 'Nous payons.',
  },
};

let house: Installation;
let hr: Actor;
let dpo: Actor;
let breach: string;
let breaches: BreachesService;
let notices: NoticesService;
let exposures: ExposureCorrectionsService;

beforeAll(async () => {
  house = await anInstallation();
  const { database, keyring, config, clock } = house.platform;
  [hr, dpo] = [await givenActor(database, 'hr'), await givenActor(database, 'dpo')];
  breaches = new BreachesService(database, keyring, clock);
  notices = new NoticesService(database, keyring, config, clock);
  exposures = new ExposureCorrectionsService(database, keyring);
  const file = aBreachFile({ texts: TEXTS, controller: aController({ kind: 'other' }) });
  breach = (await breaches.open(hr, file)).reference;
  await importRoster();
}, 60_000);
afterAll(() => house?.close());

const report = (): Promise<Report> => new ReportsService(house.platform.database).report(breach);

async function importRoster(): Promise<void> {
  const { database, keyring, clock } = house.platform;
  const roster = new RosterImportService(database, keyring, clock);
  await roster.import(hr, breach, sourceOfBytes(Buffer.from(ROSTER)), { keepGood: false });
}

async function idOf(reference: string): Promise<string> {
  const { database, keyring } = house.platform;
  return await database.transaction(async (tx) => {
    const [row]: { id: string }[] = await tx.query(`select id from breach where reference = $1`, [breach]);
    return await personIdByReference(tx, row!.id, referenceIndex(keyring, reference), true);
  });
}

/** Has the notice allowed and sent; answers what the relay took of it. */
async function send(notice: string): Promise<ParsedMail[]> {
  const { database, keyring, config } = house.platform;
  const before = house.mails.length;
  await notices.submit(hr, notice);
  await notices.approve(dpo, notice);
  await new SendingService(database, keyring, config, notices).send(hr, notice);
  await until('the notice is sent', async () =>
    (await report()).notices.find((one) => one.notice === notice && one.state === 'sent'),
  );
  return await Promise.all(house.mails.slice(before).map((mail) => simpleParser(mail.raw)));
}

async function draftAndSend(kind: NoticeKind): Promise<ParsedMail[]> {
  return await send((await notices.draft(hr, breach, kind)).reference);
}

const addressOf = (mail: ParsedMail): string => [mail.to].flat()[0]!.value[0]!.address!;
const refusal = async (kind: NoticeKind): Promise<string> =>
  (await problemOf(notices.draft(hr, breach, kind)))?.message ?? 'drafted';

async function correct(reference: string, dataKind: string, over: Record<string, string>): Promise<void> {
  const id = await idOf(reference);
  const [current]: { id: string; country: string | null; extent: string; confidence: string }[] = await house.platform.database.query(
    `select id, country, extent, confidence from exposure where person_id = $1 and data_kind = $2 and superseded_by is null`,
    [id, dataKind],
  ); // prettier-ignore
  await exposures.save(hr, breach, id, {
    corrects: current?.id ?? null,
    dataKind,
    country: current?.country ?? '',
    extent: current?.extent ?? '',
    confidence: current?.confidence ?? '',
    reason: 'Found in a second reading of the mail.',
    ...over,
  });
}

function secretsOf(mail: ParsedMail): { code: string; word: string } {
  const code = /\b(?:[0-9A-HJKMNP-TV-Z]{4}-){4}[0-9A-HJKMNP-TV-Z]{2}\b/.exec(mail.text!)![0];
  const word = /\b(?:[bdfklmnprstvz][aeiou]){3}[bdfklmnprstvz]\b/.exec(mail.text!.slice(mail.text!.indexOf(code)))![0];
  return { code, word };
}

/** Types code and word of the letter on the person's page, as its reader does. */
async function acknowledge(mail: ParsedMail): Promise<string> {
  const { code, word } = secretsOf(mail);
  const post = async (url: string, form: Record<string, string>): Promise<string> =>
    await (await fetch(house.url + url, { method: 'POST', body: new URLSearchParams(form) })).text();
  const page = await post('/n', { code });
  const ticket = /name="ticket" value="([^"]*)"/.exec(page)![1]!;
  return await post('/n/acknowledge', { ticket, word });
}

describe('a second letter, after the first', () => {
  let first: ParsedMail[];

  it('given no first letter, when HR drafts another kind, then the page says that the first comes first', async () => {
    for (const kind of ['follow-up', 'reminder', 'correction'] as const)
      expect(await refusal(kind)).toContain('No first letter was sent yet');
    const browser = await house.browser('hr@bewaking.example', 'hr');
    const answer = await browser.post(`/breaches/${breach}/notices`, { kind: 'follow-up', subject: '' });
    expect(answer.statusCode).toBe(409);
    expect(answer.body).toContain('No first letter was sent yet');
    expect((await browser.get(`/breaches/${breach}/notices`)).body).toContain('It tells only what changed.');
  });

  it('given the first letter sent, then it greets each person by name, under a subject that says that data leaked', async () => {
    first = await draftAndSend('initial');
    expect(first.map(addressOf).toSorted()).toEqual(['lotte@post.example', 'sam@post.example', 'zoe@courriel.example']);
    expect(first.map((mail) => mail.subject!.split(':')[0]!.trim()).toSorted()).toEqual([
      'Datalek',
      'Datalek',
      'Fuite de données',
    ]);
    expect(first.find((mail) => addressOf(mail) === 'lotte@post.example')!.text).toContain("Beste Lotte D'Hondt,");
    expect((await report()).sum).toMatchObject({ affected: 4, told: 3, notReached: 1, changedSince: 0, closes: true });
  });

  it('given nothing new, when HR drafts a follow-up or a correction, then both are refused with the reason', async () => {
    expect(await refusal('follow-up')).toContain("Nobody's facts changed");
    expect(await refusal('correction')).toContain('nothing to correct');
  });

  it('given a thing added by hand for one person, when a follow-up is sent, then it goes to that person alone and says just what changed', async () => {
    await correct('P-1', 'passport', { country: 'BE', extent: 'scan', confidence: 'confirmed' });
    expect((await report()).sum.changedSince).toBe(1);
    const { reference } = await notices.draft(hr, breach, 'follow-up');
    const check = await notices.check(reference);
    expect(check.letters).toBe(1);
    expect(check.leftOut).toEqual([
      { why: 'not-reached', count: 1 },
      { why: 'unchanged', count: 2 },
    ]);
    const mails = await send(reference);
    expect(mails.map(addressOf)).toEqual(['lotte@post.example']);
    const text = mails[0]!.text!;
    expect(text).toContain('- Belgisch paspoort: Dit is nieuw sinds die brief: een scan.');
    expect(text).toContain("Beste Lotte D'Hondt,");
    // Neither the card nor its advice: nothing about it is new.
    expect(text).not.toContain('identiteitskaart: ');
    const { sum } = await report();
    expect(sum).toMatchObject({ told: 3, changedSince: 0, closes: true });
    expect(await auditCounts(house.platform.database.manager)).toEqual([]);
    const [lotte]: { arrived: number }[] = await house.platform.database.query(
      `select letters_arrived as arrived from person p join letter l on l.person_id = p.id join notice n on n.id = l.notice_id where n.reference = $1`,
      [reference],
    );
    expect(lotte!.arrived).toBe(1);
    expect(await acknowledge(mails[0]!)).toMatch(/R-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}/);
  });

  it('given two who have not replied, when a reminder is sent, then it goes to them, and tells nobody anything new in the sum', async () => {
    await correct('P-3', 'cv', { confidence: 'excluded' });
    const { reference } = await notices.draft(hr, breach, 'reminder');
    expect((await notices.check(reference)).leftOut).toEqual([
      { why: 'facts-changed', count: 1 },
      { why: 'not-arrived', count: 1 },
      { why: 'replied', count: 1 },
    ]);
    const mails = await send(reference);
    expect(mails.map(addressOf)).toEqual(['zoe@courriel.example']);
    expect(mails[0]!.text).toContain('Que faire en premier');
    expect((await report()).sum).toMatchObject({ told: 3, changedSince: 1, closes: true });
    const arrived: unknown[] = await house.platform.database.query(`select from person where letters_arrived > 1`);
    expect(arrived).toEqual([]);
  });

  it('given a letter that named what is not out, when a correction is sent, then it says what was wrong, what holds, and sorry, in the form that they asked for meanwhile', async () => {
    const browser = await house.browser('desk@bewaking.example', 'hr');
    const page = `/breaches/${breach}/people/${await idOf('P-3')}`;
    expect((await browser.post(`${page}/letter-form`, { form: 'plain-text', askedBy: '' })).statusCode).toBe(422);
    expect((await browser.post(`${page}/letter-form`, { form: 'plain-text', askedBy: 'phone' })).statusCode).toBe(303);
    await importRoster();
    const shown = (await browser.get(page)).body;
    expect(shown).toContain('Plain text, without layout');
    expect(shown).toContain('Form of their letters chosen');
    const mails = await draftAndSend('correction');
    expect(mails.map(addressOf)).toEqual(['sam@post.example']);
    expect(mails[0]!.html).toBe(false);
    expect(first.find((mail) => addressOf(mail) === 'sam@post.example')!.html).toContain('Sam Peeters');
    const text = mails[0]!.text!;
    expect(text).toContain('- Cv: Die brief noemde dit. Dat was fout.');
    expect(text).toContain('Dat is onze schuld en het spijt ons.');
    expect(text).toContain('- Belgisch paspoort: een scan.');
    expect((await report()).sum).toMatchObject({ told: 3, changedSince: 0, closes: true });
  });

  it('given facts that changed and changed back, when HR looks whom a follow-up is for, then nobody waits for one', async () => {
    await correct('P-3', 'passport', { extent: 'scan-both-sides' });
    expect((await report()).sum.changedSince).toBe(1);
    await correct('P-3', 'passport', { extent: 'scan' });
    expect((await report()).sum.changedSince).toBe(1);
    expect(await refusal('follow-up')).toContain("Nobody's facts changed");
    expect((await report()).sum.changedSince).toBe(0);
    expect(await auditCounts(house.platform.database.manager)).toEqual([]);
  });

  it('given the breach told otherwise in one language, when a follow-up is drafted, then it is for the readers of that language', async () => {
    await breaches.recordTexts(hr, breach, 'fr', { ...TEXTS.fr, measuresTaken: 'Nous avons remplacé l’appareil.' });
    const mails = await draftAndSend('follow-up');
    expect(mails.map(addressOf)).toEqual(['zoe@courriel.example']);
    expect(mails[0]!.text).toContain('- Ce que nous avons fait\u00A0: Nous en savons plus.');
    expect(mails[0]!.text).toContain('Nous avons remplacé l’appareil.');
  });

  it('given all that was sent since, when the first letters are made again, then they are the same to the byte', async () => {
    const { database, keyring, config } = house.platform;
    const previews = new PreviewsService(database, keyring, config, notices);
    const [{ reference }] = (await database.query(
      `select reference from notice where kind = 'initial' and state = 'sent'`,
    )) as [{ reference: string }];
    for (const [person, address] of [['P-1', 'lotte@post.example'], ['P-2', 'zoe@courriel.example'], ['P-3', 'sam@post.example']] as const) {
      const { text, subject } = await previews.preview(hr, reference, person);
      const sent = first.find((mail) => addressOf(mail) === address)!;
      expect(text.trimEnd()).toBe(sent.text!.trimEnd());
      expect(subject).toBe(sent.subject);
    } // prettier-ignore
  });

  it('given somebody who asked for another form, when they are erased, then no row tells of it', async () => {
    const { database, keyring, config } = house.platform;
    const forms = (): Promise<unknown[]> =>
      database.query(`select form from letter where form <> 'standard' union all select letter_form from person where letter_form <> 'standard'`); // prettier-ignore
    expect(await forms()).toHaveLength(2);
    await new ErasuresService(database, keyring, config).erase(dpo, breach, await idOf('P-3'), 'Asked for it.');
    expect(await forms()).toEqual([]);
    const told: unknown[] = await database.query(
      `select from ledger_outbox where facts::text like '%plain-text%' union all
       select from ledger_entry where convert_from(body, 'UTF8') like '%plain-text%'`,
    );
    expect(told).toEqual([]);
  });
});
