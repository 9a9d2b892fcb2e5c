import { Readable } from 'node:stream';
import { Body, Controller, Get, Param, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { DataSource } from 'typeorm';
import { isBreachLocked } from '#libs/breach/index.js';
import { isWorkerAtWork } from '#libs/jobs/index.js';
import {
  ROSTER_COLUMNS,
  RosterStepsService,
  RosterUploadsService,
  SHOWN_ROWS,
  faultyMapping,
  headerOf,
  mappingToJson,
  mendableCsv,
  type CheckedResult,
  type RosterUpload,
} from '#libs/people/index.js';
import { Problem, safeCsvLine } from '#libs/platform/index.js';
import { accountNames } from '#libs/staff/index.js';
import { BreachFrame } from './breach-frame.js';
import { columnsContext, mappingOfForm } from './columns-form.js';
import { Permit, SessionOf, type Session } from './guard.js';
import { Pages, field, type Form } from './pages.js';
import { sendFile } from './roster.controller.js';
import { shownProblem, type ShownProblem } from './views.js';

/** Silence after which a page says so: a worker tells each second how far it is. */
const SILENT_SECONDS = 15;

/** What the page of the check asks for, by the address that a form led back to. */
const MEND_OF_CHECK: Partial<Record<string, ShownProblem>> = {
  columns: shownProblem('', [
    {
      at: 'columnsAreRight',
      message: 'Look at the columns in your spreadsheet, then tick this box; or mend the file and choose it again.',
    },
  ]),
  numbers: shownProblem('The file was checked again meanwhile. Look at the numbers once more, then import.', []),
};

/** The steps of an import after its file was chosen, each a page of its own: columns, check, import. */
@Permit('people.import')
@Controller('breaches/:reference/import/:upload')
export class RosterUploadController {
  constructor(
    private readonly database: DataSource,
    private readonly uploads: RosterUploadsService,
    private readonly steps: RosterStepsService,
    private readonly frame: BreachFrame,
    private readonly pages: Pages,
  ) {}

  @Get('columns')
  async columns(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Param('upload') id: string,
    @Query('mend') mend = '',
  ): Promise<void> {
    const upload = await this.uploads.open(session.actor, reference, id);
    if (upload.state !== 'kept') return void reply.redirect(homeOf(upload), 303);
    const faulty = mend === '' ? null : faultyMapping(upload.mapping);
    this.pages.show(reply, session, 'staff/import-columns', {
      ...(await this.columnsContext(session, upload)),
      problem: faulty && shownProblem('', faulty.faults),
    });
  }

  @Post('columns')
  async setColumns(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Param('upload') id: string,
    @Body() form: Form,
  ): Promise<void> {
    const upload = await this.uploads.open(session.actor, reference, id);
    try {
      await this.steps.setMapping(session.actor, reference, id, mappingOfForm(form, upload.head.header.length));
      void reply.redirect(`${homeOf(upload)}/check`, 303);
    } catch (error) {
      if (!isProblem(error, 'roster.mapping-faulty')) throw error;
      void reply.redirect(`${homeOf(upload)}/columns?mend=yes`, 303);
    }
  }

  /** Which column is which, as the command line takes it with `--map`. */
  @Get('mapping.json')
  async mapping(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Param('upload') id: string,
  ): Promise<void> {
    const { mapping, head } = await this.uploads.open(session.actor, reference, id);
    sendFile(reply, 'columns.json', 'application/json; charset=utf-8', mappingToJson(mapping, head.header));
  }

  @Get('check')
  async check(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Param('upload') id: string,
    @Query('mend') mend = '',
  ): Promise<void> {
    const upload = await this.uploads.open(session.actor, reference, id);
    if (upload.state !== 'kept') return void reply.redirect(homeOf(upload), 303);
    if (!upload.check) return void reply.redirect(`${homeOf(upload)}/columns`, 303);
    this.pages.show(reply, session, 'staff/import-check', {
      ...(await this.checkContext(session, upload)),
      problem: MEND_OF_CHECK[mend] ?? null,
    });
  }

  @Post('columns-are-right')
  async columnsAreRight(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Param('upload') id: string,
    @Body() form: Form,
  ): Promise<void> {
    const upload = await this.uploads.open(session.actor, reference, id);
    if (field(form, 'columnsAreRight') !== 'yes')
      return void reply.redirect(`${homeOf(upload)}/check?mend=columns`, 303);
    await this.steps.columnsAreRight(session.actor, reference, id);
    void reply.redirect(`${homeOf(upload)}/check`, 303);
  }

  /** All rows that need mending, as a file that is mended and chosen again. */
  @Get('rows-to-mend.csv')
  async rowsToMend(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Param('upload') id: string,
  ): Promise<void> {
    const rows = await this.steps.rowsToMend(session.actor, reference, id);
    sendFile(reply, 'rows-to-mend.csv', 'text/csv; charset=utf-8', Readable.from(mendableCsv(rows)));
  }

  @Get('differences.csv')
  async differences(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Param('upload') id: string,
  ): Promise<void> {
    const { rows } = await this.steps.differences(session.actor, reference, id);
    const { language } = session.actor;
    const says = (outcome: 'changed' | 'kept'): string => this.pages.views.t(language, `difference.${outcome}`);
    const lines = rows.map(({ row, column, outcome }) => safeCsvLine([row, column, says(outcome)]));
    const head = safeCsvLine(['row', 'column', this.pages.views.t(language, 'difference.outcome')]);
    sendFile(reply, 'differences.csv', 'text/csv; charset=utf-8', `\ufeff${head}${lines.join('')}`);
  }

  /** Asks for the import, with the numbers that the button named; the worker does it. */
  @Post('start')
  async start(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Param('upload') id: string,
    @Body() form: Form,
  ): Promise<void> {
    const upload = await this.uploads.open(session.actor, reference, id);
    try {
      const seen = { checks: Number(field(form, 'checks')), leftOut: Number(field(form, 'leftOut')) };
      await this.steps.start(session.actor, reference, id, seen);
      void reply.redirect(homeOf(upload), 303);
    } catch (error) {
      if (!isProblem(error, 'roster.checked-again')) throw error;
      void reply.redirect(`${homeOf(upload)}/check?mend=numbers`, 303);
    }
  }

  @Post('discard')
  async discard(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Param('upload') id: string,
  ): Promise<void> {
    await this.uploads.discard(session.actor, reference, id);
    void reply.redirect(`/breaches/${reference}/import`, 303);
  }

  /** How far the import is, and in the end what it came to. */
  @Get()
  async run(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Param('upload') id: string,
  ): Promise<void> {
    const upload = await this.uploads.open(session.actor, reference, id);
    if (upload.state === 'kept')
      return void reply.redirect(`${homeOf(upload)}/${upload.check ? 'check' : 'columns'}`, 303);
    const { frame } = await this.frame.read(session.actor, reference, 'people', () => Promise.resolve(null));
    this.pages.show(reply, session, 'staff/import-run', { ...frame, ...(await this.runContext(upload)) });
  }

  /** The part of the page that changes while people are imported. */
  @Get('progress')
  async progress(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Param('upload') id: string,
  ): Promise<void> {
    const upload = await this.uploads.open(session.actor, reference, id);
    const context = { ...(await this.runContext(upload)), breach: { reference } };
    this.pages.show(reply, session, 'staff/import-progress', context);
  }

  private async columnsContext(session: Session, upload: RosterUpload): Promise<Record<string, unknown>> {
    const { savedBy, savedAt } = upload.mapping;
    const { frame, more } = await this.frame.read(session.actor, upload.breach, 'people', async (tx) => ({
      savedBy: savedBy ? ((await accountNames(tx, [savedBy])).get(savedBy) ?? '') : '',
    }));
    return {
      ...frame,
      ...columnsContext(upload, session.actor),
      upload,
      saved: savedAt ? { at: savedAt, by: more.savedBy, isOwn: savedBy === session.actor.accountId } : null,
    };
  }

  private async checkContext(session: Session, upload: RosterUpload): Promise<Record<string, unknown>> {
    const { frame } = await this.frame.read(session.actor, upload.breach, 'people', () => Promise.resolve(null));
    const { check } = upload;
    const result = check && 'result' in check ? check.result : null;
    const fault = check && 'problem' in check ? check.problem : null;
    return {
      ...frame,
      upload,
      result,
      fault,
      hasSlid: fault?.code === 'roster.columns-slid',
      read: upload.mapping.columns.filter((column) => column !== null).length,
      width: upload.head.header.length,
      ...(result ? resultContext(upload, result) : {}),
    };
  }

  private async runContext(upload: RosterUpload): Promise<Record<string, unknown>> {
    const { state, rowsDone, elapsedSeconds, silentSeconds } = upload;
    const total = upload.check && 'result' in upload.check ? upload.check.result.rows : rowsDone;
    const isQueued = state === 'queued';
    const perSecond = elapsedSeconds && elapsedSeconds > 0 ? rowsDone / elapsedSeconds : 0;
    return {
      upload,
      total,
      percent: total === 0 ? 0 : Math.min(100, Math.floor((rowsDone / total) * 100)),
      perMinute: Math.round(perSecond * 60),
      secondsLeft: perSecond > 0 ? Math.ceil((total - rowsDone) / perSecond) : null,
      isSilent: state === 'importing' && (silentSeconds ?? 0) > SILENT_SECONDS,
      hasWorker: !isQueued || (await isWorkerAtWork(this.database.manager)),
      isWaiting: isQueued && upload.isTaken && (await isBreachLocked(this.database.manager, upload.breachId)),
    };
  }
}

function homeOf(upload: RosterUpload): string {
  return `/breaches/${upload.breach}/import/${upload.id}`;
}

function resultContext(upload: RosterUpload, result: CheckedResult): Record<string, unknown> {
  const rows = new Map<number, { row: number; faults: Record<string, unknown>[] }>();
  for (const { row, column, message } of result.rejected) {
    const known = rows.get(row) ?? { row, faults: [] };
    const header = headerOf(upload, column);
    const ours = ROSTER_COLUMNS.some((one) => one === column);
    known.faults.push({ column, ours, header: header === column ? '' : header, message });
    rows.set(row, known);
  }
  const good = result.imported + result.updated;
  return {
    good,
    faultyRows: [...rows.values()],
    moreRows: Math.max(0, result.rejectedRows - SHOWN_ROWS),
    moreDifferences: Math.max(0, result.differenceCount - result.differences.length),
    everybody: Object.entries(upload.mapping.everybody).map(([column, value]) => ({ column, value })),
  };
}

function isProblem(error: unknown, code: string): boolean {
  return error instanceof Problem && error.code === code;
}
