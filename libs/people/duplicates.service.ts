import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { breachKey, getBreachById, getController, lockBreach, type Breach } from '#libs/breach/index.js';
import { recordMany } from '#libs/ledger/index.js';
import { Clock, KEYRING, Problem, databaseNow, uuidv7, type Keyring } from '#libs/platform/index.js';
import { actorName, may, requirePermission, type Actor } from '#libs/staff/index.js';
import { lockMembers, mergeAll, splitMerge, type Merge, type MergeContext } from './duplicates.store.js';
import { keptOf } from './merging.js';
import type { MatchReason } from './matching-verdict.js';
import type { ReviewEntry } from './matching-review.js';
import type { Matching } from './matching.js';
import { matchBeside } from './matching-beside.js';
import { matchingDone } from './matching-due.js';
import { isId, unknownPerson } from './people.queries.js';
import { personsToMatch } from './persons-to-match.js';

/** What a matching came to. */
export interface MatchingDone {
  /** Persons that were merged into another now. */
  merged: number;
  /** Entries that wait for a human. */
  review: number;
}

/** A match by hand says so itself; no key of the two need agree. */
const BY_HAND: MatchReason = { agree: [], close: [], conflict: [], differ: [] };

@Injectable()
export class DuplicatesService {
  constructor(
    private readonly database: DataSource,
    @Inject(KEYRING) private readonly keyring: Keyring,
    private readonly clock: Clock,
  ) {}

  /**
   * Looks among all persons of a breach for those who stand there twice: merges the sure ones, and queues the others
   * for a human. Who was said to be two stays two. One transaction; locks the breach, so that imports wait.
   */
  async run(actor: Actor, reference: string): Promise<MatchingDone> {
    requirePermission(actor, 'people.import');
    return await this.database.transaction(async (tx) => {
      const breach = await lockBreach(tx, reference);
      return await this.matchAll(tx, await this.contextOf(tx, actor.accountId, actorName(actor), breach));
    });
  }

  private async matchAll(tx: EntityManager, context: MergeContext): Promise<MatchingDone> {
    const { breachId } = context;
    const matching = await matchBeside(await personsToMatch(tx, breachId, context.breachKey));
    const apart = await apartIn(tx, breachId);
    const merges = (await this.groupsOf(tx, breachId, matching, apart)).flat();
    await mergeAll(tx, context, merges);
    const review = await queue(tx, breachId, matching.review, apart, this.clock);
    await matchingDone(tx, breachId, context.recordedBy);
    return { merged: merges.length, review };
  }

  /**
   * Runs where persons came or changed since the last time, in the name of whoever brought them; null where nothing is
   * due. Two that start at once wait for each other, and the second finds nothing left to do.
   */
  async runDue(breachId: string): Promise<MatchingDone | null> {
    return await this.database.transaction(async (tx) => {
      const breach = await getBreachById(tx, breachId);
      await lockBreach(tx, breach.reference);
      const [due]: { askedBy: string }[] = await tx.query(
        `select asked_by as "askedBy" from person_matching where breach_id = $1 and due_since is not null`,
        [breachId],
      );
      if (!due) return null;
      return await this.matchAll(tx, await this.contextOf(tx, due.askedBy, 'worker', breach));
    });
  }

  /** Merges these persons by hand into the one that is kept. Throws `person.unknown` and `person.merged-already`. */
  async merge(actor: Actor, reference: string, keptId: string, otherIds: string[]): Promise<void> {
    requirePermission(actor, 'people.import');
    if (otherIds.length === 0 || otherIds.length > 50 || ![keptId, ...otherIds].every(isId)) throw unknownPerson();
    await this.database.transaction(async (tx) => {
      const breach = await lockBreach(tx, reference);
      const members = await lockMembers(tx, breach.id, [keptId, ...otherIds]);
      requireOpen(actor, members, [keptId, ...otherIds]);
      const context = {
        ...(await this.contextOf(tx, actor.accountId, actorName(actor), breach)),
        how: 'by-hand' as const,
      };
      await mergeAll(
        tx,
        context,
        otherIds.map((mergedId) => ({ keptId, mergedId, why: BY_HAND })),
      );
      await forgetApart(tx, [keptId, ...otherIds]);
      await dropAnswered(tx, breach.id);
    });
  }

