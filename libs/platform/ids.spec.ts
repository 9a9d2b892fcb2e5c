import { uuidv7 } from './ids.js';

describe('an id', () => {
  it('given many made in one millisecond, then they are of version 7, all different, and sort as they were made', () => {
    const now = new Date('2026-11-24T12:00:00.000Z');
    const ids = Array.from({ length: 20_000 }, () => uuidv7(now));
    expect(ids.every((id) => /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id))).toBe(
      true,
    );
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.toSorted()).toEqual(ids);
  });

  it('given a later millisecond, then its ids sort after the earlier ones', () => {
    expect(uuidv7(new Date(2)) > uuidv7(new Date(1))).toBe(true);
  });
});
