import fc from 'fast-check';
import { BOUNCE_CLASSES } from './bounce-classes.js';
import { nextRung, type LadderContact, type LadderPerson, type Rung, type TriedRung } from './ladder.js';

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
    const tried: TriedRung[] = [];
    for (let rung = nextRung(person, all, tried); rung; rung = nextRung(person, all, tried))
      tried.push({ ...rung, class: 'no-such-mailbox' });
    expect(tried.map((rung) => rung.contactPlace)).toEqual([0, 1, 3]);
  });

  it('given a past applicant, then their own address comes before the one in use', () => {
    expect(nextRung({ ...person, category: 'past-applicant' }, all, [])).toEqual({
      channel: 'email',
      contactPlace: 1,
      isPlain: false,
    });
  });

  it('given an address on a banned domain, then it is skipped', () => {
    expect(nextRung(person, [contact(0, 'email', { isBanned: true }), contact(3, 'post')], [])).toEqual({
      channel: 'post',
      contactPlace: 3,
      isPlain: false,
    });
  });

  it('given a protected person, then only the hand of the security officer is a way', () => {
    expect(nextRung({ ...person, isProtected: true }, all, [])).toMatchObject({ channel: 'hand', contactPlace: null });
    const tried: TriedRung[] = [{ channel: 'hand', contactPlace: null, isPlain: false, class: null }];
    expect(nextRung({ ...person, isProtected: true }, all, tried)).toBeNull();
  });

  it.each([{ isMinor: true }, { isDeceased: true }])(
    'given %j, then the letter goes to the addressee by post',
    (state) => {
      expect(nextRung({ ...person, ...state }, all, [])).toMatchObject({ channel: 'post', contactPlace: 3 });
    },
  );

  it.each<[string, string, boolean, Partial<Rung>]>([
    ['a filter refused the letter', 'content-refused', false, { contactPlace: 0, isPlain: true }],
    ['a filter refused its plain form too', 'content-refused', true, { channel: 'post', contactPlace: 3 }],
    ['the mailbox is full and stays so', 'full', false, { channel: 'post', contactPlace: 3 }],
    ['nobody has this address', 'no-such-mailbox', false, { contactPlace: 1 }],
    ['our own side is refused', 'auth', false, { contactPlace: 0, isPlain: false }],
    ['a class that is not known is given', 'something-new', false, { contactPlace: 1 }],
  ])(
    'given a first attempt, when %s (%s), then the next one goes as the table says',
    (_, failure, isPlain, expected) => {
      const tried: TriedRung[] = [{ channel: 'email', contactPlace: 0, isPlain, class: failure }];
      expect(nextRung(person, all, tried)).toMatchObject(expected);
    },
  );

  it('given a full mailbox and no postal address, then another e-mail address is tried', () => {
    const tried: TriedRung[] = [{ channel: 'email', contactPlace: 0, isPlain: false, class: 'full' }];
    expect(nextRung(person, all.slice(1), tried)).toMatchObject({ channel: 'email', contactPlace: 1 });
  });

  it('given any contacts and any failures, when rungs are taken until none is left, then every usable contact was tried, none that is banned or dead, and it ends', () => {
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
    const failures = fc.array(fc.constantFrom(...Object.keys(BOUNCE_CLASSES), 'address-refused', 'paused'), {
      minLength: 30,
      maxLength: 30,
    });
    const categories = fc.constantFrom<LadderPerson['category']>('staff', 'applicant', 'family');
    fc.assert(
      fc.property(contacts, categories, failures, (points, category, classes) => {
        const tried: TriedRung[] = [];
        for (let rung = nextRung({ ...person, category }, points, tried); rung;) {
          tried.push({ ...rung, class: classes[tried.length]! });
          expect(tried.length).toBeLessThan(20);
          rung = nextRung({ ...person, category }, points, tried);
        }
        const usable = points.filter(
          ({ kind, state, isBanned }) => kind !== 'phone' && !isBanned && ['untried', 'works'].includes(state),
        );
        expect(new Set(tried.map((rung) => rung.contactPlace))).toEqual(new Set(usable.map(({ place }) => place)));
      }),
    );
  });
});
