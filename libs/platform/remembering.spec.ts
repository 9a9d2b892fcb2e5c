import { remembering } from './remembering.js';

describe('a function that remembers', () => {
  it('given a text again, then it is not made again, unless it is long or many others came between', () => {
    const made: string[] = [];
    const upper = remembering((text) => (made.push(text), text.toUpperCase()), 2, 3);
    for (const text of ['a', 'b', 'a', 'long', 'long', 'c', 'a', 'a']) expect(upper(text)).toBe(text.toUpperCase());
    expect(made).toEqual(['a', 'b', 'long', 'long', 'c', 'a']);
  });
});
