import fc from 'fast-check';
import { DATA_KINDS, EXTENTS, isDocumentKind, type BreachTexts } from '#libs/breach/pure.js';
import { LANGUAGES, type Language } from '#libs/platform/pure.js';
import { changedExposures, changesSince, isSameThing, type Stated } from './letter-changes.js';
import { BREACH_PARTS, type Change, type ExposureView } from './letter-view.js';

const exposure: fc.Arbitrary<ExposureView> = fc
  .record({
    dataKind: fc.constantFrom(...DATA_KINDS),
    country: fc.constantFrom('BE', 'NL'),
    extent: fc.constantFrom(...EXTENTS),
    confidence: fc.constantFrom('confirmed' as const, 'presumed' as const, 'not-excluded' as const),
  })
  .map((one) => ({ ...one, country: isDocumentKind(one.dataKind) ? one.country : null }));

const texts: fc.Arbitrary<BreachTexts> = fc.record(
  Object.fromEntries(BREACH_PARTS.map((part) => [part, fc.constantFrom('old', 'new')])),
  { requiredKeys: ['whatHappened', 'likelyConsequences', 'measuresTaken'] },
);

const stated: fc.Arbitrary<Stated> = fc.record(
  {
    givenName: fc.constantFrom('Lotte', 'Jo'),
    familyName: fc.constant('Voorbeeld'),
    addressee: fc.record({
      givenName: fc.constantFrom('Marie', ''),
      familyName: fc.constant('Dupont'),
      of: fc.constantFrom('minor' as const, 'deceased' as const),
    }),
    languages: fc.constantFrom<Language[]>(['nl'], ['nl', 'fr']),
    exposures: fc.uniqueArray(exposure, { selector: (one) => `${one.dataKind}|${one.country}`, maxLength: 6 }),
    texts: fc.record(Object.fromEntries(LANGUAGES.map((language) => [language, texts]))),
  },
  { requiredKeys: ['givenName', 'familyName', 'languages', 'exposures', 'texts'] },
);

/** What a reader knows who has the former letter and is told of the changes; the new texts stand in the new letter. */
function told(before: Stated, changes: Change[], letter: Stated): Stated {
  let known = structuredClone(before);
  for (const change of changes) {
    const of = (other: ExposureView): boolean => 'dataKind' in change && isSameThing(change, other);
    if (change.kind === 'added') known.exposures.push(change.exposure);
    else if (change.kind === 'excluded')
      known.exposures = known.exposures.filter((other) => !isSameThing(change.exposure, other));
    else if (change.kind === 'extent') known.exposures.find(of)!.extent = change.now;
    else if (change.kind === 'surer' || change.kind === 'less-sure') known.exposures.find(of)!.confidence = change.now;
    else if (change.kind === 'breach') {
      for (const language of letter.languages) {
        const text = known.texts[language]!;
        const now = letter.texts[language]![change.part];
        if (now === undefined) delete (text as Partial<BreachTexts>)[change.part];
        else text[change.part] = now;
      }
    } else {
      const { givenName, familyName, addressee, languages } = letter;
      known = { ...known, givenName, familyName, languages, ...(addressee ? { addressee } : {}) };
      if (!addressee) delete known.addressee;
    }
  }
  return known;
}

/** What of it the letter's own reader sees: their languages alone, things in one order. */
function seen({ texts: all, exposures, ...rest }: Stated, languages: Language[]): unknown {
  const order = (one: ExposureView): string => `${one.dataKind}|${one.country}`;
  return {
    ...rest,
    exposures: exposures.toSorted((a, b) => (order(a) < order(b) ? -1 : 1)),
    texts: Object.fromEntries(languages.map((language) => [language, all[language]])),
  };
}

const ID_CARD: ExposureView = { dataKind: 'id-card', country: 'BE', extent: 'number', confidence: 'presumed' };
const CV: ExposureView = { dataKind: 'cv', country: null, extent: 'copy', confidence: 'presumed' };
const TEXT: BreachTexts = { whatHappened: 'a', likelyConsequences: 'b', measuresTaken: 'c', whatIsNotKnown: 'd' };
const LOTTE: Stated = {
  givenName: 'Lotte',
  familyName: 'Voorbeeld',
  languages: ['nl'],
  exposures: [ID_CARD],
  texts: { nl: TEXT },
};

describe('what changed since a letter', () => {
  it.each<[string, Partial<Stated>, Change[]]>([
    ['a thing came to it', { exposures: [ID_CARD, CV] }, [{ kind: 'added', exposure: CV }]],
    ['a thing is no longer out', { exposures: [] }, [{ kind: 'excluded', exposure: ID_CARD }]],
    [
      'we are surer',
      { exposures: [{ ...ID_CARD, confidence: 'confirmed' }] },
      [{ kind: 'surer', dataKind: 'id-card', country: 'BE', now: 'confirmed' }],
    ],
    [
      'we are less sure',
      { exposures: [{ ...ID_CARD, confidence: 'not-excluded' }] },
      [{ kind: 'less-sure', dataKind: 'id-card', country: 'BE', now: 'not-excluded' }],
    ],
    [
      'the number became a scan',
      { exposures: [{ ...ID_CARD, extent: 'scan' }] },
      [{ kind: 'extent', dataKind: 'id-card', country: 'BE', before: 'number', now: 'scan' }],
    ],
    ['the breach is told otherwise', { texts: { nl: { ...TEXT, measuresTaken: 'more' } } }, [{ kind: 'breach', part: 'measuresTaken' }]], // prettier-ignore
    [
      'nothing is unknown any more',
      { texts: { nl: { ...TEXT, whatIsNotKnown: undefined } } },
      [{ kind: 'breach', part: 'whatIsNotKnown', isGone: true }],
    ],
    ['a guardian opens it', { addressee: { givenName: '', familyName: '', of: 'minor' } }, [{ kind: 'addressed' }]],
    ['nothing happened', {}, []],
  ])('given a letter, when %s, then exactly that is said', (_, now, changes) => {
    expect(changesSince(LOTTE, { ...LOTTE, ...now })).toEqual(changes);
  });

  it('given any letter and anything that holds now, then the letter and its changes tell what holds now', () => {
    fc.assert(
      fc.property(stated, stated, (before, now) => {
        const known = told(before, changesSince(before, now), now);
        expect(seen(known, now.languages)).toEqual(seen(now, now.languages));
      }),
    );
  });

  it('given any letter and anything that holds now, then nothing changed exactly when both say the same', () => {
    fc.assert(
      fc.property(stated, fc.oneof(stated, fc.constant(null)), (before, other) => {
        const now = other ?? structuredClone(before);
        const isSame = JSON.stringify(seen(before, now.languages)) === JSON.stringify(seen(now, now.languages));
        expect(changesSince(before, now).length === 0).toBe(isSame);
      }),
    );
  });

  it('given any changes, then advice is due for just the things that are out and changed', () => {
    fc.assert(
      fc.property(stated, stated, (before, now) => {
        const advised = changedExposures(now.exposures, changesSince(before, now));
        const untouched = now.exposures.filter((one) =>
          before.exposures.some((old) => isSameThing(old, one) && old.extent === one.extent && old.confidence === one.confidence),
        ); // prettier-ignore
        expect(new Set([...advised, ...untouched])).toEqual(new Set(now.exposures));
        expect(advised.length + untouched.length).toBe(now.exposures.length);
      }),
    );
  });
});
