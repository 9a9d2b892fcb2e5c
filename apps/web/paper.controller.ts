import { Body, Controller, Get, Param, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { EntityManager } from 'typeorm';
import {
  MOST_LETTERS,
  PrintRunsService,
  RETURN_REASONS,
  ReturnedLettersService,
  countWaiting,
  listPrintRuns,
} from '#libs/delivery/index.js';
import { getNotice, requireNoticeOf } from '#libs/letters/index.js';
import { may } from '#libs/staff/index.js';
import { BreachFrame } from './breach-frame.js';
import { Permit, SessionOf, type Session } from './guard.js';
import { Pages, field, type Form } from './pages.js';

/** The letters of a notice that go by post: what waits, the print runs, and what came back. */
@Controller('breaches/:reference/notices/:notice/paper')
export class PaperController {
  constructor(
    private readonly runs: PrintRunsService,
    private readonly returns: ReturnedLettersService,
    private readonly frame: BreachFrame,
    private readonly pages: Pages,
  ) {}

  @Permit('notice.read')
  @Get()
  async paper(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Param('notice') notice: string,
  ): Promise<void> {
    this.pages.show(reply, session, 'staff/paper', await this.context(session, reference, notice, {}));
  }

  @Permit('notice.send')
  @Post('runs')
  async make(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Param('notice') notice: string,
  ): Promise<void> {
    const context = await this.context(session, reference, notice, {});
    try {
      const run = await this.runs.make(session.actor, notice, { inBackground: true });
      void reply.redirect(`/breaches/${reference}/notices/${notice}/paper/runs/${run.reference}`, 303);
    } catch (error) {
      this.pages.again(reply, session, error, 'staff/paper', context);
    }
  }

  /** First what would happen, then, with `confirm`, what did. */
  @Permit('notice.send')
  @Post('returned')
  async returned(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Param('notice') notice: string,
    @Body() form: Form,
  ): Promise<void> {
    const typed = { codes: field(form, 'codes'), reason: field(form, 'reason') };
    const isDone = field(form, 'confirm') === 'yes';
    const before = await this.context(session, reference, notice, typed);
    if (field(form, 'again') === 'yes') return this.pages.show(reply, session, 'staff/paper', before);
    try {
      const result = isDone
        ? await this.returns.markReturned(session.actor, notice, typed.codes, typed.reason)
        : await this.returns.preview(session.actor, notice, typed.codes, typed.reason);
      const context = isDone ? await this.context(session, reference, notice, typed) : before;
      const passed = result.lines.filter(({ verdict }) => verdict !== 'returned');
      this.pages.show(reply, session, 'staff/paper-returned', { ...context, ...result, passed, isDone });
    } catch (error) {
      this.pages.again(reply, session, error, 'staff/paper', before);
    }
  }

  private async context(
    session: Session,
    reference: string,
    noticeReference: string,
    typed: Form,
  ): Promise<Record<string, unknown>> {
    const { frame, more } = await this.frame.read(session.actor, reference, 'letters', async (tx: EntityManager) => {
      await requireNoticeOf(tx, reference, noticeReference);
      const notice = await getNotice(tx, noticeReference);
      return {
        notice,
        waiting: await countWaiting(tx, notice.id, 'post'),
        byHand: await countWaiting(tx, notice.id, 'hand'),
        runs: await listPrintRuns(tx, notice.id),
      };
    });
    const roles = session.actor.roles;
    return {
      ...frame,
      ...more,
      most: MOST_LETTERS,
      taken: Math.min(more.waiting, MOST_LETTERS),
      isLeaving: ['sending', 'sent'].includes(more.notice.state),
      maySend: may(roles, 'notice.send'),
      mayHandOver: may(roles, 'people.protected'),
      reasons: RETURN_REASONS,
      typed,
    };
  }
}
