import type { EntityManager } from 'typeorm';
import type { Notice } from '#libs/letters/index.js';
import type { Config } from '#libs/platform/index.js';
import { isAnswered } from './queue.js';
import { isLimited, takeForDomain, takeFromBudget } from './sending-budget.js';

/** Letters that one claim takes; the most that a crash leaves in doubt, a lane. */
const CLAIM = 20;

/** One attempt that a worker took for sending. */
export interface Claimed {
  id: string;
  letterId: string;
  personId: string;
  messageId: string;
  contactPlace: number;
  isPlain: boolean;
  deferrals: number;
  queuedAt: Date;
}

export interface Claim {
  claimed: Claimed[];
  /** Where nothing was taken though letters wait: milliseconds until some may leave, null until a later day or minute. */
  waitMilliseconds: number | null;
}

/**
 * Takes the next queued e-mails of a notice, leased to this worker; committed as `sending` before a connection opens.
 * Whoever pauses the notice waits for this transaction, and no claim begins after. What the budget of a second, a day or
 * a domain does not allow stays queued.
 */
export async function claimBatch(
  tx: EntityManager,
  config: Config,
  notice: Notice,
  worker: string,
  look: (ids?: string[]) => Promise<void>,
): Promise<Claim> {
  const found = await candidates(tx, config, notice);
  if (found.length === 0) {
    // At the end of the queue also what is passed over: whoever replied gets no reminder.
    await look();
    return { claimed: [], waitMilliseconds: null };
  }
  // What is not due any more, or goes another way, leaves the queue here: only these are looked at, not the whole queue.
  await look(found.map(({ id }) => id));
  const allowed = await withinBudget(tx, config, found);
  if (allowed.ids.length === 0) return { claimed: [], waitMilliseconds: allowed.waitMilliseconds };
  const [claimed]: [Claimed[]] = await tx.query(
    `update dispatch d set state = 'sending', class = null, sending_at = clock_timestamp(), leased_by = $2, lease_ends_at = clock_timestamp() + make_interval(secs => $3)
      where d.id = any ($1) and d.state = 'queued'
      returning d.id, d.letter_id as "letterId", d.person_id as "personId", d.message_id as "messageId", d.contact_place as "contactPlace",
                d.is_plain as "isPlain", d.deferrals, d.queued_at as "queuedAt"`,
    [allowed.ids, worker, config.LEASE_SECONDS],
  );
  // None is left of these, but others may wait.
  return { claimed, waitMilliseconds: 0 };
}

interface Candidate {
  id: string;
  domain: string | null;
}

async function candidates(tx: EntityManager, config: Config, notice: Notice): Promise<Candidate[]> {
  const perDomain = config.SEND_PER_DOMAIN;
  // Whoever replies while the queue is being cleared gets no reminder either.
  const unanswered = notice.kind === 'reminder' ? ` and not (${isAnswered(notice)})` : '';
  if (perDomain === 0)
    return await tx.query(
      `select d.id, null as domain from dispatch d
        where d.notice_id = $1 and d.state = 'queued' and d.channel = 'email' and breach_is_fenced(d.breach_id) is false and not breach_is_delayed(d.breach_id)${unanswered}
        order by d.id limit $2 for update of d skip locked`,
      [notice.id, CLAIM],
    );
  return await tx.query(
    `select d.id, encode(c.domain_indexes[1], 'hex') as domain
       from dispatch d join contact_point c on c.person_id = d.person_id and c.place = d.contact_place
      where d.notice_id = $1 and d.state = 'queued' and d.channel = 'email' and breach_is_fenced(d.breach_id) is false and not breach_is_delayed(d.breach_id)${unanswered}
        and not exists (select from sending_budget b where b.scope = 'domain:' || encode(c.domain_indexes[1], 'hex')
                         and b.period = date_trunc('minute', clock_timestamp(), 'UTC') and b.taken >= $3)
      order by d.id limit $2 for update of d skip locked`,
    [notice.id, CLAIM, perDomain],
  );
}

/** The domains first: what they leave over is not taken from what all may send. */
async function withinBudget(
  tx: EntityManager,
  config: Config,
  found: Candidate[],
): Promise<{ ids: string[]; waitMilliseconds: number | null }> {
  const ids: string[] = [];
  // In one order, so that two claims never wait for each other.
  for (const domain of [...new Set(found.map((one) => one.domain))].toSorted(byName)) {
    const some = found.filter((one) => one.domain === domain);
    const count = domain === null ? some.length : await takeForDomain(tx, config, domain, some.length);
    ids.push(...some.slice(0, count).map(({ id }) => id));
  }
  if (ids.length === 0 || !isLimited(config)) return { ids, waitMilliseconds: null };
  const { count, waitMilliseconds } = await takeFromBudget(tx, config, ids.length);
  return { ids: ids.slice(0, count), waitMilliseconds };
}

function byName(one: string | null, other: string | null): number {
  return (one ?? '') < (other ?? '') ? -1 : 1;
}
