import { randomBytes } from 'node:crypto';
import { Clock, SmtpClient, readConfig, type Keyring } from '#libs/platform/index.js';
import { startSmtpPeer } from '../../test/support/smtp-peer.js';
import { verpKey } from './envelope.js';
import { sendProbe } from './probe.js';
import { readVerp } from './verp.js';

describe('a probe', () => {
  it('given a bounce mailbox, then the mail that leaves names its id in the envelope and is about nobody', async () => {
    const peer = await startSmtpPeer({}, { offers: ['DSN'] });
    const keyring = { ticket: randomBytes(32) } as unknown as Keyring;
    const config = readConfig({ BOUNCE_ADDRESS: 'bounces@agency.example' });
    const clock = new Clock();
    const client = new SmtpClient(peer.url, { clock });
    const sender = { name: 'The agency', address: 'notices@agency.example' };
    const { id, messageId, outcome } = await sendProbe(client, 'bounces@agency.example', {
      sender,
      keyring,
      config,
      clock,
    });
    await client.close();
    peer.stop();
    expect(outcome.kind).toBe('accepted');
    const from = /^MAIL FROM:<(.*?)> RET=HDRS ENVID=(\S+)/.exec(
      peer.commands.find((line) => line.startsWith('MAIL'))!,
    )!;
    expect(readVerp(verpKey(keyring), from[1]!)).toBe(id);
    expect(from[2]).toBe(id);
    expect(peer.mails[0]).toContain(`Message-ID: ${messageId}`);
  });
});
