import type { EntityManager } from 'typeorm';
import { breachKey } from '#libs/breach/index.js';
import { openPeople } from '#libs/people/index.js';
import type { Fault, Keyring } from '#libs/platform/index.js';
import {
  comparesLetters,
  countAddressees,
  countLeftOut,
  keepUnchanged,
  type AddresseeCount,
  type Addressed,
} from './addressees.js';
import { inputsOfKind } from './letter-inputs.js';
import { formerLetters, statedTexts } from './letters.store.js';
import type { NoticeKind } from './notice-kind.js';

/** Persons that are opened at once: flat memory however many there are. */
const BATCH = 1_000;

/**
 * Compares what everybody's former letter states with what holds now, where the kind of notice asks for it; for the
 * rest of the transaction its addressees are those for whom something differs.
 */
export async function gatherAddressees(tx: EntityManager, keyring: Keyring, notice: Addressed): Promise<void> {
  if (!comparesLetters(notice.kind)) return;
  const key = await breachKey(tx, keyring, notice.breachId);
  const texts = await statedTexts(tx, notice.breachId);
  await keepUnchanged(tx, notice, BATCH, async (ids) => {
    const people = await openPeople(tx, notice.breachId, key, ids);
    const former = await formerLetters(tx, key, notice, ids);
    return ids.filter((id) => {
      const { changes } = inputsOfKind(notice.kind, people.get(id)!, texts, former.get(id) ?? null);
      return changes?.length === 0;
    });
  });
}

/** Why nobody gets a letter of that kind, and what to do. */
const NOBODY: Record<NoticeKind, string> = {
  initial: 'Import the affected people first: nobody of whom something is out is waiting for a letter.',
  'follow-up': "Nobody's facts changed since their letter, so nobody would get a follow-up. Record what changed first.",
  reminder: 'Nobody is left to remind: everybody whose letter arrived has replied, or gets a follow-up first because something changed.', // prettier-ignore
  correction: 'Every letter that was sent still states what holds now, so there is nothing to correct. Correct what is recorded first.', // prettier-ignore
};

/** Said where no notice of the breach has letters to which another could refer. */
const NOTHING_SENT = 'No first letter was sent yet. Draft and send one of the kind "initial" first.';
const NOTHING_ARRIVED = 'No letter has arrived yet, so there is nobody to remind. Wait until letters have arrived.';

/** Why nobody gets a letter of this notice; null where somebody does, as `addressees` says where they are counted. */
export async function whyNobody(
  tx: EntityManager,
  notice: Addressed,
  addressees?: AddresseeCount[],
): Promise<Fault | null> {
  if ((addressees ?? (await countAddressees(tx, notice))).length > 0) return null;
  const nobody = { at: 'addressees', message: NOBODY[notice.kind], code: `nobody.${notice.kind}` };
  if (notice.kind === 'initial') return nobody;
  const reasons = new Set((await countLeftOut(tx, notice)).map(({ why }) => why));
  const onlyFor = (...whys: string[]): boolean => [...reasons].every((why) => why === 'erased' || whys.includes(why));
  if (onlyFor('no-letter')) return { ...nobody, message: NOTHING_SENT, code: 'nobody.nothing-sent' };
  if (notice.kind === 'reminder' && onlyFor('no-letter', 'not-arrived'))
    return { ...nobody, message: NOTHING_ARRIVED, code: 'nobody.nothing-arrived' };
  return nobody;
}
