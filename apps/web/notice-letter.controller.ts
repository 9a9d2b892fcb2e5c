import { Body, Controller, Get, Param, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { DataSource } from 'typeorm';
import {
  PREVIEW_RULES,
  PreviewsService,
  TextPreviewsService,
  getNotice,
  hasLetters,
  requireNoticeOf,
} from '#libs/letters/index.js';
import { Problem } from '#libs/platform/index.js';
import { BreachFrame } from './breach-frame.js';
import { Permit, SessionOf, type Session } from './guard.js';
import { Pages, field, type Form } from './pages.js';

/** Whose letter may be looked at: a person's, by their reference, or one that a rule finds. */
export const PREVIEWED = ['reference', ...PREVIEW_RULES] as const;

/** The letter of one person, in every form that it has. */
@Controller('breaches/:reference/notices/:notice/letter')
export class NoticeLetterController {
  constructor(
    private readonly database: DataSource,
    private readonly previews: PreviewsService,
    private readonly textPreviews: TextPreviewsService,
    private readonly frame: BreachFrame,
    private readonly pages: Pages,
  ) {}

  @Permit('people.read')
  @Get()
  async letter(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Param('notice') notice: string,
    @Query('person') person = '',
  ): Promise<void> {
    const context = await this.context(session, reference, notice, person);
    this.pages.show(reply, session, 'staff/notice-letter', context);
  }

  /** Finds whose letter is looked at. People may be opened for it, which the ledger keeps: so it is no GET. */
  @Permit('people.read')
  @Post()
  async choose(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Param('notice') notice: string,
    @Body() form: Form,
  ): Promise<void> {
    await requireNoticeOf(this.database.manager, reference, notice);
    try {
      const person = await this.chosen(session, notice, form);
      await this.context(session, reference, notice, person);
      const query = new URLSearchParams({ person });
      void reply.redirect(`/breaches/${reference}/notices/${notice}/letter?${query.toString()}`, 303);
    } catch (error) {
      const isUnknown = error instanceof Problem && error.kind === 'not-found';
      const context = await this.context(session, reference, notice, '');
      const at = isUnknown ? 'person' : null;
      this.pages.again(reply, session, error, 'staff/notice-letter', { ...context, typed: form }, at);
    }
  }

  private async chosen(session: Session, notice: string, form: Form): Promise<string> {
    const as = field(form, 'as');
    if (as !== 'reference' && as !== '') {
      const found = await this.textPreviews.choose(session.actor, notice, as);
      if (!found)
        throw atField('as', 'Nobody waits for a letter of this notice: there is none to show.', 'preview.nobody');
      return found;
    }
    const person = field(form, 'person').slice(0, 300);
    if (person === '') throw atField('person', 'Enter the reference of a person of this breach.', 'preview.reference');
    return person;
  }

  /** Without a person the page asks for one. */
  private async context(
    session: Session,
    reference: string,
    noticeReference: string,
    person: string,
  ): Promise<Record<string, unknown>> {
    const { frame, more: notice } = await this.frame.read(session.actor, reference, 'letters', async (tx) => {
      await requireNoticeOf(tx, reference, noticeReference);
      return await getNotice(tx, noticeReference);
    });
    const shown = person.slice(0, 300);
    const letter =
      shown === ''
        ? null
        : hasLetters(notice)
          ? { missing: [], ...(await this.previews.preview(session.actor, noticeReference, shown)) }
          : await this.textPreviews.ofPerson(session.actor, noticeReference, shown);
    return {
      ...frame,
      notice,
      letter,
      query: new URLSearchParams({ person: letter?.reference ?? '' }).toString(),
      previewed: PREVIEWED,
      typed: { as: 'reference', person: letter?.reference ?? '' },
    };
  }
}

function atField(at: 'person' | 'as', message: string, code: string): Problem {
  return new Problem('bad-input', 'person.unknown', message, [{ at, message, code }]);
}
