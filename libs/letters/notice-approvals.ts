import { isDeepStrictEqual } from 'node:util';
import type { EntityManager } from 'typeorm';
import { STATED, isAddressee } from './addressees.js';
import type { Notice, NoticeSources } from './notice.js';

/** What was allowed once. */
export interface Approval {
  /** Of the notice that was allowed: this one, or an earlier one of the same kind. */
  reference: string;
  noticeId: string;
  /** Counts the approvals of its notice. */
  number: number;
  approver: string;
  approvedAt: Date;
  sources: NoticeSources;
}

/** How the addressees differ from those of an approval. */
export interface AddresseeChange {
  more: number;
  fewer: number;
  /** Persons of both, of whom something that their letter states changed. */
  other: number;
}

const STATED_HASH = `substring(sha256(convert_to(${STATED}, 'UTF8')) for 8)`;

/** Keeps what an approval was given for, with the addressees of this moment. */
export async function keepApproval(
  tx: EntityManager,
  notice: Notice,
  approver: string,
  given: { hash: string; sources: NoticeSources },
): Promise<void> {
  await tx.query(
    `insert into notice_approval (notice_id, number, approver, hash, sources, person_ids, person_hashes)
     select $2, (select count(*) + 1 from notice_approval where notice_id = $2), $3, decode($4, 'hex'), $5, coalesce(array_agg(p.id order by p.id), '{}'), coalesce(array_agg(${STATED_HASH} order by p.id), '{}')
       from person p where ${isAddressee(notice.kind)}`,
    [notice.breachId, notice.id, approver, given.hash, given.sources],
  );
}

/** The newest approval of this notice, else that of the last notice of its kind that went out; null where there is none. */
export async function lastApproval(tx: EntityManager, notice: Notice): Promise<Approval | null> {
  const rows: Approval[] = await tx.query(
    `select n.reference, n.id as "noticeId", a.number, a.approver, a.approved_at as "approvedAt", a.sources
       from notice_approval a join notice n on n.id = a.notice_id
      where n.breach_id = $1 and n.kind = $2 and (n.id = $3 or n.sending_at is not null)
      order by n.id = $3 desc, a.approved_at desc limit 1`,
    [notice.breachId, notice.kind, notice.id],
  );
  return rows[0] ?? null;
}

/** How the addressees of now differ from those of an approval. */
export async function addresseesSince(tx: EntityManager, notice: Notice, approval: Approval): Promise<AddresseeChange> {
  const [row]: AddresseeChange[] = await tx.query(
    `with now as (select p.id, ${STATED_HASH} as hash from person p where ${isAddressee(notice.kind)}),
          before as (select t.id, t.hash from notice_approval a, unnest(a.person_ids, a.person_hashes) as t (id, hash)
                      where a.notice_id = $3 and a.number = $4)
     select count(*) filter (where before.id is null)::int as more,
            count(*) filter (where now.id is null)::int as fewer,
            count(*) filter (where now.hash <> before.hash)::int as other
       from now full join before on before.id = now.id`,
    [notice.breachId, notice.id, approval.noticeId, approval.number],
  );
  return row!;
}

/**
 * Whether the approval of a reminder covers what would leave of it from `sources` now: the texts and facts that were
 * allowed, and none but persons who were allowed, with all that their letter states. Whoever replied since gets none, so
 * the list only shrinks; of any other kind the list must be the very one.
 */
export async function isWithinApproval(tx: EntityManager, notice: Notice, sources: NoticeSources): Promise<boolean> {
  if (notice.kind !== 'reminder') return false;
  const approval = await lastApproval(tx, notice);
  if (approval?.noticeId !== notice.id || !isDeepStrictEqual(approval.sources, sources)) return false;
  const { more, other } = await addresseesSince(tx, notice, approval);
  return more === 0 && other === 0;
}
