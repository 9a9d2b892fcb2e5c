import { Inject, Injectable } from '@nestjs/common';
import { simpleParser } from 'mailparser';
import { DataSource } from 'typeorm';
import { breachKey, getBreach } from '#libs/breach/index.js';
import {
  Clock,
  KEYRING,
  Problem,
  derivedKey,
  openBytes,
  sealBytes,
  uuidv7,
  type CaughtMail,
  type Keyring,
  type SealingKey,
} from '#libs/platform/index.js';
import { requirePermission, type Actor } from '#libs/staff/index.js';
import { dispatchOf } from './message-id.js';

export interface CaughtMailView {
  id: string;
  caughtAt: Date;
  from: string;
  to: string;
  subject: string;
  text: string;
  html: string;
}

/** Mails that one page of the outbox shows. */
const PAGE = 25;

/** What the built-in catcher took: sealed under the breach's key, shown only to who may, gone with the breach. */
@Injectable()
export class CaughtMailService {
  constructor(
    private readonly database: DataSource,
    @Inject(KEYRING) private readonly keyring: Keyring,
    private readonly clock: Clock,
  ) {}

  /** Keeps one mail. Called by the catcher before it answers 250, so that what was taken is there. */
  async keep(mail: CaughtMail): Promise<void> {
    const messageId = /^message-id:\s*(<[^>]{1,200}>)/im.exec(mail.raw.subarray(0, 20_000).toString('latin1'))?.[1];
    const dispatchId = messageId ? dispatchOf(this.keyring, messageId) : null;
    await this.database.transaction(async (tx) => {
      const rows: { breachId: string }[] = dispatchId
        ? await tx.query(`select breach_id as "breachId" from dispatch where id = $1`, [dispatchId])
        : [];
      const breachId = rows[0]?.breachId ?? null;
      const key = breachId ? await breachKey(tx, this.keyring, breachId) : this.ownKey();
      const id = uuidv7(this.clock.now());
      await tx.query(`insert into caught_mail (id, breach_id, dispatch_id, sealed) values ($1, $2, $3, $4)`, [
        id,
        breachId,
        breachId ? dispatchId : null,
        sealBytes(key, place(id), mail.raw),
      ]);
    });
  }

  /** The newest caught mails of a breach, a page at a time; mails to protected persons are never shown. */
  async list(
    actor: Actor,
    breachReference: string,
    before?: string,
  ): Promise<{ mails: CaughtMailView[]; next: string | null; count: number }> {
    requirePermission(actor, 'outbox.read');
    const { rows, key } = await this.database.transaction(async (tx) => {
      const breach = await getBreach(tx, breachReference);
      const found: { id: string; sealed: Buffer; caughtAt: Date; count: number }[] = await tx.query(
        `select m.id, m.sealed, m.caught_at as "caughtAt", (select count(*)::int from caught_mail where breach_id = $1) as count
           from caught_mail m left join dispatch d on d.id = m.dispatch_id left join person p on p.id = d.person_id
          where m.breach_id = $1 and ($2::uuid is null or m.id < $2) and p.protected is not true
          order by m.id desc limit $3`,
        [breach.id, before ?? null, PAGE + 1],
      );
      return { rows: found, key: await breachKey(tx, this.keyring, breach.id) };
    });
    const mails = await Promise.all(rows.slice(0, PAGE).map((row) => view(key, row)));
    return { mails, next: rows.length > PAGE ? mails.at(-1)!.id : null, count: rows[0]?.count ?? 0 };
  }

  /** Reference of the breach that mail was caught for last; null while none was. */
  async newestBreach(): Promise<string | null> {
    const rows: { reference: string }[] = await this.database.query(
      `select b.reference from caught_mail m join breach b on b.id = m.breach_id order by m.id desc limit 1`,
    );
    return rows[0]?.reference ?? null;
  }

  /** One caught mail of a breach. Throws `mail.unknown`. */
  async read(actor: Actor, breachReference: string, id: string): Promise<CaughtMailView> {
    requirePermission(actor, 'outbox.read');
    return await this.database.transaction(async (tx) => {
      const breach = await getBreach(tx, breachReference);
      const rows: { id: string; sealed: Buffer; caughtAt: Date }[] = /^[0-9a-f-]{36}$/.test(id)
        ? await tx.query(
            `select m.id, m.sealed, m.caught_at as "caughtAt" from caught_mail m
               left join dispatch d on d.id = m.dispatch_id left join person p on p.id = d.person_id
              where m.id = $1 and m.breach_id = $2 and p.protected is not true`,
            [id, breach.id],
          )
        : [];
      if (!rows[0])
        throw new Problem('not-found', 'mail.unknown', 'No caught mail has that address. Go back to the outbox.');
      return await view(await breachKey(tx, this.keyring, breach.id), rows[0]);
    });
  }

  private ownKey(): SealingKey {
    return derivedKey(this.keyring.kek, 'caught-mail');
  }
}

function place(id: string): string {
  return `caught_mail|${id}|1`;
}

async function view(key: SealingKey, row: { id: string; sealed: Buffer; caughtAt: Date }): Promise<CaughtMailView> {
  const mail = await simpleParser(openBytes(key, place(row.id), row.sealed), {
    skipImageLinks: true,
    skipTextLinks: true,
  });
  const to = Array.isArray(mail.to) ? mail.to.map((one) => one.text).join(', ') : (mail.to?.text ?? '');
  return {
    id: row.id,
    caughtAt: row.caughtAt,
    from: mail.from?.text ?? '',
    to,
    subject: mail.subject ?? '',
    text: mail.text ?? '',
    html: mail.html || '',
  };
}
