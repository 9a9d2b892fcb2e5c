/** What can be wrong with the bounce mailbox: the code that is kept, what is said of it, and what to do. */
export const MAILBOX_FAULTS = {
  'name-not-found': {
    found: 'the name of its server is not found',
    mend: 'Check the host in BOUNCE_MAILBOX_URL and the name service of this machine.',
  },
  refused: {
    found: 'its server refuses the connection',
    mend: 'Check host and port in BOUNCE_MAILBOX_URL and that the server runs: 993 for imaps://.',
  },
  timeout: {
    found: 'its server does not answer in time',
    mend: 'Check host and port in BOUNCE_MAILBOX_URL, and that a firewall lets this machine through.',
  },
  certificate: {
    found: "its server's certificate is not valid",
    mend: 'Renew the certificate of the mail server, or name the server in BOUNCE_MAILBOX_URL as its certificate does.',
  },
  'sign-in': {
    found: 'its server does not take the user name or the password',
    mend: 'Check both in BOUNCE_MAILBOX_URL; signs such as @ : / are written as %40 %3A %2F.',
  },
  folder: {
    found: 'the folder is not there, or may not be changed',
    mend: 'Name a folder of the mailbox at the end of BOUNCE_MAILBOX_URL, as /INBOX, in which mail may be deleted.',
  },
  'broken-off': {
    found: 'its server broke off',
    mend: 'Nothing is lost; it is read again every minute. If that stays so, look into the log of the mail server.',
  },
  database: {
    found: 'what was read could not be kept',
    mend: 'Nothing is lost; it is read again every minute. If that stays so, run `bin/tocsin doctor` and look into the log.',
  },
} as const;

export type MailboxFault = keyof typeof MAILBOX_FAULTS;

/** A step at which the mailbox could not be read. */
export class MailboxError extends Error {
  constructor(readonly fault: MailboxFault) {
    super(MAILBOX_FAULTS[fault].found);
  }
}

const BY_CODE: Record<string, MailboxFault> = {
  ENOTFOUND: 'name-not-found',
  EAI_AGAIN: 'name-not-found',
  ECONNREFUSED: 'refused',
  EHOSTUNREACH: 'refused',
  ENETUNREACH: 'refused',
  ETIMEDOUT: 'timeout',
  ETIMEOUT: 'timeout',
  CONNECT_TIMEOUT: 'timeout',
  GREETING_TIMEOUT: 'timeout',
  UPGRADE_TIMEOUT: 'timeout',
};

/** What an error of the IMAP client means; its own words may name the user and are not kept. */
export function faultOf(error: unknown): MailboxFault {
  if (error instanceof MailboxError) return error.fault;
  const { code, authenticationFailed } = (error ?? {}) as { code?: unknown; authenticationFailed?: unknown };
  if (authenticationFailed === true) return 'sign-in';
  const known = typeof code === 'string' ? code : '';
  if (/CERT|TLS|SELF_SIGNED|UNABLE_TO|SSL/.test(known)) return 'certificate';
  return BY_CODE[known] ?? 'broken-off';
}
