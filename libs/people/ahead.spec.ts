import fc from 'fast-check';
import { ahead } from './ahead.js';

async function* counted(count: number, taken: number[] = []): AsyncIterable<number> {
  for (let i = 0; i < count; i++) {
    taken.push(i);
    yield await Promise.resolve(i);
  }
}
const turns = async (count: number): Promise<void> => {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
};

describe('work that goes ahead of its use', () => {
  it('given work that takes any time, then results come in order and never more than the depth is begun and not taken', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(3), { maxLength: 20 }), fc.integer({ min: 1, max: 4 }), async (waits, depth) => {
        let [begun, used, most] = [0, 0, 0];
        const results: number[] = [];
        const work = async (i: number): Promise<number> => {
          most = Math.max(most, ++begun - used);
          await turns(waits[i]!);
          return i;
        };
        for await (const result of ahead(counted(waits.length), depth, work)) {
          used += 1;
          results.push(result);
          await turns(waits[waits.length - 1 - result]!);
        }
        expect(results).toEqual(waits.map((_, i) => i));
        expect(most).toBeLessThanOrEqual(depth);
      }),
      { numRuns: 50 },
    );
  });

  it('given somebody who is busy with the first result, then the next are worked on meanwhile', async () => {
    const begun: number[] = [];
    const results = ahead(counted(9), 3, (i) => Promise.resolve(begun.push(i)))[Symbol.asyncIterator]();
    await results.next();
    await turns(20);
    expect(begun).toEqual([0, 1, 2, 3]);
    await results.return(undefined);
  });

  it('given work that fails, then the results before it come first', async () => {
    const results: number[] = [];
    const failing = async (): Promise<void> => {
      const work = (i: number): Promise<number> => (i === 2 ? Promise.reject(new Error('two')) : Promise.resolve(i));
      for await (const result of ahead(counted(5), 3, work)) results.push(result);
    };
    await expect(failing()).rejects.toThrow('two');
    expect(results).toEqual([0, 1]);
  });

  it('given items that end with a failure, then it comes after all results', async () => {
    const results: number[] = [];
    async function* broken(): AsyncIterable<number> {
      yield* counted(2);
      throw new Error('no more');
    }
    const failing = async (): Promise<void> => {
      for await (const result of ahead(broken(), 4, (i) => Promise.resolve(i))) results.push(result);
    };
    await expect(failing()).rejects.toThrow('no more');
    expect(results).toEqual([0, 1]);
  });

  it('given somebody who stops taking, then nothing is begun any more and what was begun has ended', async () => {
    const [taken, ended]: [number[], number[]] = [[], []];
    const work = async (i: number): Promise<number> => {
      await turns(5);
      ended.push(i);
      return i;
    };
    for await (const result of ahead(counted(100, taken), 2, work)) if (result === 1) break;
    const before = [...ended];
    expect(before.length).toBeLessThanOrEqual(4);
    await turns(20);
    expect(ended).toEqual(before);
    expect(taken.length).toBeLessThanOrEqual(5);
  });
});
