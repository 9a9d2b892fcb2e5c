import type { EntityManager } from 'typeorm';
import { entriesOf, type TimelineEntry } from '#libs/ledger/index.js';

export interface PersonTimelineEntry extends TimelineEntry {
  /** It happened to somebody who was known to be the same person only later. */
  isOfMerged: boolean;
}

export interface PersonTimeline {
  entries: PersonTimelineEntry[];
  /** Place in the ledger after which the next page goes on; null on the last one. */
  next: number | null;
}

/**
 * Everything that happened to a person, in the order of the ledger: their own entries, those of persons merged into
 * them, and the imports that brought them, which have one entry for everybody in it.
 */
export async function personTimeline(
  tx: EntityManager,
  breachId: string,
  personId: string,
  page: { after: number | null; limit: number },
): Promise<PersonTimeline> {
  const members: { id: string; importId: string | null }[] = await tx.query(
    `with recursive member as (
       select id, import_id from person where id = $1
       union select p.id, p.import_id from person p join member on p.merged_into = member.id)
     select id, import_id as "importId" from member`,
    [personId],
  );
  const { entries, next } = await entriesOf(
    tx,
    {
      breachId,
      personIds: members.map((member) => member.id),
      importIds: members.flatMap((member) => member.importId ?? []),
    },
    page,
  );
  return {
    entries: entries.map((entry) => ({
      ...entry,
      isOfMerged: entry.personId !== null && entry.personId !== personId,
    })),
    next,
  };
}
