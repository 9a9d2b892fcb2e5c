import { randomBytes, randomUUID } from 'node:crypto';
import { Clock, databaseNow } from '#libs/platform/index.js';
import { RosterImportService, openPeople, sourceOfBytes } from '#libs/people/index.js';
import { breachKey, domainIndexes } from '#libs/breach/index.js';
import { codeOf } from '#test/support/code-of.js';
import { testDatabase, type TestDatabase } from '#test/support/database.js';
import { aController, givenBreach, someFacts, type GivenBreach } from '#test/support/given-breach.js';
import {
  DISPATCH_STATES,
  lettersToDispatch,
  openAttempts,
  requireSenderNotBanned,
  type DispatchState,
} from './dispatch.js';

let db: TestDatabase;
let given: GivenBreach;
let letter: { id: string; personId: string; noticeId: string; contacts: Record<string, number> };
const SENDER = 'notice@letters.example';

beforeAll(async () => {
  db = await testDatabase();
  given = await givenBreach(db.source);
});
afterAll(() => db.drop());

/** A breach with these bans, one person reached by two addresses and by post, and their letter of a notice that is being sent. */
async function givenLetter(...bannedDomains: { domain: string; side: string }[]): Promise<void> {
  const bans = bannedDomains.map((ban) => ({ ...ban, reason: 'Read by the intruder.' }));
  given.breach = await given.breaches.open(given.hr, {
    facts: someFacts(),
    controller: aController(),
    bannedDomains: bans,
  });
  const roster = new RosterImportService(db.source, given.keyring, new Clock());
  const file =
    'reference,category,language,given_name,email,private_email,street,city\nP-1,staff,nl,Lotte,lotte@mail.agency.example,lotte@post.example,Kerkstraat 1,Gent';
  await roster.import(given.hr, given.breach.reference, sourceOfBytes(Buffer.from(file)), { keepGood: false });
  const breachId = given.breach.id;
  const [person]: { id: string }[] = await db.source.query(`select id from person where breach_id = $1`, [breachId]);
  const key = await breachKey(db.source.manager, given.keyring, breachId);
  const { record } = (await openPeople(db.source.manager, breachId, key, [person!.id])).get(person!.id)!;
  const [id, noticeId] = [randomUUID(), randomUUID()];
  await db.source.query(
    `insert into notice (id, reference, breach_id, kind, state, facts_revision, author, approver, approved_at, approved_hash)
     values ($1, $2, $3, 'initial', 'sending', 1, $4, $5, now(), $6)`,
    [
      noticeId,
      `N-2026-${String(Number.parseInt(noticeId.slice(0, 8), 16)).padStart(4, '0')}`,
      breachId,
      given.hr.accountId,
      given.dpo.accountId,
      randomBytes(32),
    ],
  );
  await db.source.query(
    `insert into letter (id, breach_id, notice_id, person_id, languages, code_index, token_index, word_index, inputs_sealed, inputs_hash, body_hash)
     values ($1, $2, $3, $4, '{nl}', $5, $6, $7, '', $8, $9)`,
    [
      id,
      breachId,
      noticeId,
      person!.id,
      randomBytes(16),
      randomBytes(16),
      randomBytes(16),
      randomBytes(32),
      randomBytes(32),
    ],
  );
  letter = {
    id,
    personId: person!.id,
    noticeId,
    contacts: Object.fromEntries(record!.contacts.map(({ kind }, place) => [kind, place])),
  };
}

interface Inserted {
  attempt?: number;
  channel?: string;
  contact?: string | null;
  sender?: string;
  state?: string;
}
/** Inserts a dispatch as somebody would who goes past the ladder; answers its id. */
async function inserted({
  attempt = 1,
  channel = 'email',
  contact = 'email',
  sender = 'letters.example',
  state = 'queued',
}: Inserted = {}): Promise<string> {
  const id = randomUUID();
  await db.source.query(
    `insert into dispatch (id, breach_id, notice_id, letter_id, person_id, attempt, channel, contact_place, sender_domain_indexes, state, lease_ends_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, case when $10 = 'sending' then now() + interval '1 minute' end)`,
    [
      id,
      given.breach.id,
      letter.noticeId,
      letter.id,
      letter.personId,
      attempt,
      channel,
      contact ? letter.contacts[contact] : null,
      domainIndexes(given.keyring, sender),
      state,
    ],
  );
  return id;
}

