import { type Fault } from '#libs/platform/index.js';
import { field, fields, type Form } from './pages.js';

/**
 * What the page "Open a breach" sent, as the file that `breaches.open` takes. Times are typed as people say them, in
 * the controller's zone. A time that does not exist there is named among the faults and left as typed, so that the
 * schema refuses it with all else that is to mend.
 */
export function breachFileOf(form: Form, timeZone: string): { file: unknown; faults: Fault[] } {
  const faults: Fault[] = [];
  const time = (name: string): string | undefined => {
    const typed = field(form, name);
    if (typed === '') return undefined;
    const iso = zonedTime(typed, timeZone);
    if (!iso) faults.push({ at: name, message: 'Enter a day and a time that exist, as 2026-11-22 09:20.' });
    return iso ?? typed;
  };
  const claim = (which: 'occurredFrom' | 'occurredTo'): unknown[] => {
    const at = time(which);
    return at
      ? [
          {
            at,
            certainty: field(form, `${which}Certainty`) || 'estimated',
            source: field(form, `${which}Source`) || 'own finding',
          },
        ]
      : [];
  };
  const awareAt = time('awareAt');
  if (!awareAt) faults.push({ at: 'awareAt', message: 'Enter when you became aware, as 2026-11-22 09:20.' });
  const facts = {
    title: field(form, 'title'),
    kinds: fields(form, 'kinds'),
    cause: field(form, 'cause'),
    systems: field(form, 'systems'),
    occurredFrom: claim('occurredFrom'),
    occurredTo: claim('occurredTo'),
    awareAt,
    awareBasis: field(form, 'awareBasis'),
    affectedCategories: fields(form, 'affectedCategories'),
    dataKinds: fields(form, 'dataKinds'),
    ...(field(form, 'estimatedPersons') === ''
      ? {}
      : { estimatedPersons: Number(field(form, 'estimatedPersons').replace(/\s/g, '')) }),
    measures: lines(form, 'measures').map((what) => ({ kind: 'contain', what, done: true })),
    renewalCosts: { paidBy: field(form, 'paidBy') || 'controller', upTo: [] },
  };
  const bannedDomains = lines(form, 'bannedDomains').map((domain) => ({
    domain,
    side: 'both',
    reason: field(form, 'bannedReason') || 'may be read by the attacker',
  }));
  return { file: { facts, texts: {}, bannedDomains, isDrill: field(form, 'isDrill') === 'yes' }, faults };
}

function lines(form: Form, name: string): string[] {
  return field(form, name)
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter(Boolean);
}

/** The fields in the order of the page: faults are listed as the eye meets them. */
const FIELDS = [
  'title', 'awareAt', 'awareBasis', 'occurredFrom', 'occurredTo', 'kinds', 'cause', 'systems', 'dataKinds',
  'affectedCategories', 'estimatedPersons', 'measures', 'bannedDomains',
]; // prettier-ignore

/** Words for the fields whose faults the schema names in its own way. */
const SAYS: Record<string, string> = {
  title: 'Enter a short title, as "Mail gateway read by an intruder".',
  kinds: 'Choose at least one: confidentiality, integrity, availability.',
  cause: 'Choose the cause.',
  systems: 'Enter the systems and services that are concerned.',
  awareBasis: 'Enter on what basis you say that you became aware then.',
  affectedCategories: 'Choose at least one kind of person.',
  dataKinds: 'Choose at least one kind of data.',
  estimatedPersons: 'Enter a whole number, or leave it empty.',
  bannedDomains: 'Enter one domain a line, as gateway.example.org.',
};

/** Faults by the form's own field names, each with what to do; those that the form found itself come first. */
export function formFaults(faults: Fault[], own: Fault[]): Fault[] {
  const others = faults.map((fault) => {
    const name = fault.at.replace(/^facts\./, '').split('.')[0]!;
    return { at: name, message: SAYS[name] ?? fault.message };
  });
  const named = [...own, ...others];
  return named
    .filter((fault, i) => named.findIndex((other) => other.at === fault.at) === i)
    .toSorted((one, other) => FIELDS.indexOf(one.at) - FIELDS.indexOf(other.at));
}

/**
 * `2026-11-22 09:20` (or with T) in a time zone, as ISO in UTC; null where that day or minute does not exist there,
 * as in the hour that is skipped in spring. Of two equal times in autumn the earlier is meant.
 */
export function zonedTime(typed: string, timeZone: string): string | null {
  const match = /^(\d{4})-(\d{2})-(\d{2})[ T](\d{2}):(\d{2})$/.exec(typed);
  if (!match) return null;
  const wall = Date.UTC(Number(match[1]), Number(match[2]) - 1, Number(match[3]), Number(match[4]), Number(match[5]));
  const wanted = `${match[1]}-${match[2]}-${match[3]} ${match[4]}:${match[5]}`;
  for (const hours of [
    14, 13, 12, 11, 10, 9, 8, 7, 6, 5.75, 5.5, 5, 4.5, 4, 3.5, 3, 2, 1, 0, -1, -2, -2.5, -3, -3.5, -4, -5, -6, -7, -8,
    -9, -9.5, -10, -11, -12,
  ]) {
    const at = new Date(wall - hours * 3_600_000);
    if (wallClock(at, timeZone) === wanted) return at.toISOString();
  }
  return null;
}

function wallClock(at: Date, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(at);
  const part = (type: string): string => parts.find((one) => one.type === type)!.value;
  return `${part('year')}-${part('month')}-${part('day')} ${part('hour')}:${part('minute')}`;
}
