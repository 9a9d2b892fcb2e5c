import { classOfReply, classOfStatus, isHard, type BounceClass } from './bounce-classes.js';
import { plainWords, readWords } from './bounce-words.js';

/** What a report says about one recipient, before anything is concluded from it. */
export interface Refusal {
  /** RFC 3464, or '' for a report in prose. */
  action: string;
  /** The report's own status code, or ''. */
  status: string;
  /** What the refusing server said, or ''. */
  diagnostic: string;
  /** What the report says around it, in prose. */
  prose: string;
  recipient: string;
  /** Addresses that the report was sent to, so the sender's. */
  ours: string[];
}

export interface Reason {
  class: BounceClass;
  hard: boolean;
  /** Enhanced status code (RFC 3463), the refusing server's before the report's own; null where none is given. */
  status: string | null;
  /** SMTP reply code, or null. */
  reply: string | null;
}

/** How far the conversation had come when it was refused. */
type Stage = 'connect' | 'mail' | 'rcpt' | 'data' | null;

/**
 * Why a letter did not arrive, by the words, the status codes and the moment of the refusal. Cautious on purpose: only a
 * refusal for good, that speaks about the address and nothing else, makes an address dead; a wrong "dead" costs a person
 * their letter by e-mail, a wrong "alive" costs one more attempt.
 */
export function reasonOf(refusal: Refusal): Reason {
  const near = from(refusal.prose, refusal.recipient);
  const said = hasCode(refusal.diagnostic)
    ? refusal.diagnostic
    : answerIn(near) || answerIn(refusal.prose) || refusal.diagnostic;
  const evidence: Evidence = {
    said,
    near,
    told: refusal.prose,
    status: firstSpecific(statusIn(said), refusal.status) ?? statusIn(refusal.prose),
    reply: replyIn(said),
    stage: stageOf(`${refusal.diagnostic}\n${refusal.prose}`),
    isLinkedToMail: /(?:in reply|response) to MAIL|after MAIL|\bour MAIL FROM/i.test(
      `${refusal.diagnostic}\n${refusal.prose}`,
    ),
    isMachineReadable: refusal.status !== '',
    isAboutUs: namesOnlyUs(said, refusal),
  };
  const found = classOf(evidence);
  const isLater = isForNow(refusal.action, evidence.status, evidence.reply);
  const settled = isLater ? forNow(found) : found;
  return { class: settled, hard: isHard(settled), status: evidence.status, reply: evidence.reply };
}

/** What is refused for now only says nothing for good: a mailbox not found is asked for again, a domain was not reached. */
function forNow(found: BounceClass): BounceClass {
  if (found === 'no-such-mailbox' || found === 'moved') return 'busy';
  return isHard(found) || found === 'unknown' ? 'timeout' : found;
}

/** The prose from where it names the recipient; what stands before are greetings and advice. */
function from(prose: string, recipient: string): string {
  const at = recipient ? prose.toLowerCase().indexOf(recipient.toLowerCase()) : -1;
  return at < 0 ? '' : prose.slice(prose.lastIndexOf('\n', at) + 1);
}

interface Evidence {
  /** The refusing server's answer. */
  said: string;
  /** The report's prose from where it names the recipient. */
  near: string;
  /** The report's prose. */
  told: string;
  status: string | null;
  reply: string | null;
  stage: Stage;
  /** Does the report say that MAIL was refused, in words that can mean nothing else? */
  isLinkedToMail: boolean;
  isMachineReadable: boolean;
  /** Does the answer name the sender's address, and not the recipient's? */
  isAboutUs: boolean;
}

function namesOnlyUs(said: string, { recipient, ours }: Refusal): boolean {
  const answer = said.toLowerCase();
  return !answer.includes(recipient.toLowerCase()) && ours.some((address) => answer.includes(address.toLowerCase()));
}

/** First the server's answer where it is plain, then the code, then what is left of both and the prose around. */
function classOf(evidence: Evidence): BounceClass {
  const { status, reply, stage } = evidence;
  const said = readWords(plainWords(withoutSpeaker(evidence.said)));
  const byStatus = status ? classOfStatus(status) : null;
  // An address that is none, as the code says, may well be called inactive.
  const isGone = said?.class === 'mailbox-disabled' && byStatus === 'no-such-mailbox';
  if (said && !said.isFaint && !isGone) return isHard(said.class) ? believed(said.class, evidence) : said.class;
  if (stage !== 'data' && KNOWS_NOBODY.test(evidence.said)) return 'no-such-mailbox';
  if (takesNoMail(status, reply)) return 'domain-without-mail';
  if (byStatus && isHard(byStatus)) {
    const isRefused = stage === 'mail' || evidence.isAboutUs || REFUSES.test(plainWords(evidence.said));
    return isRefused ? 'policy' : ((evidence.said === '' ? saidBeside(evidence.told) : null) ?? byStatus);
  }
  if (said && (!byStatus || (said.class === 'policy' && NOT_FOR_GOOD.has(byStatus)))) return said.class;
  if (byStatus) return byStatus;
  const told = readWords(plainWords(evidence.near)) ?? readWords(plainWords(evidence.told));
  if (told && !told.isFaint) return isHard(told.class) ? believed(told.class, evidence) : told.class;
  return (reply ? classOfReply(reply) : null) ?? told?.class ?? 'unknown';
}

