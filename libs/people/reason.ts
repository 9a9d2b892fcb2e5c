import { Problem } from '#libs/platform/index.js';

const LONGEST_REASON = 1_000;

export const REASON_MISSING = `Say in a few words why you change this, in at most ${LONGEST_REASON} characters.`;

/** The reason of a change, in somebody's own words. Throws `correction.reason-missing` where there is none, or a book. */
export function requireReason(text: string | undefined): string {
  const reason = (text ?? '').trim();
  if (hasReason(reason)) return reason;
  throw new Problem('bad-input', 'correction.reason-missing', REASON_MISSING, [
    { at: 'reason', message: REASON_MISSING },
  ]);
}

export function hasReason(text: string | undefined): boolean {
  const reason = (text ?? '').trim();
  return reason !== '' && reason.length <= LONGEST_REASON;
}
