import { Body, Controller, Get, Param, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { EntityManager } from 'typeorm';
import { CATEGORIES, CONFIDENCES, DATA_KINDS, EXTENTS } from '#libs/breach/index.js';
import {
  CHANGE_KINDS,
  ExposureChangesService,
  STANDINGS,
  countListed,
  type MadeChange,
  type ChangeChoice,
} from '#libs/people/index.js';
import { LANGUAGES, Problem } from '#libs/platform/index.js';
import { accountNames, may } from '#libs/staff/index.js';
import { BreachFrame } from './breach-frame.js';
import { Permit, SessionOf, type Session } from './guard.js';
import { Pages, field, type Form } from './pages.js';

/** Changes what everybody in a filtered list had exposed, and takes such a change back. */
@Controller('breaches/:reference/people')
export class ExposureChangesController {
  constructor(
    private readonly changes: ExposureChangesService,
    private readonly frame: BreachFrame,
    private readonly pages: Pages,
  ) {}

  @Permit('people.correct')
  @Get('change')
  async form(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Query() query: Record<string, string>,
  ): Promise<void> {
    this.pages.show(
      reply,
      session,
      'staff/exposure-change',
      await this.formContext(session, reference, new URLSearchParams(query).toString(), {}),
    );
  }

  /** Says what the change would do; nothing is changed yet. */
  @Permit('people.correct')
  @Post('change')
  async preview(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Body() form: Form,
  ): Promise<void> {
    await this.showPreview(reply, session, reference, form, null);
  }

  @Permit('people.correct')
  @Post('change/make')
  async make(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Body() form: Form,
  ): Promise<void> {
    try {
      const choice = choiceOf(field(form, 'choice'));
      await this.changes.make(session.actor, reference, choice, textsOf(form), field(form, 'token'));
      void reply.redirect(`/breaches/${reference}/people/changes`, 303);
    } catch (error) {
      // Other people than were shown: the numbers as they are now, to be confirmed anew.
      await this.showPreview(reply, session, reference, form, error);
    }
  }

  @Permit('people.read')
  @Get('changes')
  async list(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
  ): Promise<void> {
    const made = await this.changes.list(session.actor, reference);
    const { frame, more } = await this.frame.read(session.actor, reference, 'people', (tx) => named(tx, made));
    this.pages.show(reply, session, 'staff/exposure-changes', {
      ...frame,
      changes: more.map((change) => ({ ...change, mayUndo: mayUndo(session, change) })),
    });
  }

  @Permit('people.correct')
  @Get('changes/:change')
  async undoForm(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Param('change') change: string,
  ): Promise<void> {
    this.pages.show(reply, session, 'staff/exposure-change-undo', await this.undoContext(session, reference, change));
  }

  @Permit('people.correct')
  @Post('changes/:change/undo')
  async undo(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Param('change') change: string,
    @Body() form: Form,
  ): Promise<void> {
    try {
      await this.changes.undo(session.actor, reference, change, field(form, 'token'));
      void reply.redirect(`/breaches/${reference}/people/changes`, 303);
    } catch (error) {
      const context = await this.undoContext(session, reference, change);
      this.pages.again(reply, session, error, 'staff/exposure-change-undo', context);
    }
  }

  private async showPreview(
    reply: FastifyReply,
    session: Session,
    reference: string,
    form: Form,
    error: unknown,
  ): Promise<void> {
    const narrowed = field(form, 'choice');
    try {
      if (field(form, 'again') !== '') {
        const context = await this.formContext(session, reference, narrowed, form);
        return this.pages.show(reply, session, 'staff/exposure-change', context);
      }
      const preview = await this.changes.preview(session.actor, reference, choiceOf(narrowed), textsOf(form));
      const { frame, more } = await this.frame.read(session.actor, reference, 'people', async (tx, { breach }) => ({
        hidden: await hiddenPeople(tx, breach.id, session),
      }));
      const { figures } = preview;
      const context = {
        ...frame,
        ...more,
        ...preview,
        unchanged: figures.hasIt + figures.without + figures.same + figures.byHand,
        reason: field(form, 'reason'),
        choice: narrowed,
        typed: Object.entries(textsOf(form))
          .filter(([name]) => name !== 'token' && name !== 'choice')
          .map(([name, value]) => ({ name, value })),
      };
      if (error === null) this.pages.show(reply, session, 'staff/exposure-change-check', context);
      else this.pages.again(reply, session, error, 'staff/exposure-change-check', context);
    } catch (fault) {
      if (!(fault instanceof Problem) || fault.code !== 'exposure-change.faulty') throw fault;
      const context = await this.formContext(session, reference, narrowed, form);
      this.pages.again(reply, session, fault, 'staff/exposure-change', context);
    }
  }

  private async formContext(
    session: Session,
    reference: string,
    narrowed: string,
    form: Form,
  ): Promise<Record<string, unknown>> {
    const choice = choiceOf(narrowed);
    const { frame, facts, more } = await this.frame.read(
      session.actor,
      reference,
      'people',
      async (tx, { breach }) => ({
        count: await countListed(tx, breach.id, {
          ...choice,
          withProtected: may(session.actor.roles, 'people.protected'),
        }),
        hidden: await hiddenPeople(tx, breach.id, session),
      }),
    );
    return {
      ...frame,
      ...more,
      choice: narrowed,
      narrowed: choice,
      isNarrowed: Object.keys(choice).length > 0,
      typed: { country: '', dataKind: choice.dataKind ?? '', ...form },
      kinds: CHANGE_KINDS,
      dataKinds: [...new Set([...facts.dataKinds, ...DATA_KINDS])],
      extents: EXTENTS,
      confidences: CONFIDENCES.filter((one) => one !== 'excluded'),
    };
  }

  private async undoContext(session: Session, reference: string, changeId: string): Promise<Record<string, unknown>> {
    const { change, figures, token } = await this.changes.previewUndo(session.actor, reference, changeId);
    const { frame, more } = await this.frame.read(session.actor, reference, 'people', (tx) => named(tx, [change]));
    return { ...frame, change: more[0]!, figures, token, mayUndo: mayUndo(session, change) };
  }
}

/** Where a breach has protected persons, everybody but the security officer is told how many are left out. */
async function hiddenPeople(tx: EntityManager, breachId: string, session: Session): Promise<number> {
  if (may(session.actor.roles, 'people.protected')) return 0;
  const [row]: { count: number }[] = await tx.query(
    `select coalesce(sum(count), 0)::int as count from people_count where breach_id = $1 and protected`,
    [breachId],
  );
  return row!.count;
}

function mayUndo(session: Session, change: MadeChange): boolean {
  const { roles } = session.actor;
  return may(roles, 'people.correct') && !change.undoneAt && (!change.withProtected || may(roles, 'people.protected'));
}

async function named(
  tx: EntityManager,
  changes: MadeChange[],
): Promise<(MadeChange & { changedByName: string; undoneByName: string })[]> {
  const ids = changes.flatMap((change) => [change.changedBy, ...(change.undoneBy ? [change.undoneBy] : [])]);
  const names = await accountNames(tx, [...new Set(ids)]);
  return changes.map((change) => ({
    ...change,
    changedByName: names.get(change.changedBy) ?? '',
    undoneByName: names.get(change.undoneBy ?? '') ?? '',
  }));
}

const CHOICES = {
  state: STANDINGS,
  category: CATEGORIES,
  language: LANGUAGES,
  data: DATA_KINDS,
  confidence: CONFIDENCES,
} as const;

/**
 * The persons that a list was narrowed to, from its address. What the list can be narrowed by and a change cannot is
 * refused: it would change more people than somebody sees.
 */
function choiceOf(narrowed: string): ChangeChoice {
  const given = [...new URLSearchParams(narrowed)].filter(
    ([name, value]) => name !== 'after' && !(name in CHOICES && value === ''),
  );
  for (const [name, value] of given) {
    const known: readonly string[] = name in CHOICES ? CHOICES[name as keyof typeof CHOICES] : [];
    if (known.includes(value)) continue;
    throw new Problem(
      'bad-input',
      'exposure-change.other-choice',
      'A change of many cannot follow one of the choices by which the list is narrowed. Go back to the list, and take that choice away.',
    );
  }
  const { state, data, ...rest } = Object.fromEntries(given);
  return { ...rest, ...(state ? { standing: state } : {}), ...(data ? { dataKind: data } : {}) } as ChangeChoice;
}

function textsOf(form: Form): Record<string, string> {
  return Object.fromEntries(
    Object.keys(form)
      .filter((name) => !['_csrf', 'again'].includes(name))
      .map((name) => [name, field(form, name)]),
  );
}
