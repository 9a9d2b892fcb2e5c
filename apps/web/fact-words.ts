import type { ValueChange } from '#libs/letters/index.js';
import { isLanguage, number, timeInWords, type Language } from '#libs/platform/index.js';
import type { Views } from './views.js';

/** A value of the register that changed, in words. */
export interface FactChange {
  label: string;
  before: string;
  now: string;
}

interface Shown {
  /** Keys of the words that name it, from the outside in. */
  label: string[];
  /** What its value is: words with that prefix, a time, a number, or as `itemInWords` takes it. Text without. */
  as?: string;
}

/** Every value of the facts of a breach and of the controller; `*` stands for a language. */
export const FACT_WORDS: Record<string, Shown> = {
  title: { label: ['new.name'] },
  kinds: { label: ['new.kinds'], as: 'kind' },
  cause: { label: ['new.cause'], as: 'cause' },
  systems: { label: ['new.systems'] },
  occurredFrom: { label: ['new.from'], as: '(claim)' },
  occurredTo: { label: ['new.to'], as: '(claim)' },
  'detected.at': { label: ['fact.detected'], as: '(time)' },
  'detected.certainty': { label: ['fact.detected', 'new.certainty'], as: 'certainty' },
  'detected.source': { label: ['fact.detected', 'new.source'] },
  awareAt: { label: ['new.aware'], as: '(time)' },
  awareBasis: { label: ['new.basis'] },
  affectedCategories: { label: ['new.categories'], as: 'category' },
  dataKinds: { label: ['new.data'], as: 'data' },
  estimatedPersons: { label: ['new.estimate'] },
  measures: { label: ['new.measures'], as: '(measure)' },
  'renewalCosts.paidBy': { label: ['new.pays'], as: 'pays' },
  'renewalCosts.upTo': { label: ['fact.up-to'], as: '(cost)' },
  'name.*': { label: ['settings.controller'] },
  postalAddress: { label: ['settings.address'] },
  timeZone: { label: ['settings.zone'] },
  languages: { label: ['settings.languages'], as: 'language' },
  kind: { label: ['settings.kind'], as: 'controller-kind' },
  'dataProtectionOfficer.name': { label: ['settings.dpo', 'settings.dpo-name'] },
  'dataProtectionOfficer.email': { label: ['settings.dpo', 'settings.dpo-email'] },
  'dataProtectionOfficer.phone': { label: ['settings.dpo', 'settings.dpo-phone'] },
  'dataProtectionOfficer.postalAddress': { label: ['settings.dpo', 'settings.address'] },
  website: { label: ['settings.website'] },
  'supervisoryAuthority.*.name': { label: ['settings.authority', 'settings.dpo-name'] },
  'supervisoryAuthority.*.address': { label: ['settings.authority', 'settings.address'] },
  'supervisoryAuthority.*.website': { label: ['settings.authority', 'settings.website'] },
  'sender.name': { label: ['settings.sender-name'] },
  'sender.address': { label: ['settings.sender-address'] },
  window: { label: ['settings.window'], as: 'envelope-window' },
};

/** The pattern of a path in `FACT_WORDS`. */
export function factPattern(path: string[]): string {
  return path.map((name) => (isLanguage(name) ? '*' : name)).join('.');
}

/** What changed, each with its name and both values, in the language of the reader. A path without words is a fault of the program. */
export function factsInWords(views: Views, language: Language, zone: string, changes: ValueChange[]): FactChange[] {
  return changes.map(({ path, before, now }) => {
    const shown = FACT_WORDS[factPattern(path)];
    if (!shown) throw new Error(`there are no words for the fact ${path.join('.')}`);
    const of = path.find(isLanguage);
    const label = [
      ...shown.label.map((key) => views.t(language, key)),
      ...(of ? [views.t(language, `language.${of}`)] : []),
    ];
    const valueIn = (value: unknown): string => {
      const items = [value ?? []].flat();
      if (items.length === 0) return views.t(language, 'fact.none');
      return items.map((item) => itemInWords(views, language, zone, shown.as ?? '', item)).join('; ');
    };
    return { label: label.join(' · '), before: valueIn(before), now: valueIn(now) };
  });
}

function itemInWords(views: Views, language: Language, zone: string, as: string, item: unknown): string {
  const value = item as never;
  if (as === '(time)') return timeInWords(new Date(value), language, zone);
  if (as === '(claim)') {
    const { at, certainty, source } = item as { at: string; certainty: string; source: string };
    return `${timeInWords(new Date(at), language, zone)} (${views.t(language, `certainty.${certainty}`)}, ${source})`;
  }
  if (as === '(measure)') {
    const { kind, what, done } = item as { kind: string; what: string; done: boolean };
    return `${what} (${views.t(language, `measure-kind.${kind}`)}, ${views.t(language, done ? 'fact.done' : 'fact.planned')})`;
  }
  if (as === '(cost)') {
    const { country, kind, cents, currency } = item as Record<'country' | 'kind' | 'currency', string> & { cents: number }; // prettier-ignore
    return `${views.t(language, `data.${kind}`)} ${country}: ${currency} ${(cents / 100).toFixed(2)}`;
  }
  if (typeof item === 'number') return number(item);
  return as === '' ? String(value) : views.t(language, `${as}.${String(value)}`);
}
