import { Body, Controller, Get, Param, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { DataSource } from 'typeorm';
import {
  NoticeTextsService,
  TextPreviewsService,
  diffTexts,
  getNotice,
  getText,
  listTextVersions,
  normalText,
  requireNoticeOf,
} from '#libs/letters/index.js';
import { Problem, isLanguage, type Language } from '#libs/platform/index.js';
import { accountNames } from '#libs/staff/index.js';
import { BreachFrame } from './breach-frame.js';
import { Permit, SessionOf, type Session } from './guard.js';
import { sendMailHtml } from './letter-reply.js';
import { NoticeTextPage, type Typed } from './notice-text-page.js';
import { Pages, field, type Form } from './pages.js';
import { problemInWords } from './problem-words.js';

const HOME = 'breaches/:reference/notices/:notice/text/:language';

/** The text of a notice in one language: written, looked at, kept in versions. */
@Controller(HOME)
export class NoticeTextController {
  constructor(
    private readonly database: DataSource,
    private readonly texts: NoticeTextsService,
    private readonly previews: TextPreviewsService,
    private readonly page: NoticeTextPage,
    private readonly frame: BreachFrame,
    private readonly pages: Pages,
  ) {}

  @Permit('notice.read')
  @Get()
  async text(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param() address: Address,
    @Query('person') person = '',
    @Query('saved') saved = '',
  ): Promise<void> {
    const context = await this.page.context(session, placeOf(address), { person: person.slice(0, 300) });
    const done = Object.hasOwn(SAVED, saved) ? SAVED[saved] : '';
    this.pages.show(reply, session, 'staff/notice-text', { ...context, done });
  }

  @Permit('notice.write')
  @Post()
  async save(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param() address: Address,
    @Body() form: Form,
  ): Promise<void> {
    const typed = typedOf(form);
    await this.act(reply, session, address, typed, async ({ notice, language }) => {
      const follows = field(form, 'follows') === 'yes';
      const version = await this.texts.save(session.actor, notice, language, { ...typed, follows });
      return version === typed.basedOn ? 'same' : 'yes';
    });
  }

  @Permit('notice.write')
  @Post('check')
  async check(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param() address: Address,
    @Body() form: Form,
  ): Promise<void> {
    await this.act(reply, session, address, { person: '' }, async ({ notice, language }) => {
      await this.texts.markChecked(session.actor, notice, language, numberOf(form, 'basedOn'));
      return 'checked';
    });
  }

  @Permit('notice.write')
  @Post('shipped')
  async shipped(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param() address: Address,
    @Body() form: Form,
  ): Promise<void> {
    await this.act(reply, session, address, { person: '' }, async ({ notice, language }) => {
      await this.texts.takeShipped(session.actor, notice, language, numberOf(form, 'basedOn'));
      return 'yes';
    });
  }

  /** The letter as the newest version makes it, for the frame beside the text. */
  @Permit('notice.read')
  @Get('letter')
  async letter(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param() address: Address,
    @Query('person') person = '',
    @Query('form') form = 'html',
  ): Promise<void> {
    await this.sendLetter(reply, session, address, { person, source: null, form });
  }

  /** The letter as the text in the form would make it; keeps nothing. */
  @Permit('notice.write')
  @Post('letter')
  async typedLetter(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param() address: Address,
    @Body() form: Form,
  ): Promise<void> {
    void reply.status(200);
    await this.sendLetter(reply, session, address, { ...typedOf(form), form: field(form, 'form') });
  }

  /** What the text in the form lacks, for the script that shows it while somebody writes; keeps nothing. */
  @Permit('notice.write')
  @Post('findings')
  async findings(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param() address: Address,
    @Body() form: Form,
  ): Promise<void> {
    const place = placeOf(address);
    await requireNoticeOf(this.database.manager, place.reference, place.notice);
    const looked = await this.page.lookAt(session, place, typedOf(form));
    this.pages.show(reply, session, 'staff/notice-text-findings', { looked });
  }

  /** Chooses whose letter is shown. People may be opened for it, which the ledger keeps: so it is no GET. */
  @Permit('notice.write')
  @Post('person')
  async person(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param() address: Address,
    @Body() form: Form,
  ): Promise<void> {
    const place = placeOf(address);
    const typed = typedOf(form);
    try {
      await requireNoticeOf(this.database.manager, place.reference, place.notice);
      const person = await this.page.choose(session, place.notice, form);
      const context = await this.page.context(session, place, { ...typed, person });
      this.pages.show(reply, session, 'staff/notice-text', { ...context, noPerson: person === '' });
    } catch (error) {
      const context = await this.page.context(session, place, { ...typed, person: '' });
      this.pages.again(reply, session, error, 'staff/notice-text', context, fieldOf(error));
    }
  }

  @Permit('notice.read')
  @Get('versions/:version')
  async version(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param() address: Address & { version: string },
  ): Promise<void> {
    const { reference, notice: noticeReference, language } = placeOf(address);
    const number = /^[1-9]\d{0,5}$/.test(address.version) ? Number(address.version) : 0;
    const { frame, more } = await this.frame.read(session.actor, reference, 'letters', async (tx) => {
      await requireNoticeOf(tx, reference, noticeReference);
      const notice = await getNotice(tx, noticeReference);
      const { body } = await getText(tx, notice.id, language, number);
      const before = number > 1 ? (await getText(tx, notice.id, language, number - 1)).body : null;
      const newest = await getText(tx, notice.id, language);
      const version = (await listTextVersions(tx, notice, language)).find((one) => one.version === number)!;
      return {
        notice,
        version,
        body,
        newest: newest.version,
        authorName: (await accountNames(tx, [version.author])).get(version.author) ?? '',
        since: before === null ? null : diffTexts(before, body),
        untilNow: diffTexts(body, newest.body),
      };
    });
    this.pages.show(reply, session, 'staff/notice-text-version', {
      ...frame,
      ...more,
      textLanguage: language,
      mayEdit: this.page.mayEdit(session, more.notice),
    });
  }

  @Permit('notice.write')
  @Post('versions/:version/again')
  async again(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param() address: Address & { version: string },
    @Body() form: Form,
  ): Promise<void> {
    await this.act(reply, session, address, { person: '' }, async ({ notice, language }) => {
      const version = /^\d{1,6}$/.test(address.version) ? Number(address.version) : 0;
      await this.texts.takeAgain(session.actor, notice, language, version, numberOf(form, 'basedOn'));
      return 'yes';
    });
  }

  /** One act on the text in the address; what was typed comes back with a fault. */
  private async act(
    reply: FastifyReply,
    session: Session,
    address: Address,
    typed: Typed,
    change: (place: Place) => Promise<string>,
  ): Promise<void> {
    const place = placeOf(address);
    await requireNoticeOf(this.database.manager, place.reference, place.notice);
    try {
      const saved = await change(place);
      const query = new URLSearchParams({ ...(typed.person ? { person: typed.person } : {}), saved });
      void reply.redirect(`${urlOf(place)}?${query.toString()}`, 303);
    } catch (error) {
      const context = await this.page.context(session, place, typed, error);
      this.pages.again(reply, session, error, 'staff/notice-text', context, fieldOf(error));
    }
  }

  private async sendLetter(
    reply: FastifyReply,
    session: Session,
    address: Address,
    { person, source = null, form }: Typed & { form: string },
  ): Promise<void> {
    const { reference, notice, language } = placeOf(address);
    await requireNoticeOf(this.database.manager, reference, notice);
    try {
      const letter = await this.previews.ofText(session.actor, notice, language, person.slice(0, 300), source);
      sendMailHtml(reply, form === 'text' ? null : letter.html, letter.text);
    } catch (error) {
      // A frame shows no page of ours: while somebody types, it says what is wrong instead of the letter.
      const isSaid = error instanceof Problem && (error.code === 'template.faulty' || source !== null);
      if (!isSaid || error.kind === 'forbidden') throw error;
      sendMailHtml(reply, null, problemInWords(this.pages.views, session.actor.language, error).message);
    }
  }
}

interface Address {
  reference: string;
  notice: string;
  language: string;
}
interface Place {
  reference: string;
  notice: string;
  language: Language;
}

/** What the page says after an act. */
const SAVED: Record<string, string> = { yes: 'write.saved', same: 'write.same', checked: 'write.checked-done' };

function placeOf({ reference, notice, language }: Address): Place {
  if (!isLanguage(language))
    throw new Problem(
      'not-found',
      'page.unknown',
      'There is no such page. Check the address, or start from the first page.',
    );
  return { reference, notice, language };
}

function urlOf({ reference, notice, language }: Place): string {
  return `/breaches/${reference}/notices/${notice}/text/${language}`;
}

function numberOf(form: Form, name: string): number {
  const text = field(form, name);
  return /^\d{1,6}$/.test(text) ? Number(text) : 0;
}

/** The text as typed: spaces at its ends are the writer's. */
function typedOf(form: Form): Typed & { source: string; basedOn: number } {
  const source = form['source'];
  return {
    source: normalText(typeof source === 'string' ? source : ''),
    basedOn: numberOf(form, 'basedOn'),
    person: field(form, 'person').slice(0, 300),
    as: field(form, 'as'),
    follows: field(form, 'follows'),
  };
}

/** The field that a problem is about, where the lib says no more than a line or a reference; null where it names its own. */
function fieldOf(error: unknown): 'source' | 'person' | null {
  if (!(error instanceof Problem)) return null;
  if (error.code === 'template.faulty') return 'source';
  const isPerson = error.code === 'person.unknown' || error.code === 'person.erased';
  return isPerson && error.faults.length === 0 ? 'person' : null;
}
