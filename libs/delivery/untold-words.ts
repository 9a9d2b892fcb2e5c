import { reasonOf, type NextStep, type Situation } from './untold.js';

const CHANNELS = { email: 'the e-mail', post: 'the letter by post', hand: 'the letter by hand' };
const STATES = {
  queued: 'waits for its turn',
  sending: 'is leaving',
  accepted: 'was taken; its person counts as told once the settling time is over',
  deferred: 'waits because the mail server asked for it, and is tried again by itself',
  refused: 'was refused',
  unknown: 'is in doubt: nobody knows whether it left',
  bounced: 'came back',
  printed: 'is printed and not posted yet',
  posted: 'was posted',
  returned: 'came back',
  'handed-over': 'was handed over',
  cancelled: 'was stopped',
};
const STEPS: Record<NextStep, string> = {
  wait: 'nothing to do: this goes on by itself',
  'go-on': 'sending is paused: go on with it (notice resume)',
  write: 'write and send a letter',
  settle: 'compare with the log of the mail server (dispatch settle), or decide by hand',
  print: 'waits for the next print run: make it (notice print)',
  post: 'post the letter and confirm its print run',
  hand: 'protected: the security officer hands it over',
  look: 'no way left: look for another address, telephone, or tell the public under Art. 34(3)(c)',
};

/** In English, for the CLI: pages have words of their own. */
export function reasonInWords(situation: Situation): string {
  const { channel, state, class: failure } = situation;
  if (channel === null || state === null)
    return reasonOf(situation) === 'no-letter' ? 'no letter was sent yet' : 'there is no way to bring a letter';
  return `${CHANNELS[channel]} ${STATES[state]}${failure ? ` (${failure})` : ''}`;
}

export function stepInWords(step: NextStep): string {
  return STEPS[step];
}
