import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import {
  factsOf,
  getController,
  isDelayed,
  isDocumentKind,
  textsOf,
  type BreachFacts,
  type BreachTexts,
  type Controller,
} from '#libs/breach/index.js';
import { record } from '#libs/ledger/index.js';
import {
  LETTERS_OF_KIND,
  findLetterByCode,
  findLetterByToken,
  getNoticeById,
  hasWord,
  type FoundLetter,
  type NoticeKind,
} from '#libs/letters/index.js';
import { acknowledged, lettersHad, type CurrentExposure } from '#libs/people/index.js';
import {
  Clock,
  KEYRING,
  Problem,
  databaseNow,
  derivedKey,
  openJson,
  sealJson,
  uuidv7,
  type Keyring,
  type Language,
} from '#libs/platform/index.js';
import { repliesOf, type ReplyView } from './replies.queries.js';

/** What the holder of a letter sees: kinds of data and what to do, never a name, number or address. */
export interface LetterPage {
  /** Proof of having opened the letter, sealed; goes back with each reply. */
  ticket: string;
  languages: Language[];
  noticeReference: string;
  /** ISO date on the letter. */
  dated: string;
  facts: BreachFacts;
  texts: Partial<Record<Language, BreachTexts>>;
  controller: Controller;
  exposures: CurrentExposure[];
  /** Where the person lives (ISO 3166), for the advice; null where nobody said. */
  residence: string | null;
  replies: ReplyView[];
}

/** How long a page may lie open before its forms ask for the code again. */
const TICKET_HOURS = 2;

interface Ticket {
  letterId: string;
  issuedAt: number;
  nonce: string;
}

export interface Receipt {
  receipt: string;
  kind: 'acknowledged' | 'renewed';
  repliedAt: Date;
}

@Injectable()
export class RepliesService {
  constructor(
    private readonly database: DataSource,
    @Inject(KEYRING) private readonly keyring: Keyring,
    private readonly clock: Clock,
  ) {}

  /** The page of the letter whose code was typed, or null when no letter has it. Changes nothing. */
  async openByCode(typed: string): Promise<LetterPage | null> {
    return await this.database.transaction(
      async (tx) => await this.pageOf(tx, await findLetterByCode(tx, this.keyring, typed)),
    );
  }

  /** The same for whoever asks whether a letter is real; nothing is answered while an authority asks to wait. */
  async realByCode(typed: string): Promise<LetterPage | null> {
    return await this.database.transaction(async (tx) => {
      const letter = await findLetterByCode(tx, this.keyring, typed);
      return letter && (await isDelayed(tx, letter.breachId)) ? null : await this.pageOf(tx, letter);
    });
  }

  /** The same from a link's token. Changes nothing. */
  async openByToken(token: string): Promise<LetterPage | null> {
    return await this.database.transaction(
      async (tx) => await this.pageOf(tx, await findLetterByToken(tx, this.keyring, token)),
    );
  }

  /** The page again after a reply or a mistake. Throws `ticket.ended`. */
  async reopen(ticket: string): Promise<LetterPage> {
    return await this.database.transaction(async (tx) => (await this.pageOf(tx, await this.letterOf(tx, ticket)))!);
  }

  /**
   * "I have read this": counts when the confirmation word printed in the letter is typed. A second time answers the
   * receipt of the first. Throws `word.wrong` and `ticket.ended`.
   */
  async acknowledge(ticket: string, word: string): Promise<Receipt> {
    return await this.database.transaction(async (tx) => {
      const letter = await this.holderOf(tx, ticket, word);
      return await this.reply(tx, letter, { kind: 'acknowledged' });
    });
  }

