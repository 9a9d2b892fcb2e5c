import type { promises as dns } from 'node:dns';

/** What looks names up; that of Node, or one that asks another server. */
export type DnsResolver = Pick<dns.Resolver, 'resolveTxt'>;

/** The name server gave no answer at all: nothing is known, which is no fault of the domain. */
export class DnsSilent extends Error {}

/** RFC 7208 section 4.6.4. */
const MOST_LOOKUPS = 10;
const MOST_DEPTH = 10;
const NO_SUCH = new Set(['ENOTFOUND', 'ENODATA']);

/** The texts of a name, each whole; none where there are none. Throws `DnsSilent`. */
export async function textsAt(resolver: DnsResolver, name: string): Promise<string[]> {
  try {
    return (await resolver.resolveTxt(name)).map((chunks) => chunks.join(''));
  } catch (error) {
    if (NO_SUCH.has((error as NodeJS.ErrnoException).code ?? '')) return [];
    throw new DnsSilent(name);
  }
}

export interface Spf {
  records: number;
  /** Names that a receiver has to look up to judge one mail, those of included policies too. */
  lookups: number;
  /** What the policy says of everybody whom it does not name; null where it ends without a word. */
  all: '+' | '-' | '~' | '?' | null;
  tooMany: boolean;
}

/** The sender policy of a domain, with what it includes (RFC 7208). Throws `DnsSilent`. */
export async function readSpf(resolver: DnsResolver, domain: string): Promise<Spf> {
  const found = spfIn(await textsAt(resolver, domain));
  const spf: Spf = { records: found.length, lookups: 0, all: null, tooMany: false };
  if (found.length === 1) await walk(resolver, found[0]!, spf, true, 0);
  return spf;
}

function spfIn(texts: string[]): string[] {
  return texts.filter((text) => /^v=spf1( |$)/i.test(text));
}

async function walk(resolver: DnsResolver, record: string, spf: Spf, isOwn: boolean, depth: number): Promise<void> {
  const terms = record.toLowerCase().split(/ +/).slice(1);
  const all = terms.map((term) => /^([+?~-]?)all$/.exec(term)).find((match) => match !== null);
  if (isOwn && all) spf.all = (all[1] || '+') as Spf['all'];
  for (const term of terms) {
    const [, mechanism, redirect] =
      /^[+?~-]?(?:(?:include:([^\s/]+))|(?:a|mx|ptr|exists)(?:[:/].*)?)$/.exec(term) ??
      /^()redirect=(\S+)$/.exec(term) ??
      [];
    if (mechanism === undefined && redirect === undefined && !/^[+?~-]?(a|mx|ptr|exists)([:/].*)?$/.test(term))
      continue;
    spf.lookups += 1;
    if (spf.lookups > MOST_LOOKUPS || depth > MOST_DEPTH) {
      spf.tooMany = true;
      return;
    }
    // A redirect counts only where nothing says "all"; what it leads to then speaks for the domain itself.
    const next = mechanism || (all ? undefined : redirect);
    // A macro is filled in with the mail at hand.
    if (!next || next.includes('%')) continue;
    const [included] = spfIn(await textsAt(resolver, next));
    if (included) await walk(resolver, included, spf, isOwn && Boolean(redirect), depth + 1);
    if (spf.tooMany) return;
  }
}

export interface Dmarc {
  /** The domain that the policy stands at: the sender's own, or the one above it. */
  at: string;
  policy: 'none' | 'quarantine' | 'reject';
}

/** The policy for mails that fail (RFC 7489), of the domain or the nearest above it. Throws `DnsSilent`. */
export async function readDmarc(resolver: DnsResolver, domain: string): Promise<Dmarc | null> {
  const labels = domain.split('.');
  // Without a list of public suffixes every domain above is asked, but never a single label.
  for (let from = 0; from <= labels.length - 2 && from < 5; from++) {
    const at = labels.slice(from).join('.');
    const record = (await textsAt(resolver, `_dmarc.${at}`)).find((text) => /^v=DMARC1\s*(;|$)/i.test(text));
    if (!record) continue;
    const tags = tagsOf(record);
    const policy = ((from > 0 && tags.get('sp')) || tags.get('p') || 'none').toLowerCase();
    return { at, policy: policy === 'reject' || policy === 'quarantine' ? policy : 'none' };
  }
  return null;
}

/** The public key at a selector, in base 64: null where there is none, empty where it was revoked. Throws `DnsSilent`. */
export async function readDkimRecord(resolver: DnsResolver, selector: string, domain: string): Promise<string | null> {
  const records = (await textsAt(resolver, `${selector}._domainkey.${domain}`)).map(tagsOf);
  return (
    records
      .find((tags) => tags.has('p'))
      ?.get('p')!
      .replace(/\s/g, '') ?? null
  );
}

function tagsOf(record: string): Map<string, string> {
  return new Map(
    record
      .split(';')
      .map(
        (tag) => [tag.slice(0, tag.indexOf('=')).trim().toLowerCase(), tag.slice(tag.indexOf('=') + 1).trim()] as const,
      )
      .filter(([name]) => name !== ''),
  );
}
