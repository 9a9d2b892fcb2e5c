import { Controller, Get, Param, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { DataSource } from 'typeorm';
import { CampaignService, stoppingOf } from '#libs/delivery/index.js';
import { getNotice, requireNoticeOf } from '#libs/letters/index.js';
import { BreachFrame } from './breach-frame.js';
import { Permit, SessionOf, type Session } from './guard.js';
import { Pages } from './pages.js';

/** Control of letters that are on their way: pause, go on, stop for good. */
@Controller('breaches/:reference/notices/:notice')
export class NoticeControlController {
  constructor(
    private readonly database: DataSource,
    private readonly campaign: CampaignService,
    private readonly frame: BreachFrame,
    private readonly pages: Pages,
  ) {}

  @Permit('notice.send')
  @Post('pause')
  async pause(
    @Res() reply: FastifyReply,
    @SessionOf() { actor }: Session,
    @Param('reference') reference: string,
    @Param('notice') notice: string,
  ): Promise<void> {
    await requireNoticeOf(this.database.manager, reference, notice);
    await this.campaign.pause(actor, notice);
    back(reply, reference, notice);
  }

  @Permit('notice.send')
  @Post('resume')
  async resume(
    @Res() reply: FastifyReply,
    @SessionOf() { actor }: Session,
    @Param('reference') reference: string,
    @Param('notice') notice: string,
  ): Promise<void> {
    await requireNoticeOf(this.database.manager, reference, notice);
    await this.campaign.resume(actor, notice);
    back(reply, reference, notice);
  }

  /** A page of its own for what cannot be undone: how many letters will never leave, then the button. */
  @Permit('notice.send')
  @Get('stop')
  async stopForm(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Param('notice') noticeReference: string,
  ): Promise<void> {
    const { frame, more } = await this.frame.read(session.actor, reference, 'letters', async (tx) => {
      await requireNoticeOf(tx, reference, noticeReference);
      const notice = await getNotice(tx, noticeReference);
      return { notice, stopping: await stoppingOf(tx, notice.id) };
    });
    if (more.notice.state !== 'paused') return back(reply, reference, noticeReference);
    this.pages.show(reply, session, 'staff/notice-stop', { ...frame, ...more });
  }

  @Permit('notice.send')
  @Post('stop')
  async stop(
    @Res() reply: FastifyReply,
    @SessionOf() { actor }: Session,
    @Param('reference') reference: string,
    @Param('notice') notice: string,
  ): Promise<void> {
    await requireNoticeOf(this.database.manager, reference, notice);
    await this.campaign.withdraw(actor, notice);
    back(reply, reference, notice);
  }
}

function back(reply: FastifyReply, reference: string, notice: string): void {
  void reply.redirect(`/breaches/${reference}/notices/${notice}`, 303);
}
