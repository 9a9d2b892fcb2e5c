/**
 * Lets one at a time use what takes one at a time, in the order in which they asked: the connection of a transaction,
 * while steps that go on by themselves each have something to ask it.
 */
export class Turns {
  private last: Promise<unknown> = Promise.resolve();

  /** Does the work when all that was asked for before is done, failed or not. */
  async take<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.last.then(work);
    this.last = turn.catch(() => undefined);
    return await turn;
  }

  /** The same items, each fetched in a turn of its own. */
  async *each<T>(items: AsyncIterable<T>): AsyncGenerator<T> {
    const iterator = items[Symbol.asyncIterator]();
    try {
      for (;;) {
        const next = await this.take(() => iterator.next());
        if (next.done) return;
        yield next.value;
      }
    } finally {
      await iterator.return?.();
    }
  }
}
