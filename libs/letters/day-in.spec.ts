import { dayIn } from './day-in.js';

it('given a moment shortly before midnight in London, then it is the next day in Brussels', () => {
  const at = new Date('2026-11-24T23:30:00Z');
  expect([dayIn(at, 'Europe/London'), dayIn(at, 'Europe/Brussels')]).toEqual(['2026-11-24', '2026-11-25']);
});
