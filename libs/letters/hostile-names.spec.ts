import { HOSTILE_NAMES } from '#test/support/hostile-names.js';
import { inFourForms, type FourForms } from '#test/support/four-forms.js';
import { wordsOfPaper } from '#test/support/paper-text.js';
import { describeWithPdfTools, readPdfs } from '#test/support/pdf-tools.js';
import { plainLine } from './plain-line.js';
import { inventedLetterView } from './render-sample.js';
import { LetterRenderer } from './render.js';
import { escapeHtml } from './template-markdown.js';
import { letterTemplates } from './template-files.js';

const renderer = new LetterRenderer(letterTemplates('initial').en);

async function formsOf(givenName: string, familyName = 'Peeters'): Promise<FourForms> {
  const view = inventedLetterView('en', {
    person: { givenName, familyName },
    exposures: [{ dataKind: 'cv', country: null, extent: 'copy', confidence: 'presumed' }],
  });
  return await inFourForms({ part: renderer.render(view), view }, `${givenName} ${familyName}`);
}

describe('given names that are code elsewhere', () => {
  it('when their letters are made, then HTML, text and the file of the mail each say the name as it is', async () => {
    const tags = (await formsOf('Jan')).html.match(/<[a-z]+/g)!.length;
    for (const name of HOSTILE_NAMES) {
      const { html, text, mail } = await formsOf(name);
      const shown = plainLine(`${name} Peeters`);
      expect(html).toContain(`<bdi>${escapeHtml(shown)}</bdi>,`);
      expect(html.match(/<[a-z]+/g)).toHaveLength(tags);
      expect(text).toContain(shown);
      expect([mail.text.trimEnd(), mail.html.trimEnd()]).toEqual([text.trimEnd(), html.trimEnd()]);
    }
  }, 120_000);
});

describeWithPdfTools('given names that are code elsewhere, on paper', () => {
  it('when their letters are set, then the pages say the same words as the text', async () => {
    // Two such names for one person: half as many letters.
    const people = HOSTILE_NAMES.flatMap((name, at) => (at % 2 === 0 ? [[name, HOSTILE_NAMES[at + 1] ?? 'x']] : []));
    const forms: FourForms[] = [];
    for (const [givenName, familyName] of people) forms.push(await formsOf(givenName!, familyName));
    const read = readPdfs(forms.map(({ pdf }) => pdf()!));
    for (const [at, pdf] of read.entries()) {
      const name = people[at]!.join(' ');
      expect(`${name}: ${pdf.complaints}`).toBe(`${name}: `);
      const lines = pdf.text.split('\n');
      const [from, until] = [lines.indexOf('Voorbeeldstraat 1 · 1000 Brussel'), lines.indexOf('9000 Gent')];
      expect(from).toBeGreaterThan(0);
      const words = wordsOfPaper({ ...pdf, text: lines.toSpliced(from, until - from + 1).join('\n') }, []);
      // What turns the direction of writing turns the name and no word beside it; programs read it in either order.
      const turns = /[\u202a-\u202e\u2066-\u2069\u200f]/.test(name);
      // Where a run without spaces breaks, nothing shows whether there was a space.
      const isLong = /\S{41}/.test(name);
      const comparable = (said: string): string => {
        const closed = turns || isLong ? said.replace(/\s/g, '') : said;
        return turns ? [...closed].toSorted().join('') : closed;
      };
      expect(comparable(words)).toBe(comparable(forms[at]!.words));
      expect(words).toContain(', There has been a data breach at Example Agency.');
    }
  }, 120_000);
});
