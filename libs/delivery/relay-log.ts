import type { BounceClass } from './bounce-classes.js';
import { reasonOf } from './bounce-reason.js';

/** What a relay's log says of one mail of ours. */
export interface LoggedMail {
  /** With angle brackets, as it stands in the log. */
  messageId: string;
  /** `taken`: the relay has it; `sent`: the next server took it; `bounced`: the relay gave it back. */
  state: 'taken' | 'sent' | 'bounced';
  /** Of a bounce. */
  class: BounceClass | null;
}

/** A log as read: the mails in it, and the time from its first line to its last. */
export interface RelayLog {
  mails: LoggedMail[];
  from: Date | null;
  to: Date | null;
  lines: number;
  /** Lines that are neither of the two forms: other programs write to the same log. */
  otherLines: number;
}

/** The longest line that is looked at; what is behind it is not. */
const LONGEST_LINE = 4_000;

/**
 * Reads a relay's log line by line: the syslog of Postfix, with the old date ("Nov 24 10:00:00") or the new one (RFC
 * 3339), and lines `EPOCH message-id=<ID> to=ADDRESS status=sent|deferred|bounced`. Old dates have no year and no zone:
 * they are taken as the last such moment before `now`, in the zone whose offset east of UTC, in minutes, is given.
 * Addresses are read over and never kept.
 */
export class RelayLogReader {
  private readonly mails = new Map<string, LoggedMail>();
  /** Postfix speaks of a mail by its place in the queue; only one line joins that with its Message-ID. */
  private readonly byQueueId = new Map<string, string>();
  private from: Date | null = null;
  private to: Date | null = null;
  private lines = 0;
  private otherLines = 0;

  constructor(
    private readonly now: Date,
    private readonly offsetMinutes = 0,
  ) {}

  take(line: string): void {
    const text = line.slice(0, LONGEST_LINE);
    if (text.trim() === '') return;
    this.lines += 1;
    const at = this.timeOf(text);
    if (!at) {
      this.otherLines += 1;
      return;
    }
    if (!this.from || at < this.from) this.from = at;
    if (!this.to || at > this.to) this.to = at;
    if (!this.readPlain(text)) this.readPostfix(text);
  }

  finish(): RelayLog {
    const { from, to, lines, otherLines } = this;
    return { mails: [...this.mails.values()], from, to, lines, otherLines };
  }

  private readPlain(line: string): boolean {
    const match = /^\d+(?:\.\d+)?\s+message-id=(<[^>\s]+>)\s.*?\bstatus=(sent|deferred|bounced)\b(.*)$/.exec(line);
    if (!match) return false;
    this.keep(match[1]!, match[2]!, match[3]!);
    return true;
  }

  private readPostfix(line: string): void {
    const match = /\bpostfix[\w./-]*\[\d+\]:\s+([0-9A-Za-z]{6,20}):\s+(.*)$/.exec(line);
    if (!match) return;
    const [, queueId, rest] = match;
    const messageId = /^(?:resent-)?message-id=(<[^>\s]+>)/.exec(rest!)?.[1];
    if (messageId) {
      this.byQueueId.set(queueId!, messageId);
      this.keep(messageId, 'deferred', '');
      return;
    }
    const status = /\bstatus=(sent|deferred|bounced|expired)\b(.*)$/.exec(rest!);
    const known = this.byQueueId.get(queueId!);
    if (status && known) this.keep(known, status[1]!, status[2]!);
  }

  /** What is worse for the person wins: a mail that was sent on may still come back, and one that came back is back. */
  private keep(messageId: string, status: string, words: string): void {
    const before = this.mails.get(messageId);
    if (status === 'bounced' || status === 'expired') {
      const { class: found } = reasonOf({ action: 'failed', status: /\bdsn=(\d\.\d+\.\d+)/.exec(words)?.[1] ?? '', diagnostic: words, prose: '', recipient: '', ours: [] }); // prettier-ignore
      this.mails.set(messageId, { messageId, state: 'bounced', class: found });
    } else if (status === 'sent') {
      if (before?.state !== 'bounced') this.mails.set(messageId, { messageId, state: 'sent', class: null });
    } else if (!before) this.mails.set(messageId, { messageId, state: 'taken', class: null });
  }

  private timeOf(line: string): Date | null {
    const epoch = /^(\d{9,13}(?:\.\d{1,9})?)\s/.exec(line)?.[1];
    if (epoch) {
      const number = Number(epoch);
      return new Date(number > 1e11 ? number : number * 1000);
    }
    const rfc3339 = /^(?:<\d+>1? ?)?(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d))\s/.exec(line)?.[1];
    if (rfc3339) {
      const at = new Date(rfc3339);
      return Number.isNaN(at.getTime()) ? null : at;
    }
    return this.oldDate(line);
  }

  private oldDate(line: string): Date | null {
    const match = /^(?:<\d+>)?([A-Z][a-z]{2})\s+(\d{1,2})\s+(\d\d):(\d\d):(\d\d)\s/.exec(line);
    const month = match ? MONTHS.indexOf(match[1]!) : -1;
    if (!match || month < 0) return null;
    const [day, hour, minute, second] = match.slice(2).map(Number) as [number, number, number, number];
    const inYear = (year: number): Date =>
      new Date(Date.UTC(year, month, day, hour, minute, second) - this.offsetMinutes * 60_000);
    const year = this.now.getUTCFullYear();
    const thisYear = inYear(year);
    // A day of grace: the clocks of relay and database may differ.
    return thisYear.getTime() > this.now.getTime() + 86_400_000 ? inYear(year - 1) : thisYear;
  }
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
