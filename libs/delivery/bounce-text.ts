import { MOST_RECIPIENTS } from './delivery-status.js';

/** What a report in prose says about one recipient: the lines about it. */
export interface Passage {
  recipient: string;
  text: string;
}

const MOST_LINES = 3_000;
const LONGEST_LINE = 1_000;
const LONGEST_PASSAGE = 8_000;

const ADDRESS = /[^\s<>"'`,;:()[\]{}|=\\]{1,128}@[^\s<>"'`,;:()[\]{}|=\\/]{1,255}/g;

/**
 * The words of a report before the letter that it gives back, and that letter. Reports part the two in many words or in
 * none, so the letter is known by its own header too: lines of a transport (Received, Return-Path, a signature) that no
 * report in prose has.
 */
export function splitProse(text: string): { prose: string; returned: string } {
  const lines = text.split('\n', MOST_LINES);
  let at = lines.findIndex((line, place) => place > 0 && isBeginOfLetter(line, lines[place + 1] ?? ''));
  if (at < 0) at = lines.length;
  return { prose: lines.slice(0, at).join('\n'), returned: lines.slice(at).join('\n') };
}

const DIVIDER =
  /^[\s>|*=_-]*(?:(?:this is|below (?:this line )?is|following is|here is|included is|attached is)? ?(?:a|the)? ?(?:copy of (?:the |your )?(?:original |returned )?(?:message|mail|header|e-?mail)|(?:original|returned|unsent|undelivered|rejected|bounced) (?:message|mail)(?: (?:headers?|follows|text|attached|below|body))*|message (?:headers?|text|header) follows?|(?:the )?header of the original|headers? (?:of the )?(?:original )?(?:message )?follows?|copie du message|kopie der nachricht|urspr.ngliche nachricht|oorspronkelijk bericht|message d'origine))\b/i;

const TRANSPORT =
  /^(?:Received|Return-Path|DKIM-Signature|DomainKey-Signature|ARC-[A-Za-z-]+|X-Received|X-Originating-IP|X-YMail-[A-Za-z-]+|X-Yahoo-[A-Za-z-]+|X-Apparently-[A-Za-z]+|Delivered-To|MIME-Version|Authentication-Results|X-Mailer|Content-Transfer-Encoding): ?\S/i;

function isBeginOfLetter(line: string, next: string): boolean {
  const short = line.slice(0, LONGEST_LINE);
  if (TRANSPORT.test(short)) return true;
  if (DIVIDER.test(short)) return true;
  if (/^From \S{1,300}@\S{1,300} +(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) /.test(short)) return true;
  return /^Message-ID: ?</i.test(short) || (/^(?:From|To|Subject|Date): /.test(short) && TRANSPORT.test(next));
}

/** Addresses at the start of a line, or after a reply code: the list of those who were not reached. */
const AT_START =
  /^(?:[\s>*"'<\u2022\u00b7-]|\d{1,3}[.)] |(?:SMTP|RFC822)[ :;]|(?:550|551|552|553|554|4\d\d|5\d\d)[ -](?:[245]\.\d\.\d{1,3} )?){0,20}(?=[^\s<>"'`,;:()[\]{}|=\\]{1,128}@)/;

/** Words after which the address of the recipient stands within a line. */
const INTRODUCED =
  /(?:undeliverable to|deliver(?:ed|y)?(?: \w+){0,5} to|rcpt to|recipients?(?: address(?:es)?)?|(?:following|failed|unknown|invalid|bad|to|this|these) address(?:es)?|user(?:id)?|mailbox|account|sent to|reach(?: the following recipients?)?|empf\w+nger|adresse|ontvanger|destinataire|\bto|\bfor|\ban|\baan|\ba|is full|failed|attempts|size)\s*(?:\(s\))?\s*[:.]?\s*["'<(]{0,2}$/i;

/**
 * Who was not reached, with the lines that say why. `ours` are addresses that the report was sent to, which it may name
 * too. The best sort of place decides: a list at the start of lines, else addresses that words introduce, else any;
 * `isNamed` is false for the last.
 */
export function passagesOf(prose: string, ours: ReadonlySet<string>): { passages: Passage[]; isNamed: boolean } {
  const lines = prose.split('\n', MOST_LINES).map((line) => line.slice(0, LONGEST_LINE));
  const sorts: Map<string, number>[] = [new Map(), new Map(), new Map()];
  for (const [place, line] of lines.entries()) {
    if (
      /^\s*(?:from|sender|reply-to|mail from|return-path|cc|message-id|references|in-reply-to|x-[\w-]+)\s*:/i.test(line)
    )
      continue;
    for (const found of line.matchAll(ADDRESS)) {
      const address = cleaned(found[0]);
      const lower = address.toLowerCase();
      if (!address || ours.has(lower) || isDaemon(lower)) continue;
      const before = line.slice(0, found.index);
      const sort = isListed(line, found.index) ? 0 : INTRODUCED.test(before) ? 1 : 2;
      const map = sorts[sort]!;
      if (!map.has(address) && map.size < MOST_RECIPIENTS) map.set(address, place);
    }
  }
  const best = sorts.findIndex((map) => map.size > 0);
  if (best < 0) return { passages: [], isNamed: false };
  return { passages: passagesFor([...sorts[best]!.keys()], lines), isNamed: best < 2 };
}

/** The lines about each of some recipients: from where it is named first to where the next one is, and where it is named again. */
export function passagesFor(recipients: string[], lines: string[]): Passage[] {
  if (recipients.length === 1) return [{ recipient: recipients[0]!, text: lines.join('\n').slice(0, LONGEST_PASSAGE) }];
  const byAddress = new Map(recipients.map((recipient) => [recipient.toLowerCase(), [] as string[]]));
  let current: string[] | undefined;
  for (const line of lines) {
    const named = [...line.matchAll(ADDRESS)]
      .map(([address]) => byAddress.get(cleaned(address).toLowerCase()))
      .find(Boolean);
    if (named) current = named;
    // A line across, or a heading of a transcript, ends what is said about one.
    else if (/^\s*[-=_*#~]{5,}/.test(line)) current = undefined;
    current?.push(line);
  }
  return recipients.map((recipient) => ({
    recipient,
    text: (byAddress.get(recipient.toLowerCase()) ?? []).join('\n').slice(0, LONGEST_PASSAGE),
  }));
}

function isListed(line: string, at: number): boolean {
  const start = AT_START.exec(line);
  return start !== null && start[0].length === at;
}

function cleaned(address: string): string {
  return address.replace(/^(?:mailto|rfc822|smtp)[:;]/i, '').replace(/[.…!?>*]+$/, '');
}

function isDaemon(address: string): boolean {
  return /^(?:mailer-daemon|postmaster|abuse|noreply|no-reply|support|helpdesk)@/.test(address);
}
