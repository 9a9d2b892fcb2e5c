import type { Standing } from '#libs/people/index.js';
import type { DispatchState } from './dispatch.js';
import type { Channel } from './ladder.js';

/** What is to be done next so that a person who was not told is told. */
export const NEXT_STEPS = ['look', 'settle', 'hand', 'post', 'print', 'write', 'go-on', 'wait'] as const;
export type NextStep = (typeof NEXT_STEPS)[number];

/** Where a person stands who is neither told nor exempt, with the newest attempt to bring them a letter. */
export interface Situation {
  standing: Extract<Standing, 'under-way' | 'not-reached'>;
  /** Of the newest attempt; null where there was none. */
  channel: Channel | null;
  state: DispatchState | null;
  class: string | null;
  /** Whether the notice of that attempt is paused. */
  isPaused: boolean;
}

/** Every situation has a next step: nobody is left where they are. */
export function nextStepOf({ standing, channel, state, isPaused }: Situation): NextStep {
  if (standing === 'not-reached') return 'look';
  switch (state) {
    case null:
    // Stopped for good, or not due when it was to leave: they still have to be told.
    case 'cancelled':
      return 'write';
    case 'unknown':
      return 'settle';
    case 'printed':
      return 'post';
    case 'queued':
    case 'deferred':
      if (isPaused) return 'go-on';
      return channel === 'hand' ? 'hand' : channel === 'post' ? 'print' : 'wait';
    case 'sending':
    case 'accepted':
    case 'posted':
    case 'handed-over':
      return 'wait';
    case 'refused':
    case 'bounced':
    case 'returned':
      return 'look';
  }
}

/** Why a person was not told, as a code that pages and the CLI put into words: the newest attempt, as `email-bounced`. */
export function reasonOf({ standing, channel, state }: Situation): string {
  if (channel !== null && state !== null) return `${channel}-${state}`;
  return standing === 'not-reached' ? 'no-way-left' : 'no-letter';
}
