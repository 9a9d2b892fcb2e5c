import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { EXTENTS } from '#libs/breach/index.js';
import { LANGUAGES } from '#libs/platform/index.js';
import { letterHashes, type LetterCase } from '#test/support/letter-hashes.js';
import { ROOT } from '#test/support/repository.js';
import { NOTICE_KINDS } from './notice-kind.js';

/** Letters that each process makes in one run; a process costs more than all of them. */
const LETTERS = 12;
const RUNS = 3;

const name = fc.string({
  unit: fc.constantFrom(...Array.from('aeioubcdnrstAÉÑØŁÿčőşțΑΩλςЖящї’- <&"{}[]*_')),
  minLength: 1,
  maxLength: 30,
});
const letter: fc.Arbitrary<LetterCase> = fc.record({
  kind: fc.constantFrom(...NOTICE_KINDS),
  languages: fc.shuffledSubarray([...LANGUAGES], { minLength: 1, maxLength: 2 }),
  own: fc.record(
    {
      person: fc.record({ givenName: name, familyName: name.map((one) => `${one}x`) }),
      exposures: fc.array(
        fc.record({
          dataKind: fc.constantFrom('id-card', 'passport', 'driving-licence', 'residence-card'),
          country: fc.constantFrom('BE', 'NL', 'FR', 'DE', 'PT', 'US'),
          extent: fc.constantFrom(...EXTENTS),
          confidence: fc.constantFrom('confirmed', 'presumed', 'not-excluded'),
        }),
        { minLength: 1, maxLength: 4 },
      ),
      code: fc.constantFrom('0123-4567-89AB-CDEF-GH', 'ZZZZ-4567-89AB-CDEF-GH'),
      residence: fc.constantFrom('BE', 'NL', 'LU', 'US'),
    },
    { requiredKeys: ['person', 'exposures', 'code'] },
  ),
  large: fc.boolean(),
  window: fc.constantFrom('left', 'right'),
});

/** The same letters made by a process of its own, the last one first: nothing may remain of what was made before. */
function hashesElsewhere(cases: LetterCase[]): string[][] {
  const home = pathToFileURL(path.join(ROOT, 'dist/test/support/letter-hashes.js')).href;
  const source = `
    const { letterHashes } = await import(${JSON.stringify(home)});
    const cases = JSON.parse((await import('node:fs')).readFileSync(0, 'utf8'));
    process.stdout.write(JSON.stringify(await letterHashes(cases)));`;
  const answer = execFileSync(process.execPath, ['--input-type=module', '-e', source], {
    input: JSON.stringify(cases.toReversed()),
    encoding: 'utf8',
  });
  return (JSON.parse(answer) as string[][]).toReversed();
}

describe('the bytes of letters', () => {
  it('given any letters, when another process makes them again in another order, then HTML, text, EML and PDF have the same SHA-256', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(letter, { minLength: LETTERS, maxLength: LETTERS }), async (cases) => {
        expect(hashesElsewhere(cases)).toEqual(await letterHashes(cases));
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
  }, 120_000);
});
