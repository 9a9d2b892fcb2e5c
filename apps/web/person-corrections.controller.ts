import { Body, Controller, Get, Param, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { CATEGORIES, CONFIDENCES, DATA_KINDS, EXTENTS, isDocumentKind } from '#libs/breach/index.js';
import {
  ExposureCorrectionsService,
  HAND_STATES,
  LetterFormsService,
  PersonCorrectionsService,
  type CorrectionForm,
  type ExposureCorrection,
  type FieldChange,
  type OpenedPerson,
} from '#libs/people/index.js';
import { LANGUAGES, Problem, type Language } from '#libs/platform/index.js';
import { may } from '#libs/staff/index.js';
import { BreachFrame } from './breach-frame.js';
import { Permit, SessionOf, type Session } from './guard.js';
import { Pages, field, type Form } from './pages.js';

/** A line of "as it is, as it will be", in words. */
interface ChangeInWords {
  label: string;
  old: string;
  new: string;
}

/** Corrects one person: a form, then old and new side by side, then it is saved. */
@Controller('breaches/:reference/people/:id')
export class PersonCorrectionsController {
  constructor(
    private readonly people: PersonCorrectionsService,
    private readonly exposures: ExposureCorrectionsService,
    private readonly forms: LetterFormsService,
    private readonly frame: BreachFrame,
    private readonly pages: Pages,
  ) {}

  /** The form of their letters to come; the choice is one of a list, so it is saved without a page between. */
  @Permit('people.correct')
  @Post('letter-form')
  async letterForm(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Param('id') id: string,
    @Body() form: Form,
  ): Promise<void> {
    await this.forms.choose(session.actor, reference, id, field(form, 'form'), field(form, 'askedBy'));
    void reply.redirect(`/breaches/${reference}/people/${id}`, 303);
  }

  /** Shows all there is of a person, which the ledger keeps: so it is no GET. */
  @Permit('people.correct')
  @Post('correct/open')
  async open(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Param('id') id: string,
  ): Promise<void> {
    const opened = await this.people.open(session.actor, reference, id);
    this.pages.show(reply, session, 'staff/person-correct', await this.context(session, reference, opened, {}));
  }

  @Permit('people.correct')
  @Post('correct')
  async check(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Param('id') id: string,
    @Body() form: Form,
  ): Promise<void> {
    const typed = textsOf(form);
    try {
      if (field(form, 'again') !== '') return await this.showAgain(reply, session, reference, id, typed, null);
      const checked = await this.people.check(session.actor, reference, id, typed, typed['version'] ?? '');
      const { frame } = await this.frame.read(session.actor, reference, 'people', () => Promise.resolve(null));
      this.pages.show(reply, session, 'staff/correction-check', {
        ...frame,
        changes: checked.changes.map((change) => this.inWords(session.actor.language, change)),
        consequences: checked.consequences,
        letterLanguages: checked.languages,
        reason: typed['reason'],
        typed: Object.entries(typed).map(([name, value]) => ({ name, value })),
        back: `/breaches/${reference}/people/${id}`,
        check: `/breaches/${reference}/people/${id}/correct`,
        save: `/breaches/${reference}/people/${id}/correct/save`,
      });
    } catch (error) {
      await this.showAgain(reply, session, reference, id, typed, error);
    }
  }

  @Permit('people.correct')
  @Post('correct/save')
  async save(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Param('id') id: string,
    @Body() form: Form,
  ): Promise<void> {
    const typed = textsOf(form);
    try {
      await this.people.save(session.actor, reference, id, typed, typed['version'] ?? '');
      void reply.redirect(`/breaches/${reference}/people/${id}`, 303);
    } catch (error) {
      await this.showAgain(reply, session, reference, id, typed, error);
    }
  }

  @Permit('people.correct')
  @Get('exposures/:exposure')
  async exposureForm(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Param('id') id: string,
    @Param('exposure') exposure: string,
  ): Promise<void> {
    this.pages.show(
      reply,
      session,
      'staff/exposure-correct',
      await this.exposureContext(session, reference, id, exposure, null),
    );
  }

  @Permit('people.correct')
  @Post('exposures/:exposure')
  async checkExposure(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Param('id') id: string,
    @Param('exposure') exposure: string,
    @Body() form: Form,
  ): Promise<void> {
    const typed = textsOf(form);
    try {
      if (field(form, 'again') !== '')
        return await this.showExposureAgain(reply, session, reference, id, exposure, typed, null);
      const checked = await this.exposures.check(session.actor, reference, id, correctionOf(exposure, typed));
      const { frame } = await this.frame.read(session.actor, reference, 'people', () => Promise.resolve(null));
      const place = `/breaches/${reference}/people/${id}/exposures/${exposure}`;
      this.pages.show(reply, session, 'staff/correction-check', {
        ...frame,
        changes: this.exposureInWords(session.actor.language, checked.old, checked.new),
        consequences: checked.consequences,
        letterLanguages: [],
        reason: typed['reason'],
        typed: Object.entries(typed).map(([name, value]) => ({ name, value })),
        back: `/breaches/${reference}/people/${id}`,
        check: place,
        save: `${place}/save`,
      });
    } catch (error) {
      await this.showExposureAgain(reply, session, reference, id, exposure, typed, error);
    }
  }

  @Permit('people.correct')
  @Post('exposures/:exposure/save')
  async saveExposure(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Param('id') id: string,
    @Param('exposure') exposure: string,
    @Body() form: Form,
  ): Promise<void> {
    const typed = textsOf(form);
    try {
      await this.exposures.save(session.actor, reference, id, correctionOf(exposure, typed));
      void reply.redirect(`/breaches/${reference}/people/${id}`, 303);
    } catch (error) {
      await this.showExposureAgain(reply, session, reference, id, exposure, typed, error);
    }
  }

  /** The form as it was typed, and what is wrong with it. Where somebody was quicker, the person as they are now. */
  private async showAgain(
    reply: FastifyReply,
    session: Session,
    reference: string,
    id: string,
    typed: CorrectionForm,
    error: unknown,
  ): Promise<void> {
    const opened = await this.people.reopen(session.actor, reference, id);
    const isLate = error instanceof Problem && error.code === 'person.changed';
    const context = await this.context(session, reference, opened, isLate ? {} : typed);
    if (error === null) this.pages.show(reply, session, 'staff/person-correct', context);
    else this.pages.again(reply, session, error, 'staff/person-correct', context);
  }

  private async context(
    session: Session,
    reference: string,
    { person, form, version }: OpenedPerson,
    typed: CorrectionForm,
  ): Promise<Record<string, unknown>> {
    const { frame } = await this.frame.read(session.actor, reference, 'people', () => Promise.resolve(null));
    return {
      ...frame,
      person: { id: person.id, record: person.record },
      typed: { ...form, reason: '', ...typed },
      version,
      contacts: person.record.contacts.map(({ kind }, place) => ({
        place,
        kind,
        isPost: kind === 'post',
        states: [...new Set([person.contactStates[place]!, ...HAND_STATES[kind]])],
      })),
      categories: CATEGORIES,
      letterLanguages: LANGUAGES,
      maySetProtected: may(session.actor.roles, 'people.protected'),
    };
  }

  private async showExposureAgain(
    reply: FastifyReply,
    session: Session,
    reference: string,
    id: string,
    exposure: string,
    typed: Record<string, string>,
    error: unknown,
  ): Promise<void> {
    // What somebody else replaced meanwhile has no form any more: its person is shown as they are now.
    if (error instanceof Problem && error.code === 'exposure.changed') throw error;
    const context = await this.exposureContext(session, reference, id, exposure, typed);
    if (error === null) this.pages.show(reply, session, 'staff/exposure-correct', context);
    else this.pages.again(reply, session, error, 'staff/exposure-correct', context);
  }

  private async exposureContext(
    session: Session,
    reference: string,
    id: string,
    exposureId: string,
    typed: Record<string, string> | null,
  ): Promise<Record<string, unknown>> {
    const { person } = await this.people.reopen(session.actor, reference, id);
    const exposure = person.exposures.find((one) => one.id === exposureId) ?? null;
    if (!exposure && exposureId !== 'new') {
      throw new Problem(
        'conflict',
        'exposure.changed',
        'Somebody changed this meanwhile, and nothing of yours was saved. Look at the person as they are now, then correct what is still wrong.',
      );
    }
    const { frame, facts } = await this.frame.read(session.actor, reference, 'people', () => Promise.resolve(null));
    const isDocument = exposure !== null && isDocumentKind(exposure.dataKind);
    return {
      ...frame,
      person: { id, record: person.record },
      exposure,
      exposureId,
      typed: typed ?? { country: 'BE', ...exposure, reason: '' },
      dataKinds: facts.dataKinds.length > 0 ? facts.dataKinds : DATA_KINDS,
      extents: EXTENTS.filter((extent) => !isDocument || extent !== 'copy'),
      confidences: CONFIDENCES,
    };
  }

  private inWords(language: Language, { field: name, of, old, new: now }: FieldChange): ChangeInWords {
    const value = (text: string): string => {
      if (text === '') return this.pages.views.t(language, 'correct.nothing');
      switch (of) {
        case 'text':
          return text.replaceAll('\n', ', ');
        case 'category':
          return this.pages.views.t(language, `category.${text}`);
        case 'language':
        case 'languages':
          return text
            .split(',')
            .map((code) => this.pages.views.t(language, `language.${code}`))
            .join(' + ');
        case 'yes-no':
          return this.pages.views.t(language, `yes-no.${text}`);
        case 'contact-state':
          return this.pages.views.t(language, `contact-state.${text}`);
      }
    };
    // By the rule, where nothing is chosen by hand.
    const empty = (text: string): string =>
      of === 'languages' && text === '' ? this.pages.views.t(language, 'correct.by-rule') : value(text);
    return { label: this.pages.views.t(language, `correct.field.${name}`), old: empty(old), new: empty(now) };
  }

  private exposureInWords(language: Language, old: ExposureInWords | null, now: ExposureInWords): ChangeInWords[] {
    const what = `${this.pages.views.t(language, `data.${now.dataKind}`)} ${now.country ?? ''}`.trim();
    const value = (one: ExposureInWords | null): string =>
      one
        ? `${this.pages.views.t(language, `extent.${one.extent}`)} · ${this.pages.views.t(language, `confidence.${one.confidence}`)}`
        : this.pages.views.t(language, 'correct.nothing');
    return [{ label: what, old: value(old), new: value(now) }];
  }
}

interface ExposureInWords {
  dataKind: string;
  country: string | null;
  extent: string;
  confidence: string;
}

/** Fields that a page sends, as text; a file or a list is none of ours. */
function textsOf(form: Form): Record<string, string> {
  return Object.fromEntries(
    Object.keys(form)
      .filter((name) => !['_csrf', 'again'].includes(name))
      .map((name) => [name, field(form, name)]),
  );
}

function correctionOf(exposure: string, typed: Record<string, string>): ExposureCorrection {
  return {
    corrects: exposure === 'new' ? null : exposure,
    dataKind: typed['dataKind'] ?? '',
    country: typed['country'] ?? '',
    extent: typed['extent'] ?? '',
    confidence: typed['confidence'] ?? '',
    reason: typed['reason'] ?? '',
  };
}
