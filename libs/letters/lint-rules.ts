export interface Finding {
  rule: LintRule;
  level: 'block' | 'warn';
  /** Line of the source, from 1. */
  line: number;
  /** Why it is a fault, for the author. */
  why: string;
  /** What to do about it. */
  mend: string;
  /** Article, guideline or decision that the rule stands on. */
  cites: string;
}

interface Rule {
  level: Finding['level'];
  cites: string;
}

/** Every rule of `letter lint` and `notice check`; docs/linter.md gives the ground of each. */
export const LINT_RULES = {
  'missing-nature': { level: 'block', cites: 'GDPR Art. 34(2); AP research 2024; UODO, Bank Millennium (too general)' },
  'missing-consequences': {
    level: 'block',
    cites: 'GDPR Art. 34(2) with Art. 33(3)(c); EDPB Guidelines 9/2022 par. 86',
  },
  'missing-measures': { level: 'block', cites: 'GDPR Art. 34(2) with Art. 33(3)(d); UODO DKN.5131.1.2021' },
  'missing-contact': { level: 'block', cites: 'GDPR Art. 34(2) with Art. 33(3)(b); UODO DKN.5131.1.2021' },
  'missing-advice': { level: 'block', cites: 'GDPR recital 86; EDPB Guidelines 9/2022; Zou et al., CHI 2019' },
  hedge: { level: 'block', cites: 'GDPR Art. 12(1) and 34(2); Zou et al., CHI 2019' },
  minimising: { level: 'block', cites: 'GDPR Art. 5(1)(a) and 34(2); AP research 2024' },
  identifier: { level: 'block', cites: 'GDPR Art. 5(1)(c), 5(1)(f) and 87' },
  'tracked-link': { level: 'block', cites: 'GDPR Art. 5(1)(c); Directive 2002/58/EC Art. 5(3)' },
  'remote-image': { level: 'block', cites: 'GDPR Art. 5(1)(c); Directive 2002/58/EC Art. 5(3)' },
  placeholder: { level: 'block', cites: 'GDPR Art. 12(1)' },
  'data-kinds': { level: 'block', cites: 'GDPR Art. 33(3)(a) and 34(2); AP research 2024' },
  'renewal-costs': { level: 'block', cites: 'GDPR Art. 12(5) and recital 86' },
  'officer-contact': { level: 'block', cites: 'GDPR Art. 33(3)(b); UODO DKN.5131.1.2021' },
  'placeholders-differ': { level: 'block', cites: 'GDPR Art. 12(1); laws on the use of languages of 18 July 1966' },
  'blocks-differ': { level: 'block', cites: 'GDPR Art. 34(2); laws on the use of languages of 18 July 1966' },
  untranslated: { level: 'block', cites: 'GDPR Art. 12(1); laws on the use of languages of 18 July 1966' },
  link: { level: 'warn', cites: 'EDPB Guidelines 9/2022 (channels that an attacker imitates)' },
  'incident-word': { level: 'warn', cites: 'GDPR Art. 4(12); AP research 2024' },
  inconvenience: { level: 'warn', cites: 'GDPR recital 85' },
  jargon: { level: 'warn', cites: 'GDPR Art. 12(1) and 34(2); AP research 2024' },
  'long-sentence': { level: 'warn', cites: 'GDPR Art. 12(1); AP research 2024' },
  'reading-level': { level: 'warn', cites: 'GDPR Art. 12(1) and 34(2); Zou et al., CHI 2019' },
  'wordy-opening': { level: 'warn', cites: 'GDPR Art. 12(1)' },
  'other-matter': { level: 'warn', cites: 'EDPB Guidelines 9/2022 (dedicated message); AP research 2024' },
  'subject-missing': { level: 'warn', cites: 'AP research 2024' },
  'subject-unclear': { level: 'warn', cites: 'AP research 2024' },
  'who-pays': { level: 'warn', cites: 'GDPR recital 86' },
  'phone-on-site': { level: 'warn', cites: 'EDPB Guidelines 9/2022 (channels that an attacker imitates)' },
  apology: { level: 'warn', cites: 'Zou et al., CHI 2019' },
  complaint: { level: 'warn', cites: 'GDPR Art. 77' },
  'which-data': { level: 'warn', cites: 'GDPR Art. 34(2) with Art. 33(3)(a); AP research 2024' },
  genuine: { level: 'warn', cites: 'EDPB Guidelines 9/2022 (channels that an attacker imitates)' },
  'fraud-warning': { level: 'warn', cites: 'GDPR recital 86' },
  'false-loss': { level: 'warn', cites: 'GDPR Art. 5(1)(a) and 5(1)(d)' },
  language: { level: 'warn', cites: 'GDPR Art. 12(1)' },
} as const satisfies Record<string, Rule>;
export type LintRule = keyof typeof LINT_RULES;

/** A fault before it has its words. */
export interface Found {
  rule: LintRule;
  /** Offset in the source. */
  at: number;
  /** What was found, where it may be shown: never a value of a person. */
  it?: string;
}

/** Why something is a fault, and how to mend it; `{it}` stands for what was found. */
export type Says = Record<LintRule, [why: string, mend: string]>;
