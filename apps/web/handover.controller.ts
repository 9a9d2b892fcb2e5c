import { Body, Controller, Get, Inject, Param, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { DataSource } from 'typeorm';
import { HandoversService } from '#libs/delivery/index.js';
import { getNotice, requireNoticeOf } from '#libs/letters/index.js';
import { BreachFrame } from './breach-frame.js';
import { Permit, SessionOf, type Session } from './guard.js';
import { Pages, field, fields, type Form } from './pages.js';

/** Letters that the security officer brings: the list to sign, and who had theirs. */
@Controller('breaches/:reference/notices/:notice/by-hand')
export class HandoverController {
  constructor(
    @Inject(DataSource) private readonly database: DataSource,
    private readonly handovers: HandoversService,
    private readonly frame: BreachFrame,
    private readonly pages: Pages,
  ) {}

  @Permit('people.protected')
  @Get()
  async list(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Param('notice') notice: string,
  ): Promise<void> {
    this.pages.show(reply, session, 'staff/by-hand', await this.context(session, reference, notice, {}));
  }

  @Permit('people.protected')
  @Get('list.pdf')
  async pdf(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Param('notice') notice: string,
  ): Promise<void> {
    await requireNoticeOf(this.database.manager, reference, notice);
    const { language } = session.actor;
    const says = (key: string): string => this.pages.views.t(language, key, { notice });
    const bytes = await this.handovers.listPdf(session.actor, notice, {
      title: says('handover.pdf-title'),
      lead: says('handover.pdf-lead'),
      columns: ['', ...['reference', 'name', 'languages', 'day', 'signature'].map((one) => says(`handover.column.${one}`))],
      language,
    }); // prettier-ignore
    void reply
      .type('application/pdf')
      .header('content-disposition', `attachment; filename="${notice}-by-hand.pdf"`)
      .send(bytes);
  }

  @Permit('people.protected')
  @Post()
  async record(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Param('notice') notice: string,
    @Body() form: Form,
  ): Promise<void> {
    const typed = {
      letters: fields(form, 'letters'),
      witness: field(form, 'witness'),
      handedOn: field(form, 'handedOn'),
    };
    const context = await this.context(session, reference, notice, typed);
    try {
      await this.handovers.record(session.actor, notice, { ...typed, dispatches: typed.letters });
      const after = await this.context(session, reference, notice, {});
      this.pages.show(reply, session, 'staff/by-hand', { ...after, done: 'handover.done' });
    } catch (error) {
      this.pages.again(reply, session, error, 'staff/by-hand', context);
    }
  }

  private async context(
    session: Session,
    reference: string,
    noticeReference: string,
    typed: Form,
  ): Promise<Record<string, unknown>> {
    const { frame, more } = await this.frame.read(session.actor, reference, 'letters', async (tx) => {
      await requireNoticeOf(tx, reference, noticeReference);
      return { notice: await getNotice(tx, noticeReference) };
    });
    const chosen = fields(typed, 'letters');
    const letters = await this.handovers.list(session.actor, noticeReference);
    return {
      ...frame,
      ...more,
      letters: letters.map((one) => ({ ...one, isChosen: chosen.includes(one.dispatch) })),
      handedBy: session.actor.name,
      typed,
    };
  }
}
