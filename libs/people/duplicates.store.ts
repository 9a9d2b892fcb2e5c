import type { EntityManager } from 'typeorm';
import { recordMany } from '#libs/ledger/index.js';
import { uuidv7 } from '#libs/platform/index.js';
import type { MatchReason } from './matching-verdict.js';
import { recordAfterSplit, taking, type MergeCandidate, type TakenField, type Taking } from './merging.js';
import { languagesOf } from './person-rows.js';
import {
  addContacts,
  lockKnown,
  recountExposures,
  sealRecord,
  setContactStates,
  supersedeExposures,
  type StoreContext,
} from './persons.store.js';
import type { KnownPerson } from './restating.js';

export interface MergeContext extends StoreContext {
  /** As the ledger names whoever does it. */
  actor: string;
  how: 'automatic' | 'by-hand';
}

export interface Merge {
  keptId: string;
  mergedId: string;
  why: MatchReason;
}

/** What a kept person took over, as `person_merge.taken` keeps it. */
interface Taken {
  fields: TakenField[];
  contacts: number[];
  exposures: { id: string; superseded: string | null }[];
  acknowledged: boolean;
}

/** Merges in one round; more would make one statement too large. */
const ROUND = 500;

export interface Member extends MergeCandidate {
  mergedInto: string | null;
  isProtected: boolean;
}

/** Persons of a breach by id, locked in the order of their ids; those of another breach and the erased are left out. */
export async function lockMembers(tx: EntityManager, breachId: string, ids: string[]): Promise<Member[]> {
  return await tx.query(
    `select id, merged_into as "mergedInto", protected as "isProtected", letters_arrived as "lettersArrived",
            attempts_open as "attemptsOpen", acknowledged_at is not null as "hasAnswered"
       from person where breach_id = $1 and secret is not null
        and id in (select id from unnest($2::uuid[]) as t (id)
                   union select merged_into from person where id = any ($2) and merged_into is not null)
      order by id for update`,
    [breachId, ids],
  );
}

/** Merges persons into others, each in turn where several come to one; the persons are locked. */
export async function mergeAll(tx: EntityManager, context: MergeContext, merges: Merge[]): Promise<void> {
  for (let left = merges; left.length > 0;) {
    // One merge for each kept person in a round: the next reads what the one before left.
    const round = [...new Map(left.toReversed().map((merge) => [merge.keptId, merge])).values()].slice(0, ROUND);
    await mergeRound(tx, context, round);
    const done = new Set(round);
    left = left.filter((merge) => !done.has(merge));
  }
}

async function mergeRound(tx: EntityManager, context: MergeContext, merges: Merge[]): Promise<void> {
  const known = await lockKnown(
    tx,
    context.breachKey,
    merges.flatMap((merge) => [merge.keptId, merge.mergedId]),
  );
  const steps = merges.flatMap((merge) => {
    const [kept, other] = [known.get(merge.keptId), known.get(merge.mergedId)];
    if (!kept || !other) return [];
    const person = { ...kept, addsOnly: true };
    return [{ merge, kept: person, taken: taking(person, { ...other, addsOnly: true }) }];
  });
  if (steps.length === 0) return;
  await updateKept(tx, context, steps);
  await takeContacts(tx, context, steps);
  const exposures = steps.flatMap(({ kept, taken }) => taken.exposures.map((one) => ({ ...one, personId: kept.id })));
  const ids = await supersedeExposures(tx, context, exposures);
  const answered = await joinFacts(tx, merges);
  const exposureIds = new Map<string, Taken['exposures']>();
  exposures.forEach(({ personId, supersedes }, i) => {
    const list = exposureIds.get(personId) ?? [];
    exposureIds.set(personId, [...list, { id: ids[i]!, superseded: supersedes }]);
  });
  await keepMerges(
    tx,
    context,
    steps.map(({ merge, kept, taken }) => ({
      merge,
      taken: {
        fields: taken.fields,
        contacts: taken.contacts.map(({ place }) => place),
        exposures: exposureIds.get(kept.id) ?? [],
        acknowledged: answered.has(kept.id),
      },
    })),
  );
}

