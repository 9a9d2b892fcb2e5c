import { CaughtMailService, DeliveringService, MailRelay, SendingService } from '#libs/delivery/index.js';
import { NoticesService, type NoticeKind } from '#libs/letters/index.js';
import { RosterImportService, sourceOfBytes } from '#libs/people/index.js';
import { Clock, makeKeyFile, readConfig, readKeyFile, type Config } from '#libs/platform/index.js';
import type { TestDatabase } from './database.js';
import { aController, givenActor, givenBreach, someFacts, type GivenBreach } from './given-breach.js';

const TEXTS = {
  whatHappened: 'An intruder read our mail.',
  likelyConsequences: 'Somebody can pose as you.',
  measuresTaken: 'We closed the gateway.',
  whoPays: 'We pay.',
};
const ROSTER = 'reference,category,language,given_name,email,private_email,street,city,country,documents';

/** One attempt as its row stands. */
export interface Attempt {
  id: string;
  attempt: number;
  channel: string;
  state: string;
  class: string | null;
  messageId: string | null;
  address: string;
}

export interface GivenSent extends GivenBreach {
  config: Config;
  noticeId: string;
  sending: SendingService;
  delivering: DeliveringService;
  /** All attempts of the breach, by person and order. */
  attempts(): Promise<Attempt[]>;
  /** Drafts, approves and sends another notice, and delivers its e-mails. */
  sendAnother(kind: NoticeKind): Promise<string>;
  /** The four parts of the sum, as the persons' rows say it. */
  sum(): Promise<Record<string, number>>;
  /** Persons whose counted facts are not what their letters and attempts say. */
  miscounted(): Promise<string[]>;
  end(): Promise<void>;
}

/**
 * A breach whose letters to `people` members of staff, each with a work address, an own address and a postal one, were
 * taken by the built-in catcher. `settles` false: as by a relay elsewhere, whose letters arrive once their time has passed.
 */
export async function givenSent(
  db: TestDatabase,
  dataFolder: string,
  { people = 1, settles = true }: { people?: number; settles?: boolean } = {},
): Promise<GivenSent> {
  const config = readConfig({ NODE_ENV: 'test', DATABASE_URL: db.url, TOCSIN_DATA_DIR: dataFolder });
  const clock = new Clock();
  // In a file, so that another process can open what is sealed here.
  makeKeyFile(config.keyFile);
  const given = await givenBreach(
    db.source,
    { facts: someFacts(), texts: { nl: TEXTS }, controller: aController({ kind: 'other' }) },
    readKeyFile(config.keyFile),
  );
  const rows = Array.from(
    { length: people },
    (_, i) =>
      `P-${i + 1},staff,nl,Lotte,p${i + 1}@work.example,p${i + 1}@post.example,Kerkstraat ${i + 1},Gent,BE,BE:id-card:scan:confirmed`,
  );
  const roster = new RosterImportService(db.source, given.keyring, clock);
  await roster.import(given.hr, given.breach.reference, sourceOfBytes(Buffer.from([ROSTER, ...rows].join('\n'))), {
    keepGood: false,
  });
  const notices = new NoticesService(db.source, given.keyring, config, clock);
  const sending = new SendingService(db.source, given.keyring, config, notices);
  const relay = new MailRelay(config, clock, new CaughtMailService(db.source, given.keyring, clock));
  const elsewhere = settles ? config : { ...config, SMTP_URL: 'smtps://relay.example' };
  const delivering = new DeliveringService(db.source, given.keyring, elsewhere, relay, sending);
  const dpo = await givenActor(db.source, 'dpo');
  const sendAnother = async (kind: NoticeKind): Promise<string> => {
    const { reference, id } = await notices.draft(given.hr, given.breach.reference, kind);
    await notices.submit(given.hr, reference);
    await notices.approve(dpo, reference);
    await sending.send(given.hr, reference);
    await delivering.deliver(id, new AbortController().signal);
    return id;
  };
  const noticeId = await sendAnother('initial');
  return {
    ...given,
    config: elsewhere,
    noticeId,
    sending,
    delivering,
    sendAnother,
    attempts: () => db.source.query(ATTEMPTS, [given.breach.id]),
    async sum() {
      const parts: { standing: string; count: number }[] = await db.source.query(
        `select standing, count(*)::int as count from person where merged_into is null group by standing order by standing`,
      );
      return Object.fromEntries(parts.map(({ standing, count }) => [standing, count]));
    },
    async miscounted() {
      const found: { id: string }[] = await db.source.query(MISCOUNTED);
      return found.map(({ id }) => id);
    },
    end: () => relay.onModuleDestroy(),
  };
}

const ATTEMPTS = `
  select d.id, d.attempt, d.channel, d.state, d.class, d.message_id as "messageId", coalesce(c.kind, d.channel) as address
    from dispatch d left join contact_point c on c.person_id = d.person_id and c.place = d.contact_place
   where d.breach_id = $1 order by d.person_id, d.notice_id, d.attempt`;

/** Persons whose facts, from which the sum is generated, are not what their attempts say when counted again. */
export const MISCOUNTED = `
  select p.id from person p
   where p.attempts_open <> (select count(*) from dispatch d where d.person_id = p.id and d.state in ('queued', 'sending', 'deferred', 'unknown', 'printed'))
      or p.letters_arrived <> (select count(*) from dispatch d join notice n on n.id = d.notice_id
                                where d.person_id = p.id and n.kind in ('initial', 'correction') and d.state in ('accepted', 'posted', 'handed-over') and d.arrived_at is not null)`;
