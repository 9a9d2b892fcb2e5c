import { Body, Controller, Get, Param, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { isLanguage } from '#libs/platform/index.js';
import { AccountsService, ROLES } from '#libs/staff/index.js';
import { Permit, SessionOf, type Session } from './guard.js';
import { Pages, field, fields, type Form } from './pages.js';
import { homeOf, ownPath } from './sign-in.controller.js';

@Controller()
export class AccountController {
  constructor(
    private readonly accounts: AccountsService,
    private readonly pages: Pages,
  ) {}

  @Permit('account.own')
  @Get('/account')
  async account(@Res() reply: FastifyReply, @SessionOf() session: Session): Promise<void> {
    await this.showAccount(reply, session, '');
  }

  @Permit('account.own')
  @Get('/password')
  passwordForm(@Res() reply: FastifyReply, @SessionOf() session: Session): void {
    this.pages.show(reply, session, 'staff/password', {});
  }

  @Permit('account.own')
  @Post('/password')
  async changePassword(@Res() reply: FastifyReply, @SessionOf() session: Session, @Body() form: Form): Promise<void> {
    const text = (name: string): string => (typeof form[name] === 'string' ? form[name] : '');
    try {
      await this.accounts.changePassword(session.actor, text('current'), text('password'), session.token);
      void reply.redirect(homeOf(session.actor), 303);
    } catch (error) {
      this.pages.again(reply, session, error, 'staff/password', {});
    }
  }

  @Permit('account.own')
  @Post('/account/language')
  async language(@Res() reply: FastifyReply, @SessionOf() session: Session, @Body() form: Form): Promise<void> {
    const language = field(form, 'language');
    if (isLanguage(language)) await this.accounts.setLanguage(session.actor, language);
    void reply.redirect(ownPath(field(form, 'back'), '/account'), 303);
  }

  @Permit('account.own')
  @Post('/account/token')
  async token(@Res() reply: FastifyReply, @SessionOf() session: Session, @Body() form: Form): Promise<void> {
    const token = await this.accounts.makeToken(session.actor, field(form, 'label'));
    await this.showAccount(reply, session, token);
  }

  @Permit('account.own')
  @Post('/account/tokens/:id/revoke')
  async revokeToken(@Res() reply: FastifyReply, @SessionOf() session: Session, @Param('id') id: string): Promise<void> {
    await this.accounts.revokeToken(session.actor, id);
    void reply.redirect('/account', 303);
  }

  @Permit('account.manage')
  @Get('/accounts')
  async list(@Res() reply: FastifyReply, @SessionOf() session: Session): Promise<void> {
    this.pages.show(reply, session, 'staff/accounts', await this.listContext(session));
  }

  @Permit('account.manage')
  @Post('/accounts')
  async add(@Res() reply: FastifyReply, @SessionOf() session: Session, @Body() form: Form): Promise<void> {
    const typed = { email: field(form, 'email'), name: field(form, 'name'), roles: fields(form, 'roles') };
    try {
      const { oneTimePassword } = await this.accounts.add(typed, session.actor);
      // The password is shown once, on this answer, and is nowhere kept.
      this.pages.show(reply, session, 'staff/accounts', {
        ...(await this.listContext(session)),
        added: { email: typed.email, oneTimePassword },
      });
    } catch (error) {
      this.pages.again(reply, session, error, 'staff/accounts', { ...(await this.listContext(session)), typed });
    }
  }

  @Permit('account.manage')
  @Post('/accounts/:id/disable')
  async disable(@Res() reply: FastifyReply, @SessionOf() session: Session, @Param('id') id: string): Promise<void> {
    await this.accounts.disable(session.actor, id);
    void reply.redirect('/accounts', 303);
  }

  /** A new token is shown on this answer and never again. */
  private async showAccount(reply: FastifyReply, session: Session, token: string): Promise<void> {
    const tokens = await this.accounts.listTokens(session.actor);
    this.pages.show(reply, session, 'staff/account', { email: session.actor.email, token, tokens });
  }

  private async listContext(session: Session): Promise<Record<string, unknown>> {
    return {
      accounts: await this.accounts.list(session.actor),
      roles: ROLES,
      typed: { email: '', name: '', roles: [] },
      added: null,
    };
  }
}
