import { Body, Controller, Get, Inject, Param, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { DataSource, type EntityManager } from 'typeorm';
import { breachKey, getBreach } from '#libs/breach/index.js';
import { recordMany } from '#libs/ledger/index.js';
import {
  DuplicatesService,
  MATCH_KEYS,
  listMerged,
  listReview,
  nameOf,
  openPeople,
  type MatchKey,
  type MatchReason,
  type PersonRow,
  type ReviewRow,
} from '#libs/people/index.js';
import { KEYRING, Problem, type Keyring } from '#libs/platform/index.js';
import { actorName, may } from '#libs/staff/index.js';
import { BreachFrame } from './breach-frame.js';
import { Permit, SessionOf, type Session } from './guard.js';
import { Pages, field, type Form } from './pages.js';

/** Questions, and merges, on one page: each is read with care. */
const PAGE = 10;
const MERGES_SHOWN = 50;

interface FieldRow {
  key: MatchKey;
  /** Of the question as a whole: whether the field agrees, nearly, stands against a merge, or differs harmlessly. */
  likeness: 'agree' | 'close' | 'conflict' | 'differ' | 'silent';
  values: string[];
}

/** Who may stand twice: the question, both persons side by side, and the merges that were made. */
@Controller('breaches/:reference/duplicates')
export class DuplicatesController {
  constructor(
    private readonly database: DataSource,
    private readonly duplicates: DuplicatesService,
    private readonly frame: BreachFrame,
    private readonly pages: Pages,
    @Inject(KEYRING) private readonly keyring: Keyring,
  ) {}

  @Permit('people.read')
  @Get()
  async list(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Query('after') after?: string,
  ): Promise<void> {
    await this.page(reply, session, reference, after, null);
  }

  /** Opens the values of one question for a comparison, which the ledger keeps. */
  @Permit('people.import')
  @Post(':id/show')
  async show(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Param('id') id: string,
  ): Promise<void> {
    await this.database.transaction(async (tx) => {
      const breach = await getBreach(tx, reference);
      const entry = (await this.reviewIn(tx, session, breach.id)).find((one) => one.id === id);
      if (!entry)
        throw new Problem('conflict', 'review.settled', 'This question was answered meanwhile. Load the page again.');
      await recordMany(
        tx,
        entry.people.map((person) => ({
          kind: 'person.shown' as const,
          actor: actorName(session.actor),
          breachId: breach.id,
          personId: person.id,
          facts: { reason: 'compare-duplicates' },
        })),
      );
    });
    await this.page(reply, session, reference, undefined, id);
  }

  @Permit('people.import')
  @Post('merge')
  async merge(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Body() form: Form,
  ): Promise<void> {
    const ids = field(form, 'persons').split(',');
    const kept = field(form, 'kept');
    await this.duplicates.merge(
      session.actor,
      reference,
      kept,
      ids.filter((id) => id !== kept),
    );
    void reply.redirect(`/breaches/${reference}/duplicates`, 303);
  }

  @Permit('people.import')
  @Post(':id/apart')
  async apart(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Param('id') id: string,
  ): Promise<void> {
    await this.duplicates.dismiss(session.actor, reference, id);
    void reply.redirect(`/breaches/${reference}/duplicates`, 303);
  }

  /** Takes a merge back. */
  @Permit('people.import')
  @Post('split')
  async split(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Body() form: Form,
  ): Promise<void> {
    await this.duplicates.split(session.actor, reference, field(form, 'person'));
    void reply.redirect(`/breaches/${reference}/duplicates`, 303);
  }

  private async reviewIn(tx: EntityManager, session: Session, breachId: string): Promise<ReviewRow[]> {
    const key = await breachKey(tx, this.keyring, breachId);
    const page = { withProtected: may(session.actor.roles, 'people.protected'), limit: 1_000 };
    return (await listReview(tx, breachId, key, page)).entries;
  }

  private async page(
    reply: FastifyReply,
    session: Session,
    reference: string,
    after: string | undefined,
    shown: string | null,
  ): Promise<void> {
    const withProtected = may(session.actor.roles, 'people.protected');
    const { frame, more } = await this.frame.read(session.actor, reference, 'people', async (tx, { breach }) => {
      const key = await breachKey(tx, this.keyring, breach.id);
      const from = /^[0-9a-f-]{36}$/.test(after ?? '') ? after : undefined;
      const page = shown
        ? { entries: (await this.reviewIn(tx, session, breach.id)).filter((one) => one.id === shown), next: null, count: 1 } // prettier-ignore
        : await listReview(tx, breach.id, key, { withProtected, after: from, limit: PAGE });
      const merged = await listMerged(tx, breach.id, null);
      const lastOnes = merged.slice(-MERGES_SHOWN).toReversed();
      const people = await openPeople(
        tx,
        breach.id,
        key,
        lastOnes.flatMap((one) => [one.mergedId, one.keptId]),
      );
      return {
        questions: page.entries.map((entry) => questionOf(entry, entry.id === shown)),
        count: page.count,
        next: page.next,
        mergedCount: merged.length,
        merges: lastOnes.flatMap((one) => {
          const [kept, other] = [people.get(one.keptId)!, people.get(one.mergedId)!];
          if ((kept.isProtected || other.isProtected) && !withProtected) return [];
          return [{ ...one, kept: titleOf(kept), other: titleOf(other), keys: keysOf(one.why) }];
        }),
      };
    });
    const mayAnswer = may(session.actor.roles, 'people.import');
    this.pages.show(reply, session, 'staff/duplicates', { ...frame, ...more, shown, mayAnswer });
  }
}

function titleOf({ id, record }: PersonRow): { id: string; name: string; reference: string } {
  return { id, name: record ? nameOf(record) : '', reference: record?.reference ?? '' };
}

function keysOf({ agree, close }: MatchReason): { key: MatchKey; likeness: 'agree' | 'close' }[] {
  return [
    ...agree.map((key) => ({ key, likeness: 'agree' as const })),
    ...close.map((key) => ({ key, likeness: 'close' as const })),
  ];
}

function questionOf(entry: ReviewRow, isShown: boolean): Record<string, unknown> {
  const { cause } = entry.why;
  const fields = MATCH_KEYS.map((key): FieldRow => {
    const values = entry.people.map((person) => valueOf(person, key, isShown));
    return { key, values, likeness: likenessOf(entry, key) };
  });
  return {
    id: entry.id,
    cause,
    isShown,
    people: entry.people.map((person) => ({
      ...titleOf(person),
      category: person.category,
      standing: person.standing,
    })),
    persons: entry.people.map(({ id }) => id).join(','),
    fields: fields.filter(({ key, values }) => key === 'number' || values.some((value) => value !== '')),
  };
}

/** What the pairs of a question say of one field; what stands against a merge counts most. */
function likenessOf({ why }: ReviewRow, key: MatchKey): FieldRow['likeness'] {
  const reasons = why.links.map((link) => link.why);
  for (const likeness of ['conflict', 'differ', 'close', 'agree'] as const) {
    if (reasons.some((reason) => reason[likeness].includes(key))) return likeness;
  }
  return 'silent';
}

/** A value to compare; without a reason on record only what tells two apart without giving either away. */
function valueOf({ record }: PersonRow, key: MatchKey, isShown: boolean): string {
  if (!record) return '';
  const contacts = (...kinds: string[]): string =>
    record.contacts
      .filter(({ kind }) => kinds.includes(kind))
      .map(({ value }) => value.replaceAll('\n', ', '))
      .join(' · ');
  switch (key) {
    case 'reference':
      return record.reference;
    case 'name':
      return nameOf(record);
    case 'number':
      return '';
    case 'birthDate':
      return isShown ? (record.birthDate ?? '') : (record.birthDate ?? '').replace(/-\d\d-\d\d$/, '-••-••');
    case 'email':
      return isShown ? contacts('email', 'private-email') : contacts('email', 'private-email').replaceAll(/(^|· )(\S)[^@·]*@/g, '$1$2•••@'); // prettier-ignore
    case 'phone':
      return isShown ? contacts('phone') : contacts('phone').replace(/\d(?=.*\d{2})/g, '•');
    case 'address':
      return isShown ? contacts('post') : contacts('post').replace(/^.*,\s*/, '•••, ');
  }
}
