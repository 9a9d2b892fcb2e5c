import { Body, Controller, Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isDocumentKind } from '#libs/breach/index.js';
import { ACTIONS, adviceOn, describeExposure, type ExposureView } from '#libs/letters/index.js';
import { LANGUAGES, LANGUAGE_NAMES, Problem, isLanguage, type Language } from '#libs/platform/index.js';
import { RepliesService, type LetterPage, type Receipt } from '#libs/replies/index.js';
import { Public } from './guard.js';
import { prose } from './prose.js';
import { field, sendPage, type Form } from './pages.js';
import { Views } from './views.js';

/** The language in the form or address, else the first of the browser's that we have. Never a cookie. */
export function languageOf(request: FastifyRequest, wished: string): Language {
  if (isLanguage(wished)) return wished;
  const accepted = (request.headers['accept-language'] ?? '')
    .split(',')
    .map((part) => part.trim().slice(0, 2).toLowerCase());
  return accepted.find(isLanguage) ?? 'nl';
}

const MISTYPED = ['ticket.ended', 'word.wrong', 'renewal.faulty'];

/**
 * The person's pages: no account, no cookie, no script. Reading changes nothing; every reply is a POST that carries
 * the page's ticket and the confirmation word of the letter.
 */
@Controller()
export class PersonController {
  constructor(
    private readonly replies: RepliesService,
    private readonly views: Views,
  ) {}

  @Public()
  @Get('n')
  codeForm(@Req() request: FastifyRequest, @Res() reply: FastifyReply, @Query('lang') lang = ''): void {
    this.show(reply, 'person/code', languageOf(request, lang), '/n', { typed: '', isUnknown: false });
  }

  @Public()
  @Post('n')
  async openByCode(@Req() request: FastifyRequest, @Res() reply: FastifyReply, @Body() form: Form): Promise<void> {
    const typed = field(form, 'code').slice(0, 60);
    const page = await this.replies.openByCode(typed);
    const wished = field(form, 'lang');
    if (page)
      return this.showLetter(
        reply,
        page,
        isLanguage(wished) && field(form, 'chosen') === 'yes' ? wished : firstLanguage(page, wished),
      );
    void reply.status(422);
    this.show(reply, 'person/code', languageOf(request, wished), '/n', { typed, isUnknown: true });
  }

  /** From a link: only the shape is looked at; the letter opens by the button, so that a scanner's GET opens nothing. */
  @Public()
  @Get('n/:token')
  link(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Param('token') token: string,
    @Query('lang') lang = '',
  ): void {
    if (!/^bn1_[0-9a-hjkmnp-tv-z]{32}$/.test(token))
      throw new Problem(
        'not-found',
        'letter.unknown',
        'This address belongs to no letter. Type the code from your letter at /n.',
      );
    this.show(reply, 'person/link', languageOf(request, lang), `/n/${token}`, { token });
  }

  @Public()
  @Post('n/open')
  async openByLink(@Res() reply: FastifyReply, @Body() form: Form): Promise<void> {
    const page = await this.replies.openByToken(field(form, 'token'));
    if (!page)
      throw new Problem(
        'not-found',
        'letter.unknown',
        'This address belongs to no letter. Type the code from your letter at /n.',
      );
    this.showLetter(reply, page, firstLanguage(page, field(form, 'lang')));
  }

  /** The open letter in another language. */
  @Public()
  @Post('n/page')
  async page(@Req() request: FastifyRequest, @Res() reply: FastifyReply, @Body() form: Form): Promise<void> {
    await this.withLetter(request, reply, form, async () => await Promise.resolve(null));
  }

  @Public()
  @Post('n/acknowledge')
  async acknowledge(@Req() request: FastifyRequest, @Res() reply: FastifyReply, @Body() form: Form): Promise<void> {
    await this.withLetter(request, reply, form, () =>
      this.replies.acknowledge(field(form, 'ticket'), field(form, 'word')),
    );
  }

  /** Fields for kind and day and none besides: nothing here could take a number or a copy. */
  @Public()
  @Post('n/renewed')
  async renewed(@Req() request: FastifyRequest, @Res() reply: FastifyReply, @Body() form: Form): Promise<void> {
    const day = [
      field(form, 'year').padStart(4, '0'),
      field(form, 'month').padStart(2, '0'),
      field(form, 'day').padStart(2, '0'),
    ].join('-');
    await this.withLetter(request, reply, form, () =>
      this.replies.declareRenewed(field(form, 'ticket'), field(form, 'word'), field(form, 'exposure'), day),
    );
  }

  @Public()
  @Get('real')
  realForm(@Req() request: FastifyRequest, @Res() reply: FastifyReply, @Query('lang') lang = ''): void {
    this.show(reply, 'person/real', languageOf(request, lang), '/real', { typed: '', found: null, isUnknown: false });
  }

