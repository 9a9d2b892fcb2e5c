import { createHash, createPublicKey, createVerify, generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startSmtpPeer, type PeerOptions } from '../../test/support/smtp-peer.js';
import { Clock } from './clock.js';
import { readConfig } from './config.js';
import { dkimPublicKey, readDkimKey } from './dkim-key.js';
import type { OutgoingMail } from './mail-message.js';
import { SmtpClient, type SmtpOptions } from './smtp-client.js';

const mail: OutgoingMail = {
  envelopeFrom: 'bounces+mark@agency.example',
  envelopeTo: 'lotte@post.example',
  messageId: '<1.2@agency.example>',
  from: { name: 'The ägency', address: 'notices@agency.example' },
  to: { name: 'Lotte', address: 'lotte@post.example' },
  subject: 'Ăbout your data, in a subject that is so long that it has to be folded over two lines of the header',
  text: 'Dear Lotte,\n\n.\n two  spaces \t\n.end\n\n\n',
  html: '<p>Dear Lotte</p>',
  language: 'nl',
};

async function wired(change: Partial<OutgoingMail>, options: Partial<SmtpOptions>, peerOptions: PeerOptions = {}) {
  const peer = await startSmtpPeer({}, peerOptions);
  const client = new SmtpClient(peer.url, { clock: new Clock(), ...options });
  try {
    expect(await client.send({ ...mail, ...change })).toMatchObject({ kind: 'accepted', stage: 'content' });
    // What the peer would keep: a dot that the line began with is doubled on the wire (RFC 5321 4.5.2).
    return { commands: peer.commands, mail: peer.mails[0]!.replace(/^\.\./gm, '.') };
  } finally {
    await client.close();
    peer.stop();
  }
}

/** RFC 6376, relaxed/relaxed, written for this test alone: the signing is nodemailer's. */
function isSignedBy(publicKey: string, raw: string): boolean {
  const end = raw.indexOf('\r\n\r\n');
  const fields = raw.slice(0, end).split(/\r\n(?![ \t])/);
  const body = raw.slice(end + 4).replace(/[ \t]+/g, ' ').replace(/ \r\n/g, '\r\n').replace(/(\r\n)+$/, '\r\n'); // prettier-ignore
  const relaxed = (field: string): string => {
    const colon = field.indexOf(':');
    const value = field.slice(colon + 1).replaceAll('\r\n', '').replace(/[ \t]+/g, ' ').trim(); // prettier-ignore
    return `${field.slice(0, colon).trim().toLowerCase()}:${value}`;
  };
  const signature = fields.find((field) => /^dkim-signature:/i.test(field));
  if (!signature) return false;
  const tags = new Map(
    relaxed(signature)
      .slice('dkim-signature:'.length)
      .split(';')
      .map((tag) => [tag.slice(0, tag.indexOf('=')).trim(), tag.slice(tag.indexOf('=') + 1).replaceAll(' ', '')]),
  );
  if (createHash('sha256').update(body, 'latin1').digest('base64') !== tags.get('bh')) return false;
  const signed = tags.get('h')!.split(':').map((name) => relaxed(fields.findLast((field) => field.toLowerCase().startsWith(`${name}:`))!)); // prettier-ignore
  const own = relaxed(signature).replace(/b=[A-Za-z0-9+/= ]*$/, 'b=');
  const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), type: 'spki', format: 'der' });
  return createVerify('sha256')
    .update([...signed, own].join('\r\n'), 'latin1')
    .verify(key, tags.get('b')!, 'base64');
}

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const dkim = { domain: 'agency.example', selector: 'notices', key: privateKey };

describe('a signed mail', () => {
  it('given an RSA key, then the signature holds for what the peer got, and for nothing else', async () => {
    const publicKey = dkimPublicKey(privateKey);
    const { mail: raw } = await wired({}, { dkim });
    expect(raw).toMatch(/^DKIM-Signature: v=1; a=rsa-sha256; c=relaxed\/relaxed; d=agency\.example;/);
    expect(raw).toMatch(/ s=notices;/);
    expect(isSignedBy(publicKey, raw)).toBe(true);
    for (const name of ['from', 'to', 'subject', 'date', 'message-id', 'mime-version', 'content-type'])
      expect(/[\s;]h=([^;]*);/.exec(raw)![1]!.toLowerCase().replace(/\s/g, '').split(':')).toContain(name);
    expect(isSignedBy(publicKey, raw.replace('Dear', 'dear'))).toBe(false);
    expect(isSignedBy(publicKey, raw.replace('To: Lotte', 'To: lotte'))).toBe(false);
    const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
    expect(isSignedBy(dkimPublicKey(other), raw)).toBe(false);
  });

  it('given no key, then there is no signature, and the mail is the same otherwise', async () => {
    const signed = await wired({}, { dkim });
    const bare = await wired({}, {});
    const withoutDate = (text: string): string => text.replace(/^Date: .*$/m, '');
    expect(withoutDate(signed.mail.slice(signed.mail.search(/^Auto-Submitted/m)))).toBe(withoutDate(bare.mail));
  });
});

