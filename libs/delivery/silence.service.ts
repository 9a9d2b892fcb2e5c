import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { DOCUMENT_KINDS, getController } from '#libs/breach/index.js';
import { recordMany } from '#libs/ledger/index.js';
import { getNoticeById } from '#libs/letters/index.js';
import { KEYRING, databaseNow, type Keyring } from '#libs/platform/index.js';
import { lettersToDispatch, openAttempts, type LetterToDispatch } from './dispatch.js';
import { nextRung } from './ladder.js';
import { REMINDERS_ARE_OVER } from './reminders.store.js';

/** Days without a reply after the last reminder arrived (model.md, section 4). */
const SILENT_DAYS = 14;
/** Letters that one transaction looks at, and batches that one minute does. */
const BATCH = 500;
const MOST_BATCHES = 20;

/** What came of silence: letters that were found unanswered, and those of them that go by post. */
export interface Silence {
  silent: number;
  byPost: number;
}

/**
 * Letters that arrived by e-mail and that nobody answers, whatever reminded of them: where an identity document is out,
 * the letter goes by post as well. Its person stays told.
 */
@Injectable()
export class SilenceService {
  constructor(
    private readonly database: DataSource,
    @Inject(KEYRING) private readonly keyring: Keyring,
  ) {}

  /**
   * Every minute: marks the letters that are silent from now on, each once, records it, and queues a post attempt where
   * there is a postal address that may be used. Protected persons are left to the security officer. Two workers mark
   * different letters.
   */
  async escalate(): Promise<Silence> {
    const sum: Silence = { silent: 0, byPost: 0 };
    const notices: { id: string }[] = await this.database.query(
      `select n.id from notice n join breach b on b.id = n.breach_id
        where n.kind in ('initial', 'correction') and n.state = 'sent' and b.closed_at is null
          and breach_is_fenced(n.breach_id) is false and not breach_is_delayed(n.breach_id) and ${REMINDERS_ARE_OVER}
          and exists (select from notice r where r.breach_id = n.breach_id and r.kind = 'reminder' and r.state = 'sent'
                       and r.sent_at <= clock_timestamp() - interval '${SILENT_DAYS} days')
        order by n.id limit 100`,
    );
    for (const { id } of notices)
      for (let batch = 0; batch < MOST_BATCHES; batch++) {
        const { silent, byPost } = await this.database.transaction((tx) => this.escalateBatch(tx, id));
        sum.silent += silent;
        sum.byPost += byPost;
        if (silent < BATCH) break;
      }
    return sum;
  }

  private async escalateBatch(tx: EntityManager, noticeId: string): Promise<Silence> {
    const notice = await getNoticeById(tx, noticeId, 'share');
    const [silent]: [{ id: string; personId: string }[]] = await tx.query(
      `update letter set silent_at = clock_timestamp() where silent_at is null and id in (
         select l.id from letter l join person p on p.id = l.person_id where l.notice_id = $1 and l.silent_at is null and ${IS_SILENT}
          order by l.id limit $3 for update of l skip locked)
       returning id, person_id as "personId"`,
      [noticeId, [...DOCUMENT_KINDS], BATCH],
    );
    if (notice.state !== 'sent' || silent.length === 0) return { silent: 0, byPost: 0 };
    const letters = await lettersToDispatch(tx, this.keyring, notice.breachId, silent.map(({ id }) => id)); // prettier-ignore
    const byPost = letters.map(answeredBySilence).filter(isNextByPost);
    const { controller } = await getController(tx, notice.sources!.controller);
    const going = new Set(byPost.map(({ letterId }) => letterId));
    await recordMany(
      tx,
      silent.map(({ id, personId }) => ({
        kind: 'letter.silent' as const,
        actor: 'worker',
        breachId: notice.breachId,
        personId,
        facts: { letter: id, why: 'silence', channel: going.has(id) ? 'post' : 'none' },
      })),
    );
    const context = {
      breachId: notice.breachId,
      noticeId,
      senderAddress: controller.sender.address,
      keyring: this.keyring,
      actor: 'worker',
      now: await databaseNow(tx),
    };
    await openAttempts(tx, context, byPost);
    return { silent: silent.length, byPost: byPost.length };
  }
}

/** The ladder goes on after silence as after a failure, though the attempt itself stands. */
function answeredBySilence(letter: LetterToDispatch): LetterToDispatch {
  return { ...letter, tried: letter.tried.map((one, at) => (at === letter.tried.length - 1 ? { ...one, class: 'silence' } : one)) }; // prettier-ignore
}

function isNextByPost(letter: LetterToDispatch): boolean {
  return nextRung(letter, letter.contacts, letter.tried)?.channel === 'post';
}

/** SQL over letter l of person p: $2 are the kinds of identity documents. */
const IS_SILENT = `
  p.standing = 'told' and p.acknowledged_at is null and p.merged_into is null and p.secret is not null and not p.protected
  and p.exempted_by is null
  and exists (select from exposure e where e.person_id = p.id and e.superseded_by is null and e.confidence in ('confirmed', 'presumed') and e.data_kind = any ($2))
  and exists (select from dispatch d where d.letter_id = l.id and d.channel = 'email' and d.state = 'accepted' and d.arrived_at is not null)
  and not exists (select from dispatch d where d.person_id = p.id and (d.channel <> 'email' or d.state in ('queued', 'sending', 'deferred', 'unknown')))
  and not exists (select from letter o join notice n on n.id = o.notice_id
                   where o.person_id = p.id and n.kind in ('initial', 'correction') and n.state <> 'withdrawn' and o.made_at > l.made_at)
  and (select max(d.arrived_at) from dispatch d join notice n on n.id = d.notice_id
        where d.person_id = p.id and n.kind = 'reminder' and d.state = 'accepted') <= clock_timestamp() - interval '${SILENT_DAYS} days'`;
