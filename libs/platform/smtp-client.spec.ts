import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import { simpleParser } from 'mailparser';
import { startSmtpPeer, type PeerScript, type SmtpPeer } from '../../test/support/smtp-peer.js';
import { Clock, FixedClock } from './clock.js';
import { startMailCatcher, type CaughtMail } from './mail-catcher.js';
import type { OutgoingMail } from './mail-message.js';
import { SmtpClient } from './smtp-client.js';
import type { SmtpOutcome } from './smtp-outcome.js';

const mail: OutgoingMail = {
  envelopeFrom: 'notices@agency.example',
  envelopeTo: 'lotte@post.example',
  messageId: '<1.2@agency.example>',
  from: { name: 'The agency', address: 'notices@agency.example' },
  to: { name: 'Lotte\r\nBcc: evil@y.example\u202e', address: 'lotte@post.example' },
  subject: 'About\r\nyour data',
  text: "Dear D'Hondt & <Sons>,\n\n.\nread this\n",
  html: '<p>Dear D&#x27;Hondt</p>',
  language: 'nl',
};

const impatient = { clock: new Clock(), connectTimeout: 300, answerTimeout: 300 };

async function outcomeWith(script: PeerScript): Promise<{ outcome: SmtpOutcome; peer: SmtpPeer }> {
  const peer = await startSmtpPeer(script);
  const client = new SmtpClient(peer.url, impatient);
  try {
    return { outcome: await client.send(mail), peer };
  } finally {
    await client.close();
    peer.stop();
  }
}

