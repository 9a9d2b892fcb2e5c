import { missingColumns, mappingFaults } from './mapping-faults.js';
import type { RosterColumn } from './roster-columns.js';
import type { RosterMapping } from './roster-mapping.js';

const NEEDED: (RosterColumn | null)[] = ['reference', 'category', 'language', 'family_name'];

function faultsAt(columns: (RosterColumn | null)[], everybody: RosterMapping['everybody'] = {}): string[] {
  return mappingFaults({ columns, everybody }).map(({ at }) => at);
}

describe('given which column is which', () => {
  it('when all that is needed is there, then it has no fault', () => {
    expect(faultsAt(NEEDED)).toEqual([]);
    expect(faultsAt(['reference', 'given_name'], { category: 'staff', language: 'nl' })).toEqual([]);
  });

  it('when needed columns are missing, then each is named: where one value may hold, at that value', () => {
    expect(missingColumns({ columns: [null, null], everybody: {} })).toEqual([
      'reference', 'category', 'language', 'given_name',
    ]); // prettier-ignore
    expect(faultsAt([null, null])).toEqual(['column-0', 'everybody-category', 'everybody-language', 'column-0']);
  });

  it('when two columns are taken for one of ours, then the later one is to mend', () => {
    expect(faultsAt([...NEEDED, 'email', null, 'email'])).toEqual(['column-6']);
  });

  it('when a column of the file is given to everybody too, or one value cannot hold for all, then it says so there', () => {
    expect(faultsAt(NEEDED, { category: 'staff' })).toEqual(['everybody-category']);
    expect(faultsAt(NEEDED, { email: 'all@agency.example' })).toEqual(['everybody-email']);
  });

  it.each([
    [{ documents: 'BE:id-card:scan' }, 'everybody-documents'],
    [{ documents: ':id-card:scan:presumed' }, 'everybody-documents'],
    [{ other_data: 'cv::presumed' }, 'everybody-other_data'],
    [{ country: 'Belgium' }, 'everybody-country'],
    [{ minor: 'perhaps' }, 'everybody-minor'],
    [{ minor: 'yes' }, 'everybody-addressee_family_name'],
  ])('when everybody is given %j, then the fault stands at it and never repeats it', (everybody, at) => {
    const faults = mappingFaults({ columns: NEEDED, everybody });
    expect(faults.map((fault) => fault.at)).toEqual([at]);
    for (const value of Object.values(everybody)) expect(faults[0]!.message).not.toContain(`"${value}"`);
  });

  it('when everybody is a minor and a column or a value names the guardian, then it has no fault', () => {
    expect(faultsAt([...NEEDED, 'addressee_family_name'], { minor: 'yes' })).toEqual([]);
    expect(faultsAt([...NEEDED, 'addressee_given_name'], { minor: 'yes' })).toEqual([]);
    expect(faultsAt(NEEDED, { minor: 'yes', addressee_family_name: 'Peeters' })).toEqual([]);
  });
});
