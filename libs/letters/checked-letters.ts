import type { Language } from '#libs/platform/index.js';
import type { NoticeFinding, SampleLetters } from './notice-findings.js';

/** Letters of a notice that were all made once without a fault, and what the linter found in them. */
export interface Checked {
  samples: SampleLetters;
  /** Who let which of them pass is looked up each time. */
  findings: Map<Language, Omit<NoticeFinding, 'override'>[]>;
}

/** Some dozens of letters of 17 KB each: a few megabytes of memory in all. */
const MOST_KEPT = 6;

/**
 * What was found out about the letters of the notices that were looked at last, kept by a hash over everything that
 * they are made from: so a page that is loaded again does not make every letter again. A letter that cannot be made is
 * looked for each time.
 */
export class CheckedLetters {
  private readonly kept = new Map<string, Checked>();

  find(key: string): Checked | null {
    const found = this.kept.get(key);
    if (!found) return null;
    // A map keeps its order: what was asked for last goes last.
    this.kept.delete(key);
    this.kept.set(key, found);
    return found;
  }

  keep(key: string, samples: SampleLetters): Checked {
    const checked = { samples, findings: new Map() };
    this.kept.set(key, checked);
    if (this.kept.size > MOST_KEPT) this.kept.delete([...this.kept.keys()][0]!);
    return checked;
  }
}
