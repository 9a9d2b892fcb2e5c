import fc from 'fast-check';
import { diffTexts, type DiffLine } from './text-diff.js';

/** One side of the whole difference; only where nothing was skipped. */
function sideOf(lines: DiffLine[], without: 'gone' | 'new'): string {
  return lines
    .flatMap((line) =>
      line.kind === 'skipped' || line.kind === without ? [] : [line.parts.map((part) => part.text).join('')],
    )
    .join('\n');
}
const kinds = (lines: DiffLine[]): string =>
  lines.map((line) => (line.kind === 'skipped' ? `skipped ${line.count}` : line.kind)).join(', ');

describe('the difference of two texts', () => {
  it('given the same text twice, then there is none', () => {
    expect(diffTexts('a\nb', 'a\nb')).toEqual([]);
  });

  it('given a line with one other word, then both lines are shown with that word alone marked', () => {
    const [gone, came] = diffTexts('Call us on Monday.', 'Call us on Friday.');
    const marked = (line: DiffLine | undefined): string[] =>
      line?.kind === 'skipped' ? [] : line!.parts.filter((part) => part.isChanged).map((part) => part.text);
    expect([gone?.kind, came?.kind]).toEqual(['gone', 'new']);
    expect(marked(gone)).toEqual(['Monday']);
    expect(marked(came)).toEqual(['Friday']);
  });

  it('given a line replaced by another of other words, then the whole lines are marked', () => {
    const lines = diffTexts('Call us on Monday.', 'Nothing of yours was seen there');
    expect(lines.flatMap((line) => (line.kind === 'skipped' ? [] : line.parts.map((part) => part.isChanged)))).toEqual([
      true,
      true,
    ]);
  });

  it('given a change in the middle, then one line stays on each side, the rest is counted, and lines keep their numbers', () => {
    const before = ['1', '2', '3', 'old', '5', '6', '7'].join('\n');
    const lines = diffTexts(before, before.replace('old', 'added\nnew'));
    expect(kinds(lines)).toBe('skipped 2, same, gone, new, new, same, skipped 2');
    expect(lines[1]).toMatchObject({ before: 3, after: 3 });
    expect(lines[5]).toMatchObject({ before: 5, after: 6 });
  });

  it('given texts that have thousands of lines and none in common, then the answer comes at once', () => {
    const many = (word: string): string => Array.from({ length: 6_000 }, (_, n) => `${word} ${n}`).join('\n');
    const started = performance.now();
    const lines = diffTexts(many('old'), many('young'));
    expect(performance.now() - started).toBeLessThan(5_000);
    expect(lines).toHaveLength(12_000);
  });

  it('given any two texts, then what is gone and what stays make the old one, and what is new and what stays the new one', () => {
    const line = fc.constantFrom('', 'a', 'b', 'a b c', 'a b d', 'x', '{{code}}', 'é');
    const text = fc.array(line, { minLength: 1, maxLength: 3 }).map((lines) => lines.join('\n'));
    fc.assert(
      fc.property(text, text, (before, after) => {
        const lines = diffTexts(before, after);
        if (before === after || lines.some((one) => one.kind === 'skipped')) return;
        expect(sideOf(lines, 'new')).toBe(before);
        expect(sideOf(lines, 'gone')).toBe(after);
      }),
    );
  });
});
