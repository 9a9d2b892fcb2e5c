import type { Language } from '#libs/platform/pure.js';
import type { Says } from './lint-rules.js';
import { SAYS_DE } from './lint-says.de.js';
import { SAYS_EN } from './lint-says.en.js';
import { SAYS_FR } from './lint-says.fr.js';
import { SAYS_NL } from './lint-says.nl.js';

/** The words of the findings in the languages of the staff accounts. */
export const SAYS: Record<Language, Says> = { nl: SAYS_NL, fr: SAYS_FR, de: SAYS_DE, en: SAYS_EN };
