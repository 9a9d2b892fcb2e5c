/**
 * Does the work of the next items while those before are still being used: at most `depth` of them are begun and not
 * yet taken. Results come in the order of the items; a failure comes in its turn.
 */
export async function* ahead<T, U>(
  items: AsyncIterable<T>,
  depth: number,
  work: (item: T) => Promise<U>,
): AsyncIterable<U> {
  const begun: Promise<U>[] = [];
  for await (const item of items) {
    const next = work(item);
    // Told in its turn, by the await below; until then nobody listens.
    next.catch(() => undefined);
    begun.push(next);
    if (begun.length >= depth) yield await begun.shift()!;
  }
  for (const next of begun) yield await next;
}