  /** Takes a merge back: both are persons of their own again, and are never merged by themselves any more. */
  async split(actor: Actor, reference: string, mergedId: string): Promise<void> {
    requirePermission(actor, 'people.import');
    if (!isId(mergedId)) throw unknownPerson();
    await this.database.transaction(async (tx) => {
      const breach = await lockBreach(tx, reference);
      const members = await lockMembers(tx, breach.id, [mergedId]);
      const merged = members.find((one) => one.id === mergedId);
      if (!merged) throw unknownPerson();
      if (members.some((one) => one.isProtected) && !may(actor.roles, 'people.protected')) throw unknownPerson();
      if (!merged.mergedInto)
        throw new Problem('conflict', 'person.not-merged', 'These are two persons already. Load the page again.');
      await splitMerge(tx, await this.contextOf(tx, actor.accountId, actorName(actor), breach), mergedId);
      await sayApart(tx, breach.id, actor, [[merged.mergedInto, mergedId]]);
    });
  }

  /** Says of the persons of a queue's entry that they are not one. Throws `review.settled`. */
  async dismiss(actor: Actor, reference: string, reviewId: string): Promise<void> {
    requirePermission(actor, 'people.import');
    await this.database.transaction(async (tx) => {
      const breach = await lockBreach(tx, reference);
      const rows: { ids: string[] }[] = isId(reviewId)
        ? await tx.query(`select person_ids as ids from person_review where id = $1 and breach_id = $2`, [
            reviewId,
            breach.id,
          ])
        : [];
      if (!rows[0])
        throw new Problem('conflict', 'review.settled', 'This question was answered meanwhile. Load the page again.');
      const { ids } = rows[0];
      const members = await lockMembers(tx, breach.id, ids);
      if (members.some((one) => one.isProtected) && !may(actor.roles, 'people.protected')) throw unknownPerson();
      const pairs = ids.flatMap((one, i) => ids.slice(i + 1).map((other): [string, string] => [one, other]));
      await sayApart(tx, breach.id, actor, pairs);
      await dropAnswered(tx, breach.id);
      await recordMany(
        tx,
        ids.map((personId) => ({
          kind: 'person.kept-apart' as const,
          actor: actorName(actor),
          breachId: breach.id,
          personId,
          facts: { review: reviewId },
        })),
      );
    });
  }

  private async contextOf(tx: EntityManager, accountId: string, name: string, breach: Breach): Promise<MergeContext> {
    return {
      breachId: breach.id,
      breachKey: await breachKey(tx, this.keyring, breach.id),
      keyring: this.keyring,
      controller: (await getController(tx)).controller,
      recordedBy: accountId,
      actor: name,
      source: 'roster',
      importId: null,
      now: await databaseNow(tx),
      how: 'automatic',
    };
  }

  /** The merges that a matching asks for: of each cluster all into the one that goes on, as far as nobody said otherwise. */
  private async groupsOf(tx: EntityManager, breachId: string, matching: Matching, apart: Pairs): Promise<Merge[][]> {
    const members = new Map(
      (
        await lockMembers(
          tx,
          breachId,
          matching.merged.flatMap(({ ids }) => ids),
        )
      ).map((one) => [one.id, one]),
    );
    return matching.merged.map(({ ids, links }) => {
      if (apart.has(ids)) return [];
      const roots = [...new Set(ids.map((id) => members.get(id)?.mergedInto ?? id))].flatMap((id) => {
        const root = members.get(id);
        return root && !root.mergedInto ? [root] : [];
      });
      if (roots.length < 2) return [];
      const keptId = keptOf(roots);
      return roots
        .filter((root) => root.id !== keptId)
        .map(({ id }) => ({ keptId, mergedId: id, why: linkOf(links, id)?.why ?? BY_HAND }));
    });
  }
}

