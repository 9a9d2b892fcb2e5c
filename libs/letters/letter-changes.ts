import type { BreachTexts, Confidence } from '#libs/breach/pure.js';
import type { Language } from '#libs/platform/pure.js';
import { BREACH_PARTS, type AddresseeView, type Change, type ExposureView, type Thing } from './letter-view.js';

/** What one letter states of its person and of the breach. */
export interface Stated {
  givenName: string;
  familyName: string;
  addressee?: AddresseeView;
  languages: Language[];
  exposures: ExposureView[];
  texts: Partial<Record<Language, BreachTexts>>;
}

const SUREST_FIRST: Confidence[] = ['confirmed', 'presumed', 'not-excluded'];

/**
 * What changed between a letter and now: nothing exactly when both state the same, else all that a reader of the
 * letter has to know to know what holds now. Things come first, in the order in which a letter lists them, then the
 * breach's parts, then to whom the letter is addressed.
 */
export function changesSince(before: Stated, now: Stated): Change[] {
  return [
    ...changedThings(before.exposures, now.exposures),
    ...changedParts(before, now),
    ...(addressOf(before) === addressOf(now) ? [] : [{ kind: 'addressed' as const }]),
  ];
}

function changedThings(before: ExposureView[], now: ExposureView[]): Change[] {
  const changes: Change[] = [];
  for (const exposure of now) {
    const { dataKind, country, extent, confidence } = exposure;
    const old = before.find((other) => isSameThing(other, exposure));
    if (!old) {
      changes.push({ kind: 'added', exposure });
      continue;
    }
    if (old.extent !== extent) changes.push({ kind: 'extent', dataKind, country, before: old.extent, now: extent });
    if (old.confidence !== confidence) {
      const isSurer = SUREST_FIRST.indexOf(confidence) < SUREST_FIRST.indexOf(old.confidence);
      changes.push({ kind: isSurer ? 'surer' : 'less-sure', dataKind, country, now: confidence });
    }
  }
  for (const exposure of before)
    if (!now.some((other) => isSameThing(other, exposure))) changes.push({ kind: 'excluded', exposure });
  return changes;
}

/** Compared in the languages that both letters have: the others have no former text to differ from. */
function changedParts(before: Stated, now: Stated): Change[] {
  const languages = now.languages.filter((language) => before.texts[language] && now.texts[language]);
  return BREACH_PARTS.flatMap((part): Change[] => {
    const changed = languages.filter((language) => before.texts[language]![part] !== now.texts[language]![part]);
    if (changed.length === 0) return [];
    const isGone = changed.every((language) => now.texts[language]![part] === undefined);
    return [isGone ? { kind: 'breach', part, isGone } : { kind: 'breach', part }];
  });
}

function addressOf({ givenName, familyName, addressee, languages }: Stated): string {
  const to = addressee && [addressee.givenName, addressee.familyName, addressee.of];
  return JSON.stringify([givenName, familyName, to ?? null, languages]);
}

export function isSameThing(one: Thing, other: Thing): boolean {
  return one.dataKind === other.dataKind && one.country === other.country;
}

/** Of these exposures the ones that changed and are still out: the advice on them is what a follow-up has to say. */
export function changedExposures(exposures: ExposureView[], changes: Change[]): ExposureView[] {
  return exposures.filter((exposure) =>
    changes.some((change) => {
      if (change.kind === 'added') return isSameThing(change.exposure, exposure);
      return (change.kind === 'surer' || change.kind === 'less-sure' || change.kind === 'extent') && isSameThing(change, exposure); // prettier-ignore
    }),
  );
}
