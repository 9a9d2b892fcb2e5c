/**
 * Remembers what a function made of the texts it was given last: a list of persons has few domains, places and kinds of
 * documents, and says them over and over. At most `most` texts of at most `longest` characters are kept. What is made
 * is given out again and again, so nobody may change it.
 */
export function remembering<T>(make: (text: string) => T, most = 1_000, longest = 300): (text: string) => T {
  let known = new Map<string, T>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const made = make(text);
    if (text.length > longest) return made;
    if (known.size >= most) known = new Map();
    known.set(text, made);
    return made;
  };
}
