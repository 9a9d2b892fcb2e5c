import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import jsqr from 'jsqr';
import { LANGUAGES, Problem, type Language } from '#libs/platform/index.js';
import { namesOfManyCountries } from '#test/support/names-of-many-countries.js';
import { describeWithPdfTools, pictureOf, readPdfs } from '#test/support/pdf-tools.js';
import { printed, wordsOfLetter, wordsOfPaper, wordsShown, wordsWithin } from '#test/support/paper-text.js';
import type { LetterView } from './letter-view.js';
import type { PaperPart } from './paper.js';
import { inventedLetterView } from './render-sample.js';
import { LetterRenderer } from './render.js';
import { letterTemplates, templatesFolder } from './template-files.js';

// The package is CommonJS, its types say it is not.
const readQr = ((jsqr as unknown as { default?: unknown }).default ?? jsqr) as (
  rgba: Uint8ClampedArray,
  width: number,
  height: number,
) => { data: string } | null;

const renderers = Object.fromEntries(
  LANGUAGES.map((language) => [language, new LetterRenderer(letterTemplates('initial')[language])]),
) as Record<Language, LetterRenderer>;

function parts(languages: Language[], changes: Partial<PaperPart['view']> = {}): PaperPart[] {
  return languages.map((language) => {
    const view: LetterView = inventedLetterView(language, changes);
    return { part: renderers[language].render(view), view };
  });
}

function textOf(made: PaperPart[]): string {
  return wordsOfLetter(LetterRenderer.join(made.map(({ part }) => part)));
}

const SENDER = 'Voorbeeldstraat 1 · 1000 Brussel';
const inWindow = (name: string): string[] => [SENDER, name, 'Kerkstraat 12 bus 3', '9000 Gent'];
/** The counter's pages stand after the letter, whose last words are the controller's name. */
const beforeCounter = (words: string): string => words.split(/ (Voor het loket|Pour le guichet|Für den Schalter|For the counter) /)[0]!; // prettier-ignore

const WINDOWS = {
  left: { left: 20, right: 105, top: 45, bottom: 90 },
  right: { left: 100, right: 190, top: 50, bottom: 80 },
};

