import fc from 'fast-check';
import { blocksOf, breakable, wordsOf } from './paper-blocks.js';
import { escapeHtml, htmlOf, proseTokens } from './template-markdown.js';

describe('the blocks of a letter', () => {
  it('given every form that our Markdown has, then each is a block', () => {
    const html = htmlOf(proseTokens('One *two* **three**  \nfour\n\n- a\n- b\n\n3. c\n\n   d'), true);
    expect(blocksOf(html)).toEqual([
      { t: 'p', body: ['One ', { i: ['two'] }, ' ', { b: ['three'] }, { br: true }, 'four'] },
      { t: 'ul', start: 1, items: [[{ t: 'p', body: ['a'] }], [{ t: 'p', body: ['b'] }]] },
      {
        t: 'ol',
        start: 3,
        items: [
          [
            { t: 'p', body: ['c'] },
            { t: 'p', body: ['d'] },
          ],
        ],
      },
    ]);
  });

  it('given any value, then its words come out as they went in', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }).filter((value) => value.trim() !== ''),
        (value) => {
          const [block] = blocksOf(`<p>Dear <bdi>${escapeHtml(value.replaceAll('\n', ''))}</bdi>,</p>`);
          const words = wordsOf([block!]).replace(/[\u00a0\u200b]/g, ' ');
          expect(words).toBe(`Dear ${value.replaceAll('\n', '').replace(/[\u00a0\u200b]/g, ' ')},`);
        },
      ),
    );
  });

  it('given a name with an address in it, then it stays whole', () => {
    expect(blocksOf('<p>Dear <bdi>a@b.example c www.d.example</bdi>,</p>')).toEqual([
      { t: 'p', body: ['Dear ', { n: 'a@b.example' }, ' c ', { n: 'www.d.example' }, ','] },
    ]);
  });

  it.each(['<p>a<script>b</script></p>', '<p>a', '<p>a</b></p>', '<p>a < b</p>', '<img src="x">'])(
    'given HTML that we do not write (%s), then it is refused',
    (html) => {
      expect(() => blocksOf(html)).toThrow(/tag/);
    },
  );

  it('given a run of signs longer than a line, then it may break, and never within a combined letter', () => {
    expect(breakable('x'.repeat(40))).toBe('x'.repeat(40));
    expect(breakable('x'.repeat(50))).toBe(`${'x'.repeat(20)}\u200b${'x'.repeat(20)}\u200b${'x'.repeat(10)}`);
    expect(breakable('e\u0301'.repeat(41))).not.toMatch(/\u200b\u0301/);
  });
});
