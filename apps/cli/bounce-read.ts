import { DeliveryReportsService, type TakenReport } from '#libs/delivery/index.js';
import { MAIL_LIMITS, isMail } from '#libs/delivery/pure.js';
import { mailsOf } from './mails-of-file.js';
import { origin, withContext } from './context.js';
import { progress } from './output.js';
import type { MailFile } from './report-files.js';

/** What became of the mails that were read. */
export interface ReadReports {
  read: number;
  /** Applied to their letters: it came back, or it arrived. */
  applied: number;
  /** About a letter of ours, and kept without a change: for a person to look at, or too late to matter. */
  kept: number;
  delayed: number;
  already: number;
  /** Names no letter of ours with its proof: for a person to look at. */
  unmatched: number;
  /** Its letter is just being sent, nothing was kept: to be read again. */
  later: number;
}

const COUNTED: Record<TakenReport, Exclude<keyof ReadReports, 'read'>> = {
  applied: 'applied',
  success: 'applied',
  waits: 'kept',
  'no-change': 'kept',
  delayed: 'delayed',
  already: 'already',
  unmatched: 'unmatched',
  later: 'later',
};
const SAID_EVERY = 1_000;

/** Reads and applies the mails of these files, each in a transaction of its own: cut off, it is simply run again. */
export async function readReports(files: MailFile[]): Promise<ReadReports> {
  return await withContext(async ({ get }) => {
    const reports = get(DeliveryReportsService);
    const counts: ReadReports = { read: 0, applied: 0, kept: 0, delayed: 0, already: 0, unmatched: 0, later: 0 };
    let others = 0;
    for (const file of files) {
      try {
        for await (const mail of mailsOf(file.path, MAIL_LIMITS.bytes)) {
          if (!isMail(mail)) {
            others++;
            continue;
          }
          counts[COUNTED[await reports.take(mail, { source: 'file', actor: origin() })]]++;
          counts.read++;
          if (counts.read % SAID_EVERY === 0) progress(`${counts.read} mails read`);
        }
      } catch (error) {
        if (!isUnreadable(error)) throw error;
        progress(`${file.name} cannot be read (${error.code}).`);
        others++;
      }
    }
    if (others > 0) progress(`${others} of the files are no mails, or cannot be read, and were left out.`);
    if (counts.later > 0)
      progress(`${counts.later} speak of letters that are just being sent. Run this again in a minute.`);
    return counts;
  });
}

function isUnreadable(error: unknown): error is NodeJS.ErrnoException & { code: string } {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  return code === 'EACCES' || code === 'ENOENT' || code === 'EISDIR' || code === 'EIO' || code === 'EPERM';
}
