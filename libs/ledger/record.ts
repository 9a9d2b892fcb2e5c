import type { EntityManager } from 'typeorm';
import { Problem } from '#libs/platform/index.js';
import { LARGEST_ENTRY, canonical, type Json, type JsonObject } from './canonical.js';

/**
 * Something that happened, in the words noun.past. Facts are ids, numbers, dates, enumerations and hashes: never a
 * name, an address or free text, because what is in the ledger stays for ever.
 */
export interface LedgerEvent {
  kind: `${string}.${string}`;
  /** `account:<id>`, `holder-of-letter` or `worker`. */
  actor: string;
  breachId?: string;
  personId?: string;
  facts?: JsonObject;
}

const BATCH = 5_000;
/** A hash in hex has 64 characters, a reference 40 at most: what is longer is prose. */
const LONGEST_FACT = 200;
/** What an entry holds beside its facts (kind, actor, ids, time) stays well below a thousand bytes. */
const LARGEST_FACTS = LARGEST_ENTRY - 1_000;

/** Records one event in the caller's transaction, at the database's time. Throws `ledger.personal-fact` and `ledger.not-exact`. */
export async function record(tx: EntityManager, event: LedgerEvent): Promise<void> {
  await recordMany(tx, [event]);
}

/** Records events in the caller's transaction, one statement for each five thousand. */
export async function recordMany(tx: EntityManager, events: LedgerEvent[]): Promise<void> {
  for (const event of events) requireFit(event);
  for (let from = 0; from < events.length; from += BATCH) {
    const batch = events.slice(from, from + BATCH);
    await tx.query(
      `insert into ledger_outbox (kind, actor, breach_id, person_id, facts)
       select * from unnest($1::text[], $2::text[], $3::uuid[], $4::uuid[], $5::jsonb[])`,
      [
        batch.map((event) => event.kind),
        batch.map((event) => event.actor),
        batch.map((event) => event.breachId ?? null),
        batch.map((event) => event.personId ?? null),
        batch.map((event) => JSON.stringify(event.facts ?? {})),
      ],
    );
  }
}

/**
 * What does not fit an entry is refused here, in the transaction of its cause: once committed, an event that cannot be
 * sealed would stand in the way of all that come after it.
 */
function requireFit({ kind, facts = {} }: LedgerEvent): void {
  requireImpersonal('facts', facts);
  if (canonical(facts).length > LARGEST_FACTS) throw new Error(`the facts of ${kind} are larger than an entry may be`);
}

/** A cheap guard against the slip that would be worst: an address or a sentence among the facts, however deep. */
function requireImpersonal(name: string, value: Json): void {
  if (typeof value === 'string' && (value.includes('@') || value.length > LONGEST_FACT)) {
    throw new Problem(
      'bad-input',
      'ledger.personal-fact',
      `The fact "${name}" looks like an address or a sentence. The ledger holds ids, numbers, dates and hashes only.`,
    );
  }
  if (value === null || typeof value !== 'object') return;
  for (const [key, part] of Object.entries(value)) requireImpersonal(Array.isArray(value) ? name : key, part);
}
