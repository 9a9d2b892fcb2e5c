/**
 * Why a letter did not arrive: the classes of the ladder. `hard` where the address is dead for good, which nothing but
 * the address itself can be: a full mailbox, a filter, a refused sender or a fault says nothing about it.
 */
export const BOUNCE_CLASSES = {
  'no-such-mailbox': { hard: true, means: 'nobody has this address' },
  moved: { hard: true, means: 'the mailbox has moved away and takes nothing any more' },
  'domain-unknown': { hard: true, means: 'the domain does not exist' },
  'domain-without-mail': { hard: true, means: 'the domain takes no mail at all' },
  'mailbox-disabled': { hard: false, means: 'the mailbox is switched off, locked or not used' },
  full: { hard: false, means: 'the mailbox, or the disk it lies on, is full' },
  busy: { hard: false, means: 'too many letters or connections at once' },
  greylisted: { hard: false, means: 'the server asks everybody it does not know to come again' },
  timeout: { hard: false, means: 'the server was not reached in time' },
  'content-refused': { hard: false, means: 'a filter took the letter for spam, or its form was refused' },
  'too-large': { hard: false, means: 'the letter is too large' },
  auth: { hard: false, means: 'SPF, DKIM, DMARC or a sign-in was not good enough' },
  reputation: { hard: false, means: 'the sending server or its name is on a list, or has no name in the DNS' },
  policy: { hard: false, means: 'a rule of the other side refuses the sender or the letter' },
  relay: { hard: false, means: 'the server is not responsible for this domain' },
  loop: { hard: false, means: 'the letter went round in a circle' },
  system: { hard: false, means: 'a mail system on the way does not work' },
  unknown: { hard: false, means: 'the report does not say why' },
} as const;

export type BounceClass = keyof typeof BOUNCE_CLASSES;

export function isHard(bounceClass: BounceClass): boolean {
  return BOUNCE_CLASSES[bounceClass].hard;
}

/**
 * Enhanced status codes (RFC 3463, 5248 and the IANA registry) that settle the class when the words do not. The first
 * digit is left out: it says for how long, not why. Left out on purpose: what servers use for anything (`1.0`, `2.0`,
 * `3.0`, `5.0`, `7.0`) and `2.1`, which some answer for a user that never was.
 */
const BY_STATUS: Record<string, BounceClass> = {
  '1.1': 'no-such-mailbox',
  '1.2': 'domain-unknown',
  '1.3': 'no-such-mailbox',
  '1.4': 'unknown',
  '1.6': 'moved',
  '1.7': 'policy',
  '1.8': 'policy',
  '1.9': 'system',
  // A null MX (RFC 7505).
  '1.10': 'domain-without-mail',
  '2.1': 'mailbox-disabled',
  '2.2': 'full',
  '2.3': 'too-large',
  '2.4': 'system',
  '3.1': 'full',
  '3.2': 'system',
  '3.3': 'system',
  '3.4': 'too-large',
  '3.5': 'system',
  '4.1': 'timeout',
  '4.2': 'timeout',
  '4.3': 'system',
  // "Unable to route": the name may be gone, or its servers may not answer.
  '4.4': 'timeout',
  '4.5': 'busy',
  '4.6': 'loop',
  '4.7': 'timeout',
  '5.1': 'system',
  '5.2': 'system',
  '5.4': 'system',
  '5.6': 'system',
  '6.0': 'content-refused',
  '6.1': 'content-refused',
  '6.2': 'content-refused',
  '6.3': 'content-refused',
  '6.4': 'content-refused',
  '6.5': 'content-refused',
  '6.6': 'content-refused',
  '6.7': 'content-refused',
  '6.8': 'content-refused',
  '6.9': 'content-refused',
  '7.0': 'policy',
  '7.1': 'policy',
  '7.2': 'policy',
  '7.3': 'policy',
  '7.4': 'policy',
  '7.5': 'policy',
  '7.6': 'policy',
  '7.7': 'policy',
  '7.8': 'auth',
  '7.9': 'auth',
  '7.10': 'policy',
  '7.11': 'policy',
  '7.12': 'policy',
  '7.13': 'mailbox-disabled',
  '7.14': 'auth',
  '7.15': 'busy',
  // The owner of the mailbox is not the one the sender meant (RFC 7293), which is nobody's dead address.
  '7.17': 'policy',
  '7.18': 'policy',
  '7.20': 'auth',
  '7.21': 'auth',
  '7.22': 'auth',
  '7.23': 'auth',
  '7.24': 'auth',
  '7.25': 'reputation',
  '7.26': 'auth',
  '7.27': 'policy',
  '7.28': 'busy',
  '7.29': 'auth',
  '7.30': 'policy',
};

/** The class that an enhanced status code settles, or null. */
export function classOfStatus(status: string): BounceClass | null {
  const detail = status.slice(2);
  const known = BY_STATUS[detail];
  if (known) return known;
  // Providers number on in the hundreds; the subject, the middle digit, keeps its meaning where it has only one.
  if (detail.startsWith('7.')) return 'policy';
  if (detail.startsWith('6.')) return 'content-refused';
  return null;
}

/** SMTP reply codes that say more than "no" (RFC 5321, 7504, 4954). */
const BY_REPLY: Record<string, BounceClass> = {
  '421': 'busy',
  '450': 'busy',
  '451': 'system',
  '452': 'full',
  '454': 'system',
  '500': 'system',
  '501': 'system',
  '502': 'system',
  '503': 'system',
  '504': 'system',
  '521': 'policy',
  '523': 'too-large',
  '525': 'mailbox-disabled',
  '530': 'auth',
  '534': 'auth',
  '535': 'auth',
  '538': 'auth',
  '552': 'full',
  '555': 'system',
  '556': 'domain-without-mail',
};

export function classOfReply(reply: string): BounceClass | null {
  return BY_REPLY[reply] ?? null;
}
