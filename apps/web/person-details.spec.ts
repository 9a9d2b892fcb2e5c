import { nextAct, type NextFacts } from './person-details.js';

const WAITING: NextFacts = {
  standing: 'under-way',
  reason: 'no-letter',
  isProtected: false,
  hasExposures: true,
  canBeReached: true,
  hasChanged: false,
};

describe('given a person, when somebody asks what to do next', () => {
  it.each<[string, Partial<NextFacts>, string, string | null]>([
    ['waits for a letter', {}, 'write', 'letters'],
    ['has no address that can be used', { canBeReached: false }, 'find-address', 'correct'],
    ['is protected, and needs none', { canBeReached: false, isProtected: true }, 'write', 'letters'],
    ['has nothing on record that is out', { hasExposures: false }, 'say-what', 'exposure'],
    ['was told', { standing: 'told', reason: 'arrived' }, 'nothing', null],
    ['was told, and their facts changed since', { standing: 'told', hasChanged: true }, 'write-again', 'letters'],
    ['is exempt', { standing: 'exempt', reason: 'nothing-exposed' }, 'nothing-due', null],
    [
      'was not reached',
      { standing: 'not-reached', reason: 'no-way-left', canBeReached: false },
      'find-address',
      'correct',
    ],
    [
      'was not reached, and has a new address',
      { standing: 'not-reached', reason: 'no-way-left' },
      'new-address',
      'letters',
    ],
    ['has a letter to print', { reason: 'post-queued' }, 'print', null],
    ['has an e-mail on its way', { reason: 'email-sending' }, 'wait', null],
    ['has an e-mail in doubt', { reason: 'email-unknown' }, 'look-up', null],
  ])('who %s, then it is that one thing', (_, over, name, act) => {
    expect(nextAct({ ...WAITING, ...over })).toEqual({ name, act });
  });
});
