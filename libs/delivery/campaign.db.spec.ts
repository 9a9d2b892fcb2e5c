import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { LegalDelaysService } from '#libs/breach/index.js';
import { Clock } from '#libs/platform/index.js';
import { codeOf } from '#test/support/code-of.js';
import { testDatabase, type TestDatabase } from '#test/support/database.js';
import { LOTTE, givenSending, type Answers, type Sent } from '#test/support/given-sending.js';
import { until } from '#test/support/until.js';

let db: TestDatabase;
let dataFolder: string;
let sent: Sent | null = null;
beforeEach(async () => {
  db = await testDatabase();
  dataFolder = fs.mkdtempSync(path.join(tmpdir(), 'tocsin-campaign-'));
});
afterEach(async () => {
  await sent?.end();
  sent = null;
  await db.drop();
  fs.rmSync(dataFolder, { recursive: true });
});

const people = (count: number): string[] =>
  Array.from(
    { length: count },
    (_, i) => `P-${i},staff,nl,Lotte${i},lotte${i}@work.example,,Kerkstraat 1,Gent,BE,BE:id-card:scan:confirmed`,
  );
const start = async (rows: string[], answers: Answers = {}, settings: Record<string, string> = {}): Promise<Sent> =>
  (sent = await givenSending(db, dataFolder, answers, settings, rows));
const countIn = async (state: string): Promise<number> =>
  (await sent!.attempts()).filter((one) => one.state === state).length;

/** The sum closes and each letter has at most one open attempt, whatever was done. */
async function expectWholeSum(persons: number): Promise<void> {
  const [sum]: { all: number; stale: number }[] = await db.source.query(
    `select count(*)::int as all,
            (count(*) filter (where attempts_open <> (select count(*) from dispatch d where d.person_id = p.id and d.state in ('queued', 'sending', 'deferred', 'unknown', 'printed'))))::int as stale
       from person p`,
  );
  expect(sum).toEqual({ all: persons, stale: 0 });
}

