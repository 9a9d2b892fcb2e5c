import { givenAuthority } from '../../test/support/certificate.js';
import {
  startSmtpPeer,
  type PeerAct,
  type PeerOptions,
  type PeerScript,
  type PeerStage,
} from '../../test/support/smtp-peer.js';
import { Clock } from './clock.js';
import type { OutgoingMail } from './mail-message.js';
import { SmtpClient } from './smtp-client.js';
import type { SmtpOutcome, SmtpStage } from './smtp-outcome.js';

const mail: OutgoingMail = {
  envelopeFrom: 'notices@agency.example',
  envelopeTo: 'lotte@post.example',
  messageId: '<1.2@agency.example>',
  from: { name: 'The agency', address: 'notices@agency.example' },
  to: { name: 'Lotte', address: 'lotte@post.example' },
  subject: 'About your data',
  text: 'Dear Lotte,\n',
  html: null,
  language: 'nl',
};

const authority = givenAuthority();
const good = authority.issue('localhost');

async function sent(
  script: PeerScript,
  { credentials = 'tocsin:secret@', ...options }: PeerOptions & { credentials?: string } = {},
) {
  const peer = await startSmtpPeer(script, { offers: ['STARTTLS', 'AUTH PLAIN'], tls: good, ...options });
  const client = new SmtpClient(peer.url.replace('127.0.0.1', `${credentials}localhost`), {
    clock: new Clock(),
    connectTimeout: 200,
    answerTimeout: 200,
    sendTimeout: 350,
    requireTls: true,
    authorities: authority.cert,
  });
  try {
    return { outcome: await client.send(mail), peer };
  } finally {
    await client.close();
    peer.stop();
  }
}

type Kind = SmtpOutcome['kind'];
type Fault = '4xx' | '5xx' | '421 and close' | 'close' | 'reset' | 'hang' | 'garbage' | 'trickle';
const FAULTS: Record<Fault, PeerAct> = {
  '4xx': '450 4.3.0 later',
  '5xx': '550 5.3.0 no',
  '421 and close': { last: '421 4.3.2 closing' },
  close: 'close',
  reset: 'reset',
  hang: 'silent',
  garbage: 'thanks \u0001\u00ff',
  trickle: { trickle: '250-still\r\n' },
};

/** Only an answer is definite; `stage` is where an answer, then where a fault without one is told to be. */
const CELLS: Record<PeerStage, { answered: SmtpStage; unanswered: SmtpStage; garbage?: SmtpStage } | null> = {
  CONNECT: { answered: 'greeting', unanswered: 'connection', garbage: 'greeting' },
  GREETING: { answered: 'greeting', unanswered: 'connection', garbage: 'greeting' },
  EHLO: { answered: 'greeting', unanswered: 'connection', garbage: 'greeting' },
  STARTTLS: { answered: 'tls', unanswered: 'connection', garbage: 'tls' },
  AUTH: { answered: 'auth', unanswered: 'connection', garbage: 'auth' },
  MAIL: { answered: 'sender', unanswered: 'connection', garbage: 'sender' },
  RCPT: { answered: 'recipient', unanswered: 'connection', garbage: 'recipient' },
  DATA: { answered: 'content', unanswered: 'connection', garbage: 'content' },
  BODY: { answered: 'content', unanswered: 'content' },
  DOT: { answered: 'content', unanswered: 'content' },
  RSET: null,
  QUIT: null,
};

const ANSWERS: Partial<Record<Fault, [Kind, number]>> = {
  '4xx': ['deferred', 450],
  '5xx': ['refused', 550],
  '421 and close': ['deferred', 421],
};

describe('a fault of the relay', () => {
  const cells = Object.entries(CELLS).flatMap(([stage, told]) =>
    told ? Object.keys(FAULTS).map((fault) => [fault as Fault, stage as PeerStage, told] as const) : [],
  );

  it('is looked at in eighty cells', () => expect(cells).toHaveLength(80));

  it.each(cells)(
    'given %s at %s, then only an answer is definite, and nothing is sent twice',
    async (fault, stage, told) => {
      // A greeting that was begun is something else than none.
      const act = stage === 'GREETING' && fault === 'close' ? { fragment: '220-pe' } : FAULTS[fault];
      const { outcome, peer } = await sent({ [stage]: act });
      const [kind, code] = ANSWERS[fault] ?? ['unknown', null];
      expect(outcome).toMatchObject({
        kind,
        code,
        stage: ANSWERS[fault]
          ? told.answered
          : fault === 'garbage'
            ? (told.garbage ?? told.unanswered)
            : told.unanswered,
      });
      expect(peer.connections).toBe(1);
      expect(peer.commands.filter((command) => command === 'DOT').length).toBe(stage === 'DOT' ? 1 : 0);
    },
  );
});

describe('a relay whose TLS does not hold', () => {
  const stranger = givenAuthority().issue('localhost');
  it.each([
    ['expired', authority.issue('localhost', '20200101000000Z', '20200102000000Z'), /expired/],
    ['of another name', authority.issue('other.example'), /localhost/],
    ['of an authority that nobody knows', stranger, /signature failure|unable to/],
  ])('given a certificate that is %s, then nothing was sent, and it may be tried later', async (_, tls, words) => {
    for (const isImplicitTls of [false, true]) {
      const { outcome, peer } = await sent({}, { tls, isImplicitTls });
      expect(outcome).toMatchObject({ kind: 'deferred', stage: 'tls', code: null });
      expect(outcome.answer).toMatch(words);
      expect(peer.commands.filter((command) => !/^(EHLO|STARTTLS)/.test(command))).toEqual([]);
    }
  });

  it('given a relay that does not offer STARTTLS, then it is refused before anybody signs in', async () => {
    const { outcome, peer } = await sent({ STARTTLS: '502 5.5.1 what?' }, { offers: ['AUTH PLAIN'] });
    expect(outcome).toMatchObject({ kind: 'refused', stage: 'tls', code: 502 });
    expect(peer.commands.some((command) => command.startsWith('AUTH'))).toBe(false);
  });
});

describe('a relay that does not know us', () => {
  it('given a wrong password, then it is told as ours, and no reader is named', async () => {
    const { outcome, peer } = await sent({ AUTH: '535 5.7.8 wrong' });
    expect(outcome).toMatchObject({ kind: 'refused', stage: 'auth', code: 535 });
    expect(peer.commands.some((command) => command.startsWith('MAIL'))).toBe(false);
  });

  it('given no way to sign in, then nothing is sent as a stranger', async () => {
    const { outcome, peer } = await sent({ AUTH: '503 5.5.1 not here' }, { offers: ['STARTTLS'] });
    expect(outcome).toMatchObject({ kind: 'refused', stage: 'auth', code: 503 });
    expect(peer.commands.some((command) => command.startsWith('MAIL'))).toBe(false);
  });

  it('given no fault, then the same relay takes it', async () => {
    const { outcome, peer } = await sent({});
    expect(outcome).toMatchObject({ kind: 'accepted', stage: 'content', code: 250 });
    expect(peer.mails).toHaveLength(1);
  });
});
