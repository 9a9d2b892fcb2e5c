import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { NoticesService, TextPreviewsService } from '#libs/letters/index.js';
import { Clock, readConfig } from '#libs/platform/index.js';
import { CaughtMailService } from './caught-mail.service.js';
import { MailRelay } from './mail-relay.js';
import { TestLetterService } from './test-letter.service.js';
import { testDatabase, type TestDatabase } from '../../test/support/database.js';
import { aController, givenActor, givenBreach, someFacts, type GivenBreach } from '../../test/support/given-breach.js';
import { startSmtpPeer, type PeerScript, type SmtpPeer } from '../../test/support/smtp-peer.js';

let db: TestDatabase;
let dataFolder: string;
let given: GivenBreach;
let peer: SmtpPeer;
let relay: MailRelay;
let letters: TestLetterService;
let notice: { reference: string; id: string };
let notices: NoticesService;

beforeEach(async () => {
  db = await testDatabase();
  dataFolder = fs.mkdtempSync(path.join(tmpdir(), 'tocsin-test-letter-'));
});
afterEach(async () => {
  await relay.onModuleDestroy();
  peer.stop();
  await db.drop();
  fs.rmSync(dataFolder, { recursive: true });
});

/** A draft notice of a breach without people, and a relay that answers as told. */
async function givenDraft(
  script: PeerScript = {},
  settings: NodeJS.ProcessEnv = {},
  bannedDomains: { domain: string; side: string; reason: string }[] = [],
): Promise<void> {
  peer = await startSmtpPeer(script);
  const config = readConfig({ NODE_ENV: 'test', SMTP_URL: peer.url, TOCSIN_DATA_DIR: dataFolder, ...settings });
  const clock = new Clock();
  given = await givenBreach(db.source, {
    facts: someFacts(),
    controller: aController({ kind: 'other' }),
    bannedDomains,
  });
  notices = new NoticesService(db.source, given.keyring, config, clock);
  const previews = new TextPreviewsService(db.source, given.keyring, config, notices);
  relay = new MailRelay(config, clock, new CaughtMailService(db.source, given.keyring, clock));
  letters = new TestLetterService(db.source, given.keyring, config, clock, previews, relay);
  notice = await notices.draft(given.hr, given.breach.reference, 'initial');
}

const tests = async (): Promise<{ facts: unknown; actor: string }[]> =>
  await db.source.query(`select facts, actor from ledger_outbox where kind = 'notice.tested'`);

describe('a test letter', () => {
  it('given a draft of a breach without people, then a marked letter reaches the account, and the ledger says so', async () => {
    await givenDraft();
    const sent = await letters.send(given.hr, notice.reference, given.hr.email);
    expect(sent).toMatchObject({ to: given.hr.email, outcome: { kind: 'accepted' } });
    expect(peer.commands.filter((line) => line.startsWith('RCPT'))).toEqual([`RCPT TO:<${given.hr.email}>`]);
    expect(peer.mails[0]).toMatch(/^Subject: TEST: /m);
    expect(peer.mails[0]!.match(/TEST\. /g)).toHaveLength(2);
    expect(await tests()).toEqual([
      expect.objectContaining({
        facts: expect.objectContaining({ notice: notice.reference, outcome: 'accepted', code: 250 }) as unknown,
      }),
    ]);
    for (const table of ['dispatch', 'letter', 'person'])
      expect(await db.source.query(`select * from ${table}`)).toEqual([]);
  });

  it('given a language, then it is in that language', async () => {
    await givenDraft();
    for (const [language, words] of [
      ['nl', /TEST\. Deze brief/],
      ['fr', /TEST\. Cette lettre/],
      ['de', /TEST\. Dieser Brief/],
      ['en', /TEST\. This letter/],
    ] as const) {
      await letters.send(given.hr, notice.reference, given.hr.email, language);
      expect(peer.mails.at(-1)).toMatch(words);
    }
    await expect(letters.send(given.hr, notice.reference, given.hr.email, 'xx')).rejects.toMatchObject({
      code: 'test-letter.language-unknown',
    });
  });

  it('given a bounce mailbox, then the envelope carries the mark of the test', async () => {
    await givenDraft({}, { BOUNCE_ADDRESS: 'bounces@letters.example' });
    await letters.send(given.hr, notice.reference, given.hr.email);
    expect(peer.commands.find((line) => line.startsWith('MAIL'))).toMatch(
      /^MAIL FROM:<bounces\+[0-9a-z]{42}@letters\.example>/,
    );
  });

  it('given an address that is no account, then nothing leaves', async () => {
    await givenDraft();
    await expect(letters.send(given.hr, notice.reference, 'lotte@post.example')).rejects.toMatchObject({
      code: 'test-letter.to-outsider',
    });
    expect(peer.connections).toBe(0);
    expect(await tests()).toEqual([]);
  });

  it('given an auditor, then nothing leaves', async () => {
    await givenDraft();
    const auditor = await givenActor(db.source, 'auditor');
    await expect(letters.send(auditor, notice.reference, given.hr.email)).rejects.toMatchObject({
      code: 'permission.missing',
    });
    expect(peer.connections).toBe(0);
  });

  it.each(['sender', 'recipient'])('given a ban on the domain of the %s, then nothing leaves', async (side) => {
    const reason = 'Read by the intruder.';
    const domain = side === 'sender' ? 'letters.example' : 'agency.example';
    await givenDraft({}, {}, [{ domain, side, reason }]);
    await expect(letters.send(given.hr, notice.reference, given.hr.email)).rejects.toMatchObject({
      code: 'channel.banned',
    });
    expect(peer.connections).toBe(0);
  });

  it('given a relay that refuses, then its words are the outcome, and the ledger says that it was tried', async () => {
    await givenDraft({ MAIL: '550 5.7.1 not you' });
    const { outcome } = await letters.send(given.hr, notice.reference, given.hr.email);
    expect(outcome).toMatchObject({ kind: 'refused', stage: 'sender', code: 550 });
    expect(await tests()).toHaveLength(1);
  });
});
