import { DOCUMENT_KINDS } from '#libs/breach/pure.js';
import type { ChoiceRule } from './advice.js';

/**
 * The table by which the first letters chose their advice, before it was kept with them as choices.yaml. It never
 * changes: letters whose kept templates hold no table are made again with it.
 */
export const FIRST_CHOICES: readonly ChoiceRule[] = [
  { kinds: [...DOCUMENT_KINDS], extents: ['mentioned'], advice: 'mentioned' },
  { kinds: ['id-card'], countries: ['BE'], advice: 'be-id-card' },
  { kinds: ['kids-id'], countries: ['BE'], advice: 'be-kids-id' },
  { kinds: ['passport'], countries: ['BE'], advice: 'be-passport' },
  { kinds: ['residence-card'], countries: ['BE'], advice: 'be-residence-card' },
  { kinds: ['driving-licence'], countries: ['BE'], advice: 'be-driving-licence' },
  { kinds: ['id-card', 'passport'], countries: ['NL'], advice: 'nl-document' },
  { kinds: ['id-card', 'passport'], countries: ['FR'], advice: 'fr-document' },
  { kinds: ['id-card', 'passport'], countries: ['DE'], advice: 'de-document' },
  { kinds: ['id-card', 'passport'], countries: ['LU'], advice: 'lu-document' },
  { kinds: ['residence-card'], advice: 'any-residence-card' },
  { kinds: ['driving-licence'], advice: 'any-driving-licence' },
  { kinds: [...DOCUMENT_KINDS], advice: 'any-document' },
  {
    kinds: ['national-number', 'cv', 'iban', 'payment-card', 'photo', 'diploma', 'password'],
    extents: ['mentioned'],
    advice: 'mentioned',
  },
];
