import { Problem, type Language } from '#libs/platform/pure.js';
import { missingBlocks } from './lint-blocks.js';
import { findIdentifiers } from './lint-identifiers.js';
import { findLinks } from './lint-leaks.js';
import { findHedges, findMinimising } from './lint-phrases.js';
import { findPlaceholders } from './lint-placeholders.js';
import { LINT_RULES, type Finding, type Found } from './lint-rules.js';
import { SAYS } from './lint-says.js';
import { sectionsOf } from './lint-sections.js';
import { findHardReading, findOtherLanguage, findOtherwise } from './lint-style.js';
import { filledAsSample, isTemplate } from './lint-template.js';
import { readLetterText } from './lint-text.js';
import { lexiconOf, type Lexicon, type LintWords } from './lint-words.js';
import { WORDS_DE } from './lint-words.de.js';
import { WORDS_EN } from './lint-words.en.js';
import { WORDS_FR } from './lint-words.fr.js';
import { WORDS_NL } from './lint-words.nl.js';

export { LINT_RULES, type Finding, type LintRule } from './lint-rules.js';

/** UTF-16 code units; about 300 pages. */
const LONGEST_LETTER = 1_000_000;

const WORDS: Record<Language, LintWords> = { nl: WORDS_NL, fr: WORDS_FR, de: WORDS_DE, en: WORDS_EN };
const lexicons = new Map<Language, Lexicon>();

/**
 * The faults of a letter's text, Markdown or plain, in the order of its lines; docs/linter.md lists the rules. A source
 * of letters (with `{{breach.…}}`) is read as if its values were filled in. `wordsIn` is the language of `why` and
 * `mend`. Throws `letter.too-long`; no other text makes it throw.
 */
export function lintLetter(source: string, language: Language, wordsIn: Language = 'en'): Finding[] {
  if (source.length > LONGEST_LETTER)
    throw new Problem('bad-input', 'letter.too-long', 'Shorten the letter: it is longer than 1,000,000 characters.');
  let lexicon = lexicons.get(language);
  if (!lexicon) lexicons.set(language, (lexicon = lexiconOf(WORDS[language])));
  const letter = source.normalize('NFC');
  const text = readLetterText(isTemplate(letter) ? filledAsSample(letter, language) : letter);
  const sections = sectionsOf(text, lexicon);
  const found = [
    ...missingBlocks(sections, lexicon),
    ...findLinks(text.plain),
    ...findPlaceholders(text.plain),
    ...findIdentifiers(text.plain),
    ...findHedges(text.sentences, lexicon),
    ...findMinimising(text.sentences, lexicon),
    ...findHardReading(text.sentences, lexicon, language),
    ...findOtherwise(text, sections, lexicon),
    ...findOtherLanguage(text.plain, language),
  ];
  return found
    .map((one) => findingOf(one, text.lineAt(one.at), wordsIn))
    .toSorted((a, b) => a.line - b.line || Number(a.level === 'warn') - Number(b.level === 'warn'));
}

/** A fault in words. */
export function findingOf({ rule, it = '' }: Omit<Found, 'at'>, line: number, wordsIn: Language): Finding {
  const [why, mend] = SAYS[wordsIn][rule];
  const { level, cites } = LINT_RULES[rule];
  return { rule, level, line, why: why.replace('{it}', () => it), mend, cites };
}
