import fc from 'fast-check';
import { startSmtpPeer, type SmtpPeer } from '../../test/support/smtp-peer.js';
import { Clock } from './clock.js';
import type { OutgoingMail } from './mail-message.js';
import { SmtpClient } from './smtp-client.js';

const HEADERS = 10;
const mailTo = (address: string, name = 'Lotte'): OutgoingMail => ({
  envelopeFrom: 'notices@agency.example',
  envelopeTo: address,
  messageId: '<1.2@agency.example>',
  from: { name: 'The agency', address: 'notices@agency.example' },
  to: { name, address },
  subject: 'About your data',
  text: 'Dear Lotte,\n',
  html: null,
  language: 'nl',
});

const inSmallLetters = (text: string): string => text.toLowerCase();

let peer: SmtpPeer;
let client: SmtpClient;
beforeAll(async () => {
  peer = await startSmtpPeer({}, { offers: ['8BITMIME', 'SMTPUTF8', 'PIPELINING', 'DSN'] });
  client = new SmtpClient(peer.url, { clock: new Clock(), connectTimeout: 2_000, answerTimeout: 2_000 });
});
afterAll(async () => {
  await client.close();
  peer.stop();
});

/** The readers that the peer was told of for this mail, and whether the mail is sound on the wire. */
async function readersOf(mail: OutgoingMail): Promise<{ readers: string[]; answer: string }> {
  peer.commands.length = 0;
  peer.mails.length = 0;
  const outcome = await client.send(mail);
  const readers = peer.commands.flatMap((line) => /^RCPT TO:<(.*?)>/.exec(line)?.[1] ?? []);
  expect(peer.mails).toHaveLength(readers.length);
  for (const raw of peer.mails) {
    const [head = ''] = raw.split('\r\n\r\n');
    expect(head.split(/\r\n(?![ \t])/)).toHaveLength(HEADERS);
    expect(raw).not.toMatch(/\0|[^\r]\n|\r[^\n]/);
    // A header is ASCII.
    expect(head).toMatch(/^[\t\n\r -~]*$/);
  }
  expect(outcome.kind).toBe(readers.length === 1 ? 'accepted' : 'refused');
  return { readers, answer: outcome.answer };
}

const EVIL = 'evil@y.example';
/** What joins or hides a second reader, by the mark between them. */
const JOINTS = [',', ', ', ';', '; ', ' ', '\t', '\r\n', '\n', '\r', '\0', '\r\nBcc: ', '\nTo: ', '\r\n ', '>,<', '> <', '>\r\nRCPT TO:<', '\r\n.\r\n', '%0d%0a', '\u2028', '\u2029', '\u0085', '\v', '\f', '，', '；', '\u00a0', '\u3000', '\u200b', '@', '@@', '!', '|', '/', '\\,', '\\', '%', ':', ',,', ' ,', '\u061b', '\u060c', '﹐', '\ufeff', '?bcc=', '&cc=', '#', '"', '\'', '`,`', '$(', '\x1b', '\x7f', '\x08'] as const; // prettier-ignore
/** Forms around one address that mean another reader, or that some program reads in another way. */
const FORMS = ['"@"', '<@>', 'Name <@>', '"Name, x" <@>', '(c)@', '@(c)', ' @', '@ ', '\t@', '@\t', '@\n', '@\r\n', '\r\n@', '@\0', '\0@', 'mailto:@', 'smtp:@', '<<@>>', '[@]', '{@', '@,', ',@', '@;', ';@', 'Group:@;', 'undisclosed:;@', '<@a.example,@b.example:@>', '@a.example:@', '\u202e@', '\u202a@\u202c', '\u2066@\u2069', '@\u200f', '@\u200e', '\ufeff@', '@\u0000\u0001', '=?utf-8?q?@?=', "'@'", '`@`', '@.', '.@', '@>', '<@', '\\@', '@\\', '@|cat', '|@', '@`id`', '@$(id)', '@%00', '@%0a', '@?subject=x', '@#x', '@/x', '@:25', 'ｘ@', '@ ORCPT=rfc822;evil@y.example', '@> NOTIFY=NEVER', '@> SIZE=1', '@>\r\nDATA'] as const; // prettier-ignore
/** Local parts and domains, each to be refused. */
const LOCALS = ['', '.', '.a', 'a.', 'a..b', 'a b', 'a,b', 'a;b', 'a:b', 'a<b', 'a>b', 'a(b', 'a)b', 'a[b', 'a]b', 'a"b', 'a\\b', 'a@b', 'a\0b', 'a\rb', 'a\nb', 'a\tb', 'a\u00e9b', '\u0430dmin', 'ａdmin', 'a\u200bb', 'a\u202eb', 'a\u0301', '日本', 'm\u00fcller', '"a"', '"a b"', '"a@b"', '"a,b"', '"a\\"b"', '(c)a', 'a(c)', 'x'.repeat(65), 'x'.repeat(300), '\u2024a', 'a\u3002b', '💌'] as const; // prettier-ignore
const DOMAINS = ['', '.', 'x', 'localhost', 'x.', '.x', 'x..example', '-x.example', 'x-.example', 'x_y.example', 'x y.example', 'x,example', 'x;example', 'x/example', 'x\\example', 'x:25', '[127.0.0.1]', '[IPv6:::1]', '127.0.0.1', '1.1', '0x7f.1', 'x.example\0', 'x.example\r\n', 'x.example ', 'x\u200b.example', 'x\u202e.example', 'x.example(c)', '(c)x.example', 'x@y.example', `${'a'.repeat(64)}.example`, `${'a.'.repeat(127)}example`, 'x.example>', '<x.example', 'x.example,y.example', 'x.example;y.example', 'x.example y.example', 'x.exam\u0000ple', '\ud800.example', 'xn--.example', 'x.example%', '*.example', 'x.example?', 'x.example#', 'x!y.example', '"x".example', 'x.\u3002', '..', 'x\u00ad\u200d..example'] as const; // prettier-ignore