  /**
   * "I have renewed it": a document of theirs and the day, no number and no copy. Throws `renewal.faulty` where the
   * document is none of the letter's or the day lies in the future or before the breach was known.
   */
  async declareRenewed(ticket: string, word: string, exposureId: string, renewedOn: string): Promise<Receipt> {
    return await this.database.transaction(async (tx) => {
      const letter = await this.holderOf(tx, ticket, word);
      const exposure = (await exposuresOf(tx, letter.personId)).find((other) => other.id === exposureId);
      if (!exposure || !isDocumentKind(exposure.dataKind))
        throw faultyRenewal('document', 'Choose one of the documents in your letter.');
      const today = (await databaseNow(tx)).toISOString().slice(0, 10);
      const { facts } = await factsOf(tx, letter.breachId);
      if (!isDay(renewedOn)) throw faultyRenewal('day', 'Enter a day that exists: day, month and year.');
      if (renewedOn > today) throw faultyRenewal('future', 'Enter a day that is not in the future.');
      if (renewedOn < earliestRenewal(facts))
        throw faultyRenewal(
          'early',
          'Enter the day on which you got the new document; this day lies before the breach.',
        );
      return await this.reply(tx, letter, { kind: 'renewed', exposureId, renewedOn });
    });
  }

  private async holderOf(tx: EntityManager, ticket: string, word: string): Promise<FoundLetter> {
    const letter = await this.letterOf(tx, ticket);
    if (!(await hasWord(tx, this.keyring, letter.id, word))) {
      throw new Problem('bad-input', 'word.wrong', 'Type the confirmation word as it is printed in your letter.', [
        { at: 'word', message: 'Type the confirmation word as it is printed in your letter.' },
      ]);
    }
    return letter;
  }

  /** One row and one ledger entry, once: what exists already is answered as it was. */
  private async reply(
    tx: EntityManager,
    letter: FoundLetter,
    what: { kind: 'acknowledged' } | { kind: 'renewed'; exposureId: string; renewedOn: string },
  ): Promise<Receipt> {
    const [read]: { madeAt: string; kind: NoticeKind }[] = await tx.query(
      `select l.made_at::text as "madeAt", n.kind from letter l join notice n on n.id = l.notice_id where l.id = $1 for update of l`,
      [letter.id],
    );
    const renewed = what.kind === 'renewed' ? what : null;
    const [before]: Receipt[] = await tx.query(
      `select receipt, kind, replied_at as "repliedAt" from reply
        where person_id = $1 and kind = $2 and withdrawn_at is null and (kind = 'renewed' or letter_id = $3)
          and (exposure_id is not distinct from $4 or exposure_id in (
            select named.id from exposure named join exposure stated on stated.id = $4
             where named.person_id = stated.person_id and named.data_kind = stated.data_kind and named.country is not distinct from stated.country))`,
      [letter.personId, what.kind, letter.id, renewed?.exposureId ?? null],
    );
    if (before) return before;
    const id = uuidv7(this.clock.now());
    const [row]: Receipt[] = await tx.query(
      `insert into reply (id, breach_id, letter_id, person_id, kind, evidence, channel, receipt, exposure_id, renewed_on)
       values ($1, $2, $3, $4, $5, 'holder-of-letter', 'web', $6, $7, $8) returning receipt, kind, replied_at as "repliedAt"`,
      [
        id,
        letter.breachId,
        letter.id,
        letter.personId,
        what.kind,
        newReceipt(),
        renewed?.exposureId ?? null,
        renewed?.renewedOn ?? null,
      ],
    );
    if (what.kind === 'acknowledged') {
      await acknowledged(tx, letter.personId, row!.repliedAt);
      if (LETTERS_OF_KIND[read!.kind].states)
        await lettersHad(tx, [{ personId: letter.personId, madeAt: read!.madeAt }]);
    }
    await record(tx, {
      kind: what.kind === 'acknowledged' ? 'letter.acknowledged' : 'document.renewed',
      actor: 'holder-of-letter',
      breachId: letter.breachId,
      personId: letter.personId,
      facts: {
        reply: id,
        letter: letter.id,
        receipt: row!.receipt,
        ...(renewed ? { exposure: renewed.exposureId, renewedOn: renewed.renewedOn } : {}),
      },
    });
    return row!;
  }

