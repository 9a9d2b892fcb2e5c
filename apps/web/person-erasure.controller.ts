import { Body, Controller, Get, Inject, Param, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { DataSource } from 'typeorm';
import { breachKey } from '#libs/breach/index.js';
import { ErasuresService, getPerson, nameOf } from '#libs/people/index.js';
import { KEYRING, type Keyring } from '#libs/platform/index.js';
import { accountNames, may } from '#libs/staff/index.js';
import { BreachFrame } from './breach-frame.js';
import { Permit, SessionOf, type Session } from './guard.js';
import { Pages, field, type Form } from './pages.js';
import { PersonTimelines } from './person-timeline.js';

/** Entries that one page of a timeline shows. */
const PAGE = 100;

/** Erasing one person, holding them back from it, and their whole timeline. */
@Controller('breaches/:reference/people/:id')
export class PersonErasureController {
  constructor(
    private readonly database: DataSource,
    private readonly erasures: ErasuresService,
    private readonly timelines: PersonTimelines,
    private readonly frame: BreachFrame,
    private readonly pages: Pages,
    @Inject(KEYRING) private readonly keyring: Keyring,
  ) {}

  @Permit('people.read')
  @Get('timeline')
  async timeline(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Param('id') id: string,
    @Query('after') after = '',
  ): Promise<void> {
    const { frame, more } = await this.frame.read(
      session.actor,
      reference,
      'people',
      async (tx, { breach, frame: framed }) => {
        // Read before anything is answered, so that a protected person has no timeline for others either.
        const key = await breachKey(tx, this.keyring, breach.id);
        await getPerson(tx, breach.id, key, id, may(session.actor.roles, 'people.protected'));
        const of = { breachId: breach.id, personId: id, timeZone: framed.timeZone };
        const from = /^\d{1,15}$/.test(after) ? Number(after) : null;
        return await this.timelines.read(tx, session.actor.language, of, { after: from, limit: PAGE });
      },
    );
    this.pages.show(reply, session, 'staff/person-timeline', { ...frame, timeline: more, personId: id });
  }

  /** A page of its own for what cannot be undone. */
  @Permit('person.erase')
  @Get('erase')
  async form(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Param('id') id: string,
  ): Promise<void> {
    this.pages.show(reply, session, 'staff/person-erase', await this.context(session, reference, id, {}));
  }

  @Permit('person.erase')
  @Post('erase')
  async erase(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Param('id') id: string,
    @Body() form: Form,
  ): Promise<void> {
    await this.act(reply, session, reference, id, form, async () => {
      await this.erasures.erase(session.actor, reference, id, field(form, 'reason'));
      void reply.redirect(`/breaches/${reference}/people/${id}`, 303);
    });
  }

  @Permit('person.erase')
  @Post('hold')
  async hold(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Param('id') id: string,
    @Body() form: Form,
  ): Promise<void> {
    await this.act(reply, session, reference, id, form, async () => {
      const [why, day] = [field(form, 'holdReason'), field(form, 'reviewOn')];
      await this.erasures.hold(session.actor, reference, id, why, day);
      void reply.redirect(`/breaches/${reference}/people/${id}/erase`, 303);
    });
  }

  @Permit('person.erase')
  @Post('release')
  async release(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Param('id') id: string,
    @Body() form: Form,
  ): Promise<void> {
    await this.act(reply, session, reference, id, form, async () => {
      await this.erasures.release(session.actor, reference, id);
      void reply.redirect(`/breaches/${reference}/people/${id}/erase`, 303);
    });
  }

  private async act(
    reply: FastifyReply,
    session: Session,
    reference: string,
    id: string,
    form: Form,
    move: () => Promise<void>,
  ): Promise<void> {
    try {
      await move();
    } catch (error) {
      const context = await this.context(session, reference, id, form);
      this.pages.again(reply, session, error, 'staff/person-erase', context);
    }
  }

  private async context(
    session: Session,
    reference: string,
    id: string,
    typed: Form,
  ): Promise<Record<string, unknown>> {
    const state = await this.erasures.stateOf(session.actor, reference, id);
    const { frame, more } = await this.frame.read(session.actor, reference, 'people', async (tx, { breach }) => {
      const key = await breachKey(tx, this.keyring, breach.id);
      const { record } = await getPerson(tx, breach.id, key, id, may(session.actor.roles, 'people.protected'));
      const by = state.hold ? await accountNames(tx, [state.hold.heldBy]) : new Map<string, string>();
      return { name: record ? nameOf(record) : '', heldByName: state.hold ? (by.get(state.hold.heldBy) ?? '') : '' };
    });
    return { ...frame, ...more, personId: id, state, typed };
  }
}
