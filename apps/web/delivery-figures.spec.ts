import fc from 'fast-check';
import { timeLeft } from './delivery-figures.js';

const unlimited = { perDay: 0, leftToday: null };

describe('given e-mails that wait', () => {
  it.each([
    [0, 10, unlimited, null],
    [10, 0, unlimited, null],
    [590, 10, unlimited, { unit: 'minutes', count: 59 }],
    [600, 10, unlimited, { unit: 'hours', count: 1 }],
    [100_000, 10, unlimited, { unit: 'days', count: 7 }],
    [100, 50, { perDay: 100, leftToday: 100 }, { unit: 'minutes', count: 2 }],
    [101, 50, { perDay: 100, leftToday: 100 }, { unit: 'days', count: 1 }],
    [500, 0, { perDay: 100, leftToday: 0 }, { unit: 'days', count: 5 }],
  ] as const)('when %d wait and %d leave a minute under %j, then %j are left', (open, perMinute, limit, left) => {
    expect(timeLeft(open, perMinute, limit)).toEqual(left);
  });

  it('when more wait, then it never takes less long', () => {
    const minutes = { minutes: 1, hours: 60, days: 1_440 };
    const count = fc.integer({ min: 1, max: 1_000_000 });
    fc.assert(
      fc.property(count, count, fc.integer({ min: 1, max: 10_000 }), (one, other, perMinute) => {
        const [less, more] = [Math.min(one, other), Math.max(one, other)].map((open) => {
          const left = timeLeft(open, perMinute, unlimited)!;
          return left.count * minutes[left.unit];
        });
        expect(less).toBeLessThanOrEqual(more!);
      }),
    );
  });
});