describe('given a channel that the attacker may read', () => {
  it.each([
    ['the domain of the address, for both sides', [{ domain: 'mail.agency.example', side: 'both' }]],
    ['a parent of the domain of the address', [{ domain: 'agency.example', side: 'recipient' }]],
    ['the domain of the sender', [{ domain: 'letters.example', side: 'sender' }]],
    ['one of several', [{ domain: 'other.example', side: 'both' }, { domain: 'agency.example', side: 'both' }]],
  ])('when %s is banned, then the database refuses a dispatch on it', async (_, bans) => {
    await givenLetter(...bans);
    await expect(inserted()).rejects.toThrow('dispatch on a banned channel');
    expect(await db.source.query(`select from dispatch where letter_id = $1`, [letter.id])).toEqual([]);
  }); // prettier-ignore

  it.each([
    ['another domain', { domain: 'other.example', side: 'both' }],
    ['a domain with the same end', { domain: 'ency.example', side: 'both' }],
    ['a child of the domain of the address', { domain: 'x.mail.agency.example', side: 'both' }],
    ['the domain of the address, as a sender', { domain: 'agency.example', side: 'sender' }],
    ['the domain of the sender, as a recipient', { domain: 'letters.example', side: 'recipient' }],
  ])('when %s is banned, then the dispatch is taken', async (_, ban) => {
    await givenLetter(ban);
    expect(await inserted()).toEqual(expect.any(String));
  });

  it('when the sender is a child of a banned domain, then the dispatch is refused', async () => {
    await givenLetter({ domain: 'letters.example', side: 'sender' });
    await expect(inserted({ sender: 'a.b.letters.example' })).rejects.toThrow('dispatch on a banned channel');
  });

  it('when the letter goes by post, then no ban holds', async () => {
    await givenLetter({ domain: 'agency.example', side: 'both' }, { domain: 'letters.example', side: 'both' });
    expect(await inserted({ channel: 'post', contact: 'post' })).toEqual(expect.any(String));
  });

  it('when a dispatch is moved to a banned address or sender afterwards, then the database refuses', async () => {
    await givenLetter({ domain: 'agency.example', side: 'recipient' }, { domain: 'bad.example', side: 'sender' });
    const id = await inserted({ contact: 'private-email' });
    await expect(
      db.source.query(`update dispatch set contact_place = $2 where id = $1`, [id, letter.contacts['email']]),
    ).rejects.toThrow('banned channel');
    const senders = domainIndexes(given.keyring, 'bad.example');
    await expect(
      db.source.query(`update dispatch set sender_domain_indexes = $2 where id = $1`, [id, senders]),
    ).rejects.toThrow('banned channel');
  });

  it('when an e-mail names a contact that nobody knows, then the database refuses it', async () => {
    await givenLetter();
    letter.contacts['email'] = 9;
    await expect(inserted()).rejects.toThrow('contact that is not known');
  });

  it('when the same domain is banned for another breach, then it is free here', async () => {
    await givenLetter({ domain: 'agency.example', side: 'both' });
    await givenLetter();
    expect(await inserted()).toEqual(expect.any(String));
  });

  it('when the ladder opens the attempt, then it skips the banned address and takes the next', async () => {
    await givenLetter({ domain: 'agency.example', side: 'recipient' });
    await opened();
    expect(
      await db.source.query(`select channel, contact_place as contact, state from dispatch where letter_id = $1`, [
        letter.id,
      ]),
    ).toEqual([{ channel: 'email', contact: letter.contacts['private-email'], state: 'queued' }]);
  });

  it('when every address is banned, then the ladder takes the post', async () => {
    await givenLetter({ domain: 'agency.example', side: 'both' }, { domain: 'post.example', side: 'both' });
    await opened();
    expect(
      await db.source.query(`select channel, message_id as message from dispatch where letter_id = $1`, [letter.id]),
    ).toEqual([{ channel: 'post', message: null }]);
  });

  it('when the sender of the controller stands on it, then sending is refused before any letter is made', async () => {
    await givenLetter({ domain: 'letters.example', side: 'sender' });
    expect(await codeOf(db.source.transaction((tx) => requireSenderNotBanned(tx, given.breach.id, SENDER)))).toBe(
      'channel.banned',
    );
    expect(
      await codeOf(db.source.transaction((tx) => requireSenderNotBanned(tx, given.breach.id, 'notice@other.example'))),
    ).toBe('done');
  });
});

/** Opens the next attempt of the letter by the ladder. */
async function opened(): Promise<{ opened: number; spent: number }> {
  return await db.source.transaction(async (tx) => {
    const context = {
      breachId: given.breach.id,
      noticeId: letter.noticeId,
      senderAddress: SENDER,
      keyring: given.keyring,
      actor: 'worker',
      now: await databaseNow(tx),
    };
    return await openAttempts(tx, context, await lettersToDispatch(tx, given.keyring, given.breach.id, [letter.id]));
  });
}

