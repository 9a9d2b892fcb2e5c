import { generateKeyPairSync, createPublicKey } from 'node:crypto';
import { chmodSync, copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readConfig } from '#libs/platform/index.js';
import { startNameServer, type NameServer } from '../../test/support/dns-server.js';
import { checkSender } from './doctor-sender.js';

const folder = mkdtempSync(path.join(tmpdir(), 'tocsin-sender-'));
const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
const keyFile = path.join(folder, 'dkim.pem');
writeFileSync(keyFile, keys.privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
const publicKey = createPublicKey(keys.privateKey).export({ type: 'spki', format: 'der' }).toString('base64');
let server: NameServer;

afterEach(() => server.stop());
afterAll(() => rmSync(folder, { recursive: true }));

const DKIM = { DKIM_DOMAIN: 'letters.example', DKIM_SELECTOR: 'n1', DKIM_KEY_FILE: keyFile };
const sound = {
  'letters.example': ['hello', 'v=spf1 include:relay.example ip4:192.0.2.1 -all'],
  'relay.example': ['v=spf1 a mx -all'],
  'n1._domainkey.letters.example': [`v=DKIM1; k=rsa; p=${publicKey}`],
  '_dmarc.letters.example': ['v=DMARC1; p=reject; rua=mailto:d@letters.example'],
};

async function checked(
  texts: Record<string, string[]>,
  settings: NodeJS.ProcessEnv = DKIM,
  how?: 'silent' | 'failing',
): Promise<Record<string, { state: string; found: string; mend: string | null }>> {
  server = await startNameServer(texts, how);
  const config = readConfig({ NODE_ENV: 'test', SMTP_URL: 'smtp://127.0.0.1', ...settings });
  const checks = await checkSender(config, 'notices@letters.example', server.resolver);
  return Object.fromEntries(checks.map((check) => [check.name.split(' ')[0]!.toLowerCase(), check]));
}

describe('the sender of the letters in the DNS', () => {
  it('given all three as they should be, then all three are well', async () => {
    const { spf, dkim, dmarc } = await checked(sound);
    expect([spf, dkim, dmarc].map((check) => check!.state)).toEqual(['ok', 'ok', 'ok']);
    expect(spf!.found).toContain('-all, 3 of 10 look-ups');
    expect(dkim!.found).toContain('2048 bits');
  });

  it('given a domain that says nothing, then each lack is named with the record that mends it', async () => {
    const { spf, dkim, dmarc } = await checked({});
    expect(spf).toMatchObject({ state: 'warning', mend: expect.stringContaining('v=spf1') as string });
    expect(dkim).toMatchObject({ state: 'fault', mend: expect.stringContaining(`p=${publicKey}`) as string });
    expect(dmarc).toMatchObject({ state: 'warning', mend: expect.stringContaining('v=DMARC1') as string });
  });

  it.each([
    ['v=spf1 +all', 'warning', /everybody/],
    ['v=spf1 all', 'warning', /everybody/],
    ['v=spf1 ip4:192.0.2.1 ?all', 'warning', /nothing of others/],
    ['v=spf1 ip4:192.0.2.1', 'warning', /nothing of others/],
    ['v=spf1 a ~all', 'ok', /~all, 1 of 10/],
    ['V=SPF1 A/24 MX:relay.example EXISTS:%{i}.relay.example -ALL', 'ok', /-all, 3 of 10/],
    ['v=spf1 redirect=relay.example', 'ok', /-all, 3 of 10/],
    ['v=spf1 include:loop.example -all', 'fault', /more than 10/],
    [`v=spf1 ${Array.from({ length: 11 }, (_, i) => `a:r${i}.example`).join(' ')} -all`, 'fault', /more than 10/],
    [`v=spf1 ${Array.from({ length: 10 }, (_, i) => `a:r${i}.example`).join(' ')} -all`, 'ok', /10 of 10/],
    ['v=spf10 -all', 'warning', /does not say/],
  ])('given the policy %s, then it is %s', async (policy, state, found) => {
    const { spf } = await checked({
      ...sound,
      'letters.example': [policy],
      'loop.example': ['v=spf1 include:loop.example -all'],
    });
    expect(spf).toMatchObject({ state, found: expect.stringMatching(found) as string });
  });

  it('given two policies, then none holds', async () => {
    const { spf } = await checked({ 'letters.example': ['v=spf1 -all', 'v=spf1 a -all'] });
    expect(spf).toMatchObject({ state: 'fault', found: expect.stringContaining('2 policies') as string });
  });

  it('given a bounce mailbox elsewhere, then the policy of its domain is the one that counts', async () => {
    const texts = { ...sound, 'bounces.example': ['v=spf1 +all'] };
    const { spf } = await checked(texts, { ...DKIM, BOUNCE_ADDRESS: 'b@bounces.example' });
    expect(spf!.found).toContain('bounces.example');
  });

  it.each([
    [{ 'n1._domainkey.letters.example': ['v=DKIM1; p='] }, DKIM, 'fault', /revoked/],
    [{ 'n1._domainkey.letters.example': [`v=DKIM1; p=${publicKey.slice(0, -8)}AAAAAAAA`] }, DKIM, 'fault', /is not that/],
    [{}, {}, 'warning', /signs no letter/],
    [{}, { ...DKIM, DKIM_DOMAIN: 'other.example' }, 'warning', /does not speak for/],
  ])('given the record %j and the settings %j, then DKIM is %s', async (texts, settings, state, found) => {
    const { dkim } = await checked({ ...sound, ...texts }, settings);
    expect(dkim).toMatchObject({ state, found: expect.stringMatching(found) as string });
  }); // prettier-ignore

  it.each([
    [{ '_dmarc.letters.example': ['v=DMARC1; p=none'] }, 'warning', /through/],
    [{ '_dmarc.letters.example': ['v=DMARC1;p=quarantine'] }, 'ok', /quarantine/],
    [{ '_dmarc.letters.example': ['other', 'v=DMARC1; P=REJECT'] }, 'ok', /reject/],
    [{ '_dmarc.letters.example': ['v=DMARC1x; p=reject'] }, 'warning', /does not say/],
  ])('given the record %j, then DMARC is %s', async (texts, state, found) => {
    const { dmarc } = await checked(texts);
    expect(dmarc).toMatchObject({ state, found: expect.stringMatching(found) as string });
  });

  it.each(['silent', 'failing'] as const)(
    'given a name server that is %s, then nothing is held against anybody',
    async (how) => {
      const checks = Object.values(await checked(sound, DKIM, how));
      expect(checks).toHaveLength(3);
      for (const check of checks)
        expect(check).toMatchObject({ state: 'skipped', found: 'DNS does not answer, not checked' });
    },
  );

  it('given a key that others may read, or none at all, then that is said first', async () => {
    const open = path.join(folder, 'open.pem');
    copyFileSync(keyFile, open);
    chmodSync(open, 0o644);
    const { dkim } = await checked(sound, { ...DKIM, DKIM_KEY_FILE: open });
    expect(dkim).toMatchObject({ state: 'fault', mend: expect.stringContaining('chmod 600') as string });
    server.stop();
    const none = await checked(sound, { ...DKIM, DKIM_KEY_FILE: path.join(folder, 'none.pem') });
    expect(none['dkim']).toMatchObject({ state: 'fault', found: expect.stringContaining('cannot be read') as string });
  });

  it('given no relay or no controller, then nobody is asked', async () => {
    server = await startNameServer(sound);
    const relay = readConfig({ SMTP_URL: 'smtp://127.0.0.1' });
    const checks = [
      ...(await checkSender(readConfig({}), 'n@letters.example', server.resolver)),
      ...(await checkSender(relay, null, server.resolver)),
    ];
    expect(checks.map(({ state }) => state)).toEqual(Array.from({ length: 6 }, () => 'skipped'));
    expect(server.asked).toEqual([]);
  });
});
