import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Clock, raiseFence, readConfig, settleInstallation } from '#libs/platform/index.js';
import { codeOf } from '#test/support/code-of.js';
import { testDatabase, type TestDatabase } from '#test/support/database.js';
import type { GivenBreach } from '#test/support/given-breach.js';
import { LOTTE, givenSending, type Answers, type Sent } from '#test/support/given-sending.js';

let db: TestDatabase;
let given: GivenBreach;
let dataFolder: string;
beforeEach(async () => {
  db = await testDatabase();
  dataFolder = fs.mkdtempSync(path.join(tmpdir(), 'tocsin-delivering-'));
});
afterEach(async () => {
  await db.drop();
  fs.rmSync(dataFolder, { recursive: true });
});

/** A notice to Lotte that was sent to the queue, with a peer that answers as told. */
async function givenQueued(answers: Answers, settings: Record<string, string> = {}): Promise<Sent> {
  const sent = await givenSending(db, dataFolder, answers, settings);
  ({ given } = sent);
  return sent;
}

describe('delivering a letter', () => {
  it('given a peer that takes it, then it arrived, and delivering again sends nothing', async () => {
    const sent = await givenQueued({});
    await sent.deliver();
    await sent.deliver();
    expect(sent.peer.taken).toEqual(['lotte@work.example']);
    expect(await sent.attempts()).toMatchObject([{ channel: 'email', state: 'accepted' }]);
    expect(await sent.notice()).toBe('sent');
    await sent.end();
  });

  it('given a peer that refuses one address after the other, then the ladder goes on to the next, and to post at last', async () => {
    const sent = await givenQueued({
      'lotte@work.example': '550 5.1.1 no such user',
      'lotte@post.example': '554 5.7.1 no',
    });
    await sent.deliver();
    expect(sent.peer.taken).toEqual([]);
    expect(await sent.attempts()).toMatchObject([
      { attempt: 1, address: 'email', state: 'refused' },
      { attempt: 2, address: 'private-email', state: 'refused' },
      { attempt: 3, address: 'post', channel: 'post', state: 'queued' },
    ]);
    expect(await sent.notice()).toBe('sent');
    await sent.end();
  });

  it('given a peer that says later, then the letter waits by the schedule and goes out when it is due', async () => {
    const answers: Answers = { 'lotte@work.example': '451 4.3.0 later' };
    const sent = await givenQueued(answers, { RETRY_SCHEDULE: '0,3600' });
    await sent.deliver();
    expect(await sent.attempts()).toMatchObject([{ state: 'deferred', class: 'system' }]);
    expect(await sent.notice()).toBe('sending');
    delete answers['lotte@work.example'];
    await sent.delivering.sweep();
    await sent.deliver();
    expect(await sent.attempts()).toMatchObject([{ attempt: 1, state: 'accepted' }]);
    await sent.end();
  });

  it('given a peer that breaks off after the final dot, then the letter is in doubt, and nobody sends it again', async () => {
    const sent = await givenQueued({ 'lotte@work.example': null });
    await sent.deliver();
    await sent.delivering.sweep();
    await sent.deliver();
    expect(sent.peer.taken).toEqual(['lotte@work.example']);
    expect(await sent.attempts()).toMatchObject([{ state: 'unknown', class: 'no-answer' }]);
    await sent.end();
  });

  it('given no peer at all, then the letter waits: nothing was sent', async () => {
    const sent = await givenQueued({});
    sent.peer.stop();
    await sent.deliver();
    expect(await sent.attempts()).toMatchObject([{ state: 'deferred', class: 'unreachable' }]);
    await sent.end();
  });

  it('given a worker that died with a letter in hand, when its lease ends, then the letter is in doubt', async () => {
    const sent = await givenQueued({});
    await db.source.query(
      `update dispatch set state = 'sending', leased_by = 'dead', lease_ends_at = now() - interval '1 second' where notice_id = $1`,
      [sent.noticeId],
    );
    await sent.delivering.sweep();
    await sent.deliver();
    expect(sent.peer.taken).toEqual([]);
    expect(await sent.attempts()).toMatchObject([{ state: 'unknown' }]);
    await sent.end();
  });

  it('given an address corrected to a banned domain after the letter was queued, then it is not used and the next one is', async () => {
    const sent = await givenQueued({});
    await sent.import(LOTTE.replace('lotte@work.example', 'lotte@mail.old.example'));
    await sent.deliver();
    expect(sent.peer.taken).toEqual(['lotte@post.example']);
    expect(await sent.attempts()).toMatchObject([
      { address: 'email', state: 'refused', class: 'address-replaced' },
      { address: 'private-email', state: 'accepted' },
    ]);
    await sent.end();
  });

  it('given a domain that is banned after the letter was queued, then its address is not used and the next one is', async () => {
    const sent = await givenQueued({});
    await db.source.query(
      `insert into channel_ban (id, breach_id, domain, domain_index, side, reason)
       select gen_random_uuid(), d.breach_id, 'work.example', c.domain_indexes[1], 'recipient', 'Read as well.'
         from dispatch d join contact_point c on c.person_id = d.person_id and c.place = d.contact_place where d.notice_id = $1`,
      [sent.noticeId],
    );
    await sent.deliver();
    expect(sent.peer.taken).toEqual(['lotte@post.example']);
    expect((await sent.attempts())[0]).toMatchObject({ state: 'refused', class: 'channel-banned' });
    await sent.end();
  });

  it('given a person of whom nothing is out any more, then the queued letter does not leave', async () => {
    const sent = await givenQueued({});
    await sent.import(LOTTE.replace('confirmed', 'excluded'));
    await sent.deliver();
    expect(sent.peer.taken).toEqual([]);
    expect(await sent.attempts()).toMatchObject([{ state: 'cancelled' }]);
    await sent.end();
  });
});

