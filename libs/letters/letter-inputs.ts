import type { BreachFacts, BreachTexts, Controller } from '#libs/breach/index.js';
import type { PersonRow } from '#libs/people/index.js';
import type { Language } from '#libs/platform/index.js';
import type { ExposureView, LetterView } from './letter-view.js';

/** The person's part of a letter: kept sealed with it, so that it can be made again. */
export interface LetterInputs {
  givenName: string;
  familyName: string;
  /** Country of residence; letters made before it was asked for have none. */
  residence?: string;
  exposures: ExposureView[];
}

/** The part that all letters of a notice share. */
export interface NoticeInputs {
  reference: string;
  dated: string;
  facts: BreachFacts;
  texts: Partial<Record<Language, BreachTexts>>;
  controller: Controller;
  /** `https://notices.example/n`. */
  address: string;
}

const SUREST_FIRST = ['confirmed', 'presumed', 'not-excluded'];

/** What of this person's is out, identity documents first and the surest on top; what is excluded is left out. */
export function letterInputs(person: PersonRow): LetterInputs {
  const exposures = person.exposures
    .filter((exposure) => exposure.confidence !== 'excluded')
    .map(({ dataKind, country, extent, confidence }) => ({
      dataKind,
      country,
      extent,
      confidence: confidence as ExposureView['confidence'],
    }))
    .toSorted(
      (a, b) =>
        rank(a) - rank(b) || a.dataKind.localeCompare(b.dataKind) || (a.country ?? '').localeCompare(b.country ?? ''),
    );
  const { givenName, familyName, country } = person.record!;
  return { givenName, familyName, ...(country ? { residence: country } : {}), exposures };
}

function rank(exposure: ExposureView): number {
  return (exposure.country === null ? 10 : 0) + SUREST_FIRST.indexOf(exposure.confidence);
}

/** The view of one letter in one language; the caller has checked that the breach has its texts in that language. */
export function letterView(
  notice: NoticeInputs,
  inputs: LetterInputs,
  language: Language,
  secrets: { code: string; word: string },
): LetterView {
  const { controller, texts } = notice;
  return {
    language,
    date: notice.dated,
    notice: notice.reference,
    person: { givenName: inputs.givenName, familyName: inputs.familyName },
    ...(inputs.residence ? { residence: inputs.residence } : {}),
    exposures: inputs.exposures,
    breach: { title: notice.facts.title, ...texts[language]! },
    controller: {
      name: inLanguage(controller.name, language),
      postalAddress: controller.postalAddress,
      dataProtectionOfficer: controller.dataProtectionOfficer,
      website: controller.website,
      authority: inLanguage(controller.supervisoryAuthority, language),
    },
    code: secrets.code,
    word: secrets.word,
    address: notice.address,
  };
}

/** The value in that language, else in the first of nl, fr, de, en that has one: a name may exist in one language only. */
function inLanguage<T>(values: Partial<Record<Language, T>>, language: Language): T {
  const found = values[language] ?? values.nl ?? values.fr ?? values.de ?? values.en;
  if (found === undefined) throw new Error('the schema of the controller lets no empty set of languages through');
  return found;
}