/** Words of somebody who may not, beside a code that says "nobody there". */
const REFUSES = /polic|denied|prohibit|restrict|filter|forbid|permission|not authori|blocked/i;

/** What a code with 5 in front cannot mean: a server that says no by rule borrows any code. */
const NOT_FOR_GOOD: ReadonlySet<BounceClass> = new Set(['timeout', 'system', 'busy']);

/** A server that takes mail from nobody answers 521, its neighbours 556 (RFC 7504). */
function takesNoMail(status: string | null, reply: string | null): boolean {
  return (reply === '521' || reply === '556') && (status === null || /^5\.(0\.0|3\.2)$/.test(status));
}

/**
 * Are words about a dead address believed? Not at MAIL or before: the sender is meant. Not after the text of the letter
 * was seen: a filter speaks, and some let it say "user unknown". Not where the code says something else, unless the
 * recipient itself was refused. Not where an answer names nobody, or two words stand without any code.
 */
function believed(words: BounceClass, evidence: Evidence): BounceClass {
  const { status, reply, stage } = evidence;
  const byStatus = status ? classOfStatus(status) : null;
  // X.1.7 and X.1.8 are about the sender's address.
  if (evidence.isAboutUs || /\.1\.[78]$/.test(status ?? '')) return 'policy';
  if (byStatus && isHard(byStatus)) return NAMES_NOBODY.test(evidence.said) ? 'content-refused' : words;
  if (words === 'domain-unknown' || words === 'domain-without-mail') return evidence.isLinkedToMail ? 'policy' : words;
  if (stage === 'mail' || stage === 'connect' || byStatus === 'policy' || byStatus === 'auth') return 'policy';
  const beside = saidBeside(evidence.told);
  if (beside) return beside;
  if (NAMES_NOBODY.test(evidence.said)) return 'content-refused';
  if (stage === 'rcpt' || (reply && DEFINITE.test(evidence.said))) return words;
  if (stage === 'data') return 'content-refused';
  if (status?.slice(1, 4) === '.1.') return words;
  if (byStatus) return byStatus;
  if (reply) return namesAddress(evidence.said) ? words : 'unknown';
  return evidence.isMachineReadable || evidence.told.split('\n', 200).some(isSentence) ? words : 'unknown';
}

/** An answer that leaves no doubt whenever it comes: that of a provider that accepts every RCPT. */
const DEFINITE = /doesn't have an? \S{1,100} account/i;

/** A line of its own by which a report says that the mailbox is there and only cannot be used. */
function saidBeside(told: string): BounceClass | null {
  for (const line of told.split('\n', 200)) {
    if (line.length > 120) continue;
    const found = readWords(plainWords(line));
    if (found?.class === 'mailbox-disabled' || found?.class === 'full') return found.class;
  }
  return null;
}

/**
 * Carriers whose owners may refuse strangers, and that then call the user unknown too: one leaves the address out of
 * `550 : User unknown`, one answers both cases alike.
 */
const NAMES_NOBODY = /\b5\d\d[ -](?:5\.\d\.\d )?: user unknown|\bunknown user \S{1,64}docomo\S{0,64}\.jp\b/i;

function namesAddress(said: string): boolean {
  return /\b[45]\d\d[ -].{0,500}@/.test(said);
}

/**
 * How systems that hold the mailboxes themselves say that there is none: Exchange, IMail, Domino and Notes, Exim. They
 * have asked nobody, so there is no code.
 */
const OWN_WORDS =
  /\(000C05A6\)|invalid final delivery|not listed in .{0,40}(?:directory|address book)|unroute?able address|unknown local-part/i;

/** A sentence that says so, or the product's own code or name for it: two bare words in prose are hearsay. */
function isSentence(line: string): boolean {
  if (OWN_WORDS.test(line)) return true;
  const words = plainWords(line);
  const found = readWords(words);
  if (!found || !isHard(found.class) || DEFINITE.test(words)) return false;
  return /\b(is|isn't|was|wasn't|are|has|does|doesn't|do|could|couldn't|cannot|can't|est|n'existe|ist|existiert|wurde|konnte|bestaat|kon|werd)\b/.test(
    words,
  );
}

