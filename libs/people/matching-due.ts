import type { EntityManager } from 'typeorm';
import { enqueue } from '#libs/jobs/index.js';
import { findDuplicates } from './find-duplicates.job.js';

/** Persons came or changed: duplicates are to be looked for, in the name of whoever brought them. */
export async function matchingIsDue(tx: EntityManager, breachId: string, accountId: string): Promise<void> {
  await tx.query(
    `insert into person_matching (breach_id, due_since, asked_by) values ($1, clock_timestamp(), $2)
     on conflict (breach_id) do update set due_since = coalesce(person_matching.due_since, excluded.due_since), asked_by = excluded.asked_by`,
    [breachId, accountId],
  );
  await enqueue(tx, findDuplicates, { breachId }, { key: `find-duplicates:${breachId}` });
}

export async function matchingDone(tx: EntityManager, breachId: string, accountId: string): Promise<void> {
  await tx.query(
    `insert into person_matching (breach_id, asked_by, matched_at) values ($1, $2, clock_timestamp())
     on conflict (breach_id) do update set due_since = null, matched_at = excluded.matched_at`,
    [breachId, accountId],
  );
}
