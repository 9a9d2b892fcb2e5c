import type { EntityManager } from 'typeorm';
import { DATA_KINDS, EXTENTS, isDocumentKind, type Category } from '#libs/breach/index.js';
import type { Language } from '#libs/platform/index.js';
import { isAddressee, type Addressed } from './addressees.js';
import { shippedAdvice } from './advice-book.js';

/** An addressee whose letter is shown to whoever allows them all. */
export interface SampledLetter {
  personId: string;
  languages: Language[];
  category: Category;
  /** Whether their letter asks them to renew or replace something. */
  renews: boolean;
}

export const MOST_SAMPLES = 12;
/** With fewer kinds of letter than this, more letters of each kind are shown. */
const LEAST_SAMPLES = 6;

/** Things of which a letter says that they are to be renewed or replaced: `id-card:scan`. */
function renewed(): string[] {
  const book = shippedAdvice();
  return DATA_KINDS.flatMap((dataKind) =>
    EXTENTS.filter((extent) => {
      const country = isDocumentKind(dataKind) ? 'BE' : null;
      return book.choose({ dataKind, extent, country, confidence: 'presumed' }).action === 'renew';
    }).map((extent) => `${dataKind}:${extent}`),
  );
}

/**
 * A letter of every combination of languages, category and whether something is to be renewed, at most twelve, each
 * language in turn; the hash that the approval is bound to says which, so that nobody chooses them and the same approval
 * shows the same. Protected persons' letters are looked at by the security officer only.
 */
export async function approvalSample(tx: EntityManager, notice: Addressed, hash: string): Promise<SampledLetter[]> {
  const rows: (SampledLetter & { nth: number })[] = await tx.query(
    `with addressee as (
       select p.id, p.languages, p.category, exists (
                select from exposure e where e.person_id = p.id and e.superseded_by is null and e.confidence <> 'excluded'
                   and e.data_kind || ':' || e.extent = any ($4)) as renews
         from person p where ${isAddressee(notice.kind)} and not p.protected),
     drawn as (
       select *, row_number() over (partition by languages, category, renews order by md5($3 || id::text), id) as nth,
              count(*) over (partition by languages, category, renews) as size from addressee),
     turned as (
       select *, row_number() over (partition by nth, languages order by size desc, category, renews desc) as turn
         from drawn where nth <= $5)
     select id as "personId", languages, category, renews, nth::int from turned order by nth, turn, languages limit $6`,
    [notice.breachId, notice.id, hash, renewed(), LEAST_SAMPLES, MOST_SAMPLES],
  );
  const kinds = rows.filter((row) => row.nth === 1).length;
  return rows
    .slice(0, Math.max(kinds, LEAST_SAMPLES))
    .map(({ personId, languages, category, renews }) => ({ personId, languages, category, renews }));
}
