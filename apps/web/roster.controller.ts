import { Body, Controller, Get, Param, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { breachKey } from '#libs/breach/index.js';
import {
  OpenRowsService,
  ROSTER_COLUMNS,
  RosterImportService,
  RosterUploadsService,
  listOpenRows,
  rosterTemplate,
  sourceOfBytes,
  type RosterResult,
} from '#libs/people/index.js';
import { KEYRING, Problem, type Keyring } from '#libs/platform/index.js';
import { Inject } from '@nestjs/common';
import { may } from '#libs/staff/index.js';
import { BreachFrame } from './breach-frame.js';
import { Permit, SessionOf, type Session } from './guard.js';
import { Pages, field, type Form } from './pages.js';

/** The most rows that a page takes; the CLI takes any number. */
const MOST_ROWS = 100_000;
/** Faulty rows that a page shows; the file with all of them can be downloaded. */
const SHOWN = 50;

@Controller('breaches/:reference/import')
export class RosterController {
  constructor(
    private readonly roster: RosterImportService,
    private readonly uploads: RosterUploadsService,
    private readonly openRows: OpenRowsService,
    private readonly frame: BreachFrame,
    private readonly pages: Pages,
    @Inject(KEYRING) private readonly keyring: Keyring,
  ) {}

  @Permit('people.import')
  @Get()
  async form(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
  ): Promise<void> {
    this.pages.show(reply, session, 'staff/import', await this.formContext(session, reference));
  }

  @Permit('people.import')
  @Get('template.csv')
  template(@Res() reply: FastifyReply): void {
    void reply
      .header('content-disposition', 'attachment; filename="people.csv"')
      .type('text/csv; charset=utf-8')
      .send(rosterTemplate());
  }

  /** Checks the file and shows what it would do; nothing is imported yet. */
  @Permit('people.import')
  @Post()
  async check(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Body() form: Form,
  ): Promise<void> {
    const file = form['file'];
    const bytes = Buffer.isBuffer(file) ? file : Buffer.alloc(0);
    try {
      const result = await this.roster.check(session.actor, reference, sourceOfBytes(bytes), { mostRows: MOST_ROWS });
      const upload = await this.uploads.keep(session.actor, reference, bytes);
      const { frame } = await this.frame.read(session.actor, reference, 'people', () => Promise.resolve(null));
      this.pages.show(reply, session, 'staff/import-check', { ...frame, ...checkContext(result), upload });
    } catch (error) {
      this.pages.again(reply, session, ofTheFile(error), 'staff/import', await this.formContext(session, reference));
    }
  }

  /** All faults of a checked file, to be mended with the file at hand. */
  @Permit('people.import')
  @Post('faults.csv')
  async faults(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Body() form: Form,
  ): Promise<void> {
    const bytes = await this.uploads.open(session.actor, reference, field(form, 'upload'));
    const { rejected } = await this.roster.check(session.actor, reference, sourceOfBytes(bytes), {
      mostRows: MOST_ROWS,
    });
    const lines = rejected.map((cell) => `${cell.row},${cell.column},"${cell.message.replaceAll('"', '""')}"\r\n`);
    void reply
      .header('content-disposition', 'attachment; filename="rows-to-mend.csv"')
      .type('text/csv; charset=utf-8')
      .send(`\ufeffrow,column,what to do\r\n${lines.join('')}`);
  }

  @Permit('people.import')
  @Post('confirm')
  async confirm(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Body() form: Form,
  ): Promise<void> {
    try {
      const bytes = await this.uploads.open(session.actor, reference, field(form, 'upload'));
      await this.roster.import(session.actor, reference, sourceOfBytes(bytes), {
        keepGood: field(form, 'keepGood') === 'yes',
        mostRows: MOST_ROWS,
      });
      await this.uploads.drop(session.actor, field(form, 'upload'));
      void reply.redirect(`/breaches/${reference}/people`, 303);
    } catch (error) {
      this.pages.again(reply, session, error, 'staff/import', await this.formContext(session, reference));
    }
  }

  @Permit('people.import')
  @Get('left-out')
  async leftOut(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
  ): Promise<void> {
    this.pages.show(reply, session, 'staff/left-out', await this.leftOutContext(session, reference));
  }

  @Permit('people.import')
  @Post('left-out/:row/dismiss')
  async dismiss(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Param('row') row: string,
    @Body() form: Form,
  ): Promise<void> {
    try {
      await this.openRows.dismiss(session.actor, reference, row, field(form, 'reason'));
      void reply.redirect(`/breaches/${reference}/import/left-out`, 303);
    } catch (error) {
      this.pages.again(
        reply,
        session,
        atRow(error, row),
        'staff/left-out',
        await this.leftOutContext(session, reference),
      );
    }
  }

  private async leftOutContext(session: Session, reference: string): Promise<Record<string, unknown>> {
    const { frame, more } = await this.frame.read(
      session.actor,
      reference,
      'people',
      async (tx, { breach }) =>
        await listOpenRows(
          tx,
          breach.id,
          await breachKey(tx, this.keyring, breach.id),
          may(session.actor.roles, 'people.protected'),
        ),
    );
    const rows = more.rows.map((row) => ({
      ...row,
      cells: row.columns
        .map((column, i) => ({
          column,
          value: row.cells[i] ?? '',
          fault: row.faults.find((fault) => fault.at === column)?.message ?? '',
        }))
        .filter((cell) => cell.column !== null && (cell.value !== '' || cell.fault !== '')),
    }));
    return { ...frame, rows, count: more.count };
  }

  private async formContext(session: Session, reference: string): Promise<Record<string, unknown>> {
    const { frame } = await this.frame.read(session.actor, reference, 'people', () => Promise.resolve(null));
    return { ...frame, columns: ROSTER_COLUMNS };
  }
}

/** A reason that is missing stands at its own row. */
function atRow(error: unknown, row: string): unknown {
  if (!(error instanceof Problem)) return error;
  const faults = error.faults.map(({ at, message }) => ({ at: `${at}-${row}`, message }));
  return new Problem(error.kind, error.code, error.message, faults);
}

/** A fault of the whole file stands at the field that the file was chosen in. */
function ofTheFile(error: unknown): unknown {
  if (!(error instanceof Problem)) return error;
  const says = error.faults.length > 0 ? error.faults.map((fault) => fault.message) : [error.message];
  return new Problem(
    error.kind,
    error.code,
    error.message,
    says.map((message) => ({ at: 'file', message })),
  );
}

function checkContext(result: RosterResult): Record<string, unknown> {
  const rows = new Map<number, { row: number; faults: { column: string; message: string }[] }>();
  for (const { row, column, message } of result.rejected) {
    const known = rows.get(row) ?? { row, faults: [] };
    known.faults.push({ column, message });
    rows.set(row, known);
  }
  const faulty = [...rows.values()];
  return {
    result,
    good: result.imported + result.updated,
    faultyRows: faulty.slice(0, SHOWN),
    moreRows: Math.max(0, result.rejectedRows - SHOWN),
    readColumns: result.columns.filter((column) => column !== null),
    skipped: result.columns.filter((column) => column === null).length,
  };
}
