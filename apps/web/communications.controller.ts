import { Body, Controller, Get, Param, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { textsOf } from '#libs/breach/index.js';
import {
  COMMUNICATION_KINDS,
  CommunicationsService,
  PUBLICATION_MEDIA,
  publicationsOf,
  type CommunicationKind,
  type RenderedCommunication,
} from '#libs/letters/index.js';
import { LANGUAGES, LANGUAGE_NAMES, Problem, isLanguage, type Language } from '#libs/platform/index.js';
import { accountNames, may } from '#libs/staff/index.js';
import { BreachFrame } from './breach-frame.js';
import { Permit, SessionOf, type Session } from './guard.js';
import { sendMailHtml } from './letter-reply.js';
import { Pages, field, fields, type Form } from './pages.js';
import { faultInWords } from './problem-words.js';

const FORMS: Record<string, { type: string; of: (rendered: RenderedCommunication) => string }> = {
  html: { type: 'text/html', of: ({ html }) => html },
  md: { type: 'text/markdown', of: ({ markdown }) => markdown },
  txt: { type: 'text/plain', of: ({ text }) => text },
};

/** What is told to others than by letter: in public, to the press, on the telephone, in the house. */
@Controller('breaches/:reference/communications')
export class CommunicationsController {
  constructor(
    private readonly communications: CommunicationsService,
    private readonly frame: BreachFrame,
    private readonly pages: Pages,
  ) {}

  @Permit('communication.read')
  @Get()
  async list(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
  ): Promise<void> {
    this.pages.show(reply, session, 'staff/communications', await this.listContext(session, reference, {}));
  }

  @Permit('communication.read')
  @Get('publications/:id/end')
  async endForm(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Param('id') id: string,
  ): Promise<void> {
    const context = await this.listContext(session, reference, {});
    const publication = requirePublication(context, id);
    this.pages.show(reply, session, 'staff/communication-end', { ...context, publication });
  }

  @Permit('communication.publish')
  @Post('publications/:id/end')
  async end(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Param('id') id: string,
    @Body() form: Form,
  ): Promise<void> {
    try {
      await this.communications.end(session.actor, reference, id, field(form, 'until'));
      void reply.redirect(`/breaches/${reference}/communications`, 303);
    } catch (error) {
      const context = await this.listContext(session, reference, form);
      const publication = requirePublication(context, id);
      this.pages.again(reply, session, error, 'staff/communication-end', { ...context, publication });
    }
  }

  @Permit('communication.publish')
  @Post('publications')
  async publish(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Body() form: Form,
  ): Promise<void> {
    try {
      await this.communications.publish(session.actor, reference, {
        medium: field(form, 'medium'),
        place: field(form, 'place'),
        from: field(form, 'from'),
        languages: fields(form, 'languages'),
      });
      void reply.redirect(`/breaches/${reference}/communications`, 303);
    } catch (error) {
      const context = await this.listContext(session, reference, form);
      this.pages.again(reply, session, error, 'staff/communications', context);
    }
  }

  @Permit('communication.read')
  @Get(':kind')
  async one(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Param('kind') kindName: string,
    @Query('language') wished = '',
  ): Promise<void> {
    const kind = requireKind(kindName);
    const { frame, more } = await this.frame.read(session.actor, reference, 'letters', async (tx, { breach }) => {
      const written = Object.keys(await textsOf(tx, breach.id)) as Language[];
      const language = isLanguage(wished) ? wished : languageFor(session, written);
      return await this.communications.shownIn(tx, breach.id, kind, language, session.actor.language);
    });
    this.pages.show(reply, session, 'staff/communication', {
      ...frame,
      kind,
      shown: {
        ...more,
        faults: more.faults.map((fault) => faultInWords(this.pages.views, session.actor.language, fault)),
      },
      textLanguage: more.language,
      textLanguages: LANGUAGES.map((code) => ({ code, name: LANGUAGE_NAMES[code], isShown: code === more.language })),
      blocks: more.findings.filter(({ level }) => level === 'block'),
      warnings: more.findings.filter(({ level }) => level === 'warn'),
    });
  }

  /** The text as its readers see it, in a page that can run nothing and reach nothing. */
  @Permit('communication.read')
  @Get(':kind/preview')
  async preview(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Param('kind') kind: string,
    @Query('language') language = '',
  ): Promise<void> {
    const rendered = await this.rendered(session, reference, kind, language);
    sendMailHtml(reply, `${PREVIEW_HEAD}${rendered.html}`, rendered.text);
  }

  @Permit('communication.read')
  @Get(':kind/download')
  async download(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Param('kind') kind: string,
    @Query('language') language = '',
    @Query('form') formName = '',
  ): Promise<void> {
    const form = Object.hasOwn(FORMS, formName) ? FORMS[formName] : undefined;
    if (!form) throw unknownPage();
    const rendered = await this.rendered(session, reference, kind, language);
    void reply.header(
      'content-disposition',
      `attachment; filename="${reference}-${rendered.kind}-${rendered.language}.${formName}"`,
    );
    void reply.type(`${form.type}; charset=utf-8`).send(form.of(rendered));
  }

  private async rendered(
    session: Session,
    reference: string,
    kind: string,
    language: string,
  ): Promise<RenderedCommunication> {
    if (!isLanguage(language)) throw unknownPage();
    const { rendered, faults } = await this.communications.show(session.actor, reference, requireKind(kind), language);
    if (!rendered)
      throw new Problem('refused', 'letter.incomplete', faults.map(({ message }) => message).join(' '), faults);
    return rendered;
  }

  private async listContext(session: Session, reference: string, typed: Form): Promise<ListContext> {
    const { frame, more } = await this.frame.read(session.actor, reference, 'letters', async (tx, { breach }) => {
      const publications = await publicationsOf(tx, breach.id);
      const names = await accountNames(tx, [...new Set(publications.map(({ recordedBy }) => recordedBy))]);
      return {
        written: Object.keys(await textsOf(tx, breach.id)),
        publications: publications.map((one) => ({ ...one, byName: names.get(one.recordedBy) ?? '' })),
      };
    });
    return {
      ...frame,
      publications: more.publications,
      kinds: COMMUNICATION_KINDS.map((kind) => ({
        kind,
        languages: LANGUAGES.map((code) => ({
          code,
          name: LANGUAGE_NAMES[code],
          isWritten: more.written.includes(code),
        })),
      })),
      writtenLanguages: LANGUAGES.filter((code) => more.written.includes(code)),
      media: PUBLICATION_MEDIA,
      mayPublish: may(session.actor.roles, 'communication.publish'),
      typed: { medium: 'website', languages: more.written, ...typed },
    };
  }
}

interface ListContext extends Record<string, unknown> {
  publications: { id: string }[];
}

/** Enough of a look for a preview; whoever publishes it brings their own. */
const PREVIEW_HEAD =
  '<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><style>body{font:16px/1.5 system-ui,sans-serif;color:#14213d;max-width:40em;margin:0 auto;padding:16px;overflow-wrap:break-word}h1{line-height:1.25}</style>';

/** The language of who looks, where the breach has words in it, else the first that it has. */
function languageFor(session: Session, written: Language[]): Language {
  const own = session.actor.language;
  return written.includes(own) ? own : (LANGUAGES.find((language) => written.includes(language)) ?? own);
}

function requireKind(name: string): CommunicationKind {
  const kind = COMMUNICATION_KINDS.find((one) => one === name);
  if (!kind) throw unknownPage();
  return kind;
}

function requirePublication({ publications }: ListContext, id: string): { id: string } {
  const publication = publications.find((one) => one.id === id);
  if (!publication) throw unknownPage();
  return publication;
}

function unknownPage(): Problem {
  return new Problem(
    'not-found',
    'page.unknown',
    'There is no such page. Check the address, or start from the first page.',
  );
}
