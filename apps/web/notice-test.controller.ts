import { Controller, Param, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { DataSource } from 'typeorm';
import { TestLetterService, requireTaken } from '#libs/delivery/index.js';
import { requireNoticeOf } from '#libs/letters/index.js';
import { Permit, SessionOf, type Session } from './guard.js';

/** The letter of an invented person to the own address of whoever asks for it. */
@Controller('breaches/:reference/notices/:notice/test')
export class NoticeTestController {
  constructor(
    private readonly database: DataSource,
    private readonly testLetters: TestLetterService,
  ) {}

  @Permit('notice.write')
  @Post()
  async send(
    @Res() reply: FastifyReply,
    @SessionOf() { actor }: Session,
    @Param('reference') reference: string,
    @Param('notice') notice: string,
  ): Promise<void> {
    await requireNoticeOf(this.database.manager, reference, notice);
    requireTaken(await this.testLetters.send(actor, notice, actor.email));
    void reply.redirect(`/breaches/${reference}/notices/${notice}?tested`, 303);
  }
}
