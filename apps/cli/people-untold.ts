import { breachKey, getBreach } from '#libs/breach/index.js';
import { listUntold, reasonInWords, stepInWords } from '#libs/delivery/index.js';
import { openPeople } from '#libs/people/index.js';
import { KEYRING, type Keyring } from '#libs/platform/index.js';
import { may, requirePermission } from '#libs/staff/index.js';
import type { CommandContext } from './context.js';

export interface UntoldListed {
  reference: string;
  category: string;
  language: string;
  state: string;
  reason: string;
  nextStep: string;
}

const PAGE = 1_000;

/** Everybody who is neither told nor exempt; protected persons only for the security officer, for others as a number. */
export async function listEverybodyUntold(
  context: CommandContext,
  breachReference: string,
  as: string | undefined,
): Promise<{ items: UntoldListed[]; hidden: number }> {
  const actor = as === undefined ? null : await context.actor(as);
  if (actor) requirePermission(actor, 'people.read');
  const withProtected = actor !== null && may(actor.roles, 'people.protected');
  const keyring = context.app.get<Keyring>(KEYRING);
  return await context.platform.database.transaction('REPEATABLE READ', async (tx) => {
    const breach = await getBreach(tx, breachReference);
    const key = await breachKey(tx, keyring, breach.id);
    const items: UntoldListed[] = [];
    for (let after: string | null = null; ;) {
      const page = await listUntold(tx, breach.id, { withProtected, after, limit: PAGE });
      const people = await openPeople(tx, breach.id, key, page.map(({ id }) => id)); // prettier-ignore
      for (const one of page) {
        const person = people.get(one.id)!;
        items.push({
          reference: person.record?.reference ?? '(erased)',
          category: person.category,
          language: person.languages.join('+'),
          state: one.standing,
          reason: reasonInWords(one),
          nextStep: stepInWords(one.step),
        });
      }
      if (page.length === PAGE) after = page.at(-1)!.id;
      else break;
    }
    const [row]: { count: number }[] = await tx.query(
      `select count(*)::int as count from person
        where breach_id = $1 and protected and merged_into is null and standing in ('under-way', 'not-reached')`,
      [breach.id],
    );
    return { items, hidden: withProtected ? 0 : row!.count };
  });
}
