import { BOUNCE_CLASSES, type BounceClass } from './bounce-classes.js';
import { reasonOf } from './bounce-reason.js';

const at = (diagnostic: string, over: Partial<Parameters<typeof reasonOf>[0]> = {}) =>
  reasonOf({
    action: 'failed',
    status: '',
    diagnostic,
    prose: '',
    recipient: 'ann@there.example',
    ours: ['b@us.example'],
    ...over,
  });
const atRcpt = (diagnostic: string) => at(`${diagnostic} (in reply to RCPT TO command)`);

/** What servers answer to RCPT, in the wording of many of them. */
const ANSWERS: Record<BounceClass, string[]> = {
  'no-such-mailbox': [
    "550 5.1.1 The email account that you tried to reach does not exist. Please try double-checking the recipient's email address for typos or unnecessary spaces. gsmtp",
    '550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient ann@there.example not found by SMTP address lookup',
    '550 5.5.0 Requested action not taken: mailbox unavailable (S2017062302)',
    "554 delivery error: dd This user doesn't have a yahoo.com account (ann@yahoo.example) [0] - mta1.example",
    '552 1 Requested mail action aborted, mailbox not found',
    '550 Requested action not taken: mailbox unavailable',
    '550 5.1.1 unknown or illegal alias: ann@there.example',
    '550 Invalid Recipient - https://community.mimecast.com/docs/DOC-1369#550 [abc]',
    '550 5.1.1 User Unknown',
    '550 <ann@there.example>: Recipient address rejected: User unknown in relay recipient table',
    '550 sorry, no mailbox here by that name',
    '550 5.1.1 <ann@there.example> recipient rejected. IB603g',
    '550 Adresse d au moins un destinataire invalide. Invalid recipient. OFR204_416 [416]',
    '511 sorry, no mailbox here by that name (#5.1.1 - chkuser)',
    '550 No such recipient here',
    '550 mailbox unavailable',
    '550 Unrouteable address',
    '550 unknown user account',
    '550 Address unknown',
    '550 Mailbox does not exist!',
    '550 5.1.1 Empfänger unbekannt',
    '550 Benutzer existiert nicht',
    "550 L'adresse de destination n'existe pas",
    '550 Utilisateur inconnu',
    '550 Geadresseerde onbekend',
    '550 Gebruiker bestaat niet',
    '550 5.4.1 Recipient address rejected: Access denied. AS(201806281) [DB8EUR05.prod.protection.outlook.com]',
  ],
  moved: ['551 5.1.6 User not local; please try forward', '550 5.1.6 recipient no longer on server: ann@there.example'],
  'domain-unknown': [
    '550 5.1.2 Host unknown (Name server: there.example: host not found)',
    "DNS Error: DNS type 'mx' lookup of there.example responded with code NXDOMAIN",
    '550 5.4.310 DNS domain there.example does not exist [Message=InfoDomainNonexistent]',
    'Domaine inexistant',
  ],
  'domain-without-mail': [
    '556 5.1.10 Domain there.example does not accept mail (nullMX)',
    'Domain of destination does not accept mail (null MX)',
  ],
  'mailbox-disabled': [
    '550 5.2.1 The email account that you tried to reach is disabled.',
    '554 30 Sorry, your message to ann@yahoo.example cannot be delivered. This mailbox is disabled (554.30).',
    '550 5.2.1 <ann@there.example>... Mailbox disabled, not accepting messages',
    '550 Konto gesperrt',
    '550 5.7.1 RESOLVER.ADR.AccountDisabled; account is disabled',
  ],
  full: [
    '452 4.2.2 The email account that you tried to reach is over quota. Please direct the recipient to https://support.google.com',
    "552 5.2.2 The recipient's inbox is out of storage space.",
    '554 5.2.2 mailbox full; STOREDRV.Deliver.Exception:QuotaExceededException.MapiExceptionShutoffQuotaExceeded',
    '550 5.1.1 <ann@there.example>: Recipient address rejected: mailbox full',
    '550 Quota exceeded (mailbox for user is full)',
    '552 Requested mail action aborted: exceeded storage allocation',
    '550 user over quota',
    '550 Boite du destinataire pleine. OFR_417',
    '552 5.2.2 Postfach ist voll',
    '552 De mailbox van de ontvanger is vol',
  ],
  busy: [
    '421 4.7.28 Gmail has detected an unusual rate of mail originating from your IP address',
    '452 4.5.3 Too many recipients',
    '421 Too many concurrent SMTP connections; please try again later',
    '450 4.2.1 The user you are trying to contact is receiving mail too quickly.',
  ],
  greylisted: [
    '450 4.2.0 <ann@there.example>: Recipient address rejected: Greylisted, see http://postgrey.example',
    '451 4.7.1 Greylisting in action, please come back later',
  ],
  timeout: [
    'connect to mx.there.example[192.0.2.1]:25: Connection timed out',
    'delivery temporarily suspended: connect to mx: Connection refused',
    '4.4.7 Message expired',
  ],
  'content-refused': [
    '550 5.7.1 Our system has detected that this message is likely unsolicited mail. To reduce the amount of spam sent to Gmail, this message has been blocked.',
    '554 5.7.1 Message rejected as spam by Content Filtering.',
    '552-5.7.0 This message was blocked because its content presents a potential security issue.',
    '550 High probability of spam',
  ],
  'too-large': [
    '552 5.3.4 Message size exceeds fixed limit',
    '550 5.2.3 RESOLVER.RST.RecipSizeLimit; message too large for this recipient',
    "552-5.3.4 Your message exceeded Google's message size limits.",
  ],
  auth: [
    '550-5.7.26 This mail is unauthenticated, which poses a security risk to the sender and Gmail users. 550 5.7.26 SPF DKIM',
    '550 5.7.1 Email rejected per DMARC policy for us.example',
    '550 5.7.23 The message was rejected because of Sender Policy Framework violation',
    '550 SPF check failed: user unknown',
    "550 5.7.515 Access denied, sending domain US.EXAMPLE doesn't meet the required authentication level.",
    '530 5.7.0 Must issue a STARTTLS command first',
    '550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup; authentication required; Delivery restriction check failed',
  ],
  reputation: [
    '550 5.7.1 Service unavailable, Client host [192.0.2.1] blocked using Spamhaus. To request removal from this list see https://www.spamhaus.org',
    '550 5.7.606 Access denied, banned sending IP [192.0.2.1]',
    '421 4.7.0 [TSS04] Messages from 192.0.2.1 temporarily deferred due to user complaints',
    '554 5.7.1 The server sending your mail [192.0.2.1] does not have a reverse DNS entry.',
    '550 5.7.25 The IP address sending this message does not have a PTR record setup',
    '554-gmx.net (mxgmx016) Nemesis ESMTP Service not available 554-No SMTP service 554-Bad DNS PTR resource record.',
    '554 IP=192.0.2.1 - A problem occurred. (Ask your postmaster for help or to contact tosa@rx.t-online.de to clarify.) (BL)',
    '550 5.1.1 rejected: see https://www.barracudacentral.org/reputation?ip=192.0.2.1 reputation',
  ],
  policy: [
    '550 5.7.1 TRANSPORT.RULES.RejectMessage; the message was rejected by organization policy',
    '550 5.7.1 RESOLVER.RST.NotAuthorized; not authorized',
    '550 Administrative prohibition',
    '550 5.1.8 Sender address rejected: Domain not found',
    '553 5.1.8 <b@us.example>... Domain of sender address b@us.example does not exist',
    '550 Access denied',
  ],
  relay: [
    '550 5.7.1 Unable to relay',
    '554 5.7.1 <ann@there.example>: Relay access denied',
    '550 5.7.64 TenantAttribution; Relay Access Denied',
    "553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)",
  ],
  loop: [
    '554 5.4.6 Too many hops',
    '550 5.4.14 Hop count exceeded - possible mail loop ATTR34',
    '5.4.6 mail loops back to myself',
  ],
  system: [
    '451 4.3.0 Temporary server error. Please try again later. PRX2',
    '554 5.3.5 Local configuration error',
    '451 4.3.5 Server configuration problem',
  ],
  unknown: ['550 no', '554 5.0.0 Undeliverable'],
};

