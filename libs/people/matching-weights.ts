/**
 * Every weight and bar of matching, with its argument. Weights are bits: the binary logarithm of how much likelier an
 * observation is if two rows are one person than if they are not (Fellegi and Sunter 1969). Two rivals explain a
 * likeness away, and a merge must beat each by itself:
 *
 * - the **stranger**, somebody with a like name or birth date by chance. Against them the rarity of a value counts,
 *   within the breach (agreeing on "Peeters" says less than on "Sondergeld"), and the size of the breach: the more
 *   people, the more coincidences.
 * - the **relative** of one household, with the same family name, address, telephone and perhaps mailbox. Against them
 *   only what is one's own counts: given name, birth date, number.
 *
 * None of this is learnt from labelled sets. The shares are round guesses of how often people mistype, move or marry;
 * the bars leave several bits of room, so that no result hangs on one of them.
 */

/** An assumed share, with the weight of so many observations. */
export interface Assumption {
  assumed: number;
  weight: number;
}

/** How two values of a field lie to each other; `unknown` where one is missing. */
export type Likeness = 'same' | 'part' | 'slip' | 'alike' | 'initial' | 'differ' | 'unknown';

/**
 * How often a value would occur in a breach of which nothing is known yet, as one in so many; added to the count within
 * the breach, so that ten rows do not make every name look common or unique.
 */
export const PRIOR_ONE_IN = {
  name: 1000, // the hundred commonest family names of Belgium or France cover a tenth of the people, the rest is rare
  birthDate: 20_000, // days of fifty-five years; the first of January of people whose day is unknown shows by its count
  contact: 20_000, // a mailbox or telephone is one household's, unless its count says otherwise
  addressWord: 200, // words and house numbers of an address
} as const;

/** Share of rows of one person where the field was typed the same. One in ten mistyped, moved or changed. */
export const SHARE_SAME = 0.9;

/** No value says more than this of a chance likeness, however rare: rare values are also copied wrongly. */
export const MOST_BITS = 20;

/** Bits against the stranger, beside the rarity of the value: `add` to its bits, or `times` them first. */
export const AGAINST_STRANGER: Record<
  'name' | 'birthDate' | 'contact',
  Partial<Record<Likeness, { times: number; add: number }>>
> = {
  name: {
    same: { times: 1, add: 0 },
    part: { times: 1, add: -3 }, // "Marie" in "Marie-Claire": people drop one of two names, and others bear the one
    slip: { times: 1, add: -2.5 }, // one row in twenty has a slip; some 1 in 100 other names lie one slip away
    alike: { times: 0.5, add: -1 }, // more slips, or another spelling: half of what the name says
    initial: { times: 0, add: 2 }, // one name in ten or so begins with that letter; some write initials only
    differ: { times: 0, add: -3.5 }, // married, nickname, replaced: one in twelve of the same person
  },
  birthDate: {
    same: { times: 1, add: 0 },
    slip: { times: 1, add: -6 }, // some 40 dates lie one slip away; one date in fifty is mistyped
  },
  contact: {
    same: { times: 1, add: 0 },
    slip: { times: 0.5, add: 0 },
  },
};

/** Bits against the relative, who shares family name, address and telephone anyway. */
export const AGAINST_RELATIVE: Record<'given' | 'birthDate' | 'email' | 'number', Partial<Record<Likeness, number>>> = {
  given: {
    same: 7, // father and son of one name: one such pair of relatives in a hundred or two
    part: 3.5, // Jean and Jean-Pierre may be brothers
    slip: 4.6, // one row in twenty; names of relatives one slip apart are one pair in five hundred
    alike: 1.6, // some relatives have like names
    initial: 1, // two given names: `HOUSEHOLDS`
  },
  birthDate: { same: 6.5, slip: 3 }, // twins are one pair of relatives in a hundred
  email: { same: 2, slip: 1 }, // a quarter of couples share a mailbox

  number: { same: 13, slip: 2 }, // twins in a row of numbers may lie one digit apart
};

/** Two given names, each with a mailbox of its own: that is how twins look, not one person of two given names. */
export const OWN_MAILBOX = -4;

/** Bits against the stranger of an equal number or reference: nobody shares it but by a slip. */
export const PRIMARY_BITS = { same: 20, slip: 10 } as const;

