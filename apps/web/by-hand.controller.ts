import { Body, Controller, Get, Param, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { CATEGORIES, CONFIDENCES, DATA_KINDS } from '#libs/breach/index.js';
import { PeopleByHandService, type PastedChoices } from '#libs/people/index.js';
import { LANGUAGES, Problem } from '#libs/platform/index.js';
import { may } from '#libs/staff/index.js';
import { BreachFrame } from './breach-frame.js';
import { atFieldOfPage, exposuresOf, faultsOfExposures, handRowOf } from './by-hand-form.js';
import { Permit, SessionOf, type Session } from './guard.js';
import { Pages, field, type Form } from './pages.js';

/** Pages for persons whom no spreadsheet holds: one with all there is to say of them, or a few names. */
@Controller('breaches/:reference/people')
export class ByHandController {
  constructor(
    private readonly people: PeopleByHandService,
    private readonly frame: BreachFrame,
    private readonly pages: Pages,
  ) {}

  @Permit('people.correct')
  @Get('add')
  async addForm(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
  ): Promise<void> {
    this.pages.show(reply, session, 'staff/person-add', await this.context(session, reference, {}));
  }

  @Permit('people.correct')
  @Post('add')
  async add(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Body() form: Form,
  ): Promise<void> {
    try {
      const faults = faultsOfExposures(form, false);
      if (faults.length > 0)
        throw new Problem('bad-input', 'person.faulty', 'Mend what is marked; nobody was added.', faults);
      const added = await this.people.add(session.actor, reference, handRowOf(form), field(form, 'id'));
      void reply.redirect(`/breaches/${reference}/people/${added.id}`, 303);
    } catch (error) {
      const context = await this.context(session, reference, form);
      this.pages.again(reply, session, onPage(error), 'staff/person-add', { ...context, isMoreOpen: true });
    }
  }

  @Permit('people.correct')
  @Get('paste')
  async pasteForm(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
  ): Promise<void> {
    this.pages.show(reply, session, 'staff/people-paste', await this.context(session, reference, {}));
  }

  /** Shows what would be understood of pasted lines; nobody is added yet. */
  @Permit('people.correct')
  @Post('paste')
  async paste(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Body() form: Form,
  ): Promise<void> {
    const typed = turned(form);
    try {
      const shown = await this.understood(session, reference, typed);
      const context = await this.context(session, reference, typed);
      this.pages.show(reply, session, 'staff/people-paste', { ...context, ...shown });
    } catch (error) {
      this.pages.again(reply, session, error, 'staff/people-paste', await this.context(session, reference, typed));
    }
  }

  @Permit('people.correct')
  @Post('paste/add')
  async addPasted(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Body() form: Form,
  ): Promise<void> {
    try {
      requireChoices(form);
      const names = field(form, 'names');
      await this.people.addPasted(session.actor, reference, names, choicesOf(form), field(form, 'id'));
      void reply.redirect(`/breaches/${reference}/people`, 303);
    } catch (error) {
      const context = await this.context(session, reference, form);
      this.pages.again(reply, session, onPage(error), 'staff/people-paste', context);
    }
  }

  private async understood(session: Session, reference: string, form: Form): Promise<Record<string, unknown>> {
    requireChoices(form);
    const { lines, firstId } = await this.people.look(session.actor, reference, field(form, 'names'), choicesOf(form));
    return {
      lines: lines.map((line) => ({
        ...line,
        address: [1, 2, 3, 4, 5]
          .map((i) => line.cells[`address_line_${i as 1 | 2 | 3 | 4 | 5}`])
          .filter(Boolean)
          .join(', '),
      })),
      faulty: lines.filter((line) => line.faults.length > 0).length,
      firstId,
    };
  }

  private async context(session: Session, reference: string, form: Form): Promise<Record<string, unknown>> {
    const { frame, facts } = await this.frame.read(session.actor, reference, 'people', () => Promise.resolve(null));
    const [onlyCategory, ...others] = facts.affectedCategories;
    return {
      ...frame,
      typed: {
        documentCountry: 'BE',
        category: others.length === 0 ? onlyCategory : '',
        order: 'given-first',
        ...form,
      },
      nextId: this.people.nextId(),
      categories: CATEGORIES,
      letterLanguages: LANGUAGES,
      dataKinds: facts.dataKinds.length > 0 ? facts.dataKinds : DATA_KINDS,
      confidences: CONFIDENCES.filter((one) => one !== 'excluded'),
      maySetProtected: may(session.actor.roles, 'people.protected'),
      lines: null,
      faulty: 0,
      firstId: '',
      isMoreOpen: false,
    };
  }
}

/** The button "the other way round" sends the same form with the names turned. */
function turned(form: Form): Form {
  if (field(form, 'turn') === '') return form;
  return { ...form, order: field(form, 'order') === 'family-first' ? 'given-first' : 'family-first' };
}

function requireChoices(form: Form): void {
  const faults = faultsOfExposures(form, true);
  if (field(form, 'category') === '')
    faults.unshift({ at: 'category', message: 'Choose what kind of person they are.' });
  if (faults.length > 0)
    throw new Problem('bad-input', 'person.faulty', 'Mend what is marked; nobody was added.', faults);
}

function choicesOf(form: Form): PastedChoices {
  return {
    order: field(form, 'order') === 'family-first' ? 'family-first' : 'given-first',
    category: field(form, 'category'),
    language: field(form, 'language'),
    ...exposuresOf(form),
  };
}

function onPage(error: unknown): unknown {
  if (!(error instanceof Problem)) return error;
  return new Problem(error.kind, error.code, error.message, error.faults.map(atFieldOfPage));
}
