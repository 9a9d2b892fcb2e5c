import type { EntityManager } from 'typeorm';

export interface ReplyView {
  kind: 'acknowledged' | 'renewed';
  receipt: string;
  /** The document that was renewed, as it is stated now: a correction takes the place of the row that was named. */
  exposureId: string | null;
  /** ISO date. */
  renewedOn: string | null;
  repliedAt: Date;
}

/** Replies of one person that hold, oldest first. */
export async function repliesOf(tx: EntityManager, personId: string): Promise<ReplyView[]> {
  return await tx.query(
    `select r.kind, r.receipt, coalesce(stated.id, r.exposure_id) as "exposureId", r.renewed_on::text as "renewedOn", r.replied_at as "repliedAt"
       from reply r
       left join exposure named on named.id = r.exposure_id
       left join exposure stated on stated.person_id = r.person_id and stated.superseded_by is null
                                and stated.data_kind = named.data_kind and stated.country is not distinct from named.country
      where r.person_id = $1 and r.withdrawn_at is null order by r.id`,
    [personId],
  );
}

export interface RenewalCount {
  /** A kind of document, or `protected`: those of protected persons are one number, whatever they are. */
  kind: string;
  country: string;
  /** Documents of that kind and country (empty for the protected) that are out, and how many of them were declared renewed. */
  affected: number;
  renewed: number;
}

export interface ReplyCounts {
  /** Persons, not clicks. */
  acknowledged: number;
  renewed: number;
  renewals: RenewalCount[];
}

/** What persons of a breach did: acknowledged as persons, renewed of affected by kind of document and country. */
export async function countReplies(tx: EntityManager, breachId: string): Promise<ReplyCounts> {
  const [totals]: { acknowledged: number; renewed: number }[] = await tx.query(
    `select (select count(*)::int from person where breach_id = $1 and merged_into is null and acknowledged_at is not null) as acknowledged,
            (select count(*)::int from reply where breach_id = $1 and kind = 'renewed' and withdrawn_at is null) as renewed`,
    [breachId],
  );
  const renewals: RenewalCount[] = await tx.query(
    `with renewed as (
       select distinct named.person_id, named.data_kind, named.country from reply r join exposure named on named.id = r.exposure_id
        where r.breach_id = $1 and r.kind = 'renewed' and r.withdrawn_at is null)
     select case when p.protected then 'protected' else e.data_kind end as kind, case when p.protected then '' else e.country end as country,
            count(*)::int as affected, count(r.person_id)::int as renewed
       from exposure e join person p on p.id = e.person_id and p.merged_into is null
       left join renewed r on r.person_id = e.person_id and r.data_kind = e.data_kind and r.country = e.country
      where e.breach_id = $1 and e.superseded_by is null and e.confidence <> 'excluded' and e.country is not null
      group by 1, 2 order by count(*) desc, 1, 2`,
    [breachId],
  );
  return { ...totals!, renewals };
}