describe('given a notice that is being sent', () => {
  it('when it is paused in the middle, then at most the letters leave whose connection was open; resumed, each leaves once', async () => {
    const { peer, campaign, reference, given } = await start(people(60));
    peer.holdMilliseconds = 40;
    const delivering = sent!.deliver();
    await until('some letters have left', () => Promise.resolve(peer.taken.length >= 8));
    await campaign.pause(given.hr, reference);
    const atPause = peer.taken.length;
    await delivering;
    // One lane has five connections; it looks every fifth of a second, and what has begun by then ends.
    const begunMeanwhile = 5 * Math.ceil(240 / 40) + 5;
    expect(peer.taken.length - atPause).toBeLessThanOrEqual(begunMeanwhile);
    expect(peer.taken.length).toBeLessThan(60);
    expect(await countIn('sending')).toBe(0);
    expect(await sent!.notice()).toBe('paused');
    const left = peer.taken.length;
    await sent!.deliver();
    await sent!.delivering.sweep();
    expect(peer.taken).toHaveLength(left);
    await campaign.resume(given.hr, reference);
    await sent!.delivering.sweep();
    await sent!.deliver();
    expect(peer.taken.toSorted()).toEqual(
      people(60)
        .map((_, i) => `lotte${i}@work.example`)
        .toSorted(),
    );
    expect(await sent!.notice()).toBe('sent');
    await expectWholeSum(60);
  });

  it('when it is paused and taken back, then what has not left is cancelled, what has left stays, and nothing leaves any more', async () => {
    const { peer, campaign, reference, given } = await start(people(30), {}, { SEND_PER_SECOND: '1' });
    const delivering = sent!.deliver();
    await until('a letter has left', () => Promise.resolve(peer.taken.length >= 1));
    expect(await codeOf(campaign.withdraw(given.hr, reference))).toBe('notice.wrong-state');
    await campaign.pause(given.hr, reference);
    await delivering;
    await sent!.delivering.sweep();
    await campaign.withdraw(given.hr, reference);
    const left = peer.taken.length;
    expect(await countIn('cancelled')).toBe(30 - left);
    expect(await countIn('accepted')).toBe(left);
    await sent!.deliver();
    expect(peer.taken).toHaveLength(left);
    expect(await codeOf(campaign.resume(given.hr, reference))).toBe('notice.wrong-state');
    await expectWholeSum(30);
  });

  it('when a share of AUTO_PAUSE of its last letters is refused for good, then it pauses by itself, and says why', async () => {
    const answers = Object.fromEntries(people(60).map((_, i) => [`lotte${i}@work.example`, '550 5.1.1 user unknown']));
    const { given, campaign, reference, peer } = await start(people(60), answers);
    await sent!.deliver();
    const [notice]: object[] = await db.source.query(`select state, pause_why as why, paused_by as by from notice`);
    expect(notice).toEqual({ state: 'paused', why: 'failures', by: 'worker' });
    expect(await countIn('queued')).toBeGreaterThan(20);
    // Each that was refused has the next rung, and its dead address is marked.
    const dead: { count: number }[] = await db.source.query(
      `select count(*)::int as count from contact_point where state = 'bounced'`,
    );
    expect(dead[0]!.count).toBe(await countIn('refused'));
    // Somebody looked and lets it go on: what was refused before counts no more.
    for (const address of Object.keys(answers)) delete answers[address];
    await campaign.resume(given.hr, reference);
    await sent!.deliver();
    expect(await sent!.notice()).toBe('sent');
    expect(peer.taken.length + dead[0]!.count).toBe(60);
    await expectWholeSum(60);
  });

  it('when only some are refused, or put off, then it goes on', async () => {
    const answers = Object.fromEntries(
      people(60).map((_, i) => [
        `lotte${i}@work.example`,
        i % 20 === 0 ? '550 5.1.1 unknown' : i % 2 ? '451 4.3.0 later' : undefined,
      ]),
    ) as Answers;
    await start(people(60), answers);
    await sent!.deliver();
    expect(await sent!.notice()).toBe('sending');
    expect(await countIn('deferred')).toBe(30);
    await expectWholeSum(60);
  });

  it('when our own side is refused, then it pauses, nobody is marked, and the same address is tried again after it goes on', async () => {
    const answers: Answers = { 'lotte@work.example': '550 5.7.26 sender is not authenticated: SPF and DKIM fail' };
    const { given, campaign, reference, peer } = await start([LOTTE], answers);
    await sent!.deliver();
    expect(await sent!.attempts()).toMatchObject([
      { state: 'refused', class: 'auth', address: 'email' },
      { state: 'queued', address: 'email' },
    ]);
    const [notice]: object[] = await db.source.query(`select state, pause_why as why from notice`);
    expect(notice).toEqual({ state: 'paused', why: 'our-side' });
    expect(await db.source.query(`select from contact_point where state not in ('untried', 'works')`)).toEqual([]);
    delete answers['lotte@work.example'];
    await campaign.resume(given.hr, reference);
    await sent!.deliver();
    expect(peer.taken).toEqual(['lotte@work.example']);
    await expectWholeSum(1);
  });

  it('when a filter refuses the letter, then it goes once more as text alone, and on paper after that', async () => {
    const { peer } = await start([LOTTE], { 'lotte@work.example': '554 5.7.1 message looks like spam' });
    await sent!.deliver();
    expect(await sent!.attempts()).toMatchObject([
      { state: 'refused', class: 'content-refused', address: 'email' },
      { state: 'refused', class: 'content-refused', address: 'email' },
      { channel: 'post', state: 'queued' },
    ]);
    expect(peer.taken).toEqual([]);
    const plain: { plain: boolean }[] = await db.source.query(
      `select is_plain as plain from dispatch order by attempt`,
    );
    expect(plain.map((one) => one.plain)).toEqual([false, true, false]);
  });
});