  private async pageOf(tx: EntityManager, letter: FoundLetter | null): Promise<LetterPage | null> {
    if (!letter) return null;
    const notice = await getNoticeById(tx, letter.noticeId);
    const texts = await textsOf(tx, letter.breachId, notice.sources!.texts);
    return {
      ticket: this.newTicket(letter.id),
      languages: letter.languages,
      noticeReference: notice.reference,
      dated: notice.dated!,
      facts: (await factsOf(tx, letter.breachId, notice.sources!.facts)).facts,
      texts: Object.fromEntries(Object.entries(texts).map(([language, text]) => [language, text.texts])),
      controller: (await getController(tx, notice.sources!.controller)).controller,
      exposures: (await exposuresOf(tx, letter.personId)).filter((exposure) => exposure.confidence !== 'excluded'),
      residence: await residenceOf(tx, letter.personId),
      replies: await repliesOf(tx, letter.personId),
    };
  }

  private newTicket(letterId: string): string {
    const ticket: Ticket = {
      letterId,
      issuedAt: this.clock.now().getTime(),
      nonce: randomBytes(12).toString('base64url'),
    };
    return sealJson(derivedKey(this.keyring.ticket, 'letter-page'), 'letter-page|1', ticket).toString('base64url');
  }

  private async letterOf(tx: EntityManager, sealedTicket: string): Promise<FoundLetter> {
    const ticket = this.readTicket(sealedTicket);
    const rows: FoundLetter[] = ticket
      ? await tx.query(
          `select id, person_id as "personId", breach_id as "breachId", notice_id as "noticeId", languages from letter where id = $1`,
          [ticket.letterId],
        )
      : [];
    if (!rows[0])
      throw new Problem(
        'refused',
        'ticket.ended',
        'This page was open for too long. Type the code from your letter again.',
      );
    return rows[0];
  }

  /** Null for what is no ticket of ours or has ended: to its holder both mean the same. */
  private readTicket(sealed: string): Ticket | null {
    let ticket: Ticket;
    try {
      ticket = openJson<Ticket>(
        derivedKey(this.keyring.ticket, 'letter-page'),
        'letter-page|1',
        Buffer.from(sealed.slice(0, 1000), 'base64url'),
      );
    } catch (error) {
      if (error instanceof Problem) return null;
      throw error;
    }
    return this.clock.now().getTime() - ticket.issuedAt < TICKET_HOURS * 3_600_000 ? ticket : null;
  }
}

async function residenceOf(tx: EntityManager, personId: string): Promise<string | null> {
  const [row]: { country: string | null }[] = await tx.query(`select country from person where id = $1`, [personId]);
  return row!.country;
}

async function exposuresOf(tx: EntityManager, personId: string): Promise<CurrentExposure[]> {
  return await tx.query(
    `select id, data_kind as "dataKind", country, extent, confidence, source from exposure where person_id = $1 and superseded_by is null
      order by country is null, array_position(array['confirmed', 'presumed', 'not-excluded', 'excluded'], confidence), data_kind, country`,
    [personId],
  );
}

function faultyRenewal(at: string, message: string): Problem {
  return new Problem('bad-input', 'renewal.faulty', message, [{ at, message }]);
}

function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

/** A document renewed before the breach began was not renewed because of it; without a known begin, the day of awareness. */
function earliestRenewal(facts: BreachFacts): string {
  const begins = facts.occurredFrom.map((claim) => claim.at).toSorted();
  return new Date(begins[0] ?? facts.awareAt).toISOString().slice(0, 10);
}

/** 60 random bits: nobody finds another's receipt by counting. */
function newReceipt(): string {
  const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
  const characters = Array.from(randomBytes(12), (byte) => alphabet[byte & 31]).join('');
  return `R-${characters.slice(0, 4)}-${characters.slice(4, 8)}-${characters.slice(8)}`;
}
