import { Readable } from 'node:stream';
import { Body, Controller, Get, Param, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { EXPORT_FORMATS, EXPORT_REASONS, PeopleExportService, type ExportFormat } from '#libs/people/index.js';
import { Problem } from '#libs/platform/index.js';
import { BreachFrame } from './breach-frame.js';
import { Permit, SessionOf, type Session } from './guard.js';
import { Pages, field, type Form } from './pages.js';
import { choiceOf, queryOf } from './people-filter.js';

const TYPES: Record<ExportFormat, string> = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
};

/** Taking the list of people out of the house: for a reason, which the ledger keeps with their number. */
@Controller('breaches/:reference/people/export')
export class PeopleExportController {
  constructor(
    private readonly exports: PeopleExportService,
    private readonly frame: BreachFrame,
    private readonly pages: Pages,
  ) {}

  @Permit('people.export')
  @Get()
  async form(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Query() query: Record<string, string>,
  ): Promise<void> {
    this.pages.show(reply, session, 'staff/people-export', await this.context(session, reference, query, {}));
  }

  @Permit('people.export')
  @Post()
  async export(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Body() form: Form,
  ): Promise<void> {
    try {
      const format = EXPORT_FORMATS.find((one) => one === field(form, 'format'));
      const reason = EXPORT_REASONS.find((one) => one === field(form, 'reason'));
      if (!format || !reason) throw notChosen(!format, !reason);
      const file = await this.exports.export(session.actor, reference, choiceOf(form), format, reason);
      void reply
        .header('content-disposition', `attachment; filename="people-${reference}.${format}"`)
        .type(TYPES[format])
        .send(Readable.from(file.bytes));
    } catch (error) {
      const context = await this.context(session, reference, form, form);
      this.pages.again(reply, session, error, 'staff/people-export', context);
    }
  }

  private async context(
    session: Session,
    reference: string,
    query: Record<string, unknown>,
    typed: Form,
  ): Promise<Record<string, unknown>> {
    const choice = choiceOf(query);
    const { frame } = await this.frame.read(session.actor, reference, 'people', () => Promise.resolve(null));
    return {
      ...frame,
      count: await this.exports.count(session.actor, reference, choice),
      chosen: Object.entries(queryOf(choice)).map(([name, value]) => ({ name, value })),
      formats: EXPORT_FORMATS,
      reasons: EXPORT_REASONS,
      typed: { format: 'xlsx', ...typed },
    };
  }
}

function notChosen(noFormat: boolean, noReason: boolean): Problem {
  return new Problem('bad-input', 'export.not-chosen', 'Choose the kind of file, and why you need the list.', [
    ...(noFormat ? [{ at: 'format', message: 'Choose the kind of file.' }] : []),
    ...(noReason ? [{ at: 'reason', message: 'Choose why you need the list; the choice is kept in the ledger.' }] : []),
  ]);
}
