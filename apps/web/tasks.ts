import type { BreachFacts } from '#libs/breach/index.js';
import type { Notice } from '#libs/letters/index.js';
import type { NotInSum, Sum } from '#libs/reports/index.js';

export interface BreachState {
  reference: string;
  facts: BreachFacts;
  notices: Notice[];
  textsWritten: number;
  sum: Sum;
  notInSum: NotInSum;
}

/** One line of the task list: words by key `task.<name>` and `task.state.<state>`, a link where it can be started. */
export interface Task {
  name: 'record' | 'find' | 'write' | 'approve' | 'send' | 'follow-up';
  state: 'done' | 'to-do' | 'started' | 'cannot-start' | 'running';
  href: string | null;
  /** Key of the reason where it cannot start yet. */
  reason: string | null;
}

/** The work on a breach in order, each with its state and the reason where it cannot start. */
export function tasksOf(state: BreachState): Task[] {
  const home = `/breaches/${state.reference}`;
  const notice = state.notices.findLast((one) => one.state !== 'withdrawn') ?? null;
  const noticeHref = notice ? `${home}/notices/${notice.reference}` : `${home}/notices`;
  const found = state.sum.affected > 0;
  const isWritten = notice !== null && notice.state !== 'draft';
  const isApproved = isWritten && notice.state !== 'submitted';
  const isSent = notice?.state === 'sent';
  return [
    { name: 'record', state: state.textsWritten > 0 ? 'done' : 'started', href: `${home}/texts/en`, reason: null },
    {
      name: 'find',
      state: found ? (state.notInSum.rows + state.notInSum.estimateGap > 0 ? 'started' : 'done') : 'to-do',
      href: found ? `${home}/people` : `${home}/import`,
      reason: null,
    },
    found || notice
      ? { name: 'write', state: isWritten ? 'done' : notice ? 'started' : 'to-do', href: noticeHref, reason: null }
      : cannot('write', 'no-people'),
    isWritten
      ? { name: 'approve', state: isApproved ? 'done' : 'to-do', href: noticeHref, reason: null }
      : cannot('approve', 'not-written'),
    isApproved
      ? {
          name: 'send',
          state: isSent ? 'done' : notice.state === 'sending' ? 'running' : 'to-do',
          href: noticeHref,
          reason: null,
        }
      : cannot('send', 'not-approved'),
    isSent
      ? {
          name: 'follow-up',
          state: state.sum.underWay + state.sum.notReached > 0 ? 'to-do' : 'done',
          href: `${home}/people?state=under-way`,
          reason: null,
        }
      : cannot('follow-up', 'not-sent'),
  ];
}

function cannot(name: Task['name'], reason: string): Task {
  return { name, state: 'cannot-start', href: null, reason };
}

/** Whom the breach waits for, as a key of words; null when for nobody. */
export function waitingFor(state: BreachState): { key: string; since: Date | null } | null {
  const notice = state.notices.findLast((one) => one.state !== 'withdrawn');
  if (notice?.state === 'submitted') return { key: 'waiting.approval', since: notice.submittedAt };
  if (notice?.state === 'approved') return { key: 'waiting.send', since: notice.approvedAt };
  if (notice?.state === 'draft' && notice.note) return { key: 'waiting.author', since: null };
  return null;
}
