import { breachKey, getBreach } from '#libs/breach/index.js';
import { DuplicatesService, listMerged, listReview, openPeople, reviewInWords } from '#libs/people/index.js';
import { KEYRING, type Keyring } from '#libs/platform/index.js';
import { may, requirePermission } from '#libs/staff/index.js';
import type { CommandContext } from './context.js';

export interface DuplicatesOfBreach {
  /** References of rows that are one person, the one that goes on first. */
  merged: string[][];
  /** Rows that may be one person. */
  review: { references: string[]; why: string }[];
}

const PAGE = 1_000;

/** Who stands more than once in a breach, looked for first where that is due; nothing of protected persons but for the security officer. */
export async function listDuplicates(
  context: CommandContext,
  breachReference: string,
  as: string | undefined,
): Promise<DuplicatesOfBreach> {
  const actor = as === undefined ? null : await context.actor(as);
  if (actor) requirePermission(actor, 'people.read');
  const withProtected = actor !== null && may(actor.roles, 'people.protected');
  const keyring = context.app.get<Keyring>(KEYRING);
  const { id } = await getBreach(context.platform.database.manager, breachReference);
  await context.get(DuplicatesService).runDue(id);
  return await context.platform.database.transaction('REPEATABLE READ', async (tx) => {
    const breach = await getBreach(tx, breachReference);
    const key = await breachKey(tx, keyring, breach.id);
    const groups = new Map<string, string[]>();
    for (const { keptId, mergedId } of await listMerged(tx, breach.id, null))
      groups.set(keptId, [...(groups.get(keptId) ?? [keptId]), mergedId]);
    const merged: string[][] = [];
    const all = [...groups.values()];
    for (let from = 0; from < all.length; from += PAGE) {
      const page = all.slice(from, from + PAGE);
      const people = await openPeople(tx, breach.id, key, page.flat());
      for (const ids of page) {
        const rows = ids.flatMap((id) => people.get(id) ?? []);
        if (withProtected || !rows.some((row) => row.isProtected))
          merged.push(rows.flatMap((row) => row.record?.reference ?? []));
      }
    }
    const review: DuplicatesOfBreach['review'] = [];
    for (let after: string | undefined; ;) {
      const page = await listReview(tx, breach.id, key, { withProtected, after, limit: PAGE });
      for (const { why, people } of page.entries) {
        const references = people.flatMap((row) => row.record?.reference ?? []);
        review.push({ references, why: reviewInWords({ ids: people.map(({ id }) => id), why }) });
      }
      if (!page.next) return { merged, review };
      after = page.next;
    }
  });
}
