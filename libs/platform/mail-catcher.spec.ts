import { once } from 'node:events';
import net from 'node:net';
import { Clock } from './clock.js';
import { startMailCatcher, type CaughtMail } from './mail-catcher.js';
import { SmtpClient } from './smtp-client.js';

const mail = {
  envelopeFrom: 'notices@agency.example',
  envelopeTo: 'lotte@post.example',
  messageId: '<1.2@agency.example>',
  from: { name: 'The agency', address: 'notices@agency.example' },
  to: { name: 'Lotte', address: 'lotte@post.example' },
  subject: 'About your data',
  text: 'Dear Lotte',
  html: '<p>Dear Lotte</p>',
  language: 'nl',
};

async function sendTo(url: string, text = mail.text) {
  const client = new SmtpClient(url, { clock: new Clock() });
  try {
    return await client.send({ ...mail, text });
  } finally {
    await client.close();
  }
}

describe('the mail catcher', () => {
  it('given a mail, then it answers 250 only once the mail is kept', async () => {
    const order: string[] = [];
    const catcher = await startMailCatcher(async () => {
      order.push('asked');
      await new Promise((resolve) => setTimeout(resolve, 50));
      order.push('kept');
    });
    const outcome = await sendTo(catcher.url);
    order.push('answered');
    await catcher.stop();
    expect(outcome).toMatchObject({ kind: 'accepted', code: 250 });
    expect(order).toEqual(['asked', 'kept', 'answered']);
  });

  it('given a mail that cannot be kept, then it is to be sent later, and nothing of the reason is told', async () => {
    const catcher = await startMailCatcher(() => Promise.reject(new Error('disk full')));
    const outcome = await sendTo(catcher.url);
    await catcher.stop();
    expect(outcome).toMatchObject({ kind: 'deferred', code: 451 });
    expect(outcome.answer).not.toContain('disk');
  });

  it('given a mail above ten megabytes, then it is refused and not kept', async () => {
    const caught: CaughtMail[] = [];
    const catcher = await startMailCatcher(async (one) => void caught.push(one));
    const outcome = await sendTo(catcher.url, `${'x'.repeat(70)}\n`.repeat(160_000));
    await catcher.stop();
    expect(outcome).toMatchObject({ kind: 'refused', code: 552 });
    expect(caught).toEqual([]);
  });

  it('given a client that breaks off in the middle of a mail, then nothing is kept', async () => {
    const caught: CaughtMail[] = [];
    const catcher = await startMailCatcher(async (one) => void caught.push(one));
    const socket = net.connect(catcher.port, '127.0.0.1');
    const said = 'EHLO c.example|MAIL FROM:<a@b.example>|RCPT TO:<c@d.example>|DATA|Subject: half'.split('|');
    for (const line of said) {
      await once(socket, 'data');
      socket.write(`${line}\r\n`);
    }
    socket.destroy();
    await once(socket, 'close');
    await catcher.stop();
    expect(caught).toEqual([]);
  });

  it('given a client that greets, then it says its limit and offers neither a sign-in nor TLS; it listens on this machine only', async () => {
    const catcher = await startMailCatcher(() => Promise.resolve());
    const socket = net.connect(catcher.port, '127.0.0.1');
    let heard = '';
    socket.on('data', (bytes) => (heard += bytes.toString()));
    await once(socket, 'data');
    socket.write('EHLO client.example\r\n');
    while (!/^250 /m.test(heard)) await once(socket, 'data');
    socket.end('QUIT\r\n');
    await once(socket, 'close');
    await catcher.stop();
    expect(heard).toContain('SIZE 10485760');
    expect(heard).not.toMatch(/AUTH|STARTTLS/);
    expect(catcher.url).toBe(`smtp://127.0.0.1:${catcher.port}`);
  });
});
