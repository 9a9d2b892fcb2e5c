import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { CONFIG, LANGUAGES, LANGUAGE_NAMES, Problem, type Config } from '#libs/platform/index.js';
import { may, type Actor } from '#libs/staff/index.js';
import type { Session } from './guard.js';
import { problemInWords } from './problem-words.js';
import { Views, shownProblem } from './views.js';

/** What a form sent: text by field, a list where a field came more than once, a file as bytes. */
export type Form = Record<string, unknown>;

/** A field's text without the spaces around it; the last one where it came twice. */
export function field(form: Form | undefined, name: string): string {
  const value = form?.[name];
  const last = Array.isArray(value) ? value.at(-1) : value;
  return typeof last === 'string' ? last.trim() : '';
}

/** Answers a page. A form that was sent is answered by a page as well, which is nothing newly created. */
export function sendPage(reply: FastifyReply, html: string): void {
  if (reply.statusCode === 201) void reply.status(200);
  void reply.type('text/html; charset=utf-8').send(html);
}

/** All values of a field, for checkboxes. */
export function fields(form: Form | undefined, name: string): string[] {
  const value = form?.[name];
  return (Array.isArray(value) ? value : [value]).filter((one): one is string => typeof one === 'string' && one !== '');
}

/** Renders staff pages in the frame of the signed-in account. */
@Injectable()
export class Pages {
  constructor(
    readonly views: Views,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  show(reply: FastifyReply, session: Session, page: string, context: Record<string, unknown>): void {
    const { method, url } = reply.request;
    // Where the footer's choice of a language comes back to; an answer to a form has no address of its own.
    const back = method === 'GET' ? url : '';
    sendPage(reply, this.render(session, page, { back, ...context }));
  }

  render(session: Session, page: string, context: Record<string, unknown>): string {
    return this.views.render(page, { ...this.frame(session), ...context });
  }

  /**
   * Shows a form again after a fault of the input: with what was typed, a summary on top, and each fault beside its
   * field. Where `at` is given the whole problem stands at that field, and what was not found was typed there. Any other
   * error goes on to the filter.
   */
  again(
    reply: FastifyReply,
    session: Session,
    error: unknown,
    page: string,
    context: Record<string, unknown>,
    at: string | null = null,
  ): void {
    const kinds = ['bad-input', 'conflict', 'refused', ...(at === null ? [] : ['not-found'])];
    if (!(error instanceof Problem) || !kinds.includes(error.kind)) throw error;
    void reply.status(['bad-input', 'not-found'].includes(error.kind) ? 422 : 409);
    const { message, faults: own } = problemInWords(this.views, session.actor.language, error);
    const faults = at === null ? own : [{ at, message }];
    this.show(reply, session, page, { ...context, problem: shownProblem(message, faults) });
  }

  private frame({ actor, csrf, fencedBreaches }: Session): { language: Actor['language'] } & Record<string, unknown> {
    return {
      language: actor.language,
      timeZone: 'Europe/Brussels',
      actor: {
        name: actor.name,
        roles: actor.roles,
        isAdmin: may(actor.roles, 'account.manage'),
        mayReadBreaches: may(actor.roles, 'breach.read'),
        maySetController: may(actor.roles, 'controller.write'),
      },
      csrf,
      back: '',
      catcher: !this.config.SMTP_URL,
      fencedBreaches,
      problem: null,
      nothing: {},
      done: '',
      section: '',
      languages: LANGUAGES.map((code) => ({ code, name: LANGUAGE_NAMES[code], isCurrent: code === actor.language })),
    };
  }
}