function linkOf(links: Matching['merged'][number]['links'], id: string): (typeof links)[number] | undefined {
  return links.find((link) => link.ids.includes(id));
}

/** Pairs of persons of whom somebody said that they are two. */
class Pairs {
  private readonly others = new Map<string, Set<string>>();

  constructor(pairs: { one: string; other: string }[]) {
    for (const { one, other } of pairs) {
      this.others.set(one, (this.others.get(one) ?? new Set()).add(other));
    }
  }

  /** Whether two of these are such a pair. */
  has(ids: readonly string[]): boolean {
    const all = new Set(ids);
    return ids.some((id) => [...(this.others.get(id) ?? [])].some((other) => all.has(other)));
  }
}

async function apartIn(tx: EntityManager, breachId: string): Promise<Pairs> {
  return new Pairs(
    await tx.query(`select one_id as one, other_id as other from person_apart where breach_id = $1`, [breachId]),
  );
}

async function sayApart(tx: EntityManager, breachId: string, actor: Actor, pairs: [string, string][]): Promise<void> {
  const ordered = pairs.map(([a, b]) => (a < b ? [a, b] : [b, a]));
  await tx.query(
    `insert into person_apart (breach_id, one_id, other_id, said_by)
     select $1, one, other, $2 from unnest($3::uuid[], $4::uuid[]) as t (one, other) on conflict do nothing`,
    [breachId, actor.accountId, ordered.map(([one]) => one), ordered.map(([, other]) => other)],
  );
}

/** Who is merged by hand was thought to be two before; that is over. */
async function forgetApart(tx: EntityManager, ids: string[]): Promise<void> {
  await tx.query(`delete from person_apart where one_id = any ($1) and other_id = any ($1)`, [ids]);
}

/** Entries of the queue that merges or answers have left without a question. */
async function dropAnswered(tx: EntityManager, breachId: string): Promise<void> {
  await tx.query(
    `delete from person_review r where breach_id = $1 and not exists (
       select from (select distinct coalesce(p.merged_into, p.id) as id from person p where p.id = any (r.person_ids)) one
         join (select distinct coalesce(p.merged_into, p.id) as id from person p where p.id = any (r.person_ids)) other on one.id < other.id
        where not exists (select from person_apart a join person x on x.id = a.one_id join person y on y.id = a.other_id
                           where least(coalesce(x.merged_into, x.id), coalesce(y.merged_into, y.id)) = one.id
                             and greatest(coalesce(x.merged_into, x.id), coalesce(y.merged_into, y.id)) = other.id))`,
    [breachId],
  );
}

/** Puts the questions of a matching in the place of those of the one before. Answers how many wait. */
async function queue(
  tx: EntityManager,
  breachId: string,
  entries: ReviewEntry[],
  apart: Pairs,
  clock: Clock,
): Promise<number> {
  await tx.query(`delete from person_review where breach_id = $1`, [breachId]);
  const open = entries.filter(({ ids }) => !apart.has(ids));
  await tx.query(
    `insert into person_review (id, breach_id, person_ids, why)
     select id, $1, string_to_array(person_ids, ',')::uuid[], why from unnest($2::uuid[], $3::text[], $4::jsonb[]) as t (id, person_ids, why)`,
    [
      breachId,
      open.map(() => uuidv7(clock.now())),
      open.map(({ ids }) => ids.join(',')),
      open.map(({ why }) => JSON.stringify(why)),
    ],
  );
  return open.length;
}

function requireOpen(actor: Actor, members: Awaited<ReturnType<typeof lockMembers>>, ids: string[]): void {
  const hidden = members.some((one) => one.isProtected) && !may(actor.roles, 'people.protected');
  if (members.length < new Set(ids).size || hidden || new Set(ids).size < ids.length) throw unknownPerson();
  if (members.some((one) => one.mergedInto !== null))
    throw new Problem(
      'conflict',
      'person.merged-already',
      'One of these persons was merged meanwhile. Load the page again.',
    );
}