describe('given limits on how fast letters leave', () => {
  it('when a day allows seven, then seven leave, and the others wait', async () => {
    const { peer } = await start(people(30), {}, { SEND_PER_DAY: '7' });
    await sent!.deliver();
    await sent!.deliver();
    expect(peer.taken).toHaveLength(7);
    expect(await countIn('queued')).toBe(23);
    expect(await sent!.notice()).toBe('sending');
  });

  it('when a second allows eight, then no second has more, also with two lanes', async () => {
    const { peer } = await start(people(30), {}, { SEND_PER_SECOND: '8' });
    await Promise.all([sent!.deliver(), sent!.deliver()]);
    expect(peer.taken).toHaveLength(30);
    const bySecond: { most: number }[] = await db.source.query(
      `select max(count)::int as most from (select count(*) from dispatch group by date_trunc('second', sending_at)) s`,
    );
    expect(bySecond[0]!.most).toBeLessThanOrEqual(8);
  });

  it('when a domain takes three a minute, then three of its letters leave, and those to others are not held up', async () => {
    const others = [0, 1, 2, 3].map((i) =>
      LOTTE.replace('P-1', `O-${i}`).replace('lotte@work.example', `o@other${i}.example`),
    );
    const { peer } = await start([...people(30), ...others], {}, { SEND_PER_DOMAIN: '3' });
    await sent!.deliver();
    // The minute may turn over once while it runs.
    const here = peer.taken.filter((address) => address.endsWith('@work.example')).length;
    expect([3, 6]).toContain(here);
    expect(peer.taken.filter((address) => /@other\d/.test(address))).toHaveLength(4);
    expect(await countIn('queued')).toBe(30 - here);
  });
});

describe('given an authority that asks to wait', () => {
  const delays = (): LegalDelaysService => new LegalDelaysService(db.source, new Clock());
  const request = { askedBy: 'Federal prosecutor', document: 'FP-12', until: null, reviewOn: '2999-01-01' };

  it('when it is recorded, then what is being sent pauses, nothing leaves by any way, and sending nevertheless needs a reason', async () => {
    const { given, campaign, reference, peer, sending } = await start(people(3));
    const breach = given.breach.reference;
    await delays().begin(given.dpo, breach, request, (tx, breachId) => campaign.pauseForDelay(tx, given.dpo, breachId));
    await sent!.deliver();
    expect(peer.taken).toEqual([]);
    expect(await sent!.notice()).toBe('paused');
    expect(await codeOf(campaign.resume(given.hr, reference))).toBe('breach.delayed');
    await db.source.query(`update notice set state = 'approved', pause_why = null`);
    expect(await codeOf(sending.send(given.hr, reference))).toBe('breach.delayed');
    await db.source.query(`update notice set state = 'paused', pause_why = 'legal-delay'`);
    for (const state of ['sending', 'printed', 'handed-over'])
      await expect(
        db.source.query(`update dispatch set state = $1, lease_ends_at = case when $1 = 'sending' then now() end`, [
          state,
        ]),
      ).rejects.toMatchObject({ constraint: 'dispatch_legal_delay' });
    expect(await codeOf(delays().end(given.hr, breach, { reason: 'They may.', isNevertheless: true }))).toBe(
      'permission.missing',
    );
    expect(await codeOf(delays().end(given.dpo, breach, { reason: ' ', isNevertheless: true }))).toBe('delay.faulty');
    await delays().end(given.dpo, breach, { reason: 'The risk for the persons is higher.', isNevertheless: true });
    await campaign.resume(given.hr, reference);
    await sent!.deliver();
    expect(peer.taken).toHaveLength(3);
    expect(await codeOf(delays().end(given.dpo, breach, { reason: 'Again.', isNevertheless: false }))).toBe(
      'delay.none',
    );
  });

  it.each([
    ['without the authority', { askedBy: ' ' }],
    ['without its letter', { document: '' }],
    ['without a day of review', { reviewOn: '' }],
    ['with a day of review that is over', { reviewOn: '2020-01-01' }],
    ['until a moment that is over', { until: '2020-01-01T00:00:00Z' }],
  ])('when it is recorded %s, then it is refused and nothing waits', async (_, fault) => {
    const { given } = await start(people(1));
    expect(
      await codeOf(
        delays().begin(given.dpo, given.breach.reference, { ...request, ...fault }, () => Promise.resolve()),
      ),
    ).toBe('delay.faulty');
    expect(await db.source.query(`select from legal_delay`)).toEqual([]);
  });
});