function sha(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function problemOf(make: () => unknown): Problem {
  try {
    make();
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error('a letter was set');
}

describe('a letter on paper', () => {
  it('given the same letter, when it is set again, also in another process and for somebody else between, then its bytes are the same', () => {
    const first = sha(printed(parts(['nl', 'fr'])));
    printed(parts(['de'], { person: { givenName: 'Jan', familyName: 'Peeters' } }));
    expect(sha(printed(parts(['nl', 'fr'])))).toBe(first);
    const elsewhere = `
      const home = ${JSON.stringify(`file://${templatesFolder()}/../dist/libs/letters/`)};
      const [{ paperOf }, { LetterRenderer }, { inventedLetterView }, { letterTemplates }] = await Promise.all(
        ['paper', 'render', 'render-sample', 'template-files'].map((name) => import(home + name + '.js')));
      const parts = ['nl', 'fr'].map((language) => {
        const view = inventedLetterView(language);
        return { part: new LetterRenderer(letterTemplates('initial')[language]).render(view), view };
      });
      const { createHash } = await import('node:crypto');
      const pdf = paperOf(parts, { window: 'left', large: false, postal: ['Kerkstraat 12 bus 3', '9000 Gent'] });
      process.stdout.write(createHash('sha256').update(pdf).digest('hex'));`;
    const hash = execFileSync(process.execPath, ['--input-type=module', '-e', elsewhere], { encoding: 'utf8' });
    expect(hash).toBe(first);
  });

  it('given signs that no font has, then the letter is not set and the fault names the field but not the signs', () => {
    const inName = problemOf(() => printed(parts(['nl'], { person: { givenName: '张伟', familyName: 'Li' } })));
    expect([inName.code, inName.faults.map(({ at }) => at)]).toEqual(['letter.unprintable', ['person.name']]);
    expect(inName.message).not.toMatch(/[^\x20-\x7e]/);
    const inAddress = problemOf(() => printed(parts(['nl']), { postal: ['北京市', 'China'] }));
    expect(inAddress.faults.map(({ at }) => at)).toEqual(['address']);
  });

  it('given an address that does not fit the window, then the letter is not set', () => {
    const postal = Array.from({ length: 9 }, () => 'A line of an address that is far longer than the window is wide');
    const problem = problemOf(() => printed(parts(['nl']), { postal }));
    expect([problem.code, problem.faults.map(({ at }) => at)]).toEqual(['letter.unprintable', ['address']]);
  });
});

describeWithPdfTools('a letter on paper, as other programs read it', () => {
  const exposedCv = [{ dataKind: 'cv', country: null, extent: 'copy', confidence: 'presumed' }] as const;

  it.each(LANGUAGES)(
    'given names of many countries, then the pages say in %s what the text says, in the window',
    (language) => {
      const people = namesOfManyCountries(43).slice(
        LANGUAGES.indexOf(language) * 10,
        LANGUAGES.indexOf(language) * 10 + 10,
      );
      const made = people.map((person) => parts([language], { person }));
      const read = readPdfs(made.map((one) => printed(one)));
      for (const [at, pdf] of read.entries()) {
        const name = `${people[at]!.givenName} ${people[at]!.familyName}`;
        expect(pdf.complaints).toBe('');
        expect(pdf.info).toMatchObject({ Tagged: 'yes', Title: made[at]![0]!.part.subject });
        expect(beforeCounter(wordsOfPaper(pdf, inWindow(name)))).toBe(textOf(made[at]!));
        const shown = wordsShown(pdf.words, WINDOWS.left);
        expect(shown).toEqual(wordsWithin(pdf.words, WINDOWS.left));
        expect(shown.map(({ text }) => text.normalize()).join(' ')).toBe(inWindow(name).join(' ').normalize());
      }
    },
  );

  it('given the window on the right, a letter in large print and one in four languages, then each is whole', () => {
    const made = parts([...LANGUAGES]);
    const [right, large] = readPdfs([printed(made, { window: 'right' }), printed(made, { large: true })]);
    // The lines that lead to the other languages stand first in a mail, and on paper below the letterhead.
    const pointers = made[0]!.part.frame.book.pointers([...LANGUAGES]).map(({ words }) => words).join(' '); // prettier-ignore
    for (const pdf of [right!, large!]) {
      expect(pdf.complaints).toBe('');
      const words = beforeCounter(wordsOfPaper(pdf, inWindow('Émilie D’Hondt-Peeters')));
      expect(words).toContain(pointers);
      expect(words.replace(`${pointers} `, '')).toBe(textOf(made).replace(`${pointers} `, ''));
    }
    const shown = wordsShown(right!.words, WINDOWS.right);
    expect(shown).toEqual(wordsWithin(right!.words, WINDOWS.right));
    expect(shown.map(({ text }) => text).join(' ')).toBe(inWindow('Émilie D’Hondt-Peeters').join(' '));
    // 16 pt letters and their line are at least 5.5 mm high; only what stands in the window is smaller.
    const small = large!.words.filter((word) => word.bottom - word.top < 5.5);
    expect(small).toEqual(wordsShown(large!.words, WINDOWS.left));
  });

  it('given the box with the code, then its QR code holds the address to type and nothing else', () => {
    const pdf = printed(parts(['en'], { exposures: [...exposedCv] }));
    const [read] = readPdfs([pdf]);
    const page = read!.words.find(({ text }) => text === '0123-4567-89AB-CDEF-GH')!.page;
    const { rgba, width, height } = pictureOf(pdf, page);
    expect(readQr(rgba, width, height)?.data).toBe('https://notices.example/n');
  });

  it('given documents to renew, then the last page is for the counter and names nobody; without any there is none', () => {
    const made = parts(['fr', 'nl'], { exposures: inventedLetterView('fr').exposures });
    const [renew, keep] = readPdfs([printed(made), printed(parts(['fr'], { exposures: [...exposedCv] }))]);
    const last = Number(renew!.info['Pages']);
    const counter = renew!.words.filter(({ page }) => page === last).map(({ text }) => text).join(' '); // prettier-ignore
    for (const words of [
      'Pour le guichet',
      'Voor het loket',
      'Carte d’identité belge',
      'Belgisch paspoort',
      'https://notices.example/real',
    ])
      expect(counter).toContain(words);
    expect(counter.replaceAll('\u00a0', ' ')).toContain('+32 2 555 01 00');
    expect(counter).not.toMatch(/Agence|Agentschap|D’Hondt|N-2026|0123|bakolim|Voorbeeldstraat|Pagina|Page|Cv|CV/);
    expect(keep!.text).not.toContain('Pour le guichet');
  });

  it('given a guardian, then the window shows the guardian and not the child', () => {
    const addressee = { givenName: 'Nora', familyName: 'Voorbeeld', of: 'minor' as const };
    const [pdf] = readPdfs([printed(parts(['nl'], { addressee }))]);
    const shown = wordsShown(pdf!.words, WINDOWS.left).map(({ text }) => text).join(' '); // prettier-ignore
    expect(shown).toBe(inWindow('Nora Voorbeeld').join(' '));
  });

  it('given a sender whose address is long, then it stands in one line and not upon the address', () => {
    const { controller } = inventedLetterView('fr');
    const postalAddress = ['Wakersklokstraat 1 / rue de la Cloche-du-Guet 1', '1000 Brussel / Bruxelles'];
    const [pdf] = readPdfs([printed(parts(['fr'], { controller: { ...controller, postalAddress } }))]);
    const shown = wordsShown(pdf!.words, WINDOWS.left);
    const sender = shown.slice(0, shown.findIndex(({ text }) => text === 'Bruxelles') + 1);
    const [name] = shown.slice(sender.length);
    expect(sender.map(({ text }) => text).join(' ')).toBe(postalAddress.join(' · '));
    expect(Math.max(...sender.map(({ bottom }) => bottom)) - sender[0]!.top).toBeLessThan(4);
    expect(Math.max(...sender.map(({ bottom }) => bottom))).toBeLessThanOrEqual(name!.top + 0.5);
  });
});
