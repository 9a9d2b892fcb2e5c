import { Body, Controller, Get, Inject, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import {
  CONFIG,
  LANGUAGES,
  LANGUAGE_NAMES,
  Problem,
  isLanguage,
  type Config,
  type Language,
} from '#libs/platform/index.js';
import { AccountsService, may, type Actor } from '#libs/staff/index.js';
import { Permit, Public, SessionOf, cookieName, type Session, type SessionRequest } from './guard.js';
import { Pages, field, type Form } from './pages.js';
import { shownProblem } from './views.js';

/** Only a path of our own is gone on to, else the other path. */
export function ownPath(wish: string, otherwise: string): string {
  return /^\/[a-z0-9][a-zA-Z0-9/_?=&.-]*$/.test(wish) ? wish : otherwise;
}

/** The first page of an account: administrators see no breach. */
export function homeOf(actor: Actor): string {
  return may(actor.roles, 'breach.read') ? '/breaches' : '/accounts';
}

@Controller()
export class SignInController {
  constructor(
    private readonly accounts: AccountsService,
    private readonly pages: Pages,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Public()
  @Get('/')
  form(
    @Req() request: SessionRequest,
    @Res() reply: FastifyReply,
    @Query('to') to = '',
    @Query('lang') lang = '',
  ): void {
    if (request.session) return void reply.redirect(homeOf(request.session.actor), 303);
    this.showForm(reply, isLanguage(lang) ? lang : 'en', { to, email: '', problem: null });
  }

  /** A foreign form that signs somebody in under its owner's account gains nothing here: what is seen is that account's. */
  @Public()
  @Post('/sign-in')
  async signIn(@Req() request: SessionRequest, @Res() reply: FastifyReply, @Body() form: Form): Promise<void> {
    const language = field(form, 'lang');
    try {
      const signedIn = await this.accounts.signIn(
        field(form, 'email'),
        typeof form['password'] === 'string' ? form['password'] : '',
      );
      const secure = request.protocol === 'https';
      // Lax, not Strict: a link in a mail to a colleague opens the page instead of the sign-in. No GET changes anything.
      void reply.setCookie(cookieName(secure), signedIn.token, { path: '/', httpOnly: true, sameSite: 'lax', secure });
      void reply.redirect(
        signedIn.mustChangePassword ? '/password' : ownPath(field(form, 'to'), homeOf(signedIn.actor)),
        303,
      );
    } catch (error) {
      if (!(error instanceof Problem) || !error.code.startsWith('sign-in.')) throw error;
      void reply.status(error.code === 'sign-in.slowed' ? 429 : 422);
      this.showForm(reply, isLanguage(language) ? language : 'en', {
        to: field(form, 'to'),
        email: field(form, 'email'),
        problem: shownProblem(error.message, error.faults),
      });
    }
  }

  @Permit('account.own')
  @Post('/sign-out')
  async signOut(
    @Req() request: SessionRequest,
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
  ): Promise<void> {
    await this.accounts.signOut(session.token);
    void reply.clearCookie(cookieName(request.protocol === 'https'), { path: '/' });
    void reply.redirect('/', 303);
  }

  private showForm(reply: FastifyReply, language: Language, context: Record<string, unknown>): void {
    const languages = LANGUAGES.map((code) => ({ code, name: LANGUAGE_NAMES[code], isCurrent: code === language }));
    void reply.type('text/html; charset=utf-8').send(
      this.pages.views.render('staff/sign-in', {
        language,
        languages,
        catcher: !this.config.SMTP_URL,
        fencedBreaches: 0,
        actor: null,
        csrf: '',
        section: '',
        done: '',
        ...context,
      }),
    );
  }
}
