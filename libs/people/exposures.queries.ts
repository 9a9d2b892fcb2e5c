import type { EntityManager } from 'typeorm';
import { openJson, personKey, type SealingKey } from '#libs/platform/index.js';
import type { CurrentExposure } from './people.queries.js';
import { exposureReasonPlace } from './persons.store.js';

/** One thing of one person that is out, with where that is known from. */
export interface ExplainedExposure extends CurrentExposure {
  /** Somebody's own words; null where a roster or a scan said it, and where the person was erased. */
  reason: string | null;
  /** The change of many that it comes from. */
  changeId: string | null;
  /** Account id. */
  recordedBy: string | null;
  recordedAt: Date;
}

export function changeReasonPlace(changeId: string): string {
  return `exposure_change|${changeId}|reason|1`;
}

/** What of a person is out, in the order in which it became known, with reasons opened. */
export async function explainedExposures(
  tx: EntityManager,
  breachKey: SealingKey,
  personId: string,
): Promise<ExplainedExposure[]> {
  const rows: (Omit<ExplainedExposure, 'reason'> & {
    secret: Buffer | null;
    sealed: Buffer | null;
    changeSealed: Buffer | null;
  })[] = await tx.query(
    `select e.id, e.data_kind as "dataKind", e.country, e.extent, e.confidence, e.source, e.change_id as "changeId",
            e.recorded_by as "recordedBy", e.recorded_at as "recordedAt", e.reason_sealed as sealed,
            c.reason_sealed as "changeSealed", p.secret
       from exposure e join person p on p.id = e.person_id left join exposure_change c on c.id = e.change_id
      where e.person_id = $1 and e.superseded_by is null order by e.id`,
    [personId],
  );
  return rows.map(({ secret, sealed, changeSealed, ...row }) => ({
    ...row,
    reason:
      sealed && secret
        ? openJson<string>(personKey(breachKey, secret, personId), exposureReasonPlace(row.id), sealed)
        : changeSealed
          ? openJson<string>(breachKey, changeReasonPlace(row.changeId!), changeSealed)
          : null,
  }));
}
