import { promises as dns } from 'node:dns';
import { statSync } from 'node:fs';
import { domainOf } from '#libs/breach/index.js';
import {
  Problem,
  VARIABLES,
  dkimBits,
  dkimPublicKey,
  fault,
  ok,
  readDkimKey,
  skipped,
  warning,
  type Config,
  type HealthCheck,
} from '#libs/platform/index.js';
import { DnsSilent, readDkimRecord, readDmarc, readSpf, type DnsResolver } from './sender-policy.js';

const NAMES = { spf: 'SPF of the sender', dkim: 'DKIM of the sender', dmarc: 'DMARC of the sender' } as const;
/** RFC 8301: signers should use no shorter one. */
const GOOD_BITS = 2048;
/** A person waits for the answer. */
const DNS_MILLISECONDS = 2_000;

/**
 * What the world can look up about the sender of the letters: who may send for its domain, the key of its signature, and
 * what becomes of mails that fail. `senderAddress` is null before the controller is recorded. A name server that does
 * not answer is said and is no fault. Never throws.
 */
export async function checkSender(
  config: Config,
  senderAddress: string | null,
  resolver: DnsResolver = new dns.Resolver({ timeout: DNS_MILLISECONDS, tries: 1 }),
): Promise<HealthCheck[]> {
  const all = (found: string): HealthCheck[] => Object.values(NAMES).map((name) => skipped(name, found));
  if (!config.SMTP_URL) return all('looked at once SMTP_URL names a relay');
  if (senderAddress === null) return all('looked at once the controller and its sender address are recorded');
  const domain = domainOf(senderAddress);
  const envelope = config.BOUNCE_ADDRESS ? domainOf(config.BOUNCE_ADDRESS) : domain;
  const checks: [keyof typeof NAMES, () => Promise<HealthCheck>][] = [
    ['spf', () => checkSpf(resolver, envelope)],
    ['dkim', () => checkDkim(resolver, config, domain)],
    ['dmarc', () => checkDmarc(resolver, domain)],
  ];
  return await Promise.all(
    checks.map(async ([name, check]) => {
      try {
        return await check();
      } catch (error) {
        if (error instanceof DnsSilent) return skipped(NAMES[name], 'DNS does not answer, not checked');
        if (error instanceof Problem) return fault(NAMES[name], error.message, VARIABLES.DKIM_KEY_FILE.mend);
        throw error;
      }
    }),
  );
}

async function checkSpf(resolver: DnsResolver, domain: string): Promise<HealthCheck> {
  const name = NAMES.spf;
  const { records, lookups, all, tooMany } = await readSpf(resolver, domain);
  if (records === 0)
    return warning(
      name,
      `${domain} does not say who may send for it`,
      `Put a text record at ${domain} that names the relay, as "v=spf1 a:relay.example.org -all".`,
    );
  if (records > 1)
    return fault(
      name,
      `${domain} has ${records} policies, so none holds`,
      `Leave one text record at ${domain} that begins with v=spf1.`,
    );
  if (tooMany)
    return fault(
      name,
      `the policy of ${domain} needs more than 10 look-ups, so receivers take none of it`,
      'Name the networks of the relays themselves (ip4:, ip6:) instead of including so many.',
    );
  if (all === '+')
    return warning(
      name,
      `${domain} lets everybody send for it (+all)`,
      'End the policy with -all, or with ~all while you try it.',
    );
  if (all === null || all === '?')
    return warning(
      name,
      `the policy of ${domain} says nothing of others`,
      'End it with -all, or with ~all while you try it.',
    );
  return ok(name, `${domain} names its relays (${all}all, ${lookups} of 10 look-ups)`);
}

async function checkDkim(resolver: DnsResolver, config: Config, domain: string): Promise<HealthCheck> {
  const name = NAMES.dkim;
  const own = readDkimKey(config);
  if (!own)
    return warning(
      name,
      'Tocsin signs no letter',
      'Let the relay sign, or set DKIM_DOMAIN, DKIM_SELECTOR and DKIM_KEY_FILE.',
    );
  if ((statSync(config.dkimKeyFile!).mode & 0o077) !== 0)
    return fault(name, `${config.dkimKeyFile} can be read by other users`, `Run \`chmod 600 ${config.dkimKeyFile}\`.`);
  const where = `${own.selector}._domainkey.${own.domain}`;
  if (domain !== own.domain && !domain.endsWith(`.${own.domain}`))
    return warning(
      name,
      `${own.domain} signs and ${domain} sends, so the signature does not speak for the sender`,
      `Set DKIM_DOMAIN to ${domain}, or to a domain above it.`,
    );
  const there = await readDkimRecord(resolver, own.selector, own.domain);
  const publicKey = dkimPublicKey(own.key);
  const mend = `Put the text record "v=DKIM1; k=rsa; p=${publicKey}" at ${where}.`;
  if (there === null) return fault(name, `there is no key at ${where}`, mend);
  if (there === '') return fault(name, `the key at ${where} was revoked`, mend);
  if (there !== publicKey)
    return fault(name, `the key at ${where} is not that of DKIM_KEY_FILE, so no signature holds`, mend);
  const bits = dkimBits(own.key);
  if (bits < GOOD_BITS)
    return warning(name, `the key has ${bits} bits only`, `Make one of ${GOOD_BITS} bits, under another selector.`);
  return ok(name, `${where} holds the key that signs, ${bits} bits`);
}

async function checkDmarc(resolver: DnsResolver, domain: string): Promise<HealthCheck> {
  const name = NAMES.dmarc;
  const dmarc = await readDmarc(resolver, domain);
  if (!dmarc)
    return warning(
      name,
      `${domain} does not say what becomes of forged mails`,
      `Put the text record "v=DMARC1; p=reject" at _dmarc.${domain}, once SPF and DKIM hold.`,
    );
  if (dmarc.policy === 'none')
    return warning(
      name,
      `_dmarc.${dmarc.at} lets forged mails through (none)`,
      'Set p=quarantine, then p=reject: whoever stole the data may write in your name.',
    );
  return ok(name, `_dmarc.${dmarc.at}: ${dmarc.policy}`);
}
