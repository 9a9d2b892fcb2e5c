import fc from 'fast-check';
import { nextRung, type LadderContact, type LadderPerson, type Rung } from './ladder.js';

const person: LadderPerson = { category: 'staff', isProtected: false, isMinor: false, isDeceased: false };
const contact = (place: number, kind: LadderContact['kind'], more: Partial<LadderContact> = {}): LadderContact => ({
  place,
  kind,
  state: 'untried',
  isBanned: false,
  ...more,
});
const all = [contact(3, 'post'), contact(0, 'email'), contact(1, 'private-email'), contact(2, 'phone')];

describe('the ladder of channels', () => {
  it('given a member of staff, then the work address is first, their own second, post third, and then nothing', () => {
    const tried: Rung[] = [];
    for (let rung = nextRung(person, all, tried); rung; rung = nextRung(person, all, tried)) tried.push(rung);
    expect(tried.map((rung) => rung.contactPlace)).toEqual([0, 1, 3]);
  });

  it('given a past applicant, then their own address comes before the one in use', () => {
    expect(nextRung({ ...person, category: 'past-applicant' }, all, [])).toEqual({
      channel: 'email',
      contactPlace: 1,
    });
  });

  it('given an address on a banned domain, then it is skipped', () => {
    expect(nextRung(person, [contact(0, 'email', { isBanned: true }), contact(3, 'post')], [])).toEqual({
      channel: 'post',
      contactPlace: 3,
    });
  });

  it('given a protected person, then only the hand of the security officer is a way', () => {
    expect(nextRung({ ...person, isProtected: true }, all, [])).toEqual({ channel: 'hand', contactPlace: null });
    expect(nextRung({ ...person, isProtected: true }, all, [{ channel: 'hand', contactPlace: null }])).toBeNull();
  });

  it.each([{ isMinor: true }, { isDeceased: true }])(
    'given %j, then the letter goes to the addressee by post',
    (state) => {
      expect(nextRung({ ...person, ...state }, all, [])).toEqual({ channel: 'post', contactPlace: 3 });
    },
  );

  it('given any contacts, when rungs are taken until none is left, then none is banned, dead or taken twice', () => {
    const contacts = fc
      .uniqueArray(
        fc.record({
          kind: fc.constantFrom<LadderContact['kind']>('email', 'private-email', 'post', 'phone'),
          state: fc.constantFrom<LadderContact['state']>('untried', 'works', 'bounced', 'returned', 'revoked'),
          isBanned: fc.boolean(),
        }),
        { selector: (item) => item.kind },
      )
      .map((list): LadderContact[] => list.map((one, place) => ({ ...one, place })));
    fc.assert(
      fc.property(
        contacts,
        fc.constantFrom<LadderPerson['category']>('staff', 'applicant', 'family'),
        (points, category) => {
          const tried: Rung[] = [];
          for (
            let rung = nextRung({ ...person, category }, points, tried);
            rung;
            rung = nextRung({ ...person, category }, points, tried)
          ) {
            const point = points.find((other) => other.place === rung.contactPlace)!;
            expect(point.isBanned || ['bounced', 'returned', 'revoked'].includes(point.state)).toBe(false);
            tried.push(rung);
            expect(tried.length).toBeLessThanOrEqual(3);
          }
          expect(new Set(tried.map((rung) => rung.contactPlace)).size).toBe(tried.length);
        },
      ),
    );
  });
});
