import type { BreachFacts } from '#libs/breach/index.js';
import { safeCsvLine } from '#libs/platform/index.js';
import type { RenewalCount } from '#libs/replies/index.js';
import type { NotInSum, Sum } from './sum.js';

export interface Report {
  breach: string;
  title: string;
  /** ISO time of the database's clock at which all figures were read. */
  at: string;
  sum: Sum;
  notInSum: NotInSum;
  byLanguage: Record<string, PartsOfSum>;
  byCategory: Record<string, PartsOfSum>;
  /** Persons. */
  acknowledged: number;
  renewals: { declared: number; byDocument: RenewalCount[] };
  clocks: { awareAt: string; authorityDeadline: string; firstLetterAt: string | null; lastLetterAt: string | null };
  notices: { notice: string; kind: string; state: string; letters: number }[];
  ledger: { size: number; root: string | null };
}

export type PartsOfSum = Pick<Sum, 'affected' | 'told' | 'exempt' | 'underWay' | 'notReached'>;
export type { BreachFacts };

/** The figures of a report as a table: group, name, the parts of the sum. UTF-8 with BOM, so that spreadsheets read it right. */
export function reportCsv(report: Report): string {
  const parts = (group: string, name: string, sum: PartsOfSum): string =>
    safeCsvLine([group, name, sum.affected, sum.told, sum.exempt, sum.underWay, sum.notReached]);
  return [
    '\ufeff',
    safeCsvLine(['group', 'name', 'affected', 'told', 'exempt', 'under way', 'not reached']),
    parts('breach', report.breach, report.sum),
    ...Object.entries(report.byLanguage).map(([name, sum]) => parts('language', name, sum)),
    ...Object.entries(report.byCategory).map(([name, sum]) => parts('category', name, sum)),
  ].join('');
}
