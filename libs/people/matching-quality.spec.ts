import { describeWithCorpus } from '#test/support/corpora.js';
import { readFebrl } from '#test/support/febrl.js';
import { inventRows } from '#test/support/invented-people.js';
import { scoreMatching, type MatchScore } from '#test/support/match-score.js';
import type { PersonToMatch } from './matching-keys.js';
import { matchPersons } from './matching.js';
import { numberTraces } from './number-traces.js';

const KEY = Buffer.alloc(32, 5);

interface Labelled extends PersonToMatch {
  person: number;
  nationalNumber?: string | undefined;
}

function scoreOf(rows: Labelled[], withNumbers: boolean): MatchScore {
  const persons = rows.map(({ nationalNumber, ...row }) =>
    nationalNumber && withNumbers
      ? { ...row, nationalNumberHash: nationalNumber, numberTraces: numberTraces(KEY, nationalNumber) }
      : row,
  );
  return scoreMatching(matchPersons(persons), new Map(rows.map(({ id, person }) => [id, person])));
}

describeWithCorpus('people', (folder) => {
  describe.each(['dataset1.csv', 'dataset3.csv'])('given the labelled rows of %s', (file) => {
    it('when they have national numbers, then 999 merges of 1,000 are right, and 97 duplicates of 100 are merged', () => {
      const score = scoreOf(readFebrl(folder, file), true);
      expect(score.precision).toBeGreaterThanOrEqual(0.999);
      expect(score.recall).toBeGreaterThanOrEqual(0.97);
      expect(score.recallWithReview).toBeGreaterThanOrEqual(0.99);
      expect(score.reviewPrecision).toBeGreaterThanOrEqual(0.9);
    });

    it('when they have none, then 995 merges of 1,000 are right, and 90 duplicates of 100 are merged', () => {
      const score = scoreOf(readFebrl(folder, file), false);
      expect(score.precision).toBeGreaterThanOrEqual(0.995);
      expect(score.recall).toBeGreaterThanOrEqual(0.9);
      expect(score.reviewPrecision).toBeGreaterThanOrEqual(0.9);
    });

    it('when rows with dates that do not exist are left out, then the rest is matched as well', () => {
      const score = scoreOf(readFebrl(folder, file, 'row left out'), false);
      expect(score.precision).toBeGreaterThanOrEqual(0.995);
      expect(score.recall).toBeGreaterThanOrEqual(0.9);
    });
  });
});

describe.each([11, 12])('given invented people of four languages, seed %i', (seed) => {
  it.each([
    ['strangers with numbers', 0, true, 0.98, 0.99],
    ['strangers without numbers', 0, false, 0.95, 0.97],
    ['families with numbers', 0.4, true, 0.97, 0.99],
    ['families without numbers', 0.4, false, 0.93, 0.95],
  ])(
    'when they are %s, then they are found, and relatives stay apart',
    (_, inFamilies, withNumbers, recall, withReview) => {
      const rows = inventRows({ seed, people: 2000, again: 0.2, inFamilies, withNumbers });
      const score = scoreOf(rows, withNumbers);
      expect(score.precision).toBeGreaterThanOrEqual(withNumbers ? 0.999 : 0.995);
      expect(score.recall).toBeGreaterThanOrEqual(recall);
      expect(score.recallWithReview).toBeGreaterThanOrEqual(withReview);
      expect(score.reviewEntries).toBeLessThan(rows.length / 50);
    },
  );
});