const VICTIM = 'victim@x.example';
const HOSTILE = [
  ...JOINTS.flatMap((joint) => [`${VICTIM}${joint}${EVIL}`, `${EVIL}${joint}${VICTIM}`]),
  ...FORMS.map((form) => form.replace('@', VICTIM)),
  ...FORMS.map((form) => form.replace('@', `"${VICTIM},x"@y.example`)),
  ...LOCALS.map((local) => `${local}@x.example`),
  ...DOMAINS.map((domain) => `victim@${domain}`),
];

const ACCEPTED = ['{victim@x.example', '|victim@x.example'];

describe('a hostile address', () => {
  it('stands in a list of three hundred', () => expect(new Set(HOSTILE).size).toBeGreaterThanOrEqual(300));

  it('given each of them, then it is refused with a reason, or its own address is the only reader', async () => {
    const accepted: string[] = [];
    for (const address of HOSTILE) {
      const { readers, answer } = await readersOf(mailTo(address));
      const asWritten = readers.length === 1 && readers[0] === address;
      expect(asWritten || answer.endsWith('nothing was sent')).toBe(true);
      accepted.push(...readers);
    }
    // These read as one address whoever reads them: marks within a local part are letters of it (RFC 5322 3.2.3).
    expect(accepted).toEqual(ACCEPTED);
  });

  it.each([
    ['victim@m\u00fcnchen.example', 'victim@xn--mnchen-3ya.example'],
    ['victim@x\u0430mple.example', 'victim@xn--xmple-4ve.example'],
    ['victim@\uff58.example', 'victim@x.example'],
    ['victim@\u65e5\u672c.example', 'victim@xn--wgv71a.example'],
    ['user%y.example@x.example', 'user%y.example@x.example'],
    ['y.example!user@x.example', 'y.example!user@x.example'],
    ["o'brien+tag@x.example", "o'brien+tag@x.example"],
    [`${'x'.repeat(64)}@x.example`, `${'x'.repeat(64)}@x.example`],
  ])('given %s, then %s is the only reader', async (address, reader) => {
    expect((await readersOf(mailTo(address))).readers).toEqual([reader]);
  });

  it('given letters beyond ASCII before the @, then it is refused with that reason, also where the relay offers SMTPUTF8', async () => {
    expect((await readersOf(mailTo('m\u00fcller@x.example'))).answer).toMatch(/beyond ASCII/);
    expect((await readersOf(mailTo(`${'x'.repeat(65)}@x.example`))).answer).toMatch(/more than 64/);
  });

  it('given any text, then there is one reader at most, and it is what was written', async () => {
    const piece = fc.oneof(
      fc.constantFrom(...JOINTS, ...LOCALS, ...DOMAINS, VICTIM, EVIL, '@', '<', '>', '"', '(', ')'),
      fc.string({ unit: 'binary', maxLength: 8 }),
    );
    const text = fc.array(piece, { minLength: 1, maxLength: 5 }).map((pieces) => pieces.join(''));
    await fc.assert(
      fc.asyncProperty(fc.oneof(text, fc.emailAddress()), text, async (address, name) => {
        const { readers } = await readersOf(mailTo(address, name));
        const isAscii = /^[ -~]*$/.test(address);
        expect(isAscii ? readers.map(inSmallLetters) : readers).toEqual(
          isAscii ? readers.map(() => inSmallLetters(address)) : readers.slice(0, 1),
        );
      }),
      { numRuns: 300 },
    );
  });
});
