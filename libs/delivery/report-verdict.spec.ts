import fc from 'fast-check';
import { aReport } from '#test/support/a-report.js';
import { readDeliveryReport } from './bounce-report.js';
import { DISPATCH_STATES } from './dispatch.js';
import { outcomeOf, verdictOf } from './report-verdict.js';

const about = (over: object): ReturnType<typeof readDeliveryReport> =>
  readDeliveryReport(aReport({ messageId: '<a@b.example>', ...over }));
const dead = about({});
const full = about({ status: '5.2.2', says: '552 5.2.2 mailbox full' });
const late = about({ action: 'delayed' });
const arrived = about({ action: 'delivered' });
const passedOn = about({ action: 'relayed' });

describe('what one mail says of one letter', () => {
  it('given one recipient that failed among others, then the letter came back', () => {
    expect(verdictOf([...arrived, ...full, ...late])).toMatchObject({ kind: 'bounce', class: 'full', hard: false });
  });

  it('given one dead address and one that is full, then the address is not dead', () => {
    expect(verdictOf([...dead, ...full])).toMatchObject({ class: 'full', hard: false });
    expect(verdictOf([...dead, ...arrived])).toMatchObject({ kind: 'bounce', hard: false });
    expect(verdictOf([...dead, ...dead])).toMatchObject({ class: 'no-such-mailbox', hard: true });
  });

  it('given a relay that passed a letter on, then it is not said to be delivered', () => {
    expect(verdictOf(arrived).isDelivered).toBe(true);
    expect(verdictOf(passedOn)).toMatchObject({ kind: 'success', isDelivered: false });
  });

  it('given the recipients in any order, then the verdict is the same', () => {
    const any = fc.array(fc.constantFrom(...dead, ...full, ...late, ...arrived), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(any, (reports) => {
        const { kind, hard } = verdictOf(reports);
        expect(verdictOf(reports.toReversed())).toMatchObject({ kind, hard });
        expect(hard && !reports.every((report) => report.hard)).toBe(false);
      }),
    );
  });
});

describe('what a report does to an attempt', () => {
  it('given no attempt that is named with its proof, then every report waits for a person', () => {
    for (const kind of ['bounce', 'delay', 'success', 'auto-reply', 'feedback', 'receipt', 'human'] as const)
      expect(outcomeOf(kind, null)).toBe('waits');
  });

  it('given any state, then only what was taken or is in doubt changes, and only by a bounce or a success', () => {
    for (const state of DISPATCH_STATES) {
      const changes = state === 'accepted' || state === 'unknown';
      expect(['applied', 'success'].includes(outcomeOf('bounce', state))).toBe(changes);
      expect(['applied', 'success'].includes(outcomeOf('success', state))).toBe(changes);
      expect(outcomeOf('delay', state)).toBe('delayed');
      for (const kind of ['auto-reply', 'feedback', 'receipt', 'human'] as const)
        expect(outcomeOf(kind, state)).toBe('waits');
    }
  });
});
