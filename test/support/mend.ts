/**
 * For `expect(mend('What to do.', offenders)).toEqual([])`: nothing where nothing offends, else what to do, followed by
 * each offender, so that the failed test says how to mend it.
 */
export function mend(words: string, offenders: Iterable<unknown>): unknown[] {
  const found = [...offenders];
  return found.length === 0 ? [] : [words, ...found];
}