/**
 * Address: words are weighed by rarity, and the weight of the common part decides. Words of one address depend on each
 * other (a postcode says the city), so their sum counts only for a share, and for so much at most.
 */
export const ADDRESS = {
  same: { from: 0.72, times: 0.6, most: 16 },
  alike: { from: 0.42, times: 0.4, most: 8 },
  differ: { bits: -2 }, // people move, and a work address is no home
  slipIsWorth: 0.8,
} as const;

/** Slips allowed in a name to be `slip` or `alike`, by the length of the longer of the two. */
export const NAME_SLIPS = {
  slip: [
    { from: 4, slips: 1 }, // "Tom" and "Tim" are two names
    { from: 9, slips: 2 },
  ],
  alike: [
    { from: 5, slips: 2 },
    { from: 9, slips: 3 },
    { from: 13, slips: 4 },
  ],
} as const;

/**
 * A slip makes a rare spelling of a name, hardly ever another name. So two names that both occur in this many profiles
 * (and one in `perPersons` of a large breach, where slips recur) are two names, however alike: Anna and Anne.
 */
export const ESTABLISHED = { profiles: 5, perPersons: 100_000 } as const;

/** The bars. */
export const BARS = {
  /**
   * Of all pairs of rows, how few are one person: the size of the breach, and so many bits more, for one row in twenty
   * that stands twice. Where a breach shows more of them by the surest pairs, fewer bits, down to one pair for each row.
   */
  prior: { assumed: 3.3, lowest: -1 },
  /** Size of breach that is assumed at least: ten rows come out of a world that is larger. */
  smallestBreach: 1000,
  /** A merge must be likelier than chance by 200 to 1: one error in 200 merges, and a merge can be undone. */
  mergeOdds: 7.6,
  /** Something to ask a human about is likelier one person than not. */
  reviewOdds: 0,
  /** Keys that must agree for a merge without a primary one, and beside a slip in a number or birth date. */
  agreeingKeys: 2,
} as const;

interface HouseholdAssumptions {
  relatives: Assumption;
  givenDiffers: Assumption & { most: number };
  birthDateDiffers: Assumption;
  shared: { given: number; birthDate: number };
  bar: { lowest: number; highest: number };
  askWithin: number;
}

/**
 * What is assumed of rows with one family name and one address before a breach is known, with the weight of so many
 * pairs: the breach itself then says how many are relatives rather than one person twice (`learnHouseholds`).
 */
export const HOUSEHOLDS: HouseholdAssumptions = {
  relatives: { assumed: 0.11, weight: 20 }, // one to eight; a roster is of staff, not of families
  givenDiffers: { assumed: 0.03, weight: 100, most: 0.15 }, // nickname, second name, replaced
  birthDateDiffers: { assumed: 0.02, weight: 100 },
  /** What two relatives share: father and son of one name, twins. The same as in `AGAINST_RELATIVE`. */
  shared: { given: 0.008, birthDate: 0.01 },
  /** At the top one whole name at one address is still just enough; at the bottom two like given names are. */
  bar: { lowest: 1, highest: 6.5 },
  /** Below the bar, but by so little that a human is asked. */
  askWithin: 2,
};

/**
 * When a difference is outvoted. Two numbers or two birth dates are a conflict for a human, as a rule without exception
 * wherever numbers have check digits. In a source of unchecked numbers that shows itself to be carelessly typed, that
 * rule would put one duplicate in eight into the queue, and a queue that nobody reads protects nobody. There, and only
 * there, a single difference is outvoted by all the other keys together (number or birth date, whole name, and address or
 * mailbox). It shows itself so by rows that agree in all other keys: so many of them differ in this one.
 */
export const CARELESS = { differing: 10, share: 0.01 } as const;

/**
 * A number, mailbox, telephone or birth date on more different profiles than this is a stand-in ("000000", info@…,
 * 1900-01-01) and says nothing. Of a birth date so many for each day's share of people more.
 */
export const STAND_IN = { above: 20, ofPeopleOnADay: 20 } as const;

/** Most profiles in a block; more are compared with their neighbours in alphabetical order only. */
export const BLOCK = { most: 16, neighbours: 5 } as const;

/** Most different profiles of one person; what would join after that goes to the queue. */
export const MOST_PROFILES_OF_A_PERSON = 100;

/** Most clusters in one entry of the queue: more are shown pair by pair. */
export const MOST_IN_A_REVIEW = 12;
