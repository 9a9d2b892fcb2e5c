import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { breachKey, getBreachById, getController, requireNotDelayed, requireNotFenced } from '#libs/breach/index.js';
import { recordMany } from '#libs/ledger/index.js';
import { getNotice, setWith, templatesFolder, type Notice } from '#libs/letters/index.js';
import { attemptsClosed, nameOf, openPeople } from '#libs/people/index.js';
import { Clock, KEYRING, Problem, sealJson, type Fault, type Keyring } from '#libs/platform/index.js';
import { AccountsService, actorName, requirePermission, type Actor } from '#libs/staff/index.js';
import { lettersArrived } from './arrivals.js';
import { requireLeaving } from './print-runs.service.js';

/** A letter that waits to be brought by hand. */
export interface LetterByHand {
  dispatch: string;
  personId: string;
  /** The roster's. */
  reference: string;
  name: string;
  languages: string[];
}

/** What was brought, by whom seen, and when. */
export interface Handover {
  /** Ids of dispatches. */
  dispatches: string[];
  /** The e-mail address of another staff account, or a name. */
  witness: string;
  /** ISO date. */
  handedOn: string;
}

/** Words of the list, in the language of who prints it. */
export interface HandListWords {
  title: string;
  lead: string;
  columns: string[];
  language: string;
}

/** Letters on one list: the rest comes when these are handed over. */
const MOST_BY_HAND = 500;

/** Letters that only the security officer may bring: their persons' link to the employer is itself a secret. */
@Injectable()
export class HandoversService {
  constructor(
    private readonly database: DataSource,
    @Inject(KEYRING) private readonly keyring: Keyring,
    private readonly accounts: AccountsService,
    private readonly clock: Clock,
  ) {}

  /** The letters of a notice that wait to be handed over, at most 500. */
  async list(actor: Actor, noticeReference: string): Promise<LetterByHand[]> {
    requirePermission(actor, 'people.protected');
    return await this.database.transaction(async (tx) => await this.waiting(tx, await getNotice(tx, noticeReference)));
  }

  private async waiting(tx: EntityManager, notice: Notice): Promise<LetterByHand[]> {
    const rows: { dispatch: string; personId: string; languages: string[] }[] = await tx.query(
      `select d.id as dispatch, d.person_id as "personId", l.languages from dispatch d join letter l on l.id = d.letter_id
        where d.notice_id = $1 and d.channel = 'hand' and d.state = 'queued' order by d.id limit $2`,
      [notice.id, MOST_BY_HAND],
    );
    const key = await breachKey(tx, this.keyring, notice.breachId);
    const people = await openPeople(tx, notice.breachId, key, rows.map(({ personId }) => personId)); // prettier-ignore
    return rows.flatMap((row) => {
      const record = people.get(row.personId)?.record;
      return record ? [{ ...row, reference: record.reference, name: nameOf(record) }] : [];
    });
  }

