import type { PersonTimelineEntry } from '#libs/people/index.js';
import { LANGUAGES } from '#libs/platform/index.js';
import { eventDetails, eventInWords, type Says } from './event-words.js';
import { loadWords, words } from './words.js';

const all = loadWords();
const says: Says = { t: (language, key, values) => words(all, language, key, values), knows: (key) => key in all.en };

function entry(kind: string, facts: PersonTimelineEntry['facts'] = {}, isOfMerged = false): PersonTimelineEntry {
  return { seq: 1, kind, at: new Date(0), actor: 'worker', personId: null, facts, isOfMerged };
}
const detailsOf = (one: PersonTimelineEntry): string[] => eventDetails(says, 'en', one, (iso) => `day ${iso}`);

describe('an entry of a timeline', () => {
  it.each([
    ['person.erased', 'Person erased'],
    ['print-run.closed', 'Print run closed'],
    ['letter.re-read', 'Letter re read'],
  ])('given %s, then it is called "%s", and never by its raw name', (kind, expected) => {
    expect(eventInWords(says, 'en', kind)).toBe(expected);
    for (const language of LANGUAGES) expect(eventInWords(says, language, kind)).not.toMatch(/[.]/);
  });

  it.each([
    [entry('roster.imported', { import: 'x', rows: 3 }), ['This person was in the list that was imported.']],
    [
      entry('person.restated', { changed: ['email', 'family_name'], kept: ['category', 'a_new_one'] }),
      ['Changed: e-mail, family name', 'Kept as corrected by hand: kind of person, a new one'],
    ],
    [entry('person.restated', { changed: [], kept: [] }), ['Nothing that was on record was changed.']],
    [entry('person.shown', { reason: 'authority-asks' }), ['An authority asks']],
    [entry('person.shown', { reason: 'a-reason-of-later' }), []],
    [entry('letter.made', { notice: 'N-2026-0001', letter: 'x' }), ['Notice N-2026-0001']],
    [entry('dispatch.queued', { channel: 'post' }), ['post']],
    [
      entry('document.renewed', { renewedOn: '2026-11-23', receipt: 'R-1' }),
      ['Renewed on day 2026-11-23', 'Receipt R-1'],
    ],
    [entry('person.held', { reviewOn: '2027-01-01' }), ['Looked at again on day 2027-01-01']],
    [entry('letter.made', {}, true), ['Before they were known to be this person']],
  ])('given the facts of %j, then it says %j', (one, expected) => {
    expect(detailsOf(one).map((line) => line.toLowerCase())).toEqual(expected.map((line) => line.toLowerCase()));
  });
});