describe('given a letter', () => {
  beforeEach(() => givenLetter());
  const person = async (): Promise<unknown> =>
    (
      await db.source.query(`select attempts_open as open, ladder_spent as spent, standing from person where id = $1`, [
        letter.personId,
      ])
    )[0] as unknown;

  it.each(['queued', 'sending', 'deferred', 'unknown', 'printed'])(
    'when an attempt is %s, then the database refuses a second open one',
    async (state) => {
      await inserted({ state });
      await expect(inserted({ attempt: 2, contact: 'private-email' })).rejects.toThrow('dispatch_one_open');
    },
  );

  it('when an attempt has ended, then the next may open, under a number of its own', async () => {
    await inserted({ state: 'refused' });
    await expect(inserted({ attempt: 1 })).rejects.toThrow('dispatch_attempt_key');
    expect(await inserted({ attempt: 2 })).toEqual(expect.any(String));
  });

  it('when two open its attempt at once, then one is opened', async () => {
    const results = await Promise.allSettled([opened(), opened()]);
    expect(results.map((result) => result.status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(await person()).toEqual({ open: 1, spent: false, standing: 'under-way' });
  });

  it('when each attempt is refused, then the ladder takes rung after rung, and then the person is not reached', async () => {
    const channels: string[] = [];
    for (let rung = 0; rung < 3; rung++) {
      expect(await opened()).toEqual({ opened: 1, spent: 0 });
      const [row]: { id: string; channel: string }[] = await db.source.query(
        `select id, channel from dispatch where letter_id = $1 order by attempt desc limit 1`,
        [letter.id],
      );
      channels.push(row!.channel);
      await db.source.query(`update dispatch set state = 'refused' where id = $1`, [row!.id]);
      await db.source.query(`update person set attempts_open = attempts_open - 1 where id = $1`, [letter.personId]);
    }
    expect(channels).toEqual(['email', 'email', 'post']);
    expect(await opened()).toEqual({ opened: 0, spent: 1 });
    expect(await person()).toEqual({ open: 0, spent: true, standing: 'not-reached' });
  });

  it('when an e-mail has no contact point, or what is sent has no lease, then the database refuses', async () => {
    await expect(inserted({ contact: null })).rejects.toThrow('dispatch_email_has_contact');
    const id = await inserted();
    await expect(db.source.query(`update dispatch set state = 'sending' where id = $1`, [id])).rejects.toThrow(
      'dispatch_sending_is_leased',
    );
  });
});

describe('given the state of an attempt', () => {
  /** What may follow what: written down here once more, so that a slip in the schema is seen. */
  const MOVES: Record<DispatchState, DispatchState[]> = {
    queued: ['sending', 'refused', 'cancelled', 'printed', 'handed-over'],
    sending: ['accepted', 'deferred', 'refused', 'unknown'],
    deferred: ['queued', 'cancelled', 'refused'],
    unknown: ['accepted', 'bounced', 'queued', 'cancelled'],
    accepted: ['bounced'],
    printed: ['posted', 'cancelled'],
    posted: ['returned'],
    refused: [],
    bounced: [],
    returned: [],
    'handed-over': [],
    cancelled: [],
  };
  beforeAll(() => givenLetter());

  it.each(DISPATCH_STATES)('when it is %s, then it moves only as the table of moves says', async (from) => {
    const taken: DispatchState[] = [];
    const refusals: string[] = [];
    for (const to of DISPATCH_STATES.filter((state) => state !== from)) {
      await db.source.query(`delete from dispatch where letter_id = $1`, [letter.id]);
      const id = await inserted({ state: from });
      const sql = `update dispatch set state = $2, lease_ends_at = case when $2 = 'sending' then now() end where id = $1`;
      await db.source.query(sql, [id, to]).then(
        () => taken.push(to),
        (error: Error) => refusals.push(error.message.replace(`from ${from} to ${to}`, 'so')),
      );
    }
    expect(new Set(refusals)).toEqual(new Set(['a dispatch does not go so']));
    expect(taken.toSorted()).toEqual(MOVES[from].toSorted());
  });

  it('when it is one that nobody knows, then the database refuses', async () => {
    await db.source.query(`delete from dispatch where letter_id = $1`, [letter.id]);
    await expect(inserted({ state: 'lost' })).rejects.toThrow('dispatch_state_check');
  });
});

describe('given a notice', () => {
  beforeEach(() => givenLetter());

  it('when its author approves it, then the database refuses', async () => {
    const work = db.source.query(`update notice set approver = author where id = $1`, [letter.noticeId]);
    await expect(work).rejects.toThrow('notice_second_person');
  });

  it.each(['approved', 'sending', 'paused', 'sent'])(
    'when nobody approved it, then the database does not let it be %s',
    async (state) => {
      const work = db.source.query(
        `update notice set approver = null, approved_hash = null, state = $2, pause_why = 'asked' where id = $1`,
        [letter.noticeId, state],
      );
      await expect(work).rejects.toThrow('notice_sending_approved');
    },
  );

  it('when a person has a letter of it, then the database refuses a second', async () => {
    const second = db.source.query(
      `insert into letter (id, breach_id, notice_id, person_id, languages, code_index, token_index, word_index, inputs_sealed, inputs_hash, body_hash)
       select gen_random_uuid(), breach_id, notice_id, person_id, languages, 'a', 'b', 'c', '', inputs_hash, body_hash from letter where id = $1`,
      [letter.id],
    );
    await expect(second).rejects.toThrow('letter_one_of_a_notice');
  });
});
