import net, { type AddressInfo } from 'node:net';
import { simpleParser } from 'mailparser';
import { Clock } from './clock.js';
import { startMailCatcher, type CaughtMail } from './mail-catcher.js';
import { SmtpClient, type OutgoingMail } from './smtp-client.js';

const mail: OutgoingMail = {
  envelopeFrom: 'notices@agency.example',
  envelopeTo: 'lotte@post.example',
  messageId: '<1.2@agency.example>',
  from: { name: 'The agency', address: 'notices@agency.example' },
  to: { name: 'Lotte\r\nBcc: evil@y.example', address: 'lotte@post.example' },
  subject: 'About\r\nyour data',
  text: "Dear D'Hondt & <Sons>,\n\n.\nread this\n",
  html: '<p>Dear D&#x27;Hondt</p>',
  language: 'nl',
};

/** A peer that speaks a script: each line of it answers one command; `null` closes the connection. */
async function peer(answer: (command: string) => string | null | undefined): Promise<{ url: string; stop(): void }> {
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    let inData = false;
    socket.on('error', () => socket.destroy());
    socket.write('220 peer.example\r\n');
    socket.on('data', (bytes) => {
      const text = bytes.toString();
      if (inData && !text.endsWith('\r\n.\r\n')) return;
      const command = inData ? 'DOT' : text.trim().split(/[\s:]/)[0]!.toUpperCase();
      inData = command === 'DATA';
      const reply = answer(command);
      if (reply === null) socket.destroy();
      else if (reply !== undefined) socket.write(`${reply}\r\n`);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    stop() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

const good: Record<string, string> = { EHLO: '250 peer.example', MAIL: '250 ok', RCPT: '250 ok', DATA: '354 go on', DOT: '250 taken', RSET: '250 ok', QUIT: '221 bye' };

async function outcomeWith(stage: Record<string, string | null | undefined>) {
  const server = await peer((command) => (command in stage ? stage[command] : good[command]));
  const client = new SmtpClient(server.url, { clock: new Clock(), connectTimeout: 1_000, answerTimeout: 300 });
  try {
    return await client.send(mail);
  } finally {
    await client.close();
    server.stop();
  }
}

describe('an SMTP send', () => {
  it.each([
    ['takes the mail', {}, 'accepted', 250],
    ['says 450 at RCPT', { RCPT: '450 4.2.1 <lotte@post.example> try later' }, 'deferred', 450],
    ['says 550 at RCPT', { RCPT: '550 5.1.1 <lotte@post.example> no such user' }, 'refused', 550],
    ['says 451 after the final dot', { DOT: '451 4.3.0 later' }, 'deferred', 451],
    ['says 554 after the final dot', { DOT: '554 5.7.1 spam' }, 'refused', 554],
    ['closes after the final dot', { DOT: null }, 'unknown', null],
    ['closes at DATA', { DATA: null }, 'unknown', null],
    ['never answers the final dot', { DOT: undefined }, 'unknown', null],
  ] as const)('given a peer that %s, then the outcome is %s', async (_, stage, kind, code) => {
    const outcome = await outcomeWith(stage);
    expect(outcome).toMatchObject({ kind, code });
    expect(outcome.answer).not.toContain('@');
  });

  it('given a peer that is not there, then nothing was sent and it may be tried later', async () => {
    const server = await peer(() => null);
    server.stop();
    const client = new SmtpClient(server.url, { clock: new Clock(), connectTimeout: 1_000 });
    expect(await client.send(mail)).toMatchObject({ kind: 'deferred', code: null });
    await client.close();
  });

  it('given hostile names, when the catcher takes the mail, then one recipient, one subject and the text as written arrive', async () => {
    const caught: CaughtMail[] = [];
    const catcher = await startMailCatcher((one) => {
      caught.push(one);
      return Promise.resolve();
    });
    const client = new SmtpClient(catcher.url, { clock: new Clock() });
    expect(await client.send(mail)).toMatchObject({ kind: 'accepted', code: 250 });
    await client.close();
    await catcher.stop();
    expect(caught[0]).toMatchObject({ envelopeFrom: 'notices@agency.example', envelopeTo: ['lotte@post.example'] });
    const read = await simpleParser(caught[0]!.raw);
    expect(read.headers.has('bcc')).toBe(false);
    expect(read.subject).toBe('About your data');
    expect(read.text).toBe(mail.text);
    expect(read.messageId).toBe(mail.messageId);
    expect(read.headers.get('auto-submitted')).toBe('auto-generated');
    expect(read.headers.get('content-language')).toBe('nl');
  });

  it('given a catcher that cannot keep the mail, then it is to be tried later', async () => {
    const catcher = await startMailCatcher(() => Promise.reject(new Error('disk full')));
    const client = new SmtpClient(catcher.url, { clock: new Clock() });
    expect(await client.send(mail)).toMatchObject({ kind: 'deferred', code: 451 });
    await client.close();
    await catcher.stop();
  });
});