describe('delivering behind a fence', () => {
  const fence = (): Promise<void> =>
    db.source.transaction(async (tx) => {
      const config = readConfig({ DATABASE_URL: db.url, TOCSIN_DATA_DIR: dataFolder });
      await settleInstallation(tx, config, new Clock().now());
      await raiseFence(tx, 'restored', 0);
    });
  const goLive = (): Promise<boolean> => given.breaches.goLive(given.dpo, given.breach.reference);

  it('given a restored database, then a queued letter stays until go-live, whatever runs, and then leaves once', async () => {
    const sent = await givenQueued({});
    await fence();
    await sent.delivering.sweep();
    await sent.deliver();
    expect(sent.peer.taken).toEqual([]);
    expect(await sent.attempts()).toMatchObject([{ state: 'queued' }]);
    expect(await sent.notice()).toBe('sending');
    expect(await goLive()).toBe(true);
    await sent.deliver();
    expect(sent.peer.taken).toEqual(['lotte@work.example']);
    await sent.end();
  });

  it('given a restored database, then the database itself refuses that a letter is taken up', async () => {
    const sent = await givenQueued({});
    await fence();
    const take = (): Promise<unknown> =>
      db.source.query(
        `update dispatch set state = 'sending', lease_ends_at = now() + interval '1 minute' where notice_id = $1`,
        [sent.noticeId],
      );
    await expect(take()).rejects.toMatchObject({ constraint: 'dispatch_fence' });
    await goLive();
    await take();
    await sent.end();
  });

  it('given a restored database, then a notice is not sent, with a sentence that says what to do', async () => {
    const sent = await givenQueued({});
    await db.source.query(`update notice set state = 'approved' where id = $1`, [sent.noticeId]);
    await fence();
    expect(await codeOf(sent.sending.send(given.hr, sent.reference))).toBe('breach.fenced');
    await sent.end();
  });

  it('given a database set back to before the letters left, then the next worker stops and nothing leaves twice', async () => {
    const sent = await givenQueued({});
    await sent.deliver();
    expect(sent.peer.taken).toHaveLength(1);
    // The snapshot: the letter is queued as it was before, the claim never happened.
    await db.source.query(`alter table dispatch disable trigger user`);
    await db.source.query(`update dispatch set state = 'queued', settled_at = null, arrived_at = null`);
    await db.source.query(`alter table dispatch enable trigger user`);
    await db.source.query(`update notice set state = 'sending', sent_at = null`);
    await db.source.query(`alter sequence sending_epoch restart`);
    await sent.deliver();
    expect(sent.peer.taken).toHaveLength(1);
    const events: { facts: unknown }[] = await db.source.query(
      `select facts from ledger_outbox where kind = 'installation.fenced'`,
    );
    expect(events).toEqual([{ facts: { reason: 'rolled-back' } }]);
    await sent.end();
  });
});