describe('the settings of a signature', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'tocsin-dkim-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const settings = (file: string, more: NodeJS.ProcessEnv = {}) =>
    readConfig({
      DKIM_DOMAIN: 'Agency.example',
      DKIM_SELECTOR: 'notices',
      DKIM_KEY_FILE: file,
      TOCSIN_DATA_DIR: path.join(folder, 'data'),
      ...more,
    });
  const kept = (name: string, pem: string | Buffer): string => {
    const file = path.join(folder, name);
    writeFileSync(file, pem);
    return file;
  };
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });
  const production = {
    NODE_ENV: 'production',
    SMTP_URL: 'smtp://127.0.0.1',
    TOCSIN_KEY_FILE: '/etc/tocsin/tocsin.key',
  };

  it('given the three settings, then the key is read; given none, there is none', () => {
    expect(readDkimKey(settings(kept('k.pem', pem), production))).toMatchObject({
      domain: 'agency.example',
      selector: 'notices',
    });
    expect(readDkimKey(readConfig({}))).toBeNull();
  });

  it('given one of the three alone, then the other two are asked for', () => {
    expect(() => readConfig({ DKIM_DOMAIN: 'agency.example' })).toThrow(/DKIM_SELECTOR, DKIM_KEY_FILE/);
  });

  it.each<[string, string, () => string]>([
    ['that is not there', 'dkim-key.unreadable', () => path.join(folder, 'none.pem')],
    ['that is no key', 'dkim-key.unreadable', () => kept('k.pem', 'no key')],
    ['of another kind', 'dkim-key.unsuitable', () => kept('k.pem', generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }))],
    ['that is too short', 'dkim-key.unsuitable', () => kept('k.pem', generateKeyPairSync('rsa', { modulusLength: 512 }).privateKey.export({ type: 'pkcs8', format: 'pem' }))],
  ])('given a file %s, then %s is told', (_, code, file) => {
    expect(() => readDkimKey(settings(file()))).toThrow(expect.objectContaining({ code }));
  }); // prettier-ignore

  it('given a key in the data folder in production, then it is refused', () => {
    mkdirSync(path.join(folder, 'data'));
    const file = kept('data/k.pem', pem);
    expect(() => readDkimKey(settings(file, production))).toThrow(
      expect.objectContaining({ code: 'dkim-key.in-data-folder' }),
    );
    expect(readDkimKey(settings(file))).not.toBeNull();
  });
});

describe('what a relay is asked to report', () => {
  const reports = { id: '0193-abc', onSuccess: true };
  const offers = ['PIPELINING', 'DSN'];

  it('given a relay that offers it, then it reports under the id of the letter, headers alone', async () => {
    const { commands } = await wired({ reports }, {}, { offers });
    expect(commands).toContain('MAIL FROM:<bounces+mark@agency.example> RET=HDRS ENVID=0193-abc');
    expect(commands).toContain(
      'RCPT TO:<lotte@post.example> NOTIFY=SUCCESS,FAILURE,DELAY ORCPT=rfc822;lotte@post.example',
    );
  });

  it('given reports of failure alone, then success is not asked for', async () => {
    const { commands } = await wired({ reports: { ...reports, onSuccess: false } }, {}, { offers });
    expect(commands.find((line) => line.startsWith('RCPT'))).toContain('NOTIFY=FAILURE,DELAY');
  });

  it('given a relay that does not offer it, then nothing is asked for', async () => {
    const { commands } = await wired({ reports }, {});
    expect(commands).toContain('MAIL FROM:<bounces+mark@agency.example>');
    expect(commands).toContain('RCPT TO:<lotte@post.example>');
  });
});
