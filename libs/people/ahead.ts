/**
 * Does the work of the next items while those before are still being used: at most `depth` of them are begun and not
 * yet taken. It goes on by itself, whether or not somebody waits for a result. Results come in the order of the items;
 * a failure comes in its turn. Whoever stops taking waits until what was begun has come to rest.
 */
export async function* ahead<T, U>(
  items: AsyncIterable<T>,
  depth: number,
  work: (item: T) => Promise<U>,
): AsyncGenerator<U> {
  const begun: Promise<U>[] = [];
  const pumping = { isLeft: false, isEnded: false, failure: null as { error: unknown } | null };
  const came = new Bell();
  const room = new Bell();
  const pump = async (): Promise<void> => {
    for await (const item of items) {
      if (pumping.isLeft) return;
      const next = work(item);
      // Told in its turn, by the await below; until then nobody listens.
      next.catch(() => undefined);
      begun.push(next);
      came.ring();
      while (begun.length >= depth && !pumping.isLeft) await room.rung();
    }
  };
  const pumped = pump()
    .catch((error: unknown) => {
      pumping.failure = { error };
    })
    .finally(() => {
      pumping.isEnded = true;
      came.ring();
    });
  try {
    for (;;) {
      while (begun.length === 0 && !pumping.isEnded) await came.rung();
      if (begun.length === 0) break;
      const result = await begun[0]!;
      void begun.shift();
      room.ring();
      yield result;
    }
    if (pumping.failure) throw pumping.failure.error;
  } finally {
    pumping.isLeft = true;
    room.ring();
    await pumped;
    await Promise.allSettled(begun);
  }
}

/** Wakes whoever waits for something to change. */
class Bell {
  private wake: (() => void) | null = null;

  ring(): void {
    this.wake?.();
    this.wake = null;
  }

  /** Resolves when it rings next. One waits at a time. */
  async rung(): Promise<void> {
    await new Promise<void>((resolve) => (this.wake = resolve));
  }
}
