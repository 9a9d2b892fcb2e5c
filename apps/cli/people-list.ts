import { breachKey, getBreach } from '#libs/breach/index.js';
import { reasonsFor } from '#libs/delivery/index.js';
import { STANDINGS, listPeople } from '#libs/people/index.js';
import { KEYRING, Problem, type Keyring } from '#libs/platform/index.js';
import { may, requirePermission } from '#libs/staff/index.js';
import type { CommandContext } from './context.js';

export interface ListedPerson {
  reference: string;
  category: string;
  language: string;
  state: string;
  reason: string;
}

const PAGE = 1_000;

/** Everybody of a breach in the order in which they were added; protected persons only for the security officer. */
export async function listEverybody(
  context: CommandContext,
  breachReference: string,
  state: string | undefined,
  as: string | undefined,
): Promise<ListedPerson[]> {
  const standing = STANDINGS.find((other) => other === state);
  if (state !== undefined && !standing)
    throw new Problem('bad-input', 'state.unknown', `Choose the state among ${STANDINGS.join(', ')}.`);
  const actor = as === undefined ? null : await context.actor(as);
  if (actor) requirePermission(actor, 'people.read');
  const withProtected = actor !== null && may(actor.roles, 'people.protected');
  const keyring = context.app.get<Keyring>(KEYRING);
  return await context.platform.database.transaction('REPEATABLE READ', async (tx) => {
    const breach = await getBreach(tx, breachReference);
    const key = await breachKey(tx, keyring, breach.id);
    const items: ListedPerson[] = [];
    for (let after: string | undefined; ;) {
      const page = await listPeople(tx, breach.id, key, {
        ...(standing ? { standing } : {}),
        withProtected,
        ...(after ? { after } : {}),
        limit: PAGE,
      });
      const reasons = await reasonsFor(
        tx,
        page.people.map((person) => person.id),
      );
      for (const person of page.people) {
        items.push({
          reference: person.record?.reference ?? '(erased)',
          category: person.category,
          language: person.languages.join('+'),
          state: person.standing,
          reason: reasons.get(person.id)!,
        });
      }
      if (!page.next) return items;
      after = page.next;
    }
  });
}
