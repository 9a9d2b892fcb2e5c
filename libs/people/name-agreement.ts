import { KeySet, keyOfLetters, lettersOfName } from './name-letters.js';
import type { RosterColumn } from './roster-columns.js';
import { WorstRun, type Run } from './worst-run.js';

/**
 * How the e-mail address of a row agrees with the name of its row: with both names, an initial and a name, or the
 * reference (`own`); with one name alone, while the rest of the address is some other name; or with neither.
 */
type Agreement = 'own' | 'family-only' | 'given-only' | 'none';

/** Rows that are kept; with more, every second is let go, then every fourth, so that memory stays the same. */
const MOST_KEPT = 65_536;
/** Shorter families and words agree with anything. */
const SHORTEST = 3;

/** One row as it is kept until all names of the file are known. */
interface Kept {
  row: number;
  agreement: Agreement;
  /** Letters of the address without the name that agrees: whose name is that? */
  key: number;
  /** The whole address. */
  address: number;
  /** The names of the row: in a sorted file rows of one name stand together, and say one thing once. */
  given: number;
  family: number;
}

/** The columns that hold a person's names, given by their place; -1 where the file has none. */
export interface NamePlaces {
  given: number;
  family: number;
  reference: number;
  category: number;
}

/** All names of a file, and the addresses that stand beside the name they are made of. */
export class NamesOfFile {
  readonly whole = new KeySet(25);
  readonly given = new KeySet(22);
  readonly family = new KeySet(22);
  readonly rightful = new KeySet(24);
}

/** The names of one row in letters. */
export interface RowNames {
  given: string;
  family: string;
  givenKey: number;
  familyKey: number;
  familyText: string;
  reference: string;
}

/** Which column stands apart: the addresses from both names, or one of the names from everything else. */
export interface Apart {
  column: RosterColumn;
  run: Run;
  isWhole: boolean;
}

/**
 * Watches whether e-mail addresses stand beside the names that they are made of. An address that is made of no name, or
 * of a name that the file has not (a maiden name, a desk's mailbox), says nothing; one that is made of the name of
 * *another* row speaks against the file. A mailbox that its owner shares with further rows does not.
 */
export class NameAgreementWatch {
  private kept: Kept[] = [];
  private stride = 1;
  private seen = 0;

  constructor(
    private readonly column: 'email' | 'private_email',
    private readonly names: NamesOfFile,
  ) {}

  row(number: number, email: string, names: RowNames): void {
    const at = email.lastIndexOf('@');
    if (at < 1) return;
    const local = lettersOfName(email, at);
    const read = agreementOf(local, email, at, names);
    const address = keyOfAddress(email, at, local);
    if (read.agreement === 'own') this.names.rightful.add(address);
    if (this.seen++ % this.stride !== 0) return;
    this.kept.push({ row: number, address, given: names.givenKey, family: names.familyKey, ...read });
    if (this.kept.length < MOST_KEPT) return;
    this.kept = this.kept.filter((_, i) => i % 2 === 0);
    this.stride *= 2;
  }

  end(): Apart[] {
    const { whole, given, family, rightful } = this.names;
    const tracks: Track[] = [
      {
        column: this.column,
        suspect: 'none',
        isOfOther: (kept) => whole.has(kept.key) && !rightful.has(kept.address),
        nameOf: (kept) => kept.address,
      },
      {
        column: 'family_name',
        suspect: 'given-only',
        isOfOther: (kept) => family.has(kept.key),
        nameOf: (kept) => kept.family,
      },
      {
        column: 'given_name',
        suspect: 'family-only',
        isOfOther: (kept) => given.has(kept.key),
        nameOf: (kept) => kept.given,
      },
    ];
    return tracks.flatMap((track) => this.judge(track));
  }

  private judge({ column, suspect, isOfOther, nameOf }: Track): Apart[] {
    const run = new WorstRun();
    let lastOfOther: number | null = null;
    for (const kept of this.kept) {
      const isSuspect = kept.agreement === suspect && isOfOther(kept);
      if (isSuspect && nameOf(kept) === lastOfOther) continue;
      if (isSuspect) lastOfOther = nameOf(kept);
      run.add(kept.row, isSuspect ? 1 : weightOf(kept.agreement, suspect));
    }
    const worst = run.verdict();
    return worst ? [{ column, run: worst, isWhole: run.isWhole() }] : [];
  }
}