  /** "Is this letter real?": day and reference of the notice, never its content. */
  @Public()
  @Post('real')
  async real(@Req() request: FastifyRequest, @Res() reply: FastifyReply, @Body() form: Form): Promise<void> {
    const typed = field(form, 'code').slice(0, 60);
    const page = await this.replies.realByCode(typed);
    if (!page) void reply.status(422);
    const found = page
      ? { dated: page.dated, notice: page.noticeReference, phone: page.controller.dataProtectionOfficer.phone }
      : null;
    this.show(reply, 'person/real', languageOf(request, field(form, 'lang')), '/real', {
      typed,
      found,
      isUnknown: !page,
    });
  }

  /** Does what was asked and shows the letter again: with the receipt, or with the fault beside its field. */
  private async withLetter(
    request: FastifyRequest,
    reply: FastifyReply,
    form: Form,
    act: () => Promise<Receipt | null>,
  ): Promise<void> {
    const ticket = field(form, 'ticket');
    const language = languageOf(request, field(form, 'lang'));
    try {
      const receipt = await act();
      this.showLetter(reply, await this.replies.reopen(ticket), language, { receipt });
    } catch (error) {
      if (!(error instanceof Problem) || !MISTYPED.includes(error.code)) throw error;
      if (error.code === 'ticket.ended') {
        void reply.status(409);
        return this.show(reply, 'person/code', language, '/n', { typed: '', isUnknown: false, isEnded: true });
      }
      void reply.status(422);
      // `word`, `document`, `day`, `future` or `early`: each has its words in four languages.
      const at = error.faults[0]!.at;
      this.showLetter(reply, await this.replies.reopen(ticket), language, {
        fault: { key: `person.fault.${at}`, isWord: at === 'word', exposure: field(form, 'exposure') },
        typed: {
          word: field(form, 'word'),
          day: field(form, 'day'),
          month: field(form, 'month'),
          year: field(form, 'year'),
        },
      });
    }
  }

  private showLetter(
    reply: FastifyReply,
    page: LetterPage,
    language: Language,
    more: Record<string, unknown> = {},
  ): void {
    const words = page.texts[language] ? language : page.languages[0]!;
    const texts = page.texts[words]!;
    const { controller } = page;
    const things = page.exposures.map((exposure) => {
      const stated = exposure as ExposureView & { id: string };
      const advice = adviceOn(stated, page.residence, language);
      const renewal = page.replies.find((one) => one.exposureId === exposure.id);
      return {
        id: exposure.id,
        ...describeExposure(stated, language),
        action: advice.action,
        advice: advice.html,
        canRenew: isDocumentKind(exposure.dataKind),
        renewedOn: renewal?.renewedOn ?? '',
        receipt: renewal?.receipt ?? '',
      };
    });
    const acknowledged = page.replies.find((one) => one.kind === 'acknowledged');
    this.show(reply, 'person/letter', language, '', {
      ticket: page.ticket,
      dated: page.dated,
      notice: page.noticeReference,
      wordsLanguage: words,
      texts: {
        whatHappened: prose(texts.whatHappened),
        likelyConsequences: prose(texts.likelyConsequences),
        measuresTaken: prose(texts.measuresTaken),
        whatIsNotKnown: prose(texts.whatIsNotKnown ?? ''),
        whoPays: things.some((thing) => thing.canRenew) ? prose(texts.whoPays ?? '') : '',
      },
      groups: ACTIONS.map((action) => ({ action, things: things.filter((thing) => thing.action === action) })).filter(
        (group) => group.things.length > 0,
      ),
      documents: things.filter((thing) => thing.canRenew),
      contact: { ...controller.dataProtectionOfficer, website: withoutScheme(controller.website) },
      authority: controller.supervisoryAuthority[language] ?? Object.values(controller.supervisoryAuthority)[0],
      acknowledged: acknowledged ? { receipt: acknowledged.receipt, at: acknowledged.repliedAt } : null,
      timeZone: controller.timeZone,
      receipt: null,
      fault: { key: '', isWord: false, exposure: '' },
      typed: { word: '', day: '', month: '', year: '' },
      ...more,
    });
  }

  private show(
    reply: FastifyReply,
    page: string,
    language: Language,
    home: string,
    context: Record<string, unknown>,
  ): void {
    const languages = LANGUAGES.map((code) => ({
      code,
      name: LANGUAGE_NAMES[code],
      isCurrent: code === language,
      href: home === '' ? '' : `${home}?lang=${code}`,
    }));
    void reply.header('content-language', language);
    sendPage(
      reply,
      this.views.render(page, { language, languages, problem: null, isEnded: false, ticket: '', ...context }),
    );
  }
}

/** The letter's own first language, unless the page was already in another that the letter has. */
function firstLanguage(page: LetterPage, wished: string): Language {
  return isLanguage(wished) && page.languages.includes(wished) ? wished : page.languages[0]!;
}

function withoutScheme(url: string): string {
  return url.replace(/^https?:\/\//, '').replace(/\/$/, '');
}
