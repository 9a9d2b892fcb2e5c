/** Whose letter to look at, where somebody wants the one that a layout breaks on. */
export const PREVIEW_RULES = ['longest-names', 'most-things', 'most-languages', 'strangest'] as const;
export type PreviewRule = (typeof PREVIEW_RULES)[number];
/** Rules that look at names, for which people have to be opened; for the others their rows do. */
export type NameRule = 'longest-names' | 'strangest';

/** The place of a person under a rule that looks at names; the highest is chosen, of equals the one entered first. */
export function rankOf(rule: NameRule, { givenName, familyName }: { givenName: string; familyName: string }): number {
  const name = [givenName, familyName].filter(Boolean).join(' ');
  return rule === 'longest-names' ? [...name].length : strangeness(name);
}

/**
 * How strange a name is to a letter's layout and to its templates, in points for each different character:
 * 0 for letters a to z, space, hyphen and apostrophe; 1 for other letters of the Latin script; 2 for letters of other
 * scripts, combining marks and signs; 8 for what means something in Markdown, HTML or a placeholder, and for digits; 20 for
 * what cannot be seen and what turns the direction of writing.
 */
export function strangeness(name: string): number {
  let points = 0;
  for (const character of new Set(name)) points += pointsOf(character);
  return points;
}

function pointsOf(character: string): number {
  if (/[a-zA-Z '’-]/.test(character)) return 0;
  if (/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/u.test(character)) return 20;
  if (/[[\](){}<>*_`#!&|\\"=+~\d]/.test(character)) return 8;
  if (/\p{Script=Latin}/u.test(character)) return 1;
  return 2;
}