/** One of the three questions: whose address, whose family name, whose given name is this? */
interface Track {
  column: RosterColumn;
  suspect: Agreement;
  isOfOther: (kept: Kept) => boolean;
  /** Consecutive suspects of one name count once. */
  nameOf: (kept: Kept) => number;
}

/** A row that agrees weighs twice one that does not, so that accident needs to be very frequent to look like a slide. */
function weightOf(agreement: Agreement, suspect: Agreement): number {
  if (agreement === 'own') return -2;
  return agreement === suspect || agreement === 'none' ? -0.25 : -1;
}

function agreementOf(local: string, email: string, at: number, names: RowNames): { agreement: Agreement; key: number } {
  const key = keyOfLetters(local);
  const { given, family, givenKey, familyKey } = names;
  const digits = longestNumber(names.reference);
  if (digits.length >= SHORTEST && holdsDigits(email, at, digits)) return { agreement: 'own', key };
  if (local.length < SHORTEST) return { agreement: 'none', key: 0 };
  const isInitial = (part: string, rest: string, restKey: number): boolean =>
    rest.length > 0 && part.length > 0 && key === ((keyOfLetters(part[0]!) + restKey) | 0);
  if (isInitial(given, family, familyKey) || isInitial(family, given, givenKey)) return { agreement: 'own', key };
  const hasFamily = family.length >= SHORTEST && holds(local, family, names.familyText);
  const hasGiven = given.length >= SHORTEST && local.includes(given);
  if (hasFamily && hasGiven) return { agreement: 'own', key };
  // Where a name is empty or a sign, there is nothing that the rest of the address could contradict.
  if (hasFamily && given.length > 0 && local.includes(family) && local.length - family.length >= SHORTEST)
    return { agreement: 'family-only', key: (key - familyKey) | 0 };
  if (hasGiven && family.length > 0 && local.length - given.length >= SHORTEST)
    return { agreement: 'given-only', key: (key - givenKey) | 0 };
  return { agreement: hasFamily || hasGiven ? 'own' : 'none', key };
}

/** Whether an address holds a family name: whole, cut after six letters as old systems do, or a long word of it. */
function holds(local: string, family: string, familyText: string): boolean {
  if (local.includes(family.slice(0, 6))) return true;
  const words = familyText.split(/[\s'’-]+/);
  if (words.length === 1) return false;
  return words.some((word) => {
    const letters = lettersOfName(word);
    return letters.length > SHORTEST && local.includes(letters);
  });
}

/** Whether the part before the @ holds a number, as `u10234@` holds that of the reference P-10234. */
function holdsDigits(email: string, at: number, digits: string): boolean {
  const place = email.indexOf(digits);
  return place >= 0 && place + digits.length <= at;
}

/** The longest number in a reference, without zeros before it. */
function longestNumber(reference: string): string {
  let longest = '';
  for (const number of reference.match(/[1-9]\d*/g) ?? []) if (number.length > longest.length) longest = number;
  return longest;
}

/** A key of an address without regard to case: its letters, its length, and the first letters of its domain. */
function keyOfAddress(email: string, at: number, local: string): number {
  const domain = ((email.charCodeAt(at + 1) | 32) << 8) | (email.charCodeAt(at + 2) | 32);
  return (keyOfLetters(local) ^ Math.imul(domain, 0x9e3779b1)) + Math.imul(email.length, 0x85ebca6b);
}

/** The names of a row, which are also put among those of the file; null where it has none to compare with. */
export function namesOfRow(cells: readonly string[], places: NamePlaces, all: NamesOfFile): RowNames | null {
  const givenText = cells[places.given] ?? '';
  const familyText = cells[places.family] ?? '';
  const given = lettersOfName(givenText);
  const family = lettersOfName(familyText);
  if (given.length + family.length < SHORTEST) return null;
  const givenKey = keyOfLetters(given);
  const familyKey = keyOfLetters(family);
  all.whole.add((givenKey + familyKey) | 0);
  // `lpeeters@` is made of a name too; of a short family it would be made of too many.
  if (given && family.length > SHORTEST) all.whole.add((keyOfLetters(given[0]!) + familyKey) | 0);
  if (given.length >= SHORTEST) all.given.add(givenKey);
  if (family.length >= SHORTEST) all.family.add(familyKey);
  return { given, family, givenKey, familyKey, familyText, reference: cells[places.reference] ?? '' };
}
