/** Kinds of person, as the roster names them. */
export const CATEGORIES = ['staff', 'former-staff', 'applicant', 'past-applicant', 'family', 'third-party'] as const;
export type Category = (typeof CATEGORIES)[number];

/** Identity documents: they have an issuing country and can be renewed. */
export const DOCUMENT_KINDS = ['id-card', 'kids-id', 'passport', 'residence-card', 'driving-licence'] as const;
export type DocumentKind = (typeof DOCUMENT_KINDS)[number];

export const OTHER_DATA_KINDS = [
  'national-number', 'cv', 'iban', 'payment-card', 'home-address', 'pay', 'family', 'photo', 'health',
  'criminal-record', 'diploma', 'password', 'other',
] as const; // prettier-ignore
export type OtherDataKind = (typeof OTHER_DATA_KINDS)[number];

export const DATA_KINDS = [...DOCUMENT_KINDS, ...OTHER_DATA_KINDS] as const;
export type DataKind = (typeof DATA_KINDS)[number];

/** What of a thing was exposed. `copy` is for things that are no identity document. */
export const EXTENTS = ['number', 'scan', 'scan-both-sides', 'mentioned', 'copy'] as const;
export type Extent = (typeof EXTENTS)[number];

/** How sure it is that the thing is out, surest first. */
export const CONFIDENCES = ['confirmed', 'presumed', 'not-excluded', 'excluded'] as const;
export type Confidence = (typeof CONFIDENCES)[number];

export function isDocumentKind(kind: string): kind is DocumentKind {
  return (DOCUMENT_KINDS as readonly string[]).includes(kind);
}
