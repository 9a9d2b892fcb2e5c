import { BOUNCE_CLASSES, type BounceClass } from './bounce-classes.js';

/** Why an attempt failed: what a report or a peer's answer says, and what only we know. */
export type FailureClass =
  | BounceClass
  | 'sender-refused'
  | 'address-refused'
  | 'address-replaced'
  | 'channel-banned'
  | 'returned-moved'
  | 'returned-unknown'
  | 'returned-unclaimed'
  | 'returned-refused'
  | 'silence';

/**
 * What follows a failure:
 * - `next`: the next rung of the ladder, as its category says;
 * - `post`: a letter on paper, since e-mail will go on failing; where there is no postal address, the next rung;
 * - `plain`: once more to the same address as text alone, then `post`;
 * - `ours`: the same once more, after somebody has mended our side: the notice pauses and nobody is marked.
 */
export type AfterFailure = 'next' | 'post' | 'plain' | 'ours';

/** The table of model.md section 4. "Wait by schedule" lies behind what stands here: answers of 4xx are repeated for 24 h first. */
const AFTER: Record<FailureClass, AfterFailure> = {
  'no-such-mailbox': 'next',
  moved: 'next',
  'domain-unknown': 'next',
  'domain-without-mail': 'next',
  'mailbox-disabled': 'next',
  full: 'post',
  busy: 'post',
  greylisted: 'post',
  timeout: 'next',
  'content-refused': 'plain',
  'too-large': 'plain',
  auth: 'ours',
  reputation: 'ours',
  relay: 'ours',
  'sender-refused': 'ours',
  policy: 'next',
  loop: 'next',
  system: 'next',
  unknown: 'next',
  'address-refused': 'next',
  'address-replaced': 'next',
  'channel-banned': 'next',
  'returned-moved': 'next',
  'returned-unknown': 'next',
  'returned-unclaimed': 'next',
  'returned-refused': 'next',
  silence: 'post',
};

/** What follows a failure of that class; one that is not known goes on by the next rung: nobody is left where they are. */
export function afterFailure(failure: string | null): AfterFailure {
  return AFTER[failure as FailureClass] ?? 'next';
}

/** Whether the address itself is dead for good, and is marked so. */
export function isDead(failure: string | null): boolean {
  return BOUNCE_CLASSES[failure as BounceClass]?.hard ?? false;
}
