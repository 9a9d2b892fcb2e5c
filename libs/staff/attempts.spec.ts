import { FAILURE_MINUTES, MOST_FAILURES, NobodysAttempts } from './attempts.js';

const start = new Date('2026-11-24T09:00:00Z');
const later = (minutes: number): Date => new Date(start.getTime() + minutes * 60_000);

describe('NobodysAttempts', () => {
  it('given ten attempts within a quarter of an hour, when an eleventh comes, then it has to wait, and no longer once they are past', () => {
    const attempts = new NobodysAttempts();
    for (let i = 0; i < MOST_FAILURES; i++) expect(attempts.take('a@x.example', start)).toBe(true);
    expect(attempts.take('a@x.example', later(FAILURE_MINUTES - 1))).toBe(false);
    expect(attempts.take('a@x.example', later(FAILURE_MINUTES + 1))).toBe(true);
  });

  it('given an address that has to wait, when another address is tried, then it is not slowed', () => {
    const attempts = new NobodysAttempts();
    for (let i = 0; i <= MOST_FAILURES; i++) attempts.take('a@x.example', start);
    expect(attempts.take('b@x.example', start)).toBe(true);
  });

  it('given more addresses than are kept, when the first is tried again, then it was forgotten and counts anew', () => {
    const attempts = new NobodysAttempts();
    for (let i = 0; i < MOST_FAILURES; i++) attempts.take('first@x.example', start);
    for (let i = 0; i < 10_000; i++) attempts.take(`${i}@x.example`, start);
    expect(attempts.take('first@x.example', start)).toBe(true);
  });
});
