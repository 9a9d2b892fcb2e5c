import { Readable } from 'node:stream';
import { Body, Controller, Get, Param, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { ROSTER_COLUMNS, RosterUploadsService, rosterExample, xlsxOf } from '#libs/people/index.js';
import { safeCsvLine } from '#libs/platform/index.js';
import { BreachFrame } from './breach-frame.js';
import { Permit, SessionOf, type Session } from './guard.js';
import { sentFile } from './multipart-form.js';
import { Pages, type Form } from './pages.js';
import { shownProblem } from './views.js';

/** Columns of the example on the page; the file that can be downloaded has them all. */
const SHOWN_COLUMNS = new Set<string>([
  'reference', 'category', 'given_name', 'family_name', 'language', 'email', 'documents', 'other_data',
]); // prettier-ignore

/** Files that somebody began with and did not finish, the newest. */
const SHOWN_UPLOADS = 3;

/** The first step of an import: choose the file. */
@Controller('breaches/:reference/import')
export class RosterController {
  constructor(
    private readonly uploads: RosterUploadsService,
    private readonly frame: BreachFrame,
    private readonly pages: Pages,
  ) {}

  @Permit('people.import')
  @Get()
  async form(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Query('refused') refused = '',
  ): Promise<void> {
    const fault = await this.uploads.refusal(session.actor, reference, refused);
    this.pages.show(reply, session, 'staff/import', {
      ...(await this.context(session, reference)),
      problem: fault ? shownProblem(fault.message, [{ at: 'file', message: fault.message }]) : null,
    });
  }

  @Permit('people.import')
  @Get('template.csv')
  templateCsv(@Res() reply: FastifyReply): void {
    sendFile(reply, 'people.csv', 'text/csv; charset=utf-8', `\ufeff${rosterExample().map(safeCsvLine).join('')}`);
  }

  @Permit('people.import')
  @Get('template.xlsx')
  templateXlsx(@Res() reply: FastifyReply): void {
    const rows = (async function* () {
      yield rosterExample();
    })();
    const type = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
    sendFile(reply, 'people.xlsx', type, Readable.from(xlsxOf(rows)));
  }

  /** Takes the file in; what is wrong with it as a whole stands at the field in which it was chosen. */
  @Permit('people.import')
  @Post()
  async upload(
    @Res() reply: FastifyReply,
    @SessionOf() session: Session,
    @Param('reference') reference: string,
    @Body() form: Form,
  ): Promise<void> {
    const file = sentFile(form, 'file');
    const { id, isRefused } = await this.uploads.receiveOrRefuse(session.actor, reference, file);
    const home = `/breaches/${reference}/import`;
    // Answered by an address of its own, so that the page can be loaded again and come back to.
    void reply.redirect(isRefused ? `${home}?refused=${id}` : `${home}/${id}/columns`, 303);
  }

  private async context(session: Session, reference: string): Promise<Record<string, unknown>> {
    const { frame } = await this.frame.read(session.actor, reference, 'people', () => Promise.resolve(null));
    const uploads = await this.uploads.list(session.actor, reference);
    const waiting = uploads.filter(({ state }) => state !== 'imported').slice(0, SHOWN_UPLOADS);
    const [names, cells] = rosterExample() as [string[], string[]];
    const example = names.map((name, i) => ({ name, cell: cells[i]! })).filter(({ name }) => SHOWN_COLUMNS.has(name));
    return { ...frame, columns: ROSTER_COLUMNS, waiting, example };
  }
}

/** A file for the reader's own disk. */
export function sendFile(reply: FastifyReply, name: string, type: string, content: string | Readable): void {
  void reply.header('content-disposition', `attachment; filename="${name}"`).type(type).send(content);
}
