import { setImmediate as nextTurn } from 'node:timers/promises';
import { LANGUAGES } from '#libs/platform/index.js';
import { isWholeDrill } from '#test/support/describe-when.js';
import { inFourForms } from '#test/support/four-forms.js';
import { naughtyStrings } from '#test/support/hostile-names.js';
import { namesOfManyCountries } from '#test/support/names-of-many-countries.js';
import { printed, wordsOfLetter, wordsOfPaper, wordsShown, wordsWithin } from '#test/support/paper-text.js';
import { describeWithPdfTools, readPdfs } from '#test/support/pdf-tools.js';
import type { PaperPart } from './paper.js';
import { inventedLetterView } from './render-sample.js';
import { LetterRenderer } from './render.js';
import { letterTemplates } from './template-files.js';

/** Every drill looks at some of the names; all of them in all languages take more than half an hour: `TOCSIN_FAULTS=whole`. */
const NAMES = isWholeDrill ? 3_000 : 200;
/** PDFs that lie on the disk at a time. */
const BATCH = 100;
const WINDOW = { left: 20, right: 105, top: 45, bottom: 90 };
const MINUTES = 60_000;
const SAID = 'There has been a data breach at Example Agency.';

describeWithPdfTools('a drill of letters on paper', () => {
  it.each(LANGUAGES)(
    `given ${NAMES} names of many countries, then in %s every page says what the text says, in the window, without fault`,
    async (language) => {
      const renderer = new LetterRenderer(letterTemplates('initial')[language]);
      const people = namesOfManyCountries(NAMES);
      expect(new Set(people.map(({ givenName, familyName }) => `${givenName} ${familyName}`)).size).toBe(NAMES);
      const begun = process.memoryUsage().rss;
      for (let at = 0; at < NAMES; at += BATCH) {
        const batch = people.slice(at, at + BATCH);
        await nextTurn();
        const parts = batch.map((person): PaperPart => {
          const exposures = inventedLetterView(language).exposures.slice(2);
          const view = inventedLetterView(language, { person, exposures });
          return { part: renderer.render(view), view };
        });
        for (const [n, pdf] of readPdfs(parts.map((part) => printed([part]))).entries()) {
          const name = `${batch[n]!.givenName} ${batch[n]!.familyName}`;
          const inWindow = ['Voorbeeldstraat 1 · 1000 Brussel', name, 'Kerkstraat 12 bus 3', '9000 Gent'];
          const shown = wordsShown(pdf.words, WINDOW);
          expect([name, pdf.complaints, pdf.info['Tagged']]).toEqual([name, '', 'yes']);
          expect(wordsOfPaper(pdf, inWindow)).toBe(wordsOfLetter(LetterRenderer.join([parts[n]!.part])));
          expect(shown).toEqual(wordsWithin(pdf.words, WINDOW));
          expect(shown.map(({ text }) => text.normalize()).join(' ')).toBe(inWindow.join(' ').normalize());
        }
      }
      const grownMb = Math.round((process.memoryUsage().rss - begun) / 2 ** 20);
      process.stdout.write(`${language}: ${NAMES} letters set and read again; memory grew by ${grownMb} MB\n`);
    },
    40 * MINUTES,
  );

  it(
    'given the list of naughty strings as names, then each letter is whole in all four forms or named as unprintable',
    async () => {
      const renderer = new LetterRenderer(letterTemplates('initial').en);
      let unprintable = 0;
      for (const givenName of naughtyStrings()) {
        const view = inventedLetterView('en', { person: { givenName, familyName: 'Peeters' } });
        const { html, text, pdf: setOrNot, mail } = await inFourForms({ part: renderer.render(view), view }, givenName);
        expect([mail.text.trimEnd(), mail.html.trimEnd()]).toEqual([text.trimEnd(), html.trimEnd()]);
        const pdf = setOrNot();
        const read = pdf ? readPdfs([pdf])[0]! : null;
        if (!read) unprintable++;
        // Latin, Greek and Cyrillic are always printed.
        expect(read !== null || /[^\x20-\u024f\u0370-\u052f\u1e00-\u1fff]/.test(givenName)).toBe(true);
        expect([givenName, read?.complaints ?? '']).toEqual([givenName, '']);
        expect(read?.text ?? SAID).toContain(SAID);
      }
      process.stdout.write(`naughty strings: ${unprintable} cannot be printed, of ${naughtyStrings().length}\n`);
    },
    20 * MINUTES,
  );
});
