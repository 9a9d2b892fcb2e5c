import type { DeliveryReport, ReportKind } from './bounce-report.js';
import type { BounceClass } from './bounce-classes.js';
import type { DispatchState } from './dispatch.js';

/** What one mail says about the one letter that it is about. */
export interface ReportVerdict {
  kind: ReportKind;
  class: BounceClass | null;
  hard: boolean;
  status: string | null;
  /** The recipient's own server took it: a relay that merely passed it on says less. */
  isDelivered: boolean;
  recipient: string | null;
  diagnostic: string | null;
}

/** What becomes of a report; `waits`: a person looks at it. */
export type ReportOutcome = 'applied' | 'success' | 'delayed' | 'no-change' | 'waits';

const GRAVITY: ReportKind[] = ['bounce', 'delay', 'success'];

/**
 * The recipients of one mail drawn together: each letter goes to one address, so several of them are where that one
 * leads to. What failed counts before what is late, and that before what arrived; the address is dead only where every
 * one of them is.
 */
export function verdictOf(reports: DeliveryReport[]): ReportVerdict {
  const kind = GRAVITY.find((one) => reports.some((report) => report.kind === one)) ?? reports[0]!.kind;
  const speaking = reports.filter((report) => report.kind === kind);
  const hard = kind === 'bounce' && reports.every((report) => report.kind === 'bounce' && report.hard);
  const said = speaking.find((report) => report.hard === hard) ?? speaking[0]!;
  return {
    kind,
    class: said.class,
    hard,
    status: said.status,
    isDelivered:
      kind === 'success' && reports.every((report) => report.action !== 'relayed' && report.action !== 'expanded'),
    recipient: said.recipient,
    diagnostic: said.diagnostic,
  };
}

/**
 * What a report does to an attempt in that state; null for the state where it names no attempt with its proof. `later`
 * where the attempt is just being sent: its answer comes first, and the report is read again.
 */
export function outcomeOf(kind: ReportKind, state: DispatchState | null): ReportOutcome | 'later' {
  if (state === null) return 'waits';
  if (kind === 'delay') return 'delayed';
  if (kind !== 'bounce' && kind !== 'success') return 'waits';
  if (state === 'sending') return 'later';
  if (state === 'accepted' || state === 'unknown') return kind === 'bounce' ? 'applied' : 'success';
  const isOver = state === 'bounced' || state === 'refused' || state === 'cancelled';
  return kind === 'bounce' && isOver ? 'no-change' : 'waits';
}
