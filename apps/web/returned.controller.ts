import { Body, Controller, Get, Inject, Param, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { BounceMailboxService, KeptReportsService, SettlingService } from '#libs/delivery/index.js';
import { CONFIG, type Config } from '#libs/platform/index.js';
import { BreachFrame } from './breach-frame.js';
import { Permit, SessionOf, type Session } from './guard.js';
import { Pages, field, type Form } from './pages.js';

/** What came back and waits for a person: answers, absences, and mails that name no letter of ours. */
@Controller('breaches/:reference/returned')
export class ReturnedController {
  constructor(
    private readonly kept: KeptReportsService,
    private readonly mailbox: BounceMailboxService,
    private readonly settling: SettlingService,
    private readonly frame: BreachFrame,
    private readonly pages: Pages,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Permit('returned-mail.settle')
  @Get()
  async list(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
  ): Promise<void> {
    this.pages.show(reply, session, 'staff/returned', await this.listContext(session, reference));
  }

  /** By a form and not by a link: opening a mail is recorded, and a link is followed by whatever looks ahead. */
  @Permit('returned-mail.settle')
  @Post(':id/open')
  async open(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Param('id') id: string,
  ): Promise<void> {
    const report = await this.kept.open(session.actor, reference, id);
    const { frame } = await this.frame.read(session.actor, reference, 'letters', () => Promise.resolve(null));
    this.pages.show(reply, session, 'staff/returned-mail', { ...frame, report });
  }

  @Permit('returned-mail.settle')
  @Post(':id/seen')
  async seen(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Param('id') id: string,
  ): Promise<void> {
    await this.kept.markSeen(session.actor, reference, id);
    void reply.redirect(`/breaches/${reference}/returned`, 303);
  }

  @Permit('returned-mail.settle')
  @Post(':id/bounce')
  async bounce(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Param('id') id: string,
    @Body() form: Form,
  ): Promise<void> {
    try {
      await this.kept.isBounceOf(session.actor, reference, id, field(form, 'reference'));
      void reply.redirect(`/breaches/${reference}/returned`, 303);
    } catch (error) {
      this.pages.again(reply, session, error, 'staff/returned', await this.listContext(session, reference));
    }
  }

  private async listContext(session: Session, reference: string): Promise<Record<string, unknown>> {
    const { frame } = await this.frame.read(session.actor, reference, 'letters', () => Promise.resolve(null));
    const { reports, count } = await this.kept.list(session.actor, reference);
    return {
      ...frame,
      reports,
      count,
      more: count - reports.length,
      hasMailbox: this.config.BOUNCE_MAILBOX_URL !== undefined,
      mailbox: await this.mailbox.state(),
      settling: await this.settling.state(),
    };
  }
}
