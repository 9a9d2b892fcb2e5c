import {
  CONFIDENCES,
  DOCUMENT_KINDS,
  EXTENTS,
  OTHER_DATA_KINDS,
  isDocumentKind,
  DATA_KINDS,
  type Confidence,
  type DataKind,
  type Extent,
} from '#libs/breach/pure.js';
import { remembering, type Fault } from '#libs/platform/pure.js';

/** One exposed thing as a roster states it. */
export interface StatedExposure {
  dataKind: DataKind;
  /** Issuing country for identity documents, else null. */
  country: string | null;
  extent: Extent;
  confidence: Confidence;
}

/** Things that one cell may list; more is a slip of the spreadsheet. */
const MOST = 50;

/** What was exposed of an identity document, and what of other data. */
const DOCUMENT_EXTENTS: Extent[] = ['number', 'scan', 'scan-both-sides', 'mentioned'];
const OTHER_EXTENTS: Extent[] = EXTENTS.slice();

export type Stated = { exposures: readonly StatedExposure[] } | { fault: string };

/**
 * Reads the column `documents`: `BE:id-card:scan:confirmed; NL:passport:number:presumed`. An empty cell is an empty
 * list. A fault says what to write, never what stood there.
 */
export const readDocuments: (cell: string) => Stated = remembering((cell) =>
  readList(cell, (parts) => {
    if (parts.length !== 4)
      return 'Write each document as country:kind:what:how-sure, as BE:id-card:scan:confirmed, and put ; between two.';
    const [country, kind, extent, confidence] = parts as [string, string, string, string];
    if (!/^[a-z]{2}$/.test(country)) return 'Start each document with the two letters of the issuing country, as BE.';
    if (!isDocumentKind(kind)) return `Name the document as one of ${DOCUMENT_KINDS.join(', ')}.`;
    return stated(kind, country.toUpperCase(), extent, DOCUMENT_EXTENTS, confidence);
  }),
);

/** Reads the column `other_data`: `cv:copy:presumed; iban:number:confirmed`. */
export const readOtherData: (cell: string) => Stated = remembering((cell) =>
  readList(cell, (parts) => {
    if (parts.length !== 3)
      return 'Write each thing as kind:what:how-sure, as cv:copy:presumed, and put ; between two.';
    const [kind, extent, confidence] = parts as [string, string, string];
    if (!(OTHER_DATA_KINDS as readonly string[]).includes(kind))
      return `Name the data as one of ${OTHER_DATA_KINDS.join(', ')}.`;
    return stated(kind as DataKind, null, extent, OTHER_EXTENTS, confidence);
  }),
);

/** One exposed thing as a form gives it, field by field. */
export interface ExposureFields {
  dataKind: string;
  /** Issuing country; for identity documents only. */
  country: string;
  extent: string;
  confidence: string;
}

/** Reads one exposed thing from the fields of a form. Faults stand at their fields and say what to choose. */
export function readExposure(fields: ExposureFields): { exposure: StatedExposure } | { faults: Fault[] } {
  const faults: Fault[] = [];
  const dataKind = DATA_KINDS.find((kind) => kind === fields.dataKind);
  const isDocument = dataKind !== undefined && isDocumentKind(dataKind);
  const country = fields.country.trim().toUpperCase();
  if (!dataKind) faults.push({ at: 'dataKind', message: 'Choose what was exposed.' });
  if (isDocument && !/^[A-Z]{2}$/.test(country))
    faults.push({ at: 'country', message: 'Write the country that issued the document with its two letters, as BE.' });
  const extent = (isDocument ? DOCUMENT_EXTENTS : OTHER_EXTENTS).find((one) => one === fields.extent);
  if (dataKind && !extent)
    faults.push({
      at: 'extent',
      message: isDocument
        ? 'Choose how much of the document was exposed: a copy of one is one side or both sides.'
        : 'Choose how much of it was exposed.',
    });
  const confidence = CONFIDENCES.find((one) => one === fields.confidence);
  if (!confidence) faults.push({ at: 'confidence', message: 'Choose how sure it is.' });
  if (faults.length > 0) return { faults };
  return {
    exposure: { dataKind: dataKind!, country: isDocument ? country : null, extent: extent!, confidence: confidence! },
  };
}

/** How much of a thing is usually out, where nobody says: numbers are numbers, papers are copies. */
export function usualExtent(dataKind: DataKind): Extent {
  if (isDocumentKind(dataKind)) return 'scan';
  return dataKind === 'national-number' || dataKind === 'iban' || dataKind === 'payment-card' ? 'number' : 'copy';
}

function stated(
  dataKind: DataKind,
  country: string | null,
  extent: string,
  extents: Extent[],
  confidence: string,
): StatedExposure | string {
  if (!(extents as string[]).includes(extent)) return `Say what of it was exposed as one of ${extents.join(', ')}.`;
  if (!(CONFIDENCES as readonly string[]).includes(confidence))
    return `Say how sure it is as one of ${CONFIDENCES.join(', ')}.`;
  return { dataKind, country, extent: extent as Extent, confidence: confidence as Confidence };
}

function readList(cell: string, readOne: (parts: string[]) => StatedExposure | string): Stated {
  const exposures: StatedExposure[] = [];
  const seen = new Set<string>();
  for (const item of cell
    .split(';')
    .map((part) => part.trim())
    .filter(Boolean)) {
    if (exposures.length === MOST) return { fault: `List at most ${MOST} things in one cell.` };
    const one = readOne(item.split(':').map((part) => part.trim().toLowerCase()));
    if (typeof one === 'string') return { fault: one };
    const key = `${one.dataKind}:${one.country ?? ''}`;
    if (seen.has(key)) return { fault: 'List each thing once; where two statements differ, keep the graver one.' };
    seen.add(key);
    exposures.push(one);
  }
  return { exposures };
}
