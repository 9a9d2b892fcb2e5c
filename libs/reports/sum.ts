/** The sum of a breach: every affected person stands in exactly one of its four parts. */
export interface Sum {
  affected: number;
  told: number;
  exempt: number;
  underWay: number;
  notReached: number;
  /** Whether the four parts make the number of affected persons, each counted by its own statement. */
  closes: boolean;
  exemptBy: { notHighRisk: number; a: number; b: number; c: number; nothingExposed: number };
  /** Of the told: persons whose facts changed after their letter and who have not had a new one. */
  changedSince: number;
}

/** Beside the sum, whenever not zero. */
export interface NotInSum {
  /** Rows that imports left out, neither mended nor dismissed. */
  rows: number;
  unreadable: number;
  /** Pairs in the review queue. */
  review: number;
  /** Persons that the register expects beyond those known; 0 when none are missing. */
  estimateGap: number;
}

/** affected = told + exempt + under way + not reached, and the grounds of exemption make the exempt. */
export function closes(sum: Omit<Sum, 'closes'>): boolean {
  const { notHighRisk, a, b, c, nothingExposed } = sum.exemptBy;
  return (
    sum.affected === sum.told + sum.exempt + sum.underWay + sum.notReached &&
    sum.exempt === notHighRisk + a + b + c + nothingExposed
  );
}