describe.each(Object.entries(ANSWERS))('given answers that mean %s', (bounceClass, answers) => {
  it.each(answers)('when a server says %j, then it is told so', (answer) => {
    const reason = atRcpt(answer);
    expect(reason.class).toBe(bounceClass);
    expect(reason.hard).toBe(BOUNCE_CLASSES[bounceClass as BounceClass].hard);
  });
});

describe('given an answer that calls the recipient unknown', () => {
  it('when the text of the letter was seen before, then a filter speaks, and nobody is dead', () => {
    expect(at('550 user unknown (in reply to end of DATA command)')).toMatchObject({
      class: 'content-refused',
      hard: false,
    });
  });

  it('when the sender was refused, then nobody is dead', () => {
    expect(at('550 unknown user (in reply to MAIL FROM command)').hard).toBe(false);
    expect(at('550 5.1.7 No such domain (in reply to MAIL FROM command)').hard).toBe(false);
  });

  it('when it names our address, then it means us, and nobody is dead', () => {
    expect(at('553 5.4.3 <b@us.example>... Domain of us.example does not exist')).toMatchObject({
      class: 'policy',
      hard: false,
    });
    expect(at('550 5.1.1 <B@US.example>: unknown user').hard).toBe(false);
    expect(at('550 5.1.8 us.example: domain not found').hard).toBe(false);
  });

  it('when the report says in a line of its own that the mailbox is full, then a code alone makes nobody dead', () => {
    const reason = at('', { status: '5.1.1', prose: 'ann@there.example\n  The mailbox is full.\n' });
    expect(reason).toMatchObject({ class: 'full', hard: false });
  });

  it('when it is for now only, then nobody is dead', () => {
    expect(at('450 4.1.1 <ann@there.example>: Recipient address rejected: User unknown')).toMatchObject({
      class: 'busy',
      hard: false,
    });
    expect(at('450 4.1.2 Domain not found')).toMatchObject({ class: 'timeout', hard: false });
    expect(at('550 5.1.1 User unknown', { action: 'delayed' }).hard).toBe(false);
  });

  it.each([
    '550 5.1.1 user unknown: over quota',
    '550 5.1.1 SPF fail, user unknown',
    '550 5.1.1 no such user, message looks like spam',
    '550 5.1.1 recipient unknown; client host [192.0.2.1] blocked using a blocklist',
    '550 5.1.1 no PTR for 192.0.2.1, user unknown',
    '550 5.1.1 recipient refused by local policy',
    '550 5.7.1 user unknown',
  ])('when it says something else besides (%s), then nobody is dead', (answer) => {
    expect(atRcpt(answer).hard).toBe(false);
  });

  it('when the code is the only word about it, then the code counts', () => {
    expect(at('', { status: '5.1.1' })).toEqual({ class: 'no-such-mailbox', hard: true, status: '5.1.1', reply: null });
  });
});

describe('given the status codes of an answer', () => {
  it.each([
    ['smtp; 550-5.7.26 Unauthenticated 550 5.7.26 mail', '5.7.26', '550'],
    ['smtp; 550 #5.1.0 Address rejected.', '5.1.0', '550'],
    ['smtp; 5.1.0 - Unknown address error 550-"5.2.2 Mailbox full"', '5.2.2', '550'],
    ['smtp; 421 mx.there.example Service not available', null, '421'],
    ['connect to mx.there.example[192.0.2.5]:25: Connection refused', null, null],
    ['host 5.1.1.9 said no', null, null],
  ])('when it is %s, then status %s and reply %s are read', (diagnostic, status, reply) => {
    expect(at(diagnostic)).toMatchObject({ status, reply });
  });
});
