import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { CaughtMailService } from '#libs/delivery/index.js';
import { BreachFrame } from './breach-frame.js';
import { Permit, SessionOf, type Session } from './guard.js';
import { sendMailHtml } from './letter-reply.js';
import { Pages } from './pages.js';

/** What the built-in catcher took; empty where a relay takes the letters. */
@Controller()
export class OutboxController {
  constructor(
    private readonly mails: CaughtMailService,
    private readonly frame: BreachFrame,
    private readonly pages: Pages,
  ) {}

  /** The short address: the breach that was opened last has the mail that somebody looks for. */
  @Permit('outbox.read')
  @Get('outbox')
  async newest(@Res() reply: FastifyReply): Promise<void> {
    const reference = await this.mails.newestBreach();
    void reply.redirect(reference ? `/breaches/${reference}/outbox` : '/breaches', 303);
  }

  @Permit('outbox.read')
  @Get('breaches/:reference/outbox')
  async list(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Query('before') before?: string,
  ): Promise<void> {
    const { frame } = await this.frame.read(session.actor, reference, 'outbox', () => Promise.resolve(null));
    const page = await this.mails.list(
      session.actor,
      reference,
      /^[0-9a-f-]{36}$/.test(before ?? '') ? before : undefined,
    );
    this.pages.show(reply, session, 'staff/outbox', { ...frame, ...page });
  }

  @Permit('outbox.read')
  @Get('breaches/:reference/outbox/:id')
  async mail(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Param('id') id: string,
  ): Promise<void> {
    const { frame } = await this.frame.read(session.actor, reference, 'outbox', () => Promise.resolve(null));
    this.pages.show(reply, session, 'staff/outbox-mail', {
      ...frame,
      mail: await this.mails.read(session.actor, reference, id),
    });
  }

  @Permit('outbox.read')
  @Get('breaches/:reference/outbox/:id/html')
  async html(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Param('id') id: string,
  ): Promise<void> {
    const mail = await this.mails.read(session.actor, reference, id);
    sendMailHtml(reply, mail.html, mail.text);
  }
}