describe('the outcome of an SMTP send', () => {
  it.each<[string, SmtpOutcome['kind'], number | null, PeerScript]>([
    ['takes the mail', 'accepted', 250, {}],
    ['greets with 421', 'deferred', 421, { GREETING: '421 4.3.2 closing' }],
    ['greets with 554', 'refused', 554, { GREETING: '554 5.3.2 no service' }],
    ['says 451 at MAIL', 'deferred', 451, { MAIL: '451 4.3.0 later' }],
    ['says 550 at MAIL', 'refused', 550, { MAIL: '550 5.7.1 not you' }],
    ['says 450 at RCPT', 'deferred', 450, { RCPT: '450 4.2.1 <lotte@post.example> try later' }],
    ['says 550 at RCPT', 'refused', 550, { RCPT: '550 5.1.1 user lotte unknown' }],
    ['says 452 at DATA', 'deferred', 452, { DATA: '452 4.3.1 disk full' }],
    ['says 554 at DATA', 'refused', 554, { DATA: '554 5.5.1 no' }],
    ['says 451 after the final dot', 'deferred', 451, { DOT: '451 4.3.0 later' }],
    ['says 554 after the final dot', 'refused', 554, { DOT: '554 5.7.1 spam' }],
    ['closes after the final dot', 'unknown', null, { DOT: 'close' }],
    ['is silent after the final dot', 'unknown', null, { DOT: 'silent' }],
    ['breaks off its yes to the final dot', 'unknown', null, { DOT: { fragment: '25' } }],
    ['answers the final dot with no reply of SMTP', 'unknown', null, { DOT: 'thanks' }],
    ['closes at DATA', 'unknown', null, { DATA: 'close' }],
    ['closes at RCPT', 'unknown', null, { RCPT: 'close' }],
    ['closes instead of a greeting', 'unknown', null, { GREETING: 'close' }],
    ['never greets', 'unknown', null, { GREETING: 'silent' }],
    ['never answers RCPT', 'unknown', null, { RCPT: 'silent' }],
  ])('given a peer that %s, then it is %s (%p)', async (_, kind, code, script) => {
    const { outcome, peer } = await outcomeWith(script);
    expect(outcome).toMatchObject({ kind, code });
    expect(outcome.answer).not.toMatch(/@|lotte/i);
    expect(peer.commands.filter((command) => command === 'DOT').length).toBeLessThanOrEqual(1);
    expect(peer.connections).toBe(1);
  });

  it('given a port that nobody listens on, then nothing was sent and it may be tried later', async () => {
    const peer = await startSmtpPeer();
    peer.stop();
    for (const url of [peer.url, peer.url.replace('127.0.0.1', 'localhost')]) {
      const client = new SmtpClient(url, impatient);
      expect(await client.send(mail)).toMatchObject({ kind: 'deferred', code: null });
      await client.close();
    }
  });

  it('given a name that no name server knows, then nothing was sent and it may be tried later', async () => {
    const client = new SmtpClient('smtp://relay.invalid:25', impatient);
    expect(await client.send(mail)).toMatchObject({ kind: 'deferred', code: null });
    await client.close();
  });

  it('given a peer that trickles an answer without end, then it is given up after the time for one mail', async () => {
    const server = net.createServer((socket) => {
      const drip = setInterval(() => socket.write('220-still\r\n'), 20);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => clearInterval(drip));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const client = new SmtpClient(`smtp://127.0.0.1:${port}`, {
      clock: new Clock(),
      connectTimeout: 60_000,
      sendTimeout: 300,
    });
    expect(await client.send(mail)).toMatchObject({ kind: 'unknown', code: null });
    await client.close();
    server.close();
  });

  it('given an answer of a thousand characters with control characters, then five hundred plain ones are kept', async () => {
    const { outcome } = await outcomeWith({ RCPT: `550 \u0007\u001b[31m"lotte p"@post.example ${'x'.repeat(1000)}` });
    expect(outcome.answer).toHaveLength(500);
    expect(outcome.answer).toMatch(/^550 {1,2}\[31m<address> x+$/);
  });
});

describe('what an SMTP send says on the wire', () => {
  it('given two mails, then they share a connection', async () => {
    const peer = await startSmtpPeer();
    const client = new SmtpClient(peer.url, impatient);
    expect(await client.send(mail)).toMatchObject({ kind: 'accepted' });
    expect(await client.send({ ...mail, messageId: '<2.3@agency.example>' })).toMatchObject({ kind: 'accepted' });
    await client.close();
    peer.stop();
    expect(peer.connections).toBe(1);
    expect(peer.commands.filter((command) => command === 'DOT')).toHaveLength(2);
  });

  it('given a peer that ended the idle connection, then the next mail goes over a new one, once', async () => {
    const peer = await startSmtpPeer();
    const client = new SmtpClient(peer.url, impatient);
    await client.send(mail);
    await peer.hangUp();
    expect(await client.send(mail)).toMatchObject({ kind: 'accepted' });
    await client.close();
    peer.stop();
    expect(peer.connections).toBe(2);
    expect(peer.commands.filter((command) => command === 'DOT')).toHaveLength(2);
  });

  it.each([
    'lotte@post.example, evil@y.example',
    'lotte@post.example\r\nRCPT TO:<evil@y.example>',
    'Lotte <lotte@post.example>',
    'lotte',
  ])('given the address %j, then it is refused without a connection', async (address) => {
    const peer = await startSmtpPeer();
    const client = new SmtpClient(peer.url, impatient);
    const outcome = await client.send({ ...mail, envelopeTo: address, to: { name: '', address } });
    expect(outcome).toEqual({
      kind: 'refused',
      stage: 'recipient',
      code: null,
      answer: 'not one e-mail address; nothing was sent',
    });
    await client.close();
    peer.stop();
    expect(peer.connections).toBe(0);
  });

  it.each<[string, Partial<OutgoingMail>]>([
    ['a second reader in its header', { to: { name: 'Evil', address: 'evil@y.example' } }],
    ['a sender that is none', { envelopeFrom: 'agency' }],
    ['a second header of ours', { headers: { BCC: 'evil@y.example' } }],
    ['a line break in the name of a header', { headers: { 'X-A\r\nBcc': 'evil@y.example' } }],
  ])('given a mail with %s, then our own code is told', async (_, change) => {
    const client = new SmtpClient('smtp://127.0.0.1:1', impatient);
    await expect(client.send({ ...mail, ...change })).rejects.toMatchObject({ code: 'mail.faulty' });
    await client.close();
  });

  it('given a relay, when it is checked, then it greets, or the words say what is wrong', async () => {
    const peer = await startSmtpPeer();
    const client = new SmtpClient(peer.url, impatient);
    expect(await client.check()).toBeNull();
    peer.stop();
    expect(await client.check()).toMatchObject({
      kind: 'deferred',
      stage: 'connection',
      answer: expect.stringMatching(/ECONNREFUSED/),
    });
    await client.close();
    expect(peer.commands.some((command) => command.startsWith('MAIL'))).toBe(false);
  });
});

describe('a mail as it arrives', () => {
  it('given hostile names, then one recipient, one subject and both texts arrive as written', async () => {
    const caught: CaughtMail[] = [];
    const catcher = await startMailCatcher((one) => {
      caught.push(one);
      return Promise.resolve();
    });
    const client = new SmtpClient(catcher.url, { clock: new FixedClock(new Date('2026-11-24T10:00:00Z')) });
    const headers = { 'X-Notice': 'N-2026-0001\r\nBcc: evil@y.example' };
    expect(await client.send({ ...mail, headers })).toMatchObject({ kind: 'accepted', code: 250 });
    await client.close();
    await catcher.stop();
    expect(caught).toHaveLength(1);
    expect(caught[0]).toMatchObject({ envelopeFrom: 'notices@agency.example', envelopeTo: ['lotte@post.example'] });
    const read = await simpleParser(caught[0]!.raw);
    expect([...read.headers.keys()].toSorted()).toEqual(
      'auto-submitted content-language content-type date from message-id mime-version subject to x-notice'.split(' '),
    );
    expect(read.headers.get('content-type')).toMatchObject({ value: 'multipart/alternative' });
    expect(read.headers.get('auto-submitted')).toBe('auto-generated');
    expect(read.headers.get('content-language')).toBe('nl');
    expect(read.date).toEqual(new Date('2026-11-24T10:00:00Z'));
    expect(read.subject).toBe('About your data');
    expect(read.from!.value).toEqual([{ name: 'The agency', address: 'notices@agency.example' }]);
    expect([read.to].flat()[0]!.value).toEqual([{ name: 'Lotte Bcc: evil@y.example', address: 'lotte@post.example' }]);
    expect(read.messageId).toBe(mail.messageId);
    expect(read.text).toBe(mail.text);
    expect(read.html).toBe(mail.html);
    const raw = caught[0]!.raw.toString();
    expect(raw.indexOf('text/plain')).toBeLessThan(raw.indexOf('text/html'));
  });
});
