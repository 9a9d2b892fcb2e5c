import { learnHouseholds } from './matching-households.js';
import { AGAINST_RELATIVE, HOUSEHOLDS } from './matching-weights.js';

const NOBODY = { bothSame: 0, onlyGivenSame: 0, onlyBirthDateSame: 0, noneSame: 0 };
const TWINS = AGAINST_RELATIVE.birthDate.same!;

describe('given a breach of which little is known', () => {
  it('when two rows look like twins, then they are not one person', () => {
    const { relativeBar, givenDiffers } = learnHouseholds(NOBODY);
    expect(TWINS + givenDiffers).toBeLessThan(relativeBar);
  });
});

describe('given a breach with families', () => {
  const families = learnHouseholds({ bothSame: 100, onlyGivenSame: 3, onlyBirthDateSame: 4, noneSame: 300 });

  it('when a slip in the given name is all that speaks for one person, then it is too little', () => {
    expect(families.relativeBar).toBeGreaterThan(AGAINST_RELATIVE.given.slip!);
  });

  it('when the whole name agrees, then it is still enough', () => {
    expect(families.relativeBar).toBe(HOUSEHOLDS.bar.highest);
    expect(AGAINST_RELATIVE.given.same!).toBeGreaterThan(families.relativeBar);
  });

  it('when two rows look like twins, then they are not one person', () => {
    expect(TWINS + families.givenDiffers).toBeLessThan(families.relativeBar);
  });
});

describe('given a breach in which no relatives are seen, and given names are often replaced', () => {
  it('when two rows look like twins, then they are one person: twins without brothers, sisters or couples would be strange', () => {
    const { relativeBar, givenDiffers } = learnHouseholds({
      bothSame: 400,
      onlyGivenSame: 25,
      onlyBirthDateSame: 50,
      noneSame: 3,
    });
    expect(TWINS + givenDiffers).toBeGreaterThan(relativeBar);
  });
});
