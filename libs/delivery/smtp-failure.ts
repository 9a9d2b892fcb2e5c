import type { SmtpOutcome, SmtpStage } from '#libs/platform/index.js';
import { reasonOf } from './bounce-reason.js';

/** What is refused at these stages speaks of the relay and of us, and would be refused for everybody. */
const OURS: readonly SmtpStage[] = ['connection', 'greeting', 'tls', 'auth', 'sender'];

/**
 * The class of a peer's answer, for the ladder and for the words on the page; null where the letter was taken.
 * `no-answer`: in doubt; `unreachable`: no connection came about, which says nothing about the letter or its address.
 */
export function classOfAnswer(outcome: SmtpOutcome): string | null {
  if (outcome.kind === 'accepted') return null;
  if (outcome.kind === 'unknown') return 'no-answer';
  if (outcome.code === null) return outcome.kind === 'deferred' ? 'unreachable' : 'address-refused';
  if (outcome.kind === 'refused' && OURS.includes(outcome.stage)) return 'sender-refused';
  const { answer } = outcome;
  const action = outcome.kind === 'deferred' ? 'delayed' : 'failed';
  return reasonOf({ action, status: '', diagnostic: `smtp; ${answer}`, prose: '', recipient: '', ours: [] }).class;
}
