import fc from 'fast-check';
import { DISPATCH_STATES } from './dispatch.js';
import { NEXT_STEPS, nextStepOf, reasonOf, type Situation } from './untold.js';
import { reasonInWords, stepInWords } from './untold-words.js';

const UNDER_WAY: Situation = { standing: 'under-way', channel: 'email', state: 'queued', class: null, isPaused: false };

describe('given somebody who is not told', () => {
  it.each([
    [{ channel: null, state: null }, 'write', 'no-letter'],
    [{ state: 'queued' }, 'wait', 'email-queued'],
    [{ state: 'queued', isPaused: true }, 'go-on', 'email-queued'],
    [{ state: 'deferred' }, 'wait', 'email-deferred'],
    [{ state: 'accepted' }, 'wait', 'email-accepted'],
    [{ state: 'unknown', isPaused: true }, 'settle', 'email-unknown'],
    [{ channel: 'post', state: 'queued' }, 'print', 'post-queued'],
    [{ channel: 'post', state: 'printed' }, 'post', 'post-printed'],
    [{ channel: 'hand', state: 'queued' }, 'hand', 'hand-queued'],
    [{ state: 'cancelled', class: 'stopped' }, 'write', 'email-cancelled'],
    [{ standing: 'not-reached', state: 'bounced', class: 'full' }, 'look', 'email-bounced'],
    [{ standing: 'not-reached', channel: null, state: null }, 'look', 'no-way-left'],
  ] as const)('when it is %j, then the next step is %s, because of %s', (situation, step, reason) => {
    expect(nextStepOf({ ...UNDER_WAY, ...situation })).toBe(step);
    expect(reasonOf({ ...UNDER_WAY, ...situation })).toBe(reason);
  });

  it('when it is anything that can be, then there is a next step, and words for it and for the reason', () => {
    const situation = fc.record({
      standing: fc.constantFrom('under-way' as const, 'not-reached' as const),
      attempt: fc.option(
        fc.record({
          channel: fc.constantFrom('email' as const, 'post' as const, 'hand' as const),
          state: fc.constantFrom(...DISPATCH_STATES),
        }),
      ),
      class: fc.option(fc.constantFrom('full', 'no-such-mailbox', 'stopped', 'something-new')),
      isPaused: fc.boolean(),
    });
    fc.assert(
      fc.property(situation, ({ attempt, ...rest }) => {
        const whole = { ...rest, channel: attempt?.channel ?? null, state: attempt?.state ?? null };
        expect(NEXT_STEPS).toContain(nextStepOf(whole));
        expect(reasonInWords(whole).length).toBeGreaterThan(10);
        expect(stepInWords(nextStepOf(whole)).length).toBeGreaterThan(10);
      }),
    );
  });
});
