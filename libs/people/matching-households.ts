import { BARS, HOUSEHOLDS, type Assumption } from './matching-weights.js';

/**
 * Pairs of rows with one family name and one address, by what else they agree in. They are one person twice, or two
 * relatives; which of the two is the rule in a breach, its own rows tell.
 */
export interface HouseholdPairs {
  bothSame: number;
  onlyGivenSame: number;
  onlyBirthDateSame: number;
  noneSame: number;
}

export interface Households {
  /** Bits to be reached against the relative. */
  relativeBar: number;
  /** Bits that two given names say against one person: few where given names are carelessly kept. */
  givenDiffers: number;
}

/**
 * Splits the pairs into one person and relatives by expectation and maximisation: how many are relatives, and how often
 * given name or birth date differ between two rows of one person. What relatives share by chance is given, and so is an
 * assumption for each share, with the weight of so many pairs, which alone decides in a small breach.
 */
export function learnHouseholds(pairs: HouseholdPairs): Households {
  const { relatives, givenDiffers, birthDateDiffers, shared } = HOUSEHOLDS;
  let share = relatives.assumed;
  let given = givenDiffers.assumed;
  let date = birthDateDiffers.assumed;
  const cells = [
    { count: pairs.bothSame, hasOtherGiven: false, hasOtherDate: false },
    { count: pairs.onlyGivenSame, hasOtherGiven: false, hasOtherDate: true },
    { count: pairs.onlyBirthDateSame, hasOtherGiven: true, hasOtherDate: false },
    { count: pairs.noneSame, hasOtherGiven: true, hasOtherDate: true },
  ];
  const all = cells.reduce((sum, { count }) => sum + count, 0);
  for (let round = 0; round < ROUNDS; round++) {
    let [one, oneGiven, oneDate] = [0, 0, 0];
    for (const { count, hasOtherGiven, hasOtherDate } of cells) {
      const ifOne = (1 - share) * (hasOtherGiven ? given : 1 - given) * (hasOtherDate ? date : 1 - date);
      const ifRelatives =
        share *
        (hasOtherGiven ? 1 - shared.given : shared.given) *
        (hasOtherDate ? 1 - shared.birthDate : shared.birthDate);
      const expected = count * (ifOne / (ifOne + ifRelatives));
      one += expected;
      if (hasOtherGiven) oneGiven += expected;
      if (hasOtherDate) oneDate += expected;
    }
    share = estimate(relatives, all - one, all);
    given = estimate(givenDiffers, oneGiven, one);
    date = estimate(birthDateDiffers, oneDate, one);
  }
  const bar = BARS.mergeOdds + Math.log2(share / (1 - share));
  return {
    relativeBar: Math.min(HOUSEHOLDS.bar.highest, Math.max(HOUSEHOLDS.bar.lowest, bar)),
    givenDiffers: Math.log2(Math.min(given, givenDiffers.most) / (1 - shared.given)),
  };
}

const ROUNDS = 50;

function estimate({ assumed, weight }: Assumption, of: number, all: number): number {
  return (of + assumed * weight) / (all + weight);
}
