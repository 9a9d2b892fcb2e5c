import fc from 'fast-check';
import { CONFIDENCES, DOCUMENT_KINDS, EXTENTS, OTHER_DATA_KINDS } from '#libs/breach/index.js';
import { readDocuments, readOtherData } from './documents.js';

const faultOf = (stated: ReturnType<typeof readDocuments>): string => ('fault' in stated ? stated.fault : 'no fault');

describe('given the cell "documents"', () => {
  it('when it lists two, then each is read with its country, kind, extent and how sure it is', () => {
    expect(readDocuments('BE:id-card:scan:confirmed; NL:passport:number:presumed')).toEqual({
      exposures: [
        { dataKind: 'id-card', country: 'BE', extent: 'scan', confidence: 'confirmed' },
        { dataKind: 'passport', country: 'NL', extent: 'number', confidence: 'presumed' },
      ],
    });
  });

  it.each(['', '  ', ';', ' ; ;'])('when it is %j, then nothing is listed', (cell) => {
    expect(readDocuments(cell)).toEqual({ exposures: [] });
    expect(readOtherData(cell)).toEqual({ exposures: [] });
  });

  it('when case and spaces vary, then it is read all the same', () => {
    expect(readDocuments(' be : ID-Card :SCAN: Confirmed ;')).toEqual(readDocuments('BE:id-card:scan:confirmed'));
  });

  it('when the same kind comes from two countries, then both are read', () => {
    expect(readDocuments('BE:id-card:scan:confirmed;NL:id-card:scan:confirmed')).toMatchObject({
      exposures: [{ country: 'BE' }, { country: 'NL' }],
    });
  });

  it.each([
    ['BE:id-card:scan', 'Write each document as country:kind:what:how-sure, as BE:id-card:scan:confirmed, and put ; between two.'],
    ['BE:id-card:scan:confirmed:extra', 'Write each document as country:kind:what:how-sure, as BE:id-card:scan:confirmed, and put ; between two.'],
    ['BE:id-card:scan:confirmed, NL:passport:number:presumed', 'Write each document as country:kind:what:how-sure, as BE:id-card:scan:confirmed, and put ; between two.'],
    ['BEL:id-card:scan:confirmed', 'Start each document with the two letters of the issuing country, as BE.'],
    [':id-card:scan:confirmed', 'Start each document with the two letters of the issuing country, as BE.'],
    ['BE:cv:scan:confirmed', 'Name the document as one of id-card, kids-id, passport, residence-card, driving-licence.'],
    ['BE:id-card:copy:confirmed', 'Say what of it was exposed as one of number, scan, scan-both-sides, mentioned.'],
    ['BE:id-card:scan:sure', 'Say how sure it is as one of confirmed, presumed, not-excluded, excluded.'],
    ['BE:id-card:scan:confirmed;BE:id-card:number:presumed', 'List each thing once; where two statements differ, keep the graver one.'],
  ])('when it is %j, then the fault says what to write', (cell, fault) => expect(faultOf(readDocuments(cell))).toBe(fault)); // prettier-ignore
});

describe('given the cell "other_data"', () => {
  it('when it lists two, then each is read without a country', () => {
    expect(readOtherData('cv:copy:presumed; iban:number:confirmed')).toEqual({
      exposures: [
        { dataKind: 'cv', country: null, extent: 'copy', confidence: 'presumed' },
        { dataKind: 'iban', country: null, extent: 'number', confidence: 'confirmed' },
      ],
    });
  });

  it.each([
    ['cv', 'Write each thing as kind:what:how-sure, as cv:copy:presumed, and put ; between two.'],
    ['BE:cv:copy:presumed', 'Write each thing as kind:what:how-sure, as cv:copy:presumed, and put ; between two.'],
    ['passport:scan:presumed', `Name the data as one of ${OTHER_DATA_KINDS.join(', ')}.`],
    ['cv:whole:presumed', `Say what of it was exposed as one of ${EXTENTS.join(', ')}.`],
    ['cv:copy:maybe', `Say how sure it is as one of ${CONFIDENCES.join(', ')}.`],
    ['cv:copy:presumed;cv:copy:confirmed', 'List each thing once; where two statements differ, keep the graver one.'],
  ])('when it is %j, then the fault says what to write', (cell, fault) => expect(faultOf(readOtherData(cell))).toBe(fault)); // prettier-ignore

  it('when more than fifty things are listed, then the fault names the limit', () => {
    const countries = Array.from({ length: 51 }, (_, i) => String.fromCharCode(97 + (i % 26), 97 + Math.floor(i / 26)));
    const cell = (count: number): string => countries.slice(0, count).map((country) => `${country}:passport:scan:presumed`).join(';'); // prettier-ignore
    expect(faultOf(readDocuments(cell(50)))).toBe('no fault');
    expect(faultOf(readDocuments(cell(51)))).toBe('List at most 50 things in one cell.');
  });
});

describe('given any list of things', () => {
  it('when it is written and read, then it is the same list', () => {
    const anyList = fc.uniqueArray(
      fc.record({
        dataKind: fc.constantFrom(...DOCUMENT_KINDS),
        country: fc.constantFrom('BE', 'NL', 'FR', 'DE', 'LU'),
        extent: fc.constantFrom('number', 'scan', 'scan-both-sides', 'mentioned'),
        confidence: fc.constantFrom(...CONFIDENCES),
      }),
      { selector: ({ dataKind, country }) => `${country}:${dataKind}` },
    );
    fc.assert(
      fc.property(anyList, (exposures) => {
        const cell = exposures
          .map((one) => `${one.country}:${one.dataKind}:${one.extent}:${one.confidence}`)
          .join('; ');
        expect(readDocuments(cell)).toEqual({ exposures });
      }),
    );
  });

  it('when a fault is found, then it never repeats what stood there', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 8, maxLength: 40 }), (text) => {
        const secret = `~${text}~`;
        expect(faultOf(readDocuments(secret))).not.toContain(secret);
        expect(faultOf(readOtherData(`cv:${secret}:presumed`))).not.toContain(secret);
      }),
    );
  });
});
