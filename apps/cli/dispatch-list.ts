import { breachKey, getBreach } from '#libs/breach/index.js';
import { DISPATCH_STATES, listDispatches } from '#libs/delivery/index.js';
import { openPeople } from '#libs/people/index.js';
import { KEYRING, Problem, type Keyring } from '#libs/platform/index.js';
import type { CommandContext } from './context.js';

export interface ListedAttempt {
  dispatch: string;
  reference: string;
  channel: string;
  state: string;
  class: string | null;
  messageId: string | null;
  at: Date;
}

const PAGE = 1_000;

/** All attempts of a breach but those of protected persons, by reference and never by name or address. */
export async function listAttempts(
  context: CommandContext,
  breachReference: string,
  state: string | undefined,
): Promise<ListedAttempt[]> {
  if (state !== undefined && !DISPATCH_STATES.some((other) => other === state))
    throw new Problem('bad-input', 'state.unknown', `Choose the state among ${DISPATCH_STATES.join(', ')}.`);
  const keyring = context.app.get<Keyring>(KEYRING);
  return await context.platform.database.transaction('REPEATABLE READ', async (tx) => {
    const breach = await getBreach(tx, breachReference);
    const key = await breachKey(tx, keyring, breach.id);
    const items: ListedAttempt[] = [];
    for (let after: string | undefined; ;) {
      const page = await listDispatches(tx, breach.id, {
        ...(state ? { state } : {}),
        withProtected: false,
        ...(after ? { after } : {}),
        limit: PAGE,
      });
      const people = await openPeople(
        tx,
        breach.id,
        key,
        page.dispatches.map((one) => one.personId),
      );
      for (const one of page.dispatches) {
        items.push({
          dispatch: one.id,
          reference: people.get(one.personId)?.record?.reference ?? '(erased)',
          channel: one.channel,
          state: one.state,
          class: one.class,
          messageId: one.messageId,
          at: one.at,
        });
      }
      if (!page.next) return items;
      after = page.next;
    }
  });
}
