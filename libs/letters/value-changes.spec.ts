import fc from 'fast-check';
import { changedValues } from './value-changes.js';

describe('what differs between two states of the same facts', () => {
  it('given values, groups and lists, when some change, come or go, then each is named once by its path', () => {
    const before = {
      title: 'Mail read',
      kinds: ['a'],
      costs: { paidBy: 'controller' },
      sender: { name: 'A', to: 'x' },
    };
    const now = { title: 'Mail read', kinds: ['a', 'b'], sender: { name: 'B', to: 'x' }, persons: 12 };
    expect(changedValues(before, now)).toEqual([
      { path: ['kinds'], before: ['a'], now: ['a', 'b'] },
      { path: ['costs', 'paidBy'], before: 'controller', now: undefined },
      { path: ['sender', 'name'], before: 'A', now: 'B' },
      { path: ['persons'], before: undefined, now: 12 },
    ]);
  });

  it('given any facts, when they are compared with themselves, then nothing differs; the other way round, before and now change places', () => {
    const facts = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 5 });
    fc.assert(
      fc.property(facts, facts, (one, other) => {
        expect(changedValues(one, one)).toEqual([]);
        const turned = changedValues(other, one).map(({ path, before, now }) => [path.join(), now, before]);
        const straight = changedValues(one, other).map(({ path, before, now }) => [path.join(), before, now]);
        const sorted = (rows: unknown[][]): string[] => rows.map((row) => JSON.stringify(row)).toSorted();
        expect(sorted(turned)).toEqual(sorted(straight));
      }),
    );
  });
});
