import { Body, Controller, Get, Inject, Param, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { DataSource } from 'typeorm';
import { SendingService, countReturned } from '#libs/delivery/index.js';
import {
  MOVES,
  NOTICE_KINDS,
  NoticesService,
  OverridesService,
  PreviewsService,
  SUBJECT_FORMS,
  TextPreviewsService,
  adviceText,
  advicesToReview,
  getNotice,
  hasLetters,
  isPreviewForm,
  listNotices,
  requireNoticeOf,
  type Notice,
} from '#libs/letters/index.js';
import { CONFIG, Clock, Problem, type Config, type Fault } from '#libs/platform/index.js';
import { accountNames, may } from '#libs/staff/index.js';
import { ApprovalView } from './approval-view.js';
import { BreachFrame } from './breach-frame.js';
import { progressFigures, shownPause } from './delivery-figures.js';
import { Permit, SessionOf, type Session } from './guard.js';
import { shownFindings } from './lint-findings.js';
import { sendLetter, sendMailHtml } from './letter-reply.js';
import { PREVIEWED } from './notice-letter.controller.js';
import { Pages, field, type Form } from './pages.js';
import { faultInWords } from './problem-words.js';

/** States in which letters leave, or did. */
const HAS_PROGRESS: Notice['state'][] = ['sending', 'paused', 'sent', 'withdrawn'];

@Controller('breaches/:reference/notices')
export class NoticeController {
  constructor(
    private readonly database: DataSource,
    private readonly notices: NoticesService,
    private readonly overrides: OverridesService,
    private readonly previews: PreviewsService,
    private readonly textPreviews: TextPreviewsService,
    private readonly approval: ApprovalView,
    private readonly sending: SendingService,
    private readonly frame: BreachFrame,
    private readonly pages: Pages,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Permit('notice.read')
  @Get()
  async list(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
  ): Promise<void> {
    this.pages.show(reply, session, 'staff/notices', await this.listed(session, reference, { kind: 'initial' }));
  }

  @Permit('notice.write')
  @Post()
  async draft(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Body() form: Form,
  ): Promise<void> {
    const typed = { kind: field(form, 'kind') || 'initial', subject: field(form, 'subject') };
    try {
      const notice = await this.notices.draft(session.actor, reference, typed.kind, typed.subject);
      void reply.redirect(`/breaches/${reference}/notices/${notice.reference}`, 303);
    } catch (error) {
      this.pages.again(reply, session, error, 'staff/notices', await this.listed(session, reference, typed));
    }
  }

  /** The notices of a breach, and the form that drafts another. */
  private async listed(
    session: Session,
    reference: string,
    typed: Record<string, string>,
  ): Promise<Record<string, unknown>> {
    const { frame, more } = await this.frame.read(session.actor, reference, 'letters', async (tx, { breach }) => {
      const notices = await listNotices(tx, breach.id);
      return {
        notices,
        names: await accountNames(
          tx,
          notices.map((notice) => notice.author),
        ),
        returned: await countReturned(tx, breach.id, may(session.actor.roles, 'people.protected')),
      };
    });
    return {
      ...frame,
      returned: more.returned,
      maySettleReturned: may(session.actor.roles, 'returned-mail.settle'),
      notices: more.notices.map((notice) => ({ ...notice, authorName: more.names.get(notice.author) ?? '' })),
      mayWrite: may(session.actor.roles, 'notice.write'),
      kinds: NOTICE_KINDS,
      subjects: SUBJECT_FORMS,
      typed,
    };
  }

  @Permit('notice.read')
  @Get(':notice')
  async notice(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Param('notice') noticeReference: string,
    @Query('tested') tested?: string,
  ): Promise<void> {
    const done = tested === undefined ? '' : 'notice.test-taken';
    this.pages.show(reply, session, 'staff/notice', {
      ...(await this.context(session, reference, noticeReference)),
      done,
    });
  }

  @Permit('notice.read')
  @Get(':notice/preview')
  async preview(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Param('notice') notice: string,
    @Query('person') person = '',
    @Query('form') form = 'html',
  ): Promise<void> {
    await requireNoticeOf(this.database.manager, reference, notice);
    if (!isPreviewForm(form))
      throw new Problem('bad-input', 'preview.format-unknown', 'Choose the form html, text, pdf, large or eml.', [], {
        forms: 'html, text, pdf, large, eml',
      });
    const isMade = hasLetters(await getNotice(this.database.manager, notice));
    if (isMade || (form !== 'html' && form !== 'text'))
      return sendLetter(reply, notice, await this.previews.file(session.actor, notice, person, form));
    // Until the letters are made, what is missing glows instead of stopping the preview.
    const draft = await this.textPreviews.ofPerson(session.actor, notice, person);
    sendMailHtml(reply, form === 'text' ? null : draft.html, draft.text);
  }

  @Permit('notice.write')
  @Post(':notice/submit')
  async submit(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Param('notice') notice: string,
  ): Promise<void> {
    await this.act(reply, session, reference, notice, () => this.notices.submit(session.actor, notice));
  }

  @Permit('notice.approve')
  @Post(':notice/approve')
  async approve(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Param('notice') notice: string,
    @Body() form: Form,
  ): Promise<void> {
    await this.act(reply, session, reference, notice, () =>
      this.notices.approve(session.actor, notice, field(form, 'hash')),
    );
  }

  @Permit('notice.approve')
  @Post(':notice/return')
  async sendBack(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Param('notice') notice: string,
    @Body() form: Form,
  ): Promise<void> {
    await this.act(reply, session, reference, notice, () =>
      this.notices.sendBack(session.actor, notice, field(form, 'note')),
    );
  }

  /** Lets a blocking finding pass in one language, with a reason. */
  @Permit('notice.approve')
  @Post(':notice/override')
  async override(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Param('notice') notice: string,
    @Body() form: Form,
  ): Promise<void> {
    await this.act(reply, session, reference, notice, () =>
      this.overrides.override(
        session.actor,
        notice,
        field(form, 'rule'),
        field(form, 'language'),
        field(form, 'reason'),
      ),
    );
  }

  @Permit('notice.write')
  @Post(':notice/take-back')
  async takeBack(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Param('notice') notice: string,
  ): Promise<void> {
    await this.act(reply, session, reference, notice, () => this.notices.takeBack(session.actor, notice));
  }

  @Permit('notice.write')
  @Post(':notice/withdraw')
  async withdraw(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Param('notice') notice: string,
  ): Promise<void> {
    await this.act(reply, session, reference, notice, () => this.notices.withdraw(session.actor, notice));
  }

  /** A page of its own for what cannot be undone: the number and the consequence, then the button. */
  @Permit('notice.send')
  @Get(':notice/send')
  async sendForm(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Param('notice') notice: string,
  ): Promise<void> {
    const context = await this.context(session, reference, notice);
    if (!(context['can'] as Record<string, boolean>)['sending'])
      return void reply.redirect(`/breaches/${reference}/notices/${notice}`, 303);
    this.pages.show(reply, session, 'staff/notice-send', context);
  }

  @Permit('notice.send')
  @Post(':notice/send')
  async send(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Param('notice') notice: string,
  ): Promise<void> {
    await this.act(reply, session, reference, notice, () => this.sending.send(session.actor, notice));
  }

  /** The part of the page that changes while letters leave; fetched again by the script, and with the page without it. */
  @Permit('notice.read')
  @Get(':notice/progress')
  async progress(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Param('notice') noticeReference: string,
  ): Promise<void> {
    const { more } = await this.frame.read(session.actor, reference, 'letters', async (tx) => {
      await requireNoticeOf(tx, reference, noticeReference);
      const notice = await getNotice(tx, noticeReference);
      if (!HAS_PROGRESS.includes(notice.state))
        throw new Problem(
          'not-found',
          'page.unknown',
          'There is no such page. Check the address, or start from the first page.',
        );
      return { notice, progress: await progressFigures(tx, this.config, notice) };
    });
    this.pages.show(reply, session, 'staff/notice-progress', { ...more, breach: { reference } });
  }

  /** One move of the notice in the address, which is looked at first: it must be one of the breach in the address. */
  private async act(
    reply: FastifyReply,
    session: Session,
    reference: string,
    notice: string,
    move: () => Promise<Notice>,
  ): Promise<void> {
    await requireNoticeOf(this.database.manager, reference, notice);
    try {
      await move();
      void reply.redirect(`/breaches/${reference}/notices/${notice}`, 303);
    } catch (error) {
      this.pages.again(reply, session, error, 'staff/notice', await this.context(session, reference, notice));
    }
  }

  private async context(
    session: Session,
    reference: string,
    noticeReference: string,
  ): Promise<Record<string, unknown>> {
    const { frame, more } = await this.frame.read(session.actor, reference, 'letters', async (tx) => {
      await requireNoticeOf(tx, reference, noticeReference);
      const notice = await getNotice(tx, noticeReference);
      const names = await accountNames(tx, [notice.author, ...(notice.approver ? [notice.approver] : [])]);
      return {
        notice,
        authorName: names.get(notice.author) ?? '',
        approverName: notice.approver ? (names.get(notice.approver) ?? '') : '',
        progress: await progressFigures(tx, this.config, notice),
        pause: await shownPause(tx, notice),
      };
    });
    const isOpen = ['draft', 'submitted', 'approved'].includes(more.notice.state);
    const check = isOpen ? await this.notices.check(noticeReference, session.actor.language) : null;
    const overrideAt = may(session.actor.roles, 'notice.approve')
      ? `/breaches/${reference}/notices/${noticeReference}/override`
      : null;
    return {
      ...frame,
      ...more,
      ...(check ? await this.approval.read(session, more.notice, check, frame.timeZone) : {}),
      check: check
        ? {
            ...check,
            faults: check.faults.map((fault) =>
              faultWithPage(faultInWords(this.pages.views, session.actor.language, fault), reference, noticeReference),
            ),
          }
        : null,
      findings: shownFindings(check?.findings ?? [], overrideAt),
      reviewMonths: this.config.ADVICE_REVIEW_MONTHS,
      staleAdvice: isOpen ? this.staleAdvice(session) : [],
      mayPreview: may(session.actor.roles, 'people.read'),
      mayTest: may(session.actor.roles, 'notice.write'),
      mayHandOver: may(session.actor.roles, 'people.protected'),
      previewed: PREVIEWED,
      typed: { as: 'reference' },
      isOwn: more.notice.author === session.actor.accountId,
      can: this.can(session, more.notice),
    };
  }

  /** Advice whose prices and delays nobody has looked at for long, by its name. */
  private staleAdvice(session: Session): { name: string; reviewed: string }[] {
    return advicesToReview(this.clock.now(), this.config.ADVICE_REVIEW_MONTHS).map(({ key, reviewed }) => ({
      name: adviceText(key, session.actor.language).name,
      reviewed,
    }));
  }

  /** Acts that the account may do with the notice as it stands; the page shows exactly these. */
  private can(session: Session, notice: Notice): Record<string, boolean> {
    const moves = MOVES[notice.state];
    const roles = session.actor.roles;
    const approves = may(roles, 'notice.approve') && notice.author !== session.actor.accountId;
    return {
      submitted: moves.includes('submitted') && may(roles, 'notice.write'),
      approved: moves.includes('approved') && approves,
      draft: moves.includes('draft') && may(roles, 'notice.approve'),
      takeBack: moves.includes('draft') && may(roles, 'notice.write'),
      sending: notice.state === 'approved' && may(roles, 'notice.send'),
      pause: moves.includes('paused') && may(roles, 'notice.send'),
      // Going on, or stopping for good, which has a page of its own.
      resume: notice.state === 'paused' && may(roles, 'notice.send'),
      withdrawn: notice.state !== 'paused' && moves.includes('withdrawn') && may(roles, 'notice.write'),
    };
  }
}

/** What is to be done about a fault of a notice, in the words of the page and with a link to it, where the page has words. */
function faultWithPage(fault: Fault, reference: string, notice: string): Record<string, unknown> {
  const [, what, language] = /^(texts?)\.(nl|fr|de|en)$/.exec(fault.at) ?? [];
  const breach = `/breaches/${reference}`;
  const href = what === 'text' ? `${breach}/notices/${notice}/text/${language}` : `${breach}/texts/${language}`;
  return { ...fault, words: what ?? '', language: language ?? '', href };
}