/** `host mx.example [192.0.2.1] said: 550 …` speaks of a host only to say who answered. */
function withoutSpeaker(said: string): string {
  return said.replace(
    /\b(?:remote )?(?:host|server|mta|system)\b[^\n]{0,100}?\b(?:said|returned|replied|responded|reported)\b:?/i,
    ' ',
  );
}

/**
 * Exchange Online, where the directory knows no such address: "access denied", with a code for routing (Microsoft's
 * list of non-delivery reports, 5.4.1).
 */
const KNOWS_NOBODY =
  /\b550 5\.4\.1 .{0,300}recipient address rejected: access denied.{0,100}protection\.outlook\.com/is;

/** Is there an SMTP reply code or an enhanced status code in a text? */
export function hasCode(text: string): boolean {
  return replyIn(text) !== null || statusIn(text) !== null;
}

/** The server's answer within prose: the line with its code and those that go on with it. */
function answerIn(prose: string): string {
  const lines = prose.split('\n', 500);
  const start = lines.findIndex(hasCode);
  if (start < 0) return '';
  // `550-` says that another line of the same answer follows.
  const goesOn = /\b[45]\d\d-/.test(lines[start]!);
  const end = lines.findIndex(
    (line, place) =>
      place > start &&
      (line.trim() === '' ||
        /^\s*[-=_*]{3,}|^Giving up|^>>>/.test(line) ||
        (!goesOn && /^(?:<<< ?)?[45]\d\d\b/.test(line))),
  );
  return lines.slice(start, Math.min(end < 0 ? lines.length : end, start + 12)).join('\n');
}

function isForNow(action: string, status: string | null, reply: string | null): boolean {
  if (action === 'delayed') return true;
  if (reply) return reply.startsWith('4');
  return status?.startsWith('4') ?? false;
}

/** An enhanced status code in a text; neither an IP address nor a version. */
export function statusIn(text: string): string | null {
  let vague: string | null = null;
  for (const [, code] of text.slice(0, 8_000).matchAll(/(?<![\w.])#?([245]\.\d{1,3}\.\d{1,3})(?![\w.]*\.\d|\d)/g)) {
    if (code === undefined || code.startsWith('2')) continue;
    if (isSpecific(code)) return code;
    vague ??= code;
  }
  return vague;
}

/** The first code that says something; else the first that is there at all, as `5.0.0` or `5.1.0`, "other". */
function firstSpecific(...codes: (string | null)[]): string | null {
  return codes.find((code) => code && isSpecific(code)) ?? codes.find(Boolean) ?? null;
}

function isSpecific(code: string): boolean {
  return !/^[245]\.\d\.0$/.test(code);
}

/** An SMTP reply code in a text: at the start, after what introduces one, or with words behind it. */
function replyIn(text: string): string | null {
  const code = /(?:^|[\s:;,'"(>])([45][0-5]\d)(?=[\s-]+[^\s\d]|[\s-]+[245]\.\d|[:;,#'"]|$)/m.exec(text.slice(0, 8_000));
  return code?.[1] ?? null;
}

const STAGES: [Stage, RegExp][] = [
  // Commands sent in one go (RFC 2920): what stands under DATA is the answer to RCPT when DATA is told that none is left.
  ['rcpt', /<<< ?(?:503|554) .{0,40}(?:need rcpt|no valid recipients|valid RCPT command)/i],
  [
    'rcpt',
    /in reply to RCPT|(?:after|for|during) RCPT|\[RCPT_TO\]|>>> ?RCPT|<<< RCPT|SMTP:RCPT|response to RCPT|\bour RCPT|does not like recipient|RCPT TO:? ?<|\bRCPT(?: TO)? command|\(state 14\)|command: ?RCPT/i,
  ],
  [
    'data',
    /in reply to (?:end of )?DATA|after (?:end of data|DATA|sending)|end of data|\[DATA|>>> ?(?:DATA|\.)|SMTP:DATA|response to (?:end of )?DATA|\b(?:our|final) DATA|failed after I sent the message|\bDATA command|\(state 1[78]\)|SMTP command\s+DATA|command: ?DATA/i,
  ],
  [
    'mail',
    /in reply to MAIL|after MAIL|\[MAIL_FROM\]|>>> ?MAIL|SMTP:MAIL|response to MAIL|\bour MAIL FROM|sender was rejected|MAIL FROM:? ?<|\bMAIL(?: FROM)? command|\(state 13\)/i,
  ],
  [
    'connect',
    /in reply to (?:HELO|EHLO|initial|end of banner)|after (?:initial connection|HELO|EHLO|connect)|initial connection|\[(?:CONNECT|HELO|EHLO)\]|>>> ?(?:HELO|EHLO)|greeting|refused to talk to me|\(state (?:9|10|1[12])\)/i,
  ],
];

function stageOf(text: string): Stage {
  return STAGES.find(([, pattern]) => pattern.test(text.slice(0, 16_000)))?.[0] ?? null;
}
