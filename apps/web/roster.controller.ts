import { Readable } from 'node:stream';
import { Body, Controller, Get, Param, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { ROSTER_COLUMNS, RosterUploadsService, rosterExample, xlsxOf } from '#libs/people/index.js';
import { Problem, safeCsvLine } from '#libs/platform/index.js';
import { BreachFrame } from './breach-frame.js';
import { Permit, SessionOf, type Session } from './guard.js';
import { sentFile } from './multipart-form.js';
import { Pages, type Form } from './pages.js';

/** Columns of the example on the page; the file that can be downloaded has them all. */
const SHOWN_COLUMNS = new Set<string>([
  'reference', 'category', 'given_name', 'family_name', 'language', 'email', 'documents', 'other_data',
]); // prettier-ignore

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
  ): Promise<void> {
    this.pages.show(reply, session, 'staff/import', await this.context(session, reference));
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
    try {
      const id = await this.uploads.receive(session.actor, reference, sentFile(form, 'file'));
      void reply.redirect(`/breaches/${reference}/import/${id}/columns`, 303);
    } catch (error) {
      this.pages.again(reply, session, ofTheFile(error), 'staff/import', await this.context(session, reference));
    }
  }

  private async context(session: Session, reference: string): Promise<Record<string, unknown>> {
    const { frame } = await this.frame.read(session.actor, reference, 'people', () => Promise.resolve(null));
    const waiting = (await this.uploads.list(session.actor, reference)).filter(({ state }) => state !== 'imported');
    const [names, cells] = rosterExample() as [string[], string[]];
    const example = names.map((name, i) => ({ name, cell: cells[i]! })).filter(({ name }) => SHOWN_COLUMNS.has(name));
    return { ...frame, columns: ROSTER_COLUMNS, waiting, example };
  }
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

/** A file for the reader's own disk. */
export function sendFile(reply: FastifyReply, name: string, type: string, content: string | Readable): void {
  void reply.header('content-disposition', `attachment; filename="${name}"`).type(type).send(content);
}
