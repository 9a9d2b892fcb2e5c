import type { RosterUpload } from '#libs/people/index.js';
import type { Actor } from '#libs/staff/index.js';
import { columnsContext, mappingOfForm } from './columns-form.js';

const hr = { roles: ['hr'] } as unknown as Actor;

function upload(over: Partial<RosterUpload['mapping']> = {}): RosterUpload {
  return {
    head: {
      name: 'people.csv',
      header: ['Nr', '', 'Mail'],
      rows: [
        ['1', 'x', 'a@agency.example'],
        ['2', 'x', 'a@agency.example'],
        ['3', '', ''],
      ],
      guesses: [
        { column: 'reference', by: 'header', confidence: 1 },
        { column: null, by: 'nothing', confidence: 0 },
        { column: 'email', by: 'values', confidence: 0.5 },
      ],
      remarks: [],
    },
    mapping: {
      columns: ['reference', null, 'email'],
      everybody: {},
      by: 'guess',
      savedBy: null,
      savedAt: null,
      ...over,
    },
  } as unknown as RosterUpload;
}

interface Shown {
  rows: { name: string; samples: string[]; isGuessed: boolean }[];
  first: { column: string; lines: { parts: { id: string; name: string; value: string }[] }[] | null }[];
  more: { column: string }[];
  missing: string[];
  isSure: boolean;
}
const shown = (of: RosterUpload, actor = hr): Shown => columnsContext(of, actor) as unknown as Shown;

describe('given the form of the columns', () => {
  it('when it was sent, then each column is ours or not read, and what holds for everybody is in the grammar of a roster', () => {
    const mapping = mappingOfForm(
      {
        'column-0': 'reference',
        'column-1': 'no such column',
        'everybody-category': 'past-applicant',
        'everybody-email': 'left@agency.example',
        'documents-0-country': 'be',
        'documents-0-kind': 'id-card',
        'documents-0-what': 'scan',
        'documents-0-sure': 'presumed',
        'documents-3-kind': 'passport',
        'other_data-1-kind': 'cv',
        'other_data-1-what': 'copy',
        'other_data-1-sure': 'confirmed',
      },
      3,
    );
    expect(mapping).toEqual({
      columns: ['reference', null, null],
      everybody: {
        category: 'past-applicant',
        documents: 'be:id-card:scan:presumed; :passport::',
        other_data: 'cv:copy:confirmed',
      },
    });
  });

  it('when it is shown again, then the lines stand as they were sent, with an empty one after them', () => {
    const { first } = shown(upload({ everybody: { documents: 'be:id-card:scan:presumed; :passport::' } }));
    const { lines } = first.find(({ column }) => column === 'documents')!;
    expect(lines!.map(({ parts }) => parts.map(({ value }) => value))).toEqual([
      ['BE', 'id-card', 'scan', 'presumed'],
      ['', 'passport', '', ''],
      ['', '', '', ''],
    ]);
    expect(lines![0]!.parts[0]).toMatchObject({ id: 'everybody-documents', name: 'documents-0-country' });
  });
});

describe('given the columns of a file', () => {
  it('when they are shown, then with a name, up to three values that differ, and what was guessed', () => {
    const { rows, missing, isSure } = shown(upload());
    expect(rows.map(({ name, samples, isGuessed }) => [name, samples, isGuessed])).toEqual([
      ['Nr', ['1', '2', '3'], false],
      ['column B', ['x'], false],
      ['Mail', ['a@agency.example'], true],
    ]);
    expect([missing, isSure]).toEqual([['category', 'language', 'given_name'], false]);
  });

  it('when somebody set them, then nothing is guessed any more', () => {
    expect(shown(upload({ by: 'set' })).rows.some(({ isGuessed }) => isGuessed)).toBe(false);
  });

  it('when a row marks a protected person, then only the security officer sees values of it', () => {
    const marked = upload({ columns: ['reference', 'protected', 'email'] });
    marked.head.rows[1]![1] = 'no';
    expect(shown(marked).rows.map(({ samples }) => samples)).toEqual([['2', '3'], ['no'], ['a@agency.example']]);
    const officer = { roles: ['security'] } as unknown as Actor;
    expect(shown(marked, officer).rows[0]!.samples).toEqual(['1', '2', '3']);
    expect(shown(upload()).more.some(({ column }) => column === 'protected')).toBe(false);
    expect(shown(upload(), officer).more.some(({ column }) => column === 'protected')).toBe(true);
  });
});
