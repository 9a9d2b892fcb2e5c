import { closes } from './sum.js';

const exemptBy = { notHighRisk: 1, a: 0, b: 0, c: 0, nothingExposed: 2 };
const sum = { affected: 10, told: 4, exempt: 3, underWay: 2, notReached: 1, exemptBy, changedSince: 0 };

describe('the sum of a breach', () => {
  it('given four parts that make the whole, then it closes', () => expect(closes(sum)).toBe(true));
  it('given a person in none of the parts, then it does not close', () =>
    expect(closes({ ...sum, affected: 11 })).toBe(false));
  it('given an exempt person without a ground, then it does not close', () =>
    expect(closes({ ...sum, exempt: 4, told: 3 })).toBe(false));
});
