import { Readable } from 'node:stream';
import { Body, Controller, Get, Param, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { OpenRowsService, ROSTER_COLUMNS, mendableCsv, type OpenRow, type RosterColumn } from '#libs/people/index.js';
import { Problem } from '#libs/platform/index.js';
import { BreachFrame } from './breach-frame.js';
import { CHOICES } from './columns-form.js';
import { Permit, SessionOf, type Session } from './guard.js';
import { Pages, field, type Form } from './pages.js';
import { sendFile } from './roster.controller.js';

/** The rows that imports left out: mend each here, all in a file, or say why one is nobody to be told. */
@Controller('breaches/:reference/import/left-out')
export class LeftOutController {
  constructor(
    private readonly openRows: OpenRowsService,
    private readonly frame: BreachFrame,
    private readonly pages: Pages,
  ) {}

  @Permit('people.import')
  @Get()
  async list(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
  ): Promise<void> {
    this.pages.show(reply, session, 'staff/left-out', await this.listContext(session, reference));
  }

  /** All of them as a file that is mended and imported again. */
  @Permit('people.import')
  @Get('rows-to-mend.csv')
  async download(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
  ): Promise<void> {
    const rows = await this.openRows.listToMend(session.actor, reference);
    sendFile(reply, 'rows-to-mend.csv', 'text/csv; charset=utf-8', Readable.from(mendableCsv(rows)));
  }

  @Permit('people.import')
  @Get(':row')
  async row(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Param('row') id: string,
  ): Promise<void> {
    const row = await this.openRows.get(session.actor, reference, id);
    const problem = { message: '', faults: row.faults };
    this.pages.show(reply, session, 'staff/left-out-row', {
      ...(await this.rowContext(session, reference, row, stated(row))),
      problem,
    });
  }

  @Permit('people.import')
  @Post(':row')
  async mend(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Param('row') id: string,
    @Body() form: Form,
  ): Promise<void> {
    const typed = Object.fromEntries(ROSTER_COLUMNS.map((column) => [column, field(form, column)]));
    try {
      await this.openRows.mend(session.actor, reference, id, typed, field(form, 'isSamePerson') === 'yes');
      void reply.redirect(`/breaches/${reference}/import/left-out`, 303);
    } catch (error) {
      if (error instanceof Problem && error.code === 'open-row.settled') throw error;
      const row = await this.openRows.get(session.actor, reference, id);
      const isKnown = error instanceof Problem && error.code === 'open-row.known-reference';
      this.pages.again(reply, session, error, 'staff/left-out-row', {
        ...(await this.rowContext(session, reference, row, typed)),
        isKnown: isKnown || field(form, 'isSamePerson') === 'yes',
      });
    }
  }

  @Permit('people.import')
  @Post(':row/dismiss')
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
      this.pages.again(reply, session, atRow(error, row), 'staff/left-out', await this.listContext(session, reference));
    }
  }

  private async listContext(session: Session, reference: string): Promise<Record<string, unknown>> {
    const { frame } = await this.frame.read(session.actor, reference, 'people', () => Promise.resolve(null));
    const { rows, count } = await this.openRows.list(session.actor, reference);
    return {
      ...frame,
      rows: rows.map(shownRow),
      count,
      more: count - rows.length,
    };
  }

  private async rowContext(
    session: Session,
    reference: string,
    row: OpenRow,
    typed: Partial<Record<RosterColumn, string>>,
  ): Promise<Record<string, unknown>> {
    const { frame } = await this.frame.read(session.actor, reference, 'people', () => Promise.resolve(null));
    const faulty = new Set(row.faults.map(({ at }) => at));
    const isFirst = (column: RosterColumn): boolean =>
      (typed[column] ?? '') !== '' || faulty.has(column) || row.columns.includes(column);
    return {
      ...frame,
      row,
      typed,
      isKnown: false,
      beyond: row.cells.slice(row.columns.length).filter((cell) => cell.trim() !== ''),
      first: ROSTER_COLUMNS.filter(isFirst).map((column) => cellField(column, typed[column] ?? '')),
      others: ROSTER_COLUMNS.filter((column) => !isFirst(column)).map((column) => cellField(column, '')),
    };
  }
}

/** Columns whose form is not plain from their name. */
const EXPLAINED = new Set<RosterColumn>([
  'email', 'private_email', 'country', 'birth_date', 'national_number', 'protected', 'minor', 'deceased', 'documents', 'other_data',
]); // prettier-ignore

/** A field for one cell: chosen from a list where there is one, in which what stood there stays until it is mended. */
function cellField(column: RosterColumn, value: string): Record<string, unknown> {
  const choice = CHOICES[column] ?? null;
  const known = choice?.values.find((one) => one === value.toLowerCase());
  return {
    name: column,
    value: known ?? value,
    words: choice?.words === 'answer' ? 'yes-no' : (choice?.words ?? ''),
    values: choice?.values ?? null,
    isUnknown: choice !== null && value !== '' && known === undefined,
    isExplained: EXPLAINED.has(column),
  };
}

/** What a row says by column of ours, with what its file said of everybody. */
function stated({ columns, everybody, cells }: OpenRow): Partial<Record<RosterColumn, string>> {
  const own = columns.flatMap((column, place) => (column === null ? [] : [[column, cells[place] ?? '']]));
  return { ...everybody, ...(Object.fromEntries(own) as Partial<Record<RosterColumn, string>>) };
}

/** What of a row stands on the list: who it may be, and the cells that are to mend. */
function shownRow(row: OpenRow): Record<string, unknown> {
  const says: Partial<Record<string, string>> = stated(row);
  const who = [says['reference'], says['given_name'], says['family_name']].map((part) => (part ?? '').trim());
  return {
    id: row.id,
    rowNumber: row.rowNumber,
    who: who.filter((part) => part !== '').join(' '),
    faulty: row.faults.map(({ at, message }) => ({
      column: at,
      ours: ROSTER_COLUMNS.some((column) => column === at),
      // A national number is shown only where it is mended.
      value: at === 'national_number' ? '' : (says[at] ?? '').trim(),
      message,
    })),
  };
}

/** A reason that is missing stands at its own row. */
function atRow(error: unknown, row: string): unknown {
  if (!(error instanceof Problem)) return error;
  const faults = error.faults.map(({ at, message }) => ({ at: `${at}-${row}`, message }));
  return new Problem(error.kind, error.code, error.message, faults);
}
