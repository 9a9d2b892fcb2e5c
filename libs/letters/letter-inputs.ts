import type { BreachFacts, BreachTexts, Controller } from '#libs/breach/index.js';
import type { LetterForm, PersonRow } from '#libs/people/index.js';
import type { Language } from '#libs/platform/index.js';
import { shippedAdvice } from './advice-book.js';
import { changesSince, type Stated } from './letter-changes.js';
import type { AddresseeView, Change, ExposureView, LetterView, SinceView } from './letter-view.js';
import { LETTERS_OF_KIND, type NoticeKind } from './notice-kind.js';
import { isAnyToBeRenewed } from './render-values.js';

/**
 * The person's part of a letter: kept sealed with it, so that it can be made again. What does not apply is left out:
 * a letter from before a field was known is made again from the very bytes it was made from.
 */
export interface LetterInputs {
  givenName: string;
  familyName: string;
  /** Country of residence; letters made before it was asked for have none. */
  residence?: string;
  exposures: ExposureView[];
  addressee?: AddresseeView;
  form?: MadeForm;
  /** The languages that are a translation beside the official text. */
  courtesy?: Language[];
  since?: SinceView;
  changes?: Change[];
}

/** Forms in which every letter can be made; `easy-to-read` is kept with the person until such a text is written. */
const MADE_FORMS = ['large-print', 'plain-text'] as const satisfies LetterForm[];
export type MadeForm = (typeof MADE_FORMS)[number];

/** The part that all letters of a notice share. */
export interface NoticeInputs {
  reference: string;
  dated: string;
  facts: BreachFacts;
  texts: Partial<Record<Language, BreachTexts>>;
  controller: Controller;
  /** `https://notices.example/n`. */
  address: string;
  /** Left out for an initial notice. */
  kind?: NoticeKind;
}

/** The letter to which a new one refers. */
export interface FormerLetter {
  since: SinceView;
  stated: Stated;
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
  const courtesy = courtesyOf(person);
  const form = MADE_FORMS.find((one) => one === person.letterForm);
  return {
    givenName,
    familyName,
    ...(country ? { residence: country } : {}),
    exposures,
    ...addresseeOf(person),
    ...(form ? { form } : {}),
    ...(courtesy.length > 0 ? { courtesy } : {}),
  };
}

function rank(exposure: ExposureView): number {
  return (exposure.country === null ? 10 : 0) + SUREST_FIRST.indexOf(exposure.confidence);
}

/** A minor's letter is the guardian's to open, that of a deceased person the next of kin's, whoever is named on record. */
function addresseeOf({ isMinor, isDeceased, record }: PersonRow): { addressee?: AddresseeView } {
  if (!isMinor && !isDeceased) return {};
  const named = record!.addressee;
  return {
    addressee: {
      givenName: named?.givenName ?? '',
      familyName: named?.familyName ?? '',
      of: isDeceased ? 'deceased' : 'minor',
    },
  };
}

/**
 * The languages of a letter that have no force of their own: English from a public body stands behind the official
 * text, and so does what a private employer adds to the language of its seat (laws on the use of languages in
 * administrative matters, Art. 41, 52). Where the person's own language decides, nothing is marked.
 */
function courtesyOf({ languages, languagesReason }: PersonRow): Language[] {
  const isBeside = languagesReason === 'official-first' || languagesReason === 'seat-then-translation';
  return isBeside && languages.length > 1 ? languages.slice(-1) : [];
}

/** What a letter states, to be held against another. Who pays is said only where something is to be renewed. */
export function statedBy(inputs: LetterInputs, languages: Language[], texts: NoticeInputs['texts']): Stated {
  const { givenName, familyName, addressee, exposures } = inputs;
  const saysWhoPays = addressee?.of !== 'deceased' && isAnyToBeRenewed(exposures, shippedAdvice());
  const said = Object.entries(texts).map(([language, text]) => {
    const { whoPays, ...rest } = text;
    return [language, saysWhoPays && whoPays !== undefined ? { ...rest, whoPays } : rest];
  });
  return {
    givenName,
    familyName,
    ...(addressee ? { addressee } : {}),
    languages,
    exposures,
    texts: Object.fromEntries(said) as NoticeInputs['texts'],
  };
}

/** The person's part of a letter of that kind, with the former letter that it refers to. */
export function inputsOfKind(
  kind: NoticeKind,
  person: PersonRow,
  texts: NoticeInputs['texts'],
  former: FormerLetter | null,
): LetterInputs {
  const inputs = letterInputs(person);
  const { says } = LETTERS_OF_KIND[kind];
  if (says === 'everything' || !former) return inputs;
  if (says === 'to-do') return { ...inputs, since: former.since };
  const changes = changesSince(former.stated, statedBy(inputs, person.languages, texts));
  return { ...inputs, since: former.since, changes };
}

/** The view of one letter in one language; the caller has checked that the breach has its texts in that language. */
export function letterView(
  notice: NoticeInputs,
  inputs: LetterInputs,
  language: Language,
  secrets: { code: string; word: string },
): LetterView {
  const { controller, texts } = notice;
  const { givenName, familyName, exposures, addressee, form, courtesy, since, changes } = inputs;
  return {
    language,
    date: notice.dated,
    notice: notice.reference,
    ...(notice.kind ? { kind: notice.kind } : {}),
    person: { givenName, familyName },
    ...(addressee ? { addressee } : {}),
    ...(form ? { form } : {}),
    ...(courtesy?.includes(language) ? { isCourtesy: true as const } : {}),
    ...(inputs.residence ? { residence: inputs.residence } : {}),
    exposures,
    ...(since ? { since } : {}),
    ...(changes ? { changes } : {}),
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

/** The name of whoever opens the letter, for the envelope: of the guardian or next of kin where one is on record. */
export function nameOnEnvelope({ givenName, familyName, addressee }: LetterInputs): string {
  const named = addressee ? `${addressee.givenName} ${addressee.familyName}`.trim() : '';
  return named || `${givenName} ${familyName}`.trim();
}

/** The value in that language, else in the first of nl, fr, de, en that has one: a name may exist in one language only. */
function inLanguage<T>(values: Partial<Record<Language, T>>, language: Language): T {
  const found = values[language] ?? values.nl ?? values.fr ?? values.de ?? values.en;
  if (found === undefined) throw new Error('the schema of the controller lets no empty set of languages through');
  return found;
}
