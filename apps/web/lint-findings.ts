import type { Finding, NoticeFinding } from '#libs/letters/index.js';

type ShownFinding = Finding &
  Pick<Partial<NoticeFinding>, 'language' | 'override'> & { mayOverride: boolean; overrideAt: string };

/** Findings as the partial `lint-findings` takes them; `overrideAt` is where its form goes, null where nobody may. */
export function shownFindings(findings: (Finding | NoticeFinding)[], overrideAt: string | null): ShownFinding[] {
  return findings.map((finding) => {
    const override = 'override' in finding ? finding.override : null;
    return {
      ...finding,
      language: 'language' in finding ? finding.language : undefined,
      override,
      mayOverride: overrideAt !== null && finding.level === 'block' && override === null,
      overrideAt: overrideAt ?? '',
    };
  });
}
