import type { Fault } from '#libs/platform/pure.js';
import { ROSTER_COLUMNS, type RosterColumn } from './roster-columns.js';
import { mayHoldForEverybody, type RosterMapping } from './roster-mapping.js';
import { layoutOf, readRow } from './roster-row.js';

/** Where a fault of a mapping stands: at a column of the file, by its place, or at the value for everybody. */
export const atColumn = (place: number): string => `column-${place}`;
export const atEverybody = (column: RosterColumn): string => `everybody-${column}`;

/** The columns that every roster needs and this mapping has not: `given_name` stands for either name. */
export function missingColumns({ columns, everybody }: RosterMapping): RosterColumn[] {
  const has = (column: RosterColumn): boolean => columns.includes(column) || everybody[column] !== undefined;
  const missing = (['reference', 'category', 'language'] as const).filter((column) => !has(column));
  return has('given_name') || has('family_name') ? missing : [...missing, 'given_name'];
}

/**
 * Everything by which a mapping cannot be used, at its own place, for a page: `requireMapping` throws the first, for a
 * command. A value for everybody is judged as the cell of a row would be.
 */
export function mappingFaults(mapping: RosterMapping): Fault[] {
  const { columns, everybody } = mapping;
  const faults: Fault[] = [];
  for (const column of missingColumns(mapping)) {
    const message = mayHoldForEverybody(column)
      ? `Say which column of the file is "${column}", or choose one value for everybody.`
      : `Say which column of the file is "${column}"${column === 'given_name' ? ' or "family_name"' : ''}.`;
    faults.push({ at: mayHoldForEverybody(column) ? atEverybody(column) : atColumn(0), message });
  }
  for (const column of ROSTER_COLUMNS) {
    const places = columns.flatMap((other, place) => (other === column ? [place] : []));
    for (const place of places.slice(1))
      faults.push({
        at: atColumn(place),
        message: `Two columns of the file are taken for "${column}". Keep one of them.`,
      });
    if (everybody[column] === undefined) continue;
    if (places.length > 0)
      faults.push({ at: atEverybody(column), message: `The column "${column}" stands in the file. Leave this empty, or do not read that column.` }); // prettier-ignore
    else if (!mayHoldForEverybody(column))
      faults.push({
        at: atEverybody(column),
        message: `One value of "${column}" cannot hold for everybody. Leave it empty.`,
      });
  }
  return [...faults, ...valueFaults(everybody, new Set(columns.filter((column) => column !== null)))];
}

/** Faults of the values themselves, found by reading a row of which everything else is right. */
function valueFaults(everybody: RosterMapping['everybody'], mapped: ReadonlySet<RosterColumn>): Fault[] {
  const right = { reference: 'R', category: 'staff', given_name: 'G', addressee_family_name: 'A' };
  const others = Object.entries(right).filter(([column]) => everybody[column as RosterColumn] === undefined);
  const layout = layoutOf(
    others.map(([column]) => column as RosterColumn),
    everybody,
  );
  // Whether a guardian or next of kin is named for each is a matter of the rows, where a column of the file says it.
  const read = readRow(layout, others.map(([column, value]) => (column === 'addressee_family_name' && !mapped.has(column) ? '' : value))); // prettier-ignore
  if (!('faults' in read)) return [];
  return read.faults.flatMap(({ at, message }) => {
    const column = at as RosterColumn;
    if (everybody[column] !== undefined) return [{ at: atEverybody(column), message }];
    return column === 'addressee_family_name' && !mapped.has('addressee_given_name')
      ? [{ at: atEverybody(column), message }]
      : [];
  });
}