  /** The list as PDF, with a line for each signature. Throws `letter.unprintable` for a name that no font has. */
  async listPdf(actor: Actor, noticeReference: string, words: HandListWords): Promise<Buffer> {
    const rows = await this.list(actor, noticeReference);
    const source = readFileSync(path.join(templatesFolder(), 'letters', 'hand-list.typ'), 'utf8');
    const list = {
      ...words,
      rows: rows.map(({ reference, name, languages }) => [reference, name, languages.join(', ')]),
    };
    try {
      return setWith(source, { list: JSON.stringify(list) }, this.clock.now());
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith('not set')) throw error;
      throw new Problem(
        'refused',
        'letter.unprintable',
        'The list cannot be printed: no font here has some characters of a name on it. Enter that name in Latin letters.',
      );
    }
  }

  /**
   * Records that letters were handed over, by this account and before a witness: another account, or somebody by name.
   * Handed over counts as told. Throws `handover.faulty`, `handover.not-waiting` and `account.unknown`.
   */
  async record(actor: Actor, noticeReference: string, handover: Handover): Promise<number> {
    requirePermission(actor, 'people.protected');
    const witness = await this.witnessOf(actor, handover);
    return await this.database.transaction(async (tx) => {
      const notice = await getNotice(tx, noticeReference, true);
      requireLeaving(notice);
      const breach = await getBreachById(tx, notice.breachId);
      await requireNotFenced(tx, breach);
      await requireNotDelayed(tx, breach);
      await this.requireDay(tx, notice, handover.handedOn);
      const ids = [...new Set(handover.dispatches)].filter((id) => /^[0-9a-f-]{36}$/.test(id));
      const [handed]: [{ id: string; letterId: string; personId: string }[]] = await tx.query(
        `update dispatch set state = 'handed-over', settled_at = clock_timestamp(), arrived_at = clock_timestamp()
          where id = any ($1) and notice_id = $2 and channel = 'hand' and state = 'queued'
          returning id, letter_id as "letterId", person_id as "personId"`,
        [ids, notice.id],
      );
      if (handed.length < handover.dispatches.length)
        throw new Problem(
          'conflict',
          'handover.not-waiting',
          'Some of these letters do not wait any more. Nothing was recorded: load the page again.',
        );
      await this.keep(tx, actor, notice, handed.map(({ id }) => id), witness, handover.handedOn); // prettier-ignore
      await attemptsClosed(tx, handed.map(({ personId }) => personId)); // prettier-ignore
      await lettersArrived(tx, notice.kind, handed.map(({ letterId }) => letterId)); // prettier-ignore
      await recordMany(
        tx,
        handed.map(({ id, letterId, personId }) => ({
          kind: 'dispatch.handed-over' as const,
          actor: actorName(actor),
          breachId: notice.breachId,
          personId,
          facts: {
            dispatch: id,
            letter: letterId,
            handedOn: handover.handedOn,
            witness: witness.account ? `account:${witness.account}` : 'by-name',
          },
        })),
      );
      return handed.length;
    });
  }

  private async keep(
    tx: EntityManager,
    actor: Actor,
    notice: Notice,
    ids: string[],
    witness: { account: string | null; name: string },
    handedOn: string,
  ): Promise<void> {
    const key = await breachKey(tx, this.keyring, notice.breachId);
    await tx.query(
      `insert into handover (dispatch_id, handed_on, handed_by, witness_account, witness_sealed)
       select id, $2, $3, $4, sealed from unnest($1::uuid[], $5::bytea[]) as t (id, sealed)`,
      [
        ids,
        handedOn,
        actor.accountId,
        witness.account,
        ids.map((id) => (witness.account ? null : sealJson(key, `handover|${id}|1`, { witness: witness.name }))),
      ],
    );
  }

  private async witnessOf(
    actor: Actor,
    { witness, dispatches }: Handover,
  ): Promise<{ account: string | null; name: string }> {
    const name = witness.trim();
    const faults: Fault[] = [];
    if (dispatches.length === 0) faults.push({ at: 'letters', message: 'Choose the letters that were handed over.' });
    if (name.length < 2 || name.length > 200)
      faults.push({ at: 'witness', message: 'Enter who saw it: an e-mail address of a staff account, or a name.' });
    const account = name.includes('@') ? (await this.accounts.actorByEmail(name, 'web')).accountId : null;
    if (account === actor.accountId || name.toLowerCase() === actor.name.toLowerCase())
      faults.push({ at: 'witness', message: 'Name somebody else: a witness is not who handed the letter over.' });
    if (faults.length > 0) throw faulty(faults);
    return { account, name };
  }

  /** Between the day of the letters and today, as the controller counts days. */
  private async requireDay(tx: EntityManager, notice: Notice, day: string): Promise<void> {
    const { controller } = await getController(tx, notice.sources!.controller);
    const [row]: { ok: boolean }[] = isDay(day)
      ? await tx.query(
          `select $1::date between n.dated and (clock_timestamp() at time zone $3)::date as ok from notice n where n.id = $2`,
          [day, notice.id, controller.timeZone],
        )
      : [{ ok: false }]; // prettier-ignore
    if (row!.ok) return;
    throw faulty([
      { at: 'handedOn', message: `Enter the day on which they were handed over, from ${notice.dated} to today.` },
    ]);
  }
}

/** Whether a text is a day that there is, as `2026-11-24`. */
function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

function faulty(faults: Fault[]): Problem {
  return new Problem('bad-input', 'handover.faulty', faults.map(({ message }) => message).join(' '), faults);
}
