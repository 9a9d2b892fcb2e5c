import type { BreachTexts, Confidence, Controller, DataKind, Extent } from '#libs/breach/pure.js';
import type { Language } from '#libs/platform/pure.js';

/** One exposed thing of the person, as the letter tells it. */
export interface ExposureView {
  dataKind: DataKind;
  /** Issuing country of an identity document (ISO 3166, upper case), else null. */
  country: string | null;
  extent: Extent;
  confidence: Exclude<Confidence, 'excluded'>;
}

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
  person: { givenName: string; familyName: string };
  /** Where the person lives (ISO 3166): it decides to which office the advice sends them. Unknown where it is left out. */
  residence?: string;
  /** Never empty; sorted: identity documents first, surest first. */
  exposures: ExposureView[];
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