async function updateKept(
  tx: EntityManager,
  context: MergeContext,
  steps: { kept: KnownPerson; taken: Taking }[],
): Promise<void> {
  const letters = steps.map(({ kept, taken }) => languagesOf(context.controller, kept, taken.record));
  await tx.query(
    `update person p
        set sealed = t.sealed, country = t.country, protected = t.protected, minor = t.minor, deceased = t.deceased,
            languages = case when p.languages_reason = 'by-hand' then p.languages else string_to_array(t.languages, ',') end,
            languages_reason = case when p.languages_reason = 'by-hand' then p.languages_reason else t.reason end
       from unnest($1::uuid[], $2::bytea[], $3::text[], $4::bool[], $5::bool[], $6::bool[], $7::text[], $8::text[])
         as t (id, sealed, country, protected, minor, deceased, languages, reason)
      where p.id = t.id`,
    [
      steps.map(({ kept }) => kept.id),
      steps.map(({ kept, taken }) => sealRecord(context.breachKey, kept.id, kept.secret, taken.record)),
      steps.map(({ taken }) => taken.record.country ?? null),
      steps.map(({ taken }) => taken.isProtected),
      steps.map(({ taken }) => taken.isMinor),
      steps.map(({ taken }) => taken.isDeceased),
      letters.map(({ languages }) => languages.join(',')),
      letters.map(({ reason }) => reason),
    ],
  );
}

async function takeContacts(
  tx: EntityManager,
  context: MergeContext,
  steps: { kept: KnownPerson; taken: Taking }[],
): Promise<void> {
  await addContacts(
    tx,
    context,
    steps.map(({ kept, taken }) => ({
      known: kept,
      record: taken.record,
      places: taken.contacts.map(({ place }) => place),
    })),
  );
  const states = steps.flatMap(({ kept, taken }) =>
    taken.contacts.map((one) => ({ ...one, personId: kept.id, kind: taken.record.contacts[one.place]!.kind })),
  );
  await setContactStates(
    tx,
    states.filter(({ state }) => state !== 'untried'),
  );
}

/**
 * Points the merged persons at the kept ones and adds their counted facts to theirs: one human has had the letters of
 * both. Answers the kept persons that count as having answered only because the other did.
 */
async function joinFacts(tx: EntityManager, merges: Merge[]): Promise<Set<string>> {
  const pairs = [merges.map((merge) => merge.keptId), merges.map((merge) => merge.mergedId)];
  const answered: { id: string }[] = await tx.query(
    `select k.id from unnest($1::uuid[], $2::uuid[]) as t (kept, merged)
       join person k on k.id = t.kept join person o on o.id = t.merged
      where k.acknowledged_at is null and o.acknowledged_at is not null`,
    pairs,
  );
  await tx.query(
    `update person k
        set letters_arrived = k.letters_arrived + o.letters_arrived, last_letter_at = greatest(k.last_letter_at, o.last_letter_at),
            letter_form = case when k.letter_form = 'standard' then o.letter_form else k.letter_form end, attempts_open = k.attempts_open + o.attempts_open,
            ladder_spent = k.ladder_spent and o.ladder_spent, acknowledged_at = coalesce(k.acknowledged_at, o.acknowledged_at),
            national_number_index = coalesce(k.national_number_index, o.national_number_index)
       from unnest($1::uuid[], $2::uuid[]) as t (kept, merged) join person o on o.id = t.merged
      where k.id = t.kept`,
    pairs,
  );
  // Whoever was merged into the merged one before follows.
  await tx.query(
    `update person p set merged_into = t.kept from unnest($1::uuid[], $2::uuid[]) as t (kept, merged)
      where p.id = t.merged or p.merged_into = t.merged`,
    pairs,
  );
  return new Set(answered.map(({ id }) => id));
}

async function keepMerges(
  tx: EntityManager,
  context: MergeContext,
  merges: { merge: Merge; taken: Taken }[],
): Promise<void> {
  const rows = merges.map((one) => ({ ...one, id: uuidv7(context.now) }));
  await tx.query(
    `insert into person_merge (id, breach_id, kept_id, merged_id, how, why, taken, merged_by)
     select id, $1, kept, merged, $2, why, taken, $3 from unnest($4::uuid[], $5::uuid[], $6::uuid[], $7::jsonb[], $8::jsonb[]) as t (id, kept, merged, why, taken)`,
    [
      context.breachId,
      context.how,
      context.recordedBy,
      rows.map(({ id }) => id),
      rows.map(({ merge }) => merge.keptId),
      rows.map(({ merge }) => merge.mergedId),
      rows.map(({ merge }) => JSON.stringify(merge.why)),
      rows.map(({ taken }) => JSON.stringify(taken)),
    ],
  );
  await recordMany(
    tx,
    rows.flatMap(({ id, merge }) =>
      [merge.keptId, merge.mergedId].map((personId) => ({
        kind: 'person.merged' as const,
        actor: context.actor,
        breachId: context.breachId,
        personId,
        facts: { merge: id, kept: merge.keptId, merged: merge.mergedId, how: context.how, agree: merge.why.agree },
      })),
    ),
  );
}

