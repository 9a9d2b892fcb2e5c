import { setImmediate } from 'node:timers/promises';
import { Turns } from './turns.js';

describe('turns', () => {
  it('given several who ask at once, of whom one fails, then each works alone and in order', async () => {
    const turns = new Turns();
    const happened: string[] = [];
    const work = async (name: string): Promise<string> => {
      happened.push(`${name} begins`);
      await setImmediate();
      if (name === 'b') throw new Error('b failed');
      happened.push(`${name} ends`);
      return name;
    };
    const asked = ['a', 'b', 'c'].map((name) => turns.take(() => work(name)));
    expect((await Promise.allSettled(asked)).map((one) => one.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(happened).toEqual(['a begins', 'a ends', 'b begins', 'c begins', 'c ends']);
  });

  it('given items that are fetched, then other work has its turn between two of them, and whoever stops ends them', async () => {
    const turns = new Turns();
    const happened: string[] = [];
    async function* items(): AsyncIterable<number> {
      try {
        for (let i = 0; ; i++) {
          happened.push(`item ${i}`);
          yield await Promise.resolve(i);
        }
      } finally {
        happened.push('ended');
      }
    }
    for await (const item of turns.each(items())) {
      await turns.take(() => Promise.resolve(happened.push(`work ${item}`)));
      if (item === 1) break;
    }
    expect(happened).toEqual(['item 0', 'work 0', 'item 1', 'work 1', 'ended']);
  });
});
