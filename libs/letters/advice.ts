import { isDocumentKind, type DataKind } from '#libs/breach/pure.js';
import type { ExposureView } from './letter-view.js';

/** What to do about one exposed thing, in the order in which a letter says it. */
export const ACTIONS = ['renew', 'watch', 'keep'] as const;
export type Action = (typeof ACTIONS)[number];

export interface AdviceChoice {
  /** Name of the file under templates/advice. */
  key: string;
  action: Action;
}

/** For a thing of which nothing but its name is out. */
const MENTIONED: AdviceChoice = { key: 'mentioned', action: 'keep' };

/** Harm lies in the value itself: where it is only mentioned there is nothing to do. */
const HARMLESS_WHEN_MENTIONED: ReadonlySet<DataKind> = new Set([
  'national-number',
  'cv',
  'iban',
  'payment-card',
  'photo',
  'diploma',
  'password',
]);
/** Can be replaced, and are then of no use to a thief. */
const REPLACEABLE: ReadonlySet<DataKind> = new Set(['password', 'payment-card']);
/** Documents with advice of their own by issuing country; all others have the advice for any country. */
const BY_COUNTRY: Record<string, Partial<Record<DataKind, string>>> = {
  BE: {
    'id-card': 'be-id-card',
    'kids-id': 'be-kids-id',
    passport: 'be-passport',
    'residence-card': 'be-residence-card',
    'driving-licence': 'be-driving-licence',
  },
  NL: { 'id-card': 'nl-document', passport: 'nl-document' },
  FR: { 'id-card': 'fr-document', passport: 'fr-document' },
  DE: { 'id-card': 'de-document', passport: 'de-document' },
  LU: { 'id-card': 'lu-document', passport: 'lu-document' },
};
const ANY_COUNTRY: Partial<Record<DataKind, string>> = {
  'residence-card': 'any-residence-card',
  'driving-licence': 'any-driving-licence',
};

/**
 * Which advice an exposed thing calls for.
 *
 * | thing | number, scan, copy | mentioned |
 * |---|---|---|
 * | identity document | renew | keep |
 * | password, payment card | renew | keep |
 * | national number, CV, bank account, photo, diploma | watch | keep |
 * | home address, pay, family, health, criminal record, other | watch | watch |
 *
 * How sure we are changes the words and not the act: where nobody can say which messages were taken, the holder of a
 * document that was in them cannot wait until it is misused (agencies whose recruitment files were stolen had every
 * such document renewed). A number counts as much as a scan: it is what sellers and lenders ask for. A document that is
 * only mentioned gives a thief nothing to show. Of the last row even the mention tells what was to stay private.
 */
export function adviceFor({
  dataKind,
  country,
  extent,
}: Pick<ExposureView, 'dataKind' | 'country' | 'extent'>): AdviceChoice {
  if (isDocumentKind(dataKind)) {
    if (extent === 'mentioned') return MENTIONED;
    return { key: BY_COUNTRY[country ?? '']?.[dataKind] ?? ANY_COUNTRY[dataKind] ?? 'any-document', action: 'renew' };
  }
  if (extent === 'mentioned' && HARMLESS_WHEN_MENTIONED.has(dataKind)) return MENTIONED;
  return { key: dataKind, action: REPLACEABLE.has(dataKind) ? 'renew' : 'watch' };
}

/** Whether a letter tells its person to renew that document, so that it has to say who pays. */
export function isToBeRenewed(exposure: Pick<ExposureView, 'dataKind' | 'country' | 'extent'>): boolean {
  return isDocumentKind(exposure.dataKind) && adviceFor(exposure).action === 'renew';
}

/** Which words for the extent fit a kind of thing. */
export type ExtentWords = 'document' | 'paper' | 'number' | 'fact';

export function extentWordsOf(kind: DataKind): ExtentWords {
  if (isDocumentKind(kind)) return 'document';
  if (kind === 'cv' || kind === 'photo' || kind === 'diploma' || kind === 'criminal-record') return 'paper';
  if (kind === 'national-number' || kind === 'iban' || kind === 'payment-card') return 'number';
  return 'fact';
}
