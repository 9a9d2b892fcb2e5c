import { Body, Controller, Get, Param, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { EntityManager } from 'typeorm';
import {
  PrintFilesService,
  PrintRunsService,
  getPrintRunOf,
  listPrintFiles,
  namedSheets,
  sheetCode,
  sheetCounts,
  type PrintRun,
} from '#libs/delivery/index.js';
import { isWorkerAtWork } from '#libs/jobs/index.js';
import { getNotice, requireNoticeOf } from '#libs/letters/index.js';
import { accountNames, may } from '#libs/staff/index.js';
import { BreachFrame } from './breach-frame.js';
import { Permit, SessionOf, type Session } from './guard.js';
import { Pages, field, type Form } from './pages.js';

const TYPES: Record<string, string> = {
  pdf: 'application/pdf',
  csv: 'text/csv; charset=utf-8',
  json: 'application/json',
};

/** One print run: its files, what was posted of it, and what every sheet became. */
@Controller('breaches/:reference/notices/:notice/paper/runs/:run')
export class PrintRunController {
  constructor(
    private readonly runs: PrintRunsService,
    private readonly files: PrintFilesService,
    private readonly frame: BreachFrame,
    private readonly pages: Pages,
  ) {}

  @Permit('notice.read')
  @Get()
  async run(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Param('notice') notice: string,
    @Param('run') run: string,
  ): Promise<void> {
    this.pages.show(reply, session, 'staff/print-run', await this.context(session, reference, notice, run, {}));
  }

  /** The part of the page that changes while the files are made. */
  @Permit('notice.read')
  @Get('progress')
  async progress(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Param('notice') notice: string,
    @Param('run') run: string,
  ): Promise<void> {
    const context = await this.context(session, reference, notice, run, {});
    this.pages.show(reply, session, 'staff/print-run-progress', context);
  }

  @Permit('notice.send')
  @Post('files')
  async makeFiles(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Param('notice') notice: string,
    @Param('run') run: string,
  ): Promise<void> {
    const context = await this.context(session, reference, notice, run, {});
    try {
      await this.runs.makeFilesAgain(session.actor, run);
      void reply.redirect(`/breaches/${reference}/notices/${notice}/paper/runs/${run}`, 303);
    } catch (error) {
      this.pages.again(reply, session, error, 'staff/print-run', context);
    }
  }

  @Permit('notice.send')
  @Get('files/:name')
  async file(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Param('notice') notice: string,
    @Param('run') runReference: string,
    @Param('name') name: string,
  ): Promise<void> {
    await this.frame.read(session.actor, reference, 'letters', (tx) => this.requireRun(tx, reference, notice, runReference)); // prettier-ignore
    const bytes = await this.files.read(session.actor, runReference, name);
    // The name is one that we gave: only such a file is found.
    const shown = name.startsWith(runReference) ? name : `${runReference}-${name}`;
    void reply
      .type(TYPES[name.slice(name.lastIndexOf('.') + 1)] ?? 'application/octet-stream')
      .header('content-disposition', `attachment; filename="${shown}"`)
      .send(bytes);
  }

  /** First what would happen, then, with `confirm`, it does. */
  @Permit('notice.send')
  @Post('posted')
  async posted(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Param('notice') notice: string,
    @Param('run') run: string,
    @Body() form: Form,
  ): Promise<void> {
    const typed = { damaged: field(form, 'damaged'), missing: field(form, 'missing') };
    const context = await this.context(session, reference, notice, run, typed);
    if (field(form, 'again') === 'yes') return this.pages.show(reply, session, 'staff/print-run', context);
    try {
      if (field(form, 'confirm') === 'yes') {
        await this.runs.confirmPosted(session.actor, run, typed);
        return void reply.redirect(`/breaches/${reference}/notices/${notice}/paper/runs/${run}`, 303);
      }
      const posting = await this.runs.previewPosted(session.actor, run, typed);
      this.pages.show(reply, session, 'staff/print-run-posted', { ...context, posting });
    } catch (error) {
      this.pages.again(reply, session, error, 'staff/print-run', context);
    }
  }

  private async requireRun(tx: EntityManager, reference: string, notice: string, run: string): Promise<PrintRun> {
    await requireNoticeOf(tx, reference, notice);
    return await getPrintRunOf(tx, notice, run);
  }

  private async context(
    session: Session,
    reference: string,
    noticeReference: string,
    runReference: string,
    typed: Form,
  ): Promise<Record<string, unknown>> {
    const { frame, more } = await this.frame.read(session.actor, reference, 'letters', async (tx) => {
      const run = await this.requireRun(tx, reference, noticeReference, runReference);
      const counts = (await sheetCounts(tx, [run.id])).get(run.id)!;
      const files = await listPrintFiles(tx, run.id);
      return {
        run,
        counts,
        notice: await getNotice(tx, noticeReference),
        files,
        isHere: run.filesMadeAt !== null && files.length > 0 && files.every((file) => file.isHere),
        madeByName: (await accountNames(tx, [run.madeBy])).get(run.madeBy) ?? '',
        named: (await namedSheets(tx, run.id)).map((one) => ({
          ...one,
          code: sheetCode({ run: run.reference, sheet: one.sheet }),
        })),
        hasWorker: await isWorkerAtWork(tx),
      };
    });
    return {
      ...frame,
      ...more,
      percent: Math.floor((more.counts.set / more.run.letters) * 100),
      maySend: may(session.actor.roles, 'notice.send'),
      typed,
    };
  }
}
