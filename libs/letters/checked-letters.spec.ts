import { CheckedLetters } from './checked-letters.js';
import { SampleLetters } from './notice-findings.js';

const letters = (): SampleLetters => new SampleLetters({} as never);

describe('what was found out about letters', () => {
  it('given letters that were made once, when they are asked for by what they were made from, then they are there, and by nothing else', () => {
    const kept = new CheckedLetters();
    const checked = kept.keep('N-1 a', letters());
    expect(kept.find('N-1 a')).toBe(checked);
    expect(kept.find('N-1 b')).toBeNull();
  });

  it('given more than are kept, then those go that nobody asked for longest', () => {
    const kept = new CheckedLetters();
    for (const key of ['a', 'b', 'c', 'd', 'e', 'f']) kept.keep(key, letters());
    kept.find('a');
    kept.keep('g', letters());
    expect(['a', 'b', 'c', 'g'].map((key) => kept.find(key) !== null)).toEqual([true, false, true, true]);
  });
});
