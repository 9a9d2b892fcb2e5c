import { DATA_KINDS, isDocumentKind, type DataKind } from '#libs/breach/index.js';
import { usualExtent, type HandRow } from '#libs/people/index.js';
import type { Fault } from '#libs/platform/index.js';
import { field, fields, type Form } from './pages.js';

/** Fields of one person that the page asks for under the name of their column. */
const COLUMNS = [
  'reference', 'category', 'language', 'given_name', 'family_name', 'email', 'private_email', 'phone', 'country', 'birth_date',
  'national_number', 'protected', 'minor', 'deceased', 'addressee_given_name', 'addressee_family_name',
] as const; // prettier-ignore

/** What the page "Add a person" sent, as the row of a roster. */
export function handRowOf(form: Form): HandRow {
  const row: HandRow = Object.fromEntries(COLUMNS.map((column) => [column, field(form, column)]));
  const lines = field(form, 'address')
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter(Boolean);
  // A sixth line is kept with the fifth: better a long line than one that is lost.
  const five = [...lines.slice(0, 4), ...(lines.length > 4 ? [lines.slice(4).join(', ')] : [])];
  five.forEach((line, i) => (row[`address_line_${(i + 1) as 1 | 2 | 3 | 4 | 5}`] = line));
  return { ...row, ...exposuresOf(form) };
}

/** What was chosen of what is out, in the words of a roster; what was typed in those words stands behind. */
export function exposuresOf(form: Form): Pick<HandRow, 'documents' | 'other_data'> {
  const chosen = fields(form, 'dataKinds').filter((kind): kind is DataKind =>
    (DATA_KINDS as readonly string[]).includes(kind),
  );
  const [country, extent, confidence] = ['documentCountry', 'documentExtent', 'confidence'].map((name) =>
    field(form, name),
  );
  const documents = chosen
    .filter((kind) => isDocumentKind(kind))
    .map((kind) => `${country}:${kind}:${extent}:${confidence}`);
  const others = chosen
    .filter((kind) => !isDocumentKind(kind))
    .map((kind) => `${kind}:${usualExtent(kind)}:${confidence}`);
  return {
    documents: [...documents, field(form, 'documents')].filter(Boolean).join('; '),
    other_data: [...others, field(form, 'other_data')].filter(Boolean).join('; '),
  };
}

/** What is missing beside the kinds that were chosen: said at its own field, before a row is made of it. */
export function faultsOfExposures(form: Form, areNeeded: boolean): Fault[] {
  const chosen = fields(form, 'dataKinds');
  const faults: Fault[] = [];
  if (areNeeded && chosen.length === 0)
    faults.push({ at: 'dataKinds', message: 'Choose what of theirs is out: without it they get no letter.' });
  if (chosen.some(isDocumentKind)) {
    if (!/^[A-Za-z]{2}$/.test(field(form, 'documentCountry')))
      faults.push({
        at: 'documentCountry',
        message: 'Write the country that issued the documents with its two letters, as BE.',
      });
    if (field(form, 'documentExtent') === '')
      faults.push({ at: 'documentExtent', message: 'Choose how much of the documents was exposed.' });
  }
  if (chosen.length > 0 && field(form, 'confidence') === '')
    faults.push({ at: 'confidence', message: 'Choose how sure it is.' });
  return faults;
}

/** Where the page shows a fault: columns that it asks for in another field, and lines of what was pasted. */
export function atFieldOfPage({ at, message }: Fault): Fault {
  const line = /^line (\d+)$/.exec(at)?.[1];
  if (line) return { at: 'names', message: `Line ${line}: ${message}` };
  return { at: /^(address_line_\d|street|house_number|postcode|city)$/.test(at) ? 'address' : at, message };
}
