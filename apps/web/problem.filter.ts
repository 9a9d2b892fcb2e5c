import { Catch, HttpException, Injectable, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Problem, errorFields, log, type ProblemKind } from '#libs/platform/index.js';
import type { SessionRequest } from './guard.js';
import { Pages } from './pages.js';
import { problemInWords } from './problem-words.js';
import { languageOf } from './person.controller.js';
import { shownProblem } from './views.js';

const STATUS: Record<ProblemKind, number> = {
  'bad-input': 422,
  refused: 409,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  unavailable: 503,
};

/** The one place where a problem becomes HTTP: RFC 9457 for programs, a page that says what to do for people. */
@Catch()
@Injectable()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly pages: Pages) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<SessionRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const problem = this.problemOf(error, request);
    const status =
      problem.code === 'session.missing' ? 401 : error instanceof Problem ? STATUS[error.kind] : statusOf(error);
    if (problem.code === 'session.missing' && wantsPage(request))
      return void reply.redirect(request.method === 'GET' ? `/?to=${encodeURIComponent(request.url)}` : '/', 303);
    if (problem.code === 'password.one-time' && wantsPage(request)) return void reply.redirect('/password', 303);
    void reply.status(status).header('cache-control', 'no-store');
    if (wantsPage(request)) void reply.type('text/html; charset=utf-8').send(this.page(problem, request));
    else
      void reply.type('application/problem+json').send({
        type: `urn:tocsin:problem:${problem.code}`,
        title: problem.message,
        status,
        detail: problem.message,
        code: problem.code,
        faults: problem.faults,
      });
  }

  private problemOf(error: unknown, request: SessionRequest): Problem {
    if (error instanceof Problem) return error;
    const status = statusOf(error);
    if (status === 404)
      return new Problem(
        'not-found',
        'page.unknown',
        'There is no such page. Check the address, or start from the first page.',
      );
    if (status === 413)
      return new Problem(
        'bad-input',
        'request.too-large',
        'This is more than a page takes: 1 MB in a form, 100 MB in a file. Use `bin/tocsin` for larger files.',
      );
    if (status < 500)
      return new Problem(
        'bad-input',
        'request.unreadable',
        'The page did not understand what was sent. Load it again, then repeat.',
      );
    log.error('a request failed', {
      requestId: request.id,
      method: request.method,
      route: request.routeOptions.url ?? '',
      ...errorFields(error),
    });
    return new Problem(
      'unavailable',
      'request.failed',
      `Something failed on our side, and nothing was changed. Try again; if it stays, tell the administrator the number ${request.id}.`,
      [],
      { number: request.id },
    );
  }

  private page(problem: Problem, request: SessionRequest): string {
    const isPersons = /^\/(n|real)([/?]|$)/.test(request.url);
    const language = request.session && !isPersons ? request.session.actor.language : languageOf(request, '');
    const { message, faults } = problemInWords(this.pages.views, language, problem);
    const others = faults.filter((fault) => fault.message !== message);
    const shown = { title: message, faults: shownProblem(message, others).faults, problem: null };
    if (request.session && !isPersons) return this.pages.render(request.session, 'staff/problem', shown);
    return this.pages.views.render('person/problem', {
      language,
      languages: [],
      ticket: '',
      ...shown,
    });
  }
}

function statusOf(error: unknown): number {
  if (error instanceof HttpException) return error.getStatus();
  const status = (error as { statusCode?: unknown }).statusCode;
  return typeof status === 'number' && status >= 400 ? status : 500;
}

function wantsPage(request: SessionRequest): boolean {
  return !request.url.startsWith('/api/') && (request.headers.accept ?? 'text/html').includes('text/html');
}
