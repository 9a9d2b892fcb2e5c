import { LANGUAGES, type Language } from '#libs/platform/pure.js';
import { compileLetterOfKind } from './letter-text.js';
import type { NoticeKind } from './notice-kind.js';
import { compileLetter, faulty, type CompiledLetter } from './template.js';

/** One version of a notice's text in one language, without its words. */
export interface TextVersion {
  language: Language;
  version: number;
  /** Account id. */
  author: string;
  at: Date;
  /** The earlier version whose words were taken again. */
  takenFrom: number | null;
  /** Says in its language what the others say already, so that they need not follow it. */
  follows: boolean;
  /** Whether its words are those that the product has today. */
  isShipped: boolean;
}

/** Somebody looked at a text and found that it needs no change. */
export interface TextCheck {
  language: Language;
  /** The version that was looked at. */
  version: number;
  by: string;
  at: Date;
}

/** How a text stands beside those in the other languages. */
export interface TextState {
  language: Language;
  newest: TextVersion;
  /** The newest check of this very version. */
  checked: TextCheck | null;
  /** The newest change of another language that nobody has followed here; null where there is none. */
  behind: TextVersion | null;
}

/**
 * Where each language stands. A text is behind when another language changed after it was last written or looked at.
 * The first version is no change, neither is one that follows the others, and texts that are all as shipped say the same.
 */
export function textStates(versions: TextVersion[], checks: TextCheck[]): TextState[] {
  const newest = new Map<Language, TextVersion>();
  const changed = new Map<Language, TextVersion>();
  for (const one of versions.toSorted((a, b) => a.version - b.version)) {
    newest.set(one.language, one);
    if (one.version > 1 && !one.follows) changed.set(one.language, one);
  }
  return LANGUAGES.flatMap((language) => {
    const own = newest.get(language);
    if (!own) return [];
    const checked =
      checks
        .filter((check) => check.language === language && check.version === own.version)
        .toSorted((a, b) => b.at.getTime() - a.at.getTime())[0] ?? null;
    const lookedAt = checked?.at ?? (own.version > 1 ? own.at : null);
    const behind =
      [...changed.values()]
        .filter((other) => other.language !== language && (lookedAt === null || other.at > lookedAt))
        .filter((other) => !(own.isShipped && newest.get(other.language)!.isShipped))
        .toSorted((a, b) => b.at.getTime() - a.at.getTime())[0] ?? null;
    return [{ language, newest: own, checked, behind }];
  });
}

/** A text as a form sends it: lines end in LF, as everywhere. */
export function normalText(text: string): string {
  return text.replace(/\r\n?/g, '\n');
}

/**
 * Checks a text that somebody wrote, before it is kept or shown. Throws `template.faulty`, naming line and mend: for
 * what `compileLetterOfKind` refuses, for another language than that of its tab, and for characters that nobody can see.
 */
export function readText(source: string, language: Language, kind: NoticeKind): CompiledLetter {
  const unseen = /(?![\n\t])[\p{Cc}\p{Cs}]/u.exec(source);
  if (unseen)
    throw faulty(
      source.slice(0, unseen.index).split('\n').length,
      'Take out the character that cannot be seen.',
      'unseen',
    );
  if (compileLetter(source).language !== language)
    throw faulty(2, `Write "language: ${language}": this is the text in that language.`, 'other-language', {
      code: language,
      language,
    });
  return compileLetterOfKind(source, kind, language);
}
