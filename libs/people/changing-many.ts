import { isDocumentKind, type Category, type Confidence, type DataKind, type Extent } from '#libs/breach/pure.js';
import type { Fault, Language } from '#libs/platform/pure.js';
import { readExposure } from './documents.js';
import type { Standing } from './people.queries.js';

/** Which persons of a breach: what the list of people was narrowed to. */
export interface ChangeChoice {
  standing?: Standing;
  category?: Category;
  language?: Language;
  dataKind?: DataKind;
  confidence?: Confidence;
}

export const CHANGE_KINDS = ['add', 'set', 'exclude'] as const;
export type ChangeKind = (typeof CHANGE_KINDS)[number];

/** One change of what many persons had exposed. */
export interface ChangeOfMany {
  kind: ChangeKind;
  dataKind: DataKind;
  /** Issuing country of a document; null for other data and, where nothing is added, for documents of any country. */
  country: string | null;
  /** Null where it stays as it is. */
  extent: Extent | null;
  confidence: Confidence | null;
}

/** Reads a change from the fields of its form. Faults stand at their fields. */
export function readChange(form: Record<string, string>): { change: ChangeOfMany } | { faults: Fault[] } {
  const kind = CHANGE_KINDS.find((one) => one === form['kind']);
  const faults: Fault[] = kind ? [] : [{ at: 'kind', message: 'Choose what is to be done.' }];
  const [country, extent, confidence] = ['country', 'extent', 'confidence'].map((name) => (form[name] ?? '').trim());
  const isAdding = kind === 'add';
  // Where nothing is added, what stays as it is may be left open: any value stands in for it.
  const read = readExposure({
    dataKind: form['dataKind'] ?? '',
    country: country || (isAdding ? '' : 'XX'),
    extent: (kind === 'exclude' ? '' : extent) || (isAdding ? '' : 'number'),
    confidence: (kind === 'exclude' ? '' : confidence) || (isAdding ? '' : 'presumed'),
  });
  if ('faults' in read) faults.push(...read.faults);
  if (kind !== 'exclude' && confidence === 'excluded')
    faults.push({ at: 'confidence', message: 'To say that it was not exposed, choose that above instead.' });
  if (kind === 'set' && !extent && !confidence)
    faults.push({ at: 'confidence', message: 'Choose how sure it is, or how much of it was exposed.' });
  if ('faults' in read || faults.length > 0) return { faults };
  const { exposure } = read;
  return {
    change: {
      kind: kind!,
      dataKind: exposure.dataKind,
      country: isDocumentKind(exposure.dataKind) && country ? exposure.country : null,
      extent: kind === 'exclude' || (kind === 'set' && !extent) ? null : exposure.extent,
      confidence: kind === 'exclude' ? 'excluded' : kind === 'set' && !confidence ? null : exposure.confidence,
    },
  };
}
