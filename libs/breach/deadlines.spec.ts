import { deadlinesOf, minutesLeft } from './deadlines.js';

describe('the Art. 33 deadline', () => {
  it.each([
    ['2023-05-24T09:30:00+02:00', '2023-05-27T09:30:00+02:00', '2023-05-27T10:00:00+02:00', 'ends on a Saturday'],
    [
      '2023-03-25T12:00:00+01:00',
      '2023-03-28T13:00:00+02:00',
      '2023-03-28T14:00:00+02:00',
      'over the spring change of clocks',
    ],
    [
      '2023-10-28T12:00:00+02:00',
      '2023-10-31T11:00:00+01:00',
      '2023-10-31T12:00:00+01:00',
      'over the autumn change of clocks',
    ],
    ['2023-05-26T17:15:00+02:00', '2023-05-29T17:15:00+02:00', '2023-05-29T18:00:00+02:00', 'on Whit Monday'],
    ['2024-02-27T23:59:00+01:00', '2024-03-01T23:59:00+01:00', '2024-03-02T00:00:00+01:00', 'over a leap day'],
  ])('given awareness at %s, then it is %s and by Regulation 1182/71 %s (%s)', (aware, deadline, periodEnd) => {
    const result = deadlinesOf(new Date(aware));
    expect(result.deadline).toEqual(new Date(deadline));
    expect(result.periodEnd1182).toEqual(new Date(periodEnd));
  });

  it('given a clock half an hour off, when the hour of awareness is left out, then it is the local hour', () => {
    expect(deadlinesOf(new Date('2026-01-10T10:40:00+05:30'), 330).periodEnd1182).toEqual(
      new Date('2026-01-13T11:00:00+05:30'),
    );
  });

  it('given a deadline that has passed, then the minutes left are negative', () => {
    expect(minutesLeft(new Date('2026-01-01T00:00:00Z'), new Date('2026-01-04T00:01:00Z'))).toBe(-1);
  });
});
