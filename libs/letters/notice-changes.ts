import type { EntityManager } from 'typeorm';
import { factsOf, getController, textsOf } from '#libs/breach/index.js';
import { LANGUAGES, type Language } from '#libs/platform/index.js';
import { addresseesSince, lastApproval, type AddresseeChange, type Approval } from './notice-approvals.js';
import { bodiesOf, currentSources, type Notice, type NoticeSources } from './notice.js';
import { letterTemplates } from './template-files.js';
import { diffTexts, type DiffLine } from './text-diff.js';
import { changedValues, type ValueChange } from './value-changes.js';

/** What differs in one language. */
export interface TextChange {
  language: Language;
  lines: DiffLine[];
}

/** What changed since a notice was last allowed; where it never was, what differs from the words that are shipped. */
export interface NoticeChanges {
  since: Approval | null;
  /** The notice's own text. */
  texts: TextChange[];
  /** The words of the breach that the text takes in. */
  words: TextChange[];
  facts: ValueChange[];
  controller: ValueChange[];
  /** The shipped advice, and the words around it. */
  advice: boolean;
  addressees: AddresseeChange | null;
}

/** Compares what a notice would send now with what was allowed last. */
export async function changesSinceApproval(tx: EntityManager, notice: Notice): Promise<NoticeChanges> {
  const since = await lastApproval(tx, notice);
  const bodies = await bodiesOf(tx, notice.id);
  const before = since ? await bodiesOf(tx, since.noticeId, since.sources.bodies) : null;
  const shipped = letterTemplates(notice.kind);
  const texts = changesOf((language) => [
    before ? (before[language]?.body ?? '') : (shipped?.[language] ?? ''),
    bodies[language]?.body ?? '',
  ]);
  if (!since) return { since, texts, words: [], facts: [], controller: [], advice: false, addressees: null };
  return {
    since,
    texts,
    ...(await sourcesSince(tx, notice, since.sources)),
    addressees: await addresseesSince(tx, notice, since),
  };
}

async function sourcesSince(
  tx: EntityManager,
  notice: Notice,
  before: NoticeSources,
): Promise<Pick<NoticeChanges, 'words' | 'facts' | 'controller' | 'advice'>> {
  const now = await currentSources(tx, notice);
  const words = { before: await textsOf(tx, notice.breachId, before.texts), now: await textsOf(tx, notice.breachId) };
  const facts = async (revision: number): Promise<unknown> => (await factsOf(tx, notice.breachId, revision)).facts;
  const controller = async (revision: number): Promise<unknown> => (await getController(tx, revision)).controller;
  return {
    words: changesOf((language) => [asText(words.before[language]?.texts), asText(words.now[language]?.texts)]),
    facts: changedValues(await facts(before.facts), await facts(now.facts)),
    controller: changedValues(await controller(before.controller), await controller(now.controller)),
    advice: before.shared !== now.shared,
  };
}

function changesOf(textsIn: (language: Language) => [before: string, now: string]): TextChange[] {
  return LANGUAGES.map((language) => ({ language, lines: diffTexts(...textsIn(language)) })).filter(
    ({ lines }) => lines.length > 0,
  );
}

/** The parts of the words of a breach, one after another. */
function asText(words: Record<string, string | undefined> | undefined): string {
  return Object.values(words ?? {})
    .filter(Boolean)
    .join('\n\n');
}
