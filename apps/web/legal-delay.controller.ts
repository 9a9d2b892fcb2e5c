import { Body, Controller, Get, Param, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { LegalDelaysService, listDelays } from '#libs/breach/index.js';
import { CampaignService } from '#libs/delivery/index.js';
import { may } from '#libs/staff/index.js';
import { BreachFrame } from './breach-frame.js';
import { Permit, SessionOf, type Session } from './guard.js';
import { Pages, field, type Form } from './pages.js';

/** "An authority asks to wait": recorded, listed and ended. */
@Controller('breaches/:reference/delay')
export class LegalDelayController {
  constructor(
    private readonly delays: LegalDelaysService,
    private readonly campaign: CampaignService,
    private readonly frame: BreachFrame,
    private readonly pages: Pages,
  ) {}

  @Permit('breach.read')
  @Get()
  async show(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
  ): Promise<void> {
    this.pages.show(reply, session, 'staff/legal-delay', await this.context(session, reference, {}));
  }

  @Permit('breach.delay')
  @Post()
  async begin(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Body() form: Form,
  ): Promise<void> {
    const { actor } = session;
    try {
      const delay = {
        askedBy: field(form, 'askedBy'),
        document: field(form, 'document'),
        reviewOn: field(form, 'reviewOn'),
        until: field(form, 'until') || null,
      };
      await this.delays.begin(actor, reference, delay, (tx, breachId) =>
        this.campaign.pauseForDelay(tx, actor, breachId),
      );
      void reply.redirect(`/breaches/${reference}/delay`, 303);
    } catch (error) {
      this.pages.again(reply, session, error, 'staff/legal-delay', await this.context(session, reference, form));
    }
  }

  @Permit('breach.delay')
  @Post('end')
  async end(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Body() form: Form,
  ): Promise<void> {
    try {
      const end = { reason: field(form, 'reason'), isNevertheless: field(form, 'how') === 'nevertheless' };
      await this.delays.end(session.actor, reference, end);
      void reply.redirect(`/breaches/${reference}/delay`, 303);
    } catch (error) {
      this.pages.again(reply, session, error, 'staff/legal-delay', await this.context(session, reference, form));
    }
  }

  private async context(session: Session, reference: string, typed: Form): Promise<Record<string, unknown>> {
    const { frame, more } = await this.frame.read(
      session.actor,
      reference,
      'overview',
      async (tx, { breach }) => await listDelays(tx, breach.id),
    );
    return {
      ...frame,
      delays: more.toReversed(),
      mayDelay: may(session.actor.roles, 'breach.delay'),
      typed,
    };
  }
}
