import { Body, Controller, Get, Param, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { DataSource } from 'typeorm';
import {
  BreachesService,
  CATEGORIES,
  DATA_KINDS,
  findController,
  getController,
  listBreaches,
  textsOf,
} from '#libs/breach/index.js';
import { timelineOf } from '#libs/ledger/index.js';
import { listNotices } from '#libs/letters/index.js';
import {
  Clock,
  LANGUAGES,
  LANGUAGE_NAMES,
  Problem,
  isLanguage,
  type Language,
  type Fault,
} from '#libs/platform/index.js';
import { countReplies } from '#libs/replies/index.js';
import { ReportsService, reportCsv, reportHtml, sumOf } from '#libs/reports/index.js';
import { accountNames, may } from '#libs/staff/index.js';
import { breachFileOf, formFaults } from './breach-form.js';
import { BreachFrame } from './breach-frame.js';
import { Permit, SessionOf, type Session } from './guard.js';
import { Pages, field, type Form } from './pages.js';
import { tasksOf, waitingFor } from './tasks.js';

const TOO_LONG = 'Shorten this part to 10 000 characters.';
/** What to do about a part of the words that is missing or too long. */
const TEXT_SAYS: Record<string, string> = {
  whatHappened: 'Write what happened, in at most 10 000 characters.',
  likelyConsequences: 'Write what may come of it, in at most 10 000 characters.',
  measuresTaken: 'Write what you have done, in at most 10 000 characters.',
};
const TEXT_FIELDS = ['whatHappened', 'likelyConsequences', 'measuresTaken', 'whatIsNotKnown', 'whoPays'] as const;

@Controller('breaches')
export class BreachController {
  constructor(
    private readonly database: DataSource,
    private readonly breaches: BreachesService,
    private readonly reports: ReportsService,
    private readonly frame: BreachFrame,
    private readonly pages: Pages,
    private readonly clock: Clock,
  ) {}

  @Permit('breach.read')
  @Get()
  async list(@Res() reply: FastifyReply, @SessionOf() session: Session): Promise<void> {
    const { cards, controller } = await this.database.transaction('REPEATABLE READ', async (tx) => {
      const found = await listBreaches(tx);
      const shown = [];
      for (const card of found.slice(0, 100)) shown.push({ ...card, sum: await sumOf(tx, card.id) });
      return { cards: shown, controller: (await findController(tx))?.controller ?? null };
    });
    const framed = await Promise.all(
      cards.map(async (card) => ({
        ...card,
        frame: (await this.frame.read(session.actor, card.reference, '', () => Promise.resolve(null))).frame,
      })),
    );
    this.pages.show(reply, session, 'staff/breaches', {
      section: 'breaches',
      cards: framed,
      hasController: controller !== null,
      mayOpen: may(session.actor.roles, 'breach.write'),
    });
  }

  @Permit('breach.write')
  @Get('new')
  async form(@Res() reply: FastifyReply, @SessionOf() session: Session): Promise<void> {
    const controller = await findController(this.database.manager);
    this.pages.show(reply, session, 'staff/breach-new', {
      ...this.formContext({}),
      hasController: controller !== null,
    });
  }

  @Permit('breach.write')
  @Post()
  async open(@Res() reply: FastifyReply, @SessionOf() session: Session, @Body() form: Form): Promise<void> {
    let own: Fault[] = [];
    try {
      const { controller } = await getController(this.database.manager);
      const { file, faults } = breachFileOf(form, controller.timeZone);
      own = faults;
      const breach = await this.breaches.open(session.actor, file);
      void reply.redirect(`/breaches/${breach.reference}`, 303);
    } catch (error) {
      const named =
        error instanceof Problem && error.kind === 'bad-input'
          ? new Problem(error.kind, error.code, 'Some answers need mending.', formFaults(error.faults, own))
          : error;
      this.pages.again(reply, session, named, 'staff/breach-new', { ...this.formContext(form), hasController: true });
    }
  }

  @Permit('breach.read')
  @Get(':reference')
  async overview(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
  ): Promise<void> {
    const { frame, facts, more } = await this.frame.read(
      session.actor,
      reference,
      'overview',
      async (tx, { breach, frame: framed }) => {
        const notices = await listNotices(tx, breach.id);
        const texts = await textsOf(tx, breach.id);
        return {
          notices,
          texts: LANGUAGES.map((language) => ({
            language,
            name: LANGUAGE_NAMES[language],
            isWritten: texts[language] !== undefined,
          })),
          replies: await countReplies(tx, breach.id),
          authors: await accountNames(
            tx,
            notices.map((notice) => notice.author),
          ),
          people: framed.sum.affected,
        };
      },
    );
    const state = {
      reference,
      facts,
      notices: more.notices,
      textsWritten: more.texts.filter((text) => text.isWritten).length,
      sum: frame.sum,
      notInSum: frame.notInSum,
    };
    this.pages.show(reply, session, 'staff/breach', {
      ...frame,
      ...more,
      facts,
      tasks: tasksOf(state),
      waiting: waitingFor(state),
      mayWrite: may(session.actor.roles, 'notice.write'),
    });
  }

  @Permit('breach.read')
  @Get(':reference/history')
  async history(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
  ): Promise<void> {
    const { frame, more } = await this.frame.read(session.actor, reference, 'history', async (tx, { breach }) => {
      const entries = (await timelineOf(tx, { breachId: breach.id }, 2_000))
        .filter((entry) => entry.personId === null)
        .slice(-200);
      return { entries: await named(tx, entries) };
    });
    this.pages.show(reply, session, 'staff/history', { ...frame, ...more });
  }

  @Permit('report.read')
  @Get(':reference/report')
  async report(@Res() reply: FastifyReply, @Param('reference') reference: string): Promise<void> {
    const report = await this.reports.report(reference);
    void reply
      .header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
      .type('text/html; charset=utf-8')
      .send(reportHtml(report));
  }

  @Permit('report.read')
  @Get(':reference/report.csv')
  async reportTable(@Res() reply: FastifyReply, @Param('reference') reference: string): Promise<void> {
    const report = await this.reports.report(reference);
    void reply
      .header('content-disposition', `attachment; filename="${report.breach}.csv"`)
      .type('text/csv; charset=utf-8')
      .send(reportCsv(report));
  }

  @Permit('breach.write')
  @Get(':reference/texts/:language')
  async textForm(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Param('language') language: string,
  ): Promise<void> {
    const { frame, more } = await this.frame.read(session.actor, reference, 'letters', async (tx, { breach }) => ({
      typed: (await textsOf(tx, breach.id))[knownLanguage(language)]?.texts ?? {},
    }));
    this.pages.show(reply, session, 'staff/breach-texts', { ...frame, ...textContext(language), ...more });
  }

  @Permit('breach.write')
  @Post(':reference/texts/:language')
  async saveTexts(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Param('language') language: string,
    @Body() form: Form,
  ): Promise<void> {
    const typed = Object.fromEntries(
      TEXT_FIELDS.map((name) => [name, field(form, name).replace(/\r\n/g, '\n')]).filter(([, text]) => text !== ''),
    );
    try {
      await this.breaches.recordTexts(session.actor, reference, knownLanguage(language), typed);
      void reply.redirect(`/breaches/${reference}`, 303);
    } catch (error) {
      const { frame } = await this.frame.read(session.actor, reference, 'letters', () => Promise.resolve(null));
      const named_ =
        error instanceof Problem && error.code === 'breach.faulty'
          ? new Problem(
              'bad-input',
              error.code,
              'Some parts are missing.',
              error.faults.map(({ at }) => ({ at, message: TEXT_SAYS[at] ?? TOO_LONG })),
            )
          : error;
      this.pages.again(reply, session, named_, 'staff/breach-texts', { ...frame, ...textContext(language), typed });
    }
  }

  private formContext(form: Form): Record<string, unknown> {
    const typed = { ...form, kinds: form['kinds'] ?? ['confidentiality'], paidBy: form['paidBy'] ?? 'controller' };
    return {
      section: 'breaches',
      typed,
      categories: CATEGORIES,
      dataKinds: DATA_KINDS,
      now: this.clock.now().toISOString(),
    };
  }
}

function knownLanguage(language: string): Language {
  if (!isLanguage(language))
    throw new Problem(
      'not-found',
      'page.unknown',
      'There is no such page. Check the address, or start from the first page.',
    );
  return language;
}

function textContext(language: string): Record<string, unknown> {
  return {
    textLanguage: language,
    textLanguageName: LANGUAGE_NAMES[knownLanguage(language)],
    textFields: TEXT_FIELDS.map((name) => ({ name, isOptional: name === 'whatIsNotKnown' })),
  };
}

/** Timeline entries with the names of the accounts that acted. */
export async function named<T extends { actor: string }>(
  tx: Parameters<typeof accountNames>[0],
  entries: T[],
): Promise<(T & { who: string })[]> {
  const idOf = (actor: string): string | null => /^account:([0-9a-f-]{36})/.exec(actor)?.[1] ?? null;
  const names = await accountNames(tx, [
    ...new Set(entries.map((entry) => idOf(entry.actor)).filter((id) => id !== null)),
  ]);
  return entries.map((entry) => {
    const id = idOf(entry.actor);
    return { ...entry, who: id ? (names.get(id) ?? '') : entry.actor };
  });
}
