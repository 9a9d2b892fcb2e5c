import net, { type AddressInfo } from 'node:net';
import {
  CampaignService,
  CaughtMailService,
  DeliveringService,
  MailRelay,
  SendingService,
  RelaySettlingService,
} from '#libs/delivery/index.js';
import { NoticesService } from '#libs/letters/index.js';
import { RosterImportService, sourceOfBytes } from '#libs/people/index.js';
import { Clock, readConfig, type Config } from '#libs/platform/index.js';
import type { TestDatabase } from './database.js';
import { aController, givenActor, givenBreach, someFacts, type GivenBreach } from './given-breach.js';

const TEXTS = {
  whatHappened: 'An intruder read our mail.',
  likelyConsequences: 'Somebody can pose as you.',
  measuresTaken: 'We closed the gateway.',
  whoPays: 'We pay.',
};
const ROSTER = 'reference,category,language,given_name,email,private_email,street,city,country,documents';
export const LOTTE =
  'P-1,staff,nl,Lotte,lotte@work.example,lotte@post.example,Kerkstraat 1,Gent,BE,BE:id-card:scan:confirmed';

/** What the peer says to a recipient, by the recipient; null closes the connection after the final dot. */
export type Answers = Record<string, string | null>;

export interface SmtpPeer {
  url: string;
  /** Every recipient whose mail came as far as the final dot, in order. */
  taken: string[];
  /** Every Message-ID whose mail came as far as the final dot, in order. */
  messageIds: string[];
  /** How long it waits before it answers the final dot. */
  holdMilliseconds: number;
  stop(): void;
}

/** An SMTP peer on a socket that answers RCPT as told. */
export async function peerThat(answers: Answers): Promise<SmtpPeer> {
  const taken: string[] = [];
  const messageIds: string[] = [];
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    let recipient = '';
    let data: string | null = null;
    socket.on('error', () => socket.destroy());
    socket.write('220 peer.example\r\n');
    socket.on('data', (bytes) => {
      if (data !== null) {
        data += bytes.toString('latin1');
        if (!data.endsWith('\r\n.\r\n')) return;
        messageIds.push(/^message-id:\s*(<[^>]*>)/im.exec(data)![1]!);
        data = null;
        taken.push(recipient);
        if (answers[recipient] === null) socket.destroy();
        else setTimeout(() => socket.write('250 2.0.0 taken\r\n'), peer.holdMilliseconds);
        return;
      }
      const line = bytes.toString().trim();
      const verb = line.slice(0, 4).toUpperCase();
      if (verb === 'RCPT') {
        recipient = /<([^>]*)>/.exec(line)![1]!;
        socket.write(`${answers[recipient] ?? '250 2.1.5 ok'}\r\n`);
      } else if (verb === 'DATA') {
        data = '';
        socket.write('354 go on\r\n');
      } else socket.write(verb === 'QUIT' ? '221 bye\r\n' : '250 peer.example\r\n');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const peer: SmtpPeer = {
    url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    taken,
    messageIds,
    holdMilliseconds: 0,
    stop() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
  return peer;
}

export interface Sent {
  given: GivenBreach;
  campaign: CampaignService;
  settling: RelaySettlingService;
  config: Config;
  reference: string;
  sending: SendingService;
  noticeId: string;
  peer: SmtpPeer;
  delivering: DeliveringService;
  import(...rows: string[]): Promise<void>;
  deliver(): Promise<void>;
  attempts(): Promise<{ attempt: number; channel: string; state: string; class: string | null; address: string }[]>;
  notice(): Promise<string>;
  end(): Promise<void>;
}

/** A notice, to Lotte unless said otherwise, that was sent to the queue, with a peer that answers as told. */
export async function givenSending(
  db: TestDatabase,
  dataFolder: string,
  answers: Answers,
  settings: Record<string, string> = {},
  rows: string[] = [LOTTE],
  header: string = ROSTER,
): Promise<Sent> {
  const peer = await peerThat(answers);
  const config: Config = readConfig({
    NODE_ENV: 'test',
    DATABASE_URL: db.url,
    SMTP_URL: peer.url,
    TOCSIN_DATA_DIR: dataFolder,
    ...settings,
  });
  const clock = new Clock();
  const given = await givenBreach(db.source, {
    facts: someFacts(),
    texts: { nl: TEXTS },
    controller: aController({ kind: 'other' }),
    bannedDomains: [{ domain: 'old.example', side: 'both', reason: 'Read by the intruder.' }],
  });
  const roster = new RosterImportService(db.source, given.keyring, clock);
  const importRows = async (...rows: string[]): Promise<void> => {
    // Who is protected only the security officer enters.
    const by = header.includes('protected') ? given.security : given.hr;
    await roster.import(by, given.breach.reference, sourceOfBytes(Buffer.from([header, ...rows].join('\n'))), {
      keepGood: false,
    });
  };
  await importRows(...rows);
  const notices = new NoticesService(db.source, given.keyring, config, clock);
  const sending = new SendingService(db.source, given.keyring, config, notices);
  const { reference, id } = await notices.draft(given.hr, given.breach.reference, 'initial');
  await notices.submit(given.hr, reference);
  await notices.approve(await givenActor(db.source, 'dpo'), reference);
  await sending.send(given.hr, reference);
  const relay = new MailRelay(config, clock, new CaughtMailService(db.source, given.keyring, clock));
  const delivering = new DeliveringService(db.source, given.keyring, config, relay, sending);
  return {
    given,
    campaign: new CampaignService(db.source, config, notices, sending),
    settling: new RelaySettlingService(db.source, given.keyring, config, sending),
    config,
    reference,
    sending,
    noticeId: id,
    peer,
    delivering,
    import: importRows,
    deliver: () => delivering.deliver(id, new AbortController().signal),
    attempts: () =>
      db.source.query(
        `select d.attempt, d.channel, d.state, d.class, coalesce(c.kind, d.channel) as address from dispatch d left join contact_point c on c.person_id = d.person_id and c.place = d.contact_place
          where d.notice_id = $1 order by d.attempt`,
        [id],
      ),
    notice: async () => {
      const [row]: { state: string }[] = await db.source.query(`select state from notice where id = $1`, [id]);
      return row!.state;
    },
    async end() {
      await relay.onModuleDestroy();
      peer.stop();
    },
  };
}
