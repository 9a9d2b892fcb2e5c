import type { BreachTexts, Confidence, Controller, DataKind, Extent } from '#libs/breach/pure.js';
import type { LetterForm } from '#libs/people/pure.js';
import type { Language } from '#libs/platform/pure.js';
import type { NoticeKind } from './notice-kind.js';

/** One exposed thing of the person, as the letter tells it. */
export interface ExposureView {
  dataKind: DataKind;
  /** Issuing country of an identity document (ISO 3166, upper case), else null. */
  country: string | null;
  extent: Extent;
  confidence: Exclude<Confidence, 'excluded'>;
}

/** Who opens the letter of somebody who cannot: the guardian of a minor, the next of kin of a deceased person. */
export interface AddresseeView {
  /** Both empty where nobody is named on record. */
  givenName: string;
  familyName: string;
  of: 'minor' | 'deceased';
}

/** The person's former letter, to which this one refers. */
export interface SinceView {
  /** The day on it, ISO. */
  date: string;
  /** Reference of its notice. */
  notice: string;
}

/** The parts of the breach's own text, in the order in which a letter tells them. */
export const BREACH_PARTS = [
  'whatHappened',
  'whatIsNotKnown',
  'likelyConsequences',
  'measuresTaken',
  'whoPays',
] as const;
export type BreachPart = (typeof BREACH_PARTS)[number];

/** One thing of the person: a person has at most one exposure of a kind of data and, for documents, a country. */
export interface Thing {
  dataKind: DataKind;
  country: string | null;
}

/** One difference between what a letter states and what holds now. */
export type Change =
  | { kind: 'added'; exposure: ExposureView }
  | { kind: 'excluded'; exposure: ExposureView }
  | ({ kind: 'surer' | 'less-sure'; now: ExposureView['confidence'] } & Thing)
  | ({ kind: 'extent'; before: Extent; now: Extent } & Thing)
  /** The breach's own facts; `isGone` where the part says nothing any more. */
  | { kind: 'breach'; part: BreachPart; isGone?: true }
  /** The name, the addressee or the languages. */
  | { kind: 'addressed' };

/**
 * All that one letter is made from, in one language. Plain data only: the letter is a pure function of the text's
 * version and of this view, so that the same view gives the same bytes years later.
 */
export interface LetterView {
  language: Language;
  /** The day on the letter, ISO `2026-11-24`. */
  date: string;
  /** Spoken reference of the notice, `N-2026-0001`. */
  notice: string;
  /** Of the notice; left out in an initial letter. */
  kind?: NoticeKind;
  person: { givenName: string; familyName: string };
  addressee?: AddresseeView;
  /** The form that the person asked for; left out for the usual one. */
  form?: Exclude<LetterForm, 'standard'>;
  /** This language is a translation beside the official text that stands before it. */
  isCourtesy?: true;
  /** Where the person lives (ISO 3166): it decides to which office the advice sends them. Unknown where it is left out. */
  residence?: string;
  /** Sorted: identity documents first, surest first. Empty only where a letter says that nothing is out any more. */
  exposures: ExposureView[];
  since?: SinceView;
  /** What is different from the former letter; never empty where it is given. */
  changes?: Change[];
  breach: BreachTexts & { title: string };
  controller: Pick<Controller, 'postalAddress' | 'dataProtectionOfficer' | 'website'> & {
    name: string;
    authority: { name: string; address: string; website: string };
  };
  /** `XXXX-XXXX-XXXX-XXXX-XX`. */
  code: string;
  /** The confirmation word, lower case. */
  word: string;
  /** The address to type, as `https://notices.example/n`. */
  address: string;
}
