import type { Language } from '#libs/platform/index.js';
import type { PersonTimelineEntry } from '#libs/people/index.js';

/** What says words: the pages' views. */
export interface Says {
  t(language: Language, key: string, values?: Record<string, unknown>): string;
  knows(key: string): boolean;
}

/** What happened, in words. A kind that has none yet is named by its own: `print-run.closed` is "Print run closed". */
export function eventInWords(says: Says, language: Language, kind: string): string {
  if (says.knows(`event.${kind}`)) return says.t(language, `event.${kind}`);
  const words = kind.replace(/[^a-z]+/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/**
 * What the facts of an entry say beyond its kind, a line each. Facts are ids, numbers, dates and enumerations; of a
 * value that has no words nothing is shown.
 */
export function eventDetails(
  says: Says,
  language: Language,
  entry: PersonTimelineEntry,
  day: (iso: string) => string,
): string[] {
  const facts = entry.facts;
  const lines: (string | null)[] = [];
  const among = (beginning: string, value: unknown): string | null =>
    typeof value === 'string' && says.knows(`${beginning}.${value}`) ? says.t(language, `${beginning}.${value}`) : null;
  const columns = (value: unknown): string =>
    (Array.isArray(value) ? value : [])
      .map((column) => among('event-column', column) ?? String(column).replaceAll('_', ' '))
      .join(', ');
  if (entry.kind === 'roster.imported') lines.push(says.t(language, 'event-detail.in-roster'));
  if (entry.kind === 'person.restated') {
    const [changed, kept] = [columns(facts['changed']), columns(facts['kept'])];
    if (changed) lines.push(says.t(language, 'event-detail.changed', { columns: changed }));
    if (kept) lines.push(says.t(language, 'event-detail.kept', { columns: kept }));
    if (!changed && !kept) lines.push(says.t(language, 'event-detail.added-only'));
  }
  if (entry.kind === 'person.shown') lines.push(among('show-reason', facts['reason']));
  if (entry.kind === 'dispatch.queued') lines.push(among('channel', facts['channel']));
  if (typeof facts['notice'] === 'string')
    lines.push(says.t(language, 'event-detail.notice', { notice: facts['notice'] }));
  if (typeof facts['renewedOn'] === 'string')
    lines.push(says.t(language, 'event-detail.renewed', { day: day(facts['renewedOn']) }));
  if (typeof facts['reviewOn'] === 'string')
    lines.push(says.t(language, 'event-detail.review', { day: day(facts['reviewOn']) }));
  if (typeof facts['receipt'] === 'string')
    lines.push(says.t(language, 'event-detail.receipt', { receipt: facts['receipt'] }));
  if (entry.isOfMerged) lines.push(says.t(language, 'event-detail.merged'));
  return lines.filter((line) => line !== null);
}
