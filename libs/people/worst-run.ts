/** A stretch of rows, by their numbers in the spreadsheet. */
export interface Run {
  from: number;
  to: number;
  score: number;
}

/**
 * Finds the stretch of rows that speaks most against a file: the consecutive rows with the greatest sum of weights,
 * where a row that speaks against weighs more than 0 and one that speaks for less. Rows of an honest file that speak
 * against it by accident stand alone, and the rows between them pull the sum down again; behind a slide they stand
 * together. One pass, no memory (Kadane's algorithm).
 */
export class WorstRun {
  best: Run = { from: 0, to: 0, score: 0 };
  /** Rows with any evidence, and the first and last of them. */
  count = 0;
  first = 0;
  last = 0;
  private score = 0;
  private from = 0;

  /** Adds the next row; answers `started` where a new stretch begins with it and `worse` where it is the worst yet. */
  add(row: number, weight: number): 'started' | 'worse' | null {
    if (this.count++ === 0) this.first = row;
    this.last = row;
    const isStart = this.score <= 0 && weight > 0;
    if (isStart) {
      this.score = 0;
      this.from = row;
    }
    this.score = Math.max(0, this.score + weight);
    const isWorse = this.score > this.best.score;
    if (isWorse) this.best = { from: this.from, to: row, score: this.score };
    return isStart ? 'started' : isWorse ? 'worse' : null;
  }

  /**
   * The worst stretch if accident does not explain it. An honest file of n rows has n places where an accidental run
   * may begin, and the chance of one falls with e to the power of its score: so what is allowed grows with log n.
   */
  verdict(): Run | null {
    return this.best.score >= Math.max(5, 2 + Math.log2(this.count + 1)) ? this.best : null;
  }

  /** Whether the worst stretch is the file as a whole, but for a few rows at its ends. */
  isWhole(): boolean {
    const slack = (this.last - this.first) * 0.05;
    return this.best.from - this.first <= slack && this.last - this.best.to <= slack;
  }
}
