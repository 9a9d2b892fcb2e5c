import type { EntityManager } from 'typeorm';
import { breachKey, factsOf, getController, textsOf } from '#libs/breach/index.js';
import type { Keyring, Language } from '#libs/platform/index.js';
import type { AddresseeCount } from './addressees.js';
import type { Checked } from './checked-letters.js';
import { findInNotice, textHash, type NoticeFinding, type NoticeMaterial } from './notice-findings.js';
import { overridesOf } from './notice-overrides.store.js';
import { bodiesOf, type Notice, type NoticeSources } from './notice.js';

type Sourced = Notice & { sources: NoticeSources };

/** What the linter says of some of a notice's letters, with who let which of it pass. */
export async function lintNotice(
  tx: EntityManager,
  keyring: Keyring,
  notice: Sourced,
  addressees: AddresseeCount[],
  checked: Checked,
  wordsIn: Language,
): Promise<NoticeFinding[]> {
  const material = await materialOf(tx, notice);
  const languages = new Set(addressees.flatMap((group) => group.languages as Language[]));
  const overrides = await overridesOf(tx, await breachKey(tx, keyring, notice.breachId), notice.id);
  const isOf = (language: Language, hash: Buffer): boolean =>
    hash.equals(textHash(material, notice.sources.shared, language));
  const found = checked.findings.get(wordsIn) ?? findInNotice(material, languages, checked.samples.samples, wordsIn);
  checked.findings.set(wordsIn, found);
  return found.map((finding) => ({
    ...finding,
    override:
      overrides.findLast(
        (one) => one.rule === finding.rule && one.language === finding.language && isOf(one.language, one.textHash),
      ) ?? null,
  }));
}

/** What the findings of a notice are made from, in the revisions that its sources name. */
export async function materialOf(tx: EntityManager, { id, breachId, kind, sources }: Sourced): Promise<NoticeMaterial> {
  return {
    kind,
    facts: (await factsOf(tx, breachId, sources.facts)).facts,
    controller: (await getController(tx, sources.controller)).controller,
    texts: await textsOf(tx, breachId, sources.texts),
    bodies: await bodiesOf(tx, id, sources.bodies),
  };
}