interface CurrentMerge {
  id: string;
  keptId: string;
  how: MergeContext['how'];
  why: MatchReason;
  taken: Taken;
}

/**
 * Takes the current merge of a person back: exactly what the kept one took over goes, as far as it is still so. Where
 * that one was itself merged on since, it is taken out first and merged again afterwards.
 */
export async function splitMerge(tx: EntityManager, context: MergeContext, mergedId: string): Promise<void> {
  const merge = (await currentMerge(tx, mergedId))!;
  const onward = await currentMerge(tx, merge.keptId);
  if (onward) await splitMerge(tx, context, merge.keptId);
  await takeBack(tx, context, merge, mergedId);
  if (onward)
    await mergeAll(tx, { ...context, how: onward.how }, [
      { keptId: onward.keptId, mergedId: merge.keptId, why: onward.why },
    ]);
}

async function currentMerge(tx: EntityManager, mergedId: string): Promise<CurrentMerge | null> {
  const [merge]: CurrentMerge[] = await tx.query(
    `select id, kept_id as "keptId", how, why, taken from person_merge where merged_id = $1 and split_at is null`,
    [mergedId],
  );
  return merge ?? null;
}

async function takeBack(
  tx: EntityManager,
  context: MergeContext,
  { id, keptId, taken }: CurrentMerge,
  mergedId: string,
): Promise<void> {
  await tx.query(`update person_merge set split_by = $2, split_at = clock_timestamp() where id = $1`, [
    id,
    context.recordedBy,
  ]);
  const known = await lockKnown(tx, context.breachKey, [keptId, mergedId]);
  const [kept, other] = [known.get(keptId)!, known.get(mergedId)!];
  await tx.query(
    `update person k
        set letters_arrived = k.letters_arrived - o.letters_arrived, attempts_open = k.attempts_open - o.attempts_open,
            acknowledged_at = case when $4 and k.acknowledged_at = o.acknowledged_at then null else k.acknowledged_at end,
            sealed = $3
       from person o where k.id = $1 and o.id = $2`,
    [
      keptId,
      mergedId,
      sealRecord(context.breachKey, keptId, kept.secret, recordAfterSplit(kept.record, other.record, taken.fields)),
      taken.acknowledged,
    ],
  );
  // Its own again, and with it whoever was merged into it before.
  await tx.query(
    `with recursive own (id) as (
       select $1::uuid union select m.merged_id from person_merge m join own on m.kept_id = own.id where m.split_at is null)
     update person p set merged_into = case when p.id = $1 then null else $1 end from own where p.id = own.id`,
    [mergedId],
  );
  const unused = taken.contacts.filter((place) => ['untried', 'works'].includes(kept.contactStates[place]!));
  await setContactStates(
    tx,
    unused.map((place) => ({
      personId: keptId,
      place,
      kind: kept.record.contacts[place]!.kind,
      state: 'revoked' as const,
    })),
  );
  await giveBackExposures(tx, taken.exposures);
  await recountExposures(tx, [keptId]);
  await recordMany(
    tx,
    [keptId, mergedId].map((personId) => ({
      kind: 'person.split' as const,
      actor: context.actor,
      breachId: context.breachId,
      personId,
      facts: { merge: id, kept: keptId, merged: mergedId },
    })),
  );
}

/** Exposures that came with the merge are current no more; what they superseded is again. One changed since stays. */
async function giveBackExposures(tx: EntityManager, exposures: Taken['exposures']): Promise<void> {
  const [back]: [{ id: string }[]] = await tx.query(
    `update exposure set superseded_by = id where id = any ($1) and superseded_by is null returning id`,
    [exposures.map(({ id }) => id)],
  );
  const given = new Set(back.map(({ id }) => id));
  await tx.query(`update exposure set superseded_by = null where id = any ($1)`, [
    exposures.flatMap(({ id, superseded }) => (superseded && given.has(id) ? [superseded] : [])),
  ]);
}
