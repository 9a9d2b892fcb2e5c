import { restated, type KnownPerson } from './restating.js';
import type { StatedPerson } from './roster-row.js';

const known = (over: Partial<KnownPerson> = {}): KnownPerson => ({
  id: 'person',
  secret: Buffer.alloc(32),
  source: 'roster',
  record: {
    reference: 'P-1',
    givenName: 'Lotte',
    familyName: 'Voorbeeld',
    birthDate: '1985-07-30',
    contacts: [{ kind: 'email', value: 'lotte@agency.example' }],
  },
  category: 'staff',
  language: 'nl',
  isProtected: false,
  isMinor: false,
  isDeceased: false,
  contactStates: ['untried'],
  exposures: [
    { id: 'card', dataKind: 'id-card', country: 'BE', extent: 'scan', confidence: 'presumed', source: 'roster' },
  ],
  addsOnly: false,
  ...over,
});
const stated = (
  record: Partial<StatedPerson['record']> = {},
  over: Partial<Omit<StatedPerson, 'record'>> = {},
): StatedPerson => ({
  record: { reference: 'P-1', givenName: '', familyName: '', ...record },
  category: 'staff',
  language: null,
  isProtected: false,
  isMinor: false,
  isDeceased: false,
  nationalNumber: null,
  exposures: [],
  ...over,
});

describe('given a person whom a later roster states', () => {
  it('when its cells are empty, then nothing changes', () => {
    const before = known();
    expect(restated(before, stated())).toMatchObject({
      record: before.record,
      category: 'staff',
      language: 'nl',
      addedContacts: [],
      contactStates: [],
      exposures: [],
      differences: [],
    });
  });

  it('when it fills what was empty, then that is added, and is no difference', () => {
    const after = restated(known(), stated({ phone: '+32 2 555 01 23', country: 'BE' }));
    expect(after.record.contacts.at(-1)).toEqual({ kind: 'phone', value: '+32 2 555 01 23' });
    expect([after.record.country, after.addedContacts, after.differences]).toEqual(['BE', [1], []]);
  });

  it('when it states another address, then the old one is used no more, and it is said', () => {
    const after = restated(known(), stated({ email: 'lv@agency.example' }));
    expect(after.contactStates).toEqual([{ place: 0, state: 'revoked' }]);
    expect(after.addedContacts).toEqual([1]);
    expect(after.differences).toEqual([{ column: 'email', outcome: 'changed' }]);
  });

  it('when it writes the same address otherwise, then it is the same', () => {
    expect(restated(known(), stated({ email: 'Lotte@Agency.example' })).addedContacts).toEqual([]);
  });

  it('when it states again an address that came back, then that stays so', () => {
    const after = restated(known({ contactStates: ['bounced'] }), stated({ email: 'lotte@agency.example' }));
    expect([after.contactStates, after.addedContacts, after.differences]).toEqual([[], [], []]);
  });

  it('when it states an address that another had replaced, then that one is used again', () => {
    const before = known();
    before.record.contacts.push({ kind: 'email', value: 'lv@agency.example' });
    const after = restated({ ...before, contactStates: ['revoked', 'works'] }, stated({ email: 'lotte@agency.example' })); // prettier-ignore
    expect(after.contactStates).toEqual([
      { place: 1, state: 'revoked' },
      { place: 0, state: 'untried' },
    ]);
  });

  it('when somebody corrected a field by hand, then it stays, and the difference is said', () => {
    const before = known();
    before.record.corrected = ['name', 'email', 'category'];
    const after = restated(
      before,
      stated({ familyName: 'Nieuw', email: 'x@agency.example' }, { category: 'former-staff' }),
    );
    expect(after.record.familyName).toBe('Voorbeeld');
    expect([after.category, after.addedContacts]).toEqual(['staff', []]);
    expect(after.differences.map(({ column, outcome }) => `${column} ${outcome}`).toSorted()).toEqual([
      'category kept',
      'email kept',
      'family_name kept',
    ]);
  });

  it('when an exposure is stated otherwise, then it is superseded, unless it was corrected by hand', () => {
    const exposure = { dataKind: 'id-card', country: 'BE', extent: 'scan', confidence: 'confirmed' } as const;
    expect(restated(known(), stated({}, { exposures: [exposure] })).exposures).toEqual([
      { exposure, supersedes: 'card' },
    ]);
    const byHand = known();
    byHand.exposures[0]!.source = 'by-hand';
    const after = restated(byHand, stated({}, { exposures: [exposure] }));
    expect([after.exposures, after.differences]).toEqual([[], [{ column: 'documents', outcome: 'kept' }]]);
  });

  it('when the row was merged into them, then it adds what is missing and changes nothing', () => {
    const after = restated(
      known({ addsOnly: true }),
      stated({ givenName: 'L.', email: 'other@agency.example', phone: '02 555' }),
    );
    expect(after.record.givenName).toBe('Lotte');
    expect(after.record.contacts.slice(1)).toEqual([{ kind: 'phone', value: '02 555' }]);
    expect(after.differences).toEqual([]);
  });
});
