/**
 * A block of tests that needs something of the machine. Where that is missing, the block is reported as one skipped test
 * whose title says what is missing, and `tests` is not called. This is the only way a test may be skipped.
 */
export function describeWhen<T>(found: T | null, title: string, missing: string, tests: (found: T) => void): void {
  if (found !== null) {
    describe(title, () => tests(found));
    return;
  }
  const skippedTest = it.skip;
  describe(title, () => {
    skippedTest(`skipped: ${missing}`, () => undefined);
  });
}

/** Whether a drill is asked for at its full length, which takes half an hour. */
export const isWholeDrill = process.env['TOCSIN_FAULTS'] === 'whole';
