import { setImmediate } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { breachKey } from '#libs/breach/index.js';
import { record } from '#libs/ledger/index.js';
import {
  LetterMaker,
  getNoticeById,
  nameOnEnvelope,
  openLetters,
  pagesOf,
  type Notice,
  type OpenedLetter,
} from '#libs/letters/index.js';
import { openPeople } from '#libs/people/index.js';
import {
  CONFIG,
  KEYRING,
  Problem,
  log,
  safeCsvLine,
  type Config,
  type Keyring,
  type SealingKey,
} from '#libs/platform/index.js';
import { requirePermission, type Actor } from '#libs/staff/index.js';
import { openNextAttempts } from './next-attempts.js';
import { batchesOf, manifestOf, type ManifestOf, type PrintBatch } from './print-batches.js';
import {
  forgetOtherPrintFiles,
  forgetPrintContents,
  keepPrintFile,
  listPrintFiles,
  readPrintFile,
  type PrintFile,
} from './print-files.store.js';
import { PrintRunsService, closeRun } from './print-runs.service.js';
import { getPrintRun, sheetsOf, type PrintRun, type SheetRow } from './print-runs.store.js';
import { pageCode, sheetCode } from './sheet-code.js';

/** Letters that are opened and set alone in one go; between two of them other work of the process has its turn. */
const STEP = 25;
export const ADDRESSES = 'addresses.csv';
export const MANIFEST = 'manifest.json';

/** A letter of a run with all that its paper says. */
interface ToSet {
  sheet: number;
  letter: OpenedLetter;
  languages: string[];
  large: boolean;
  postal: string[];
  pages: number;
}

/** What the making of one run shares. */
interface Making {
  run: PrintRun;
  notice: Notice;
  maker: LetterMaker;
  key: SealingKey;
}

/** Called with the letters that are ready and those there are. */
export type PrintProgress = (done: number, of: number) => void;

@Injectable()
export class PrintFilesService {
  constructor(
    private readonly database: DataSource,
    @Inject(KEYRING) private readonly keyring: Keyring,
    @Inject(CONFIG) private readonly config: Config,
    private readonly runs: PrintRunsService,
  ) {}

  /**
   * Makes the files of a run: each letter is set alone first, which tells how many pages it has and whether it can be
   * printed at all; then those of one language and length together, some fifty a file; then the list of addresses and the
   * manifest. Every step is kept when it is done and no half of one is, so that whoever is killed is followed by whoever
   * makes the rest. The same run gives the same bytes. Memory is that of one file.
   */
  async make(runId: string, signal?: AbortSignal, progress?: PrintProgress): Promise<void> {
    const making = await this.begin(runId);
    await this.setAlone(making, signal, progress);
    const sheets = await this.setSheets(making);
    const batches = batchesOf(making.run.reference, sheets);
    const files: ManifestOf['files'] = [];
    for (const batch of batches) {
      signal?.throwIfAborted();
      files.push({ ...(await this.makeBatch(making, batch)), sheets: batch.sheets.map(({ sheet }) => sheet) });
      await setImmediate();
    }
    signal?.throwIfAborted();
    await this.finish(making, files);
  }

  private async begin(runId: string): Promise<Making> {
    return await this.database.transaction(async (tx) => {
      const [row]: { reference: string }[] = await tx.query(`select reference from print_run where id = $1`, [runId]);
      const run = await getPrintRun(tx, row?.reference ?? '');
      const notice = await getNoticeById(tx, run.noticeId);
      const maker = await LetterMaker.of(tx, notice, this.keyring, this.config);
      return { run, notice, maker, key: await breachKey(tx, this.keyring, run.breachId) };
    });
  }

  /** Sets every letter alone of which the number of pages is not known yet. */
  private async setAlone(making: Making, signal?: AbortSignal, progress?: PrintProgress): Promise<void> {
    const { run, maker } = making;
    for (let after = 0; ;) {
      signal?.throwIfAborted();
      const step = await sheetsOf(this.database.manager, run.id, { after, limit: STEP });
      if (step.length === 0) return;
      after = step.at(-1)!.sheet;
      const unset = step.filter((one) => one.pages === null && one.state === 'printed');
      const pages = new Map<string, number>();
      const unprintable: SheetRow[] = [];
      const letters = await this.open(this.database.manager, making, unset);
      for (const row of unset) {
        const one = letters.get(row.sheet);
        if (!one) continue;
        try {
          pages.set(row.id, pagesOf(maker.print(one.letter, one)));
        } catch (error) {
          if (!(error instanceof Problem) || error.code !== 'letter.unprintable') throw error;
          unprintable.push(row);
        }
        await setImmediate();
      }
      await this.keepPages(making, pages, unprintable);
      progress?.(after, run.letters);
    }
  }

  /** What cannot be printed does not stop the others: its attempt ends, with the reason, and the ladder goes on. */
  private async keepPages({ run, notice }: Making, pages: Map<string, number>, unprintable: SheetRow[]): Promise<void> {
    await this.database.transaction(async (tx) => {
      await getNoticeById(tx, notice.id, true);
      await tx.query(
        `update dispatch d set pages = t.pages from unnest($1::uuid[], $2::int[]) as t (id, pages) where d.id = t.id`,
        [[...pages.keys()], [...pages.values()]],
      );
      // Another maker of the same run may have come before.
      const still = await sheetsOf(tx, run.id, {});
      const open = unprintable.filter(({ id }) => still.some((one) => one.id === id && one.state === 'printed'));
      await this.runs.putBack(tx, notice, 'worker', open, 'unprintable');
      await openNextAttempts(tx, this.keyring, notice, 'worker', open.map(({ letterId }) => letterId)); // prettier-ignore
      await closeRun(tx, run);
    });
  }

  /** The letters of a run that were set, by their languages and pages; those of erased persons are left out. */
  private async setSheets(
    making: Making,
  ): Promise<{ sheet: number; languages: string[]; pages: number; row: SheetRow }[]> {
    const tx = this.database.manager;
    const rows = (await sheetsOf(tx, making.run.id)).filter(({ pages }) => pages !== null);
    const letters: { id: string; languages: string[] }[] = await tx.query(
      `select l.id, l.languages from letter l join person p on p.id = l.person_id where l.id = any ($1) and p.secret is not null`,
      [rows.map(({ letterId }) => letterId)],
    );
    const languages = new Map(letters.map((letter) => [letter.id, letter.languages]));
    return rows.flatMap((row) => {
      const known = languages.get(row.letterId);
      return known ? [{ sheet: row.sheet, languages: known, pages: row.pages!, row }] : [];
    });
  }

  /** One file. It is there already where another worker made it, or this one before it was killed. */
  private async makeBatch(
    making: Making,
    batch: PrintBatch<{ sheet: number; languages: string[]; pages: number; row: SheetRow }>,
  ): Promise<PrintFile> {
    const { run, maker, key } = making;
    const known = await this.fileOf(run.id, batch.name);
    if (known?.isHere && known.letters === batch.sheets.length) return known;
    const opened = await this.open(
      this.database.manager,
      making,
      batch.sheets.map(({ row }) => row),
    );
    const letters = batch.sheets.map(({ sheet, pages }) => {
      const code = sheetCode({ run: run.reference, sheet });
      return { ...opened.get(sheet)!, code, marks: Array.from({ length: pages }, (_, at) => pageCode(code, at + 1)) };
    });
    const bytes = maker.printRun(`${run.reference} ${batch.languages}`, letters);
    const file = { name: batch.name, languages: batch.languages, pages: batch.pages, letters: letters.length };
    await this.database.transaction((tx) => keepPrintFile(tx, key, run.id, file, bytes));
    log.info('a file of a print run made', { reference: run.reference, count: letters.length });
    return (await this.fileOf(run.id, batch.name))!;
  }

  private async fileOf(runId: string, name: string): Promise<PrintFile | undefined> {
    return (await listPrintFiles(this.database.manager, runId)).find((file) => file.name === name);
  }

  /** The list of addresses and the manifest, and the word that all files are there. */
  private async finish(making: Making, files: ManifestOf['files']): Promise<void> {
    const { run, notice, key } = making;
    const printed = new Set(files.flatMap(({ sheets }) => sheets));
    await this.database.transaction(async (tx) => {
      const locked = await getPrintRun(tx, run.reference, true);
      const rows = await sheetsOf(tx, run.id);
      const addresses = await this.addressesOf(tx, making, rows.filter(({ sheet }) => printed.has(sheet))); // prettier-ignore
      const list = { name: ADDRESSES, languages: null, pages: null, letters: printed.size };
      const hash = await keepPrintFile(tx, key, run.id, list, addresses);
      const manifest = manifestOf({
        run: run.reference,
        notice: notice.reference,
        madeAt: run.madeAt,
        letters: printed.size,
        files: [...files, { ...list, size: addresses.length, hash, sheets: [] }],
        leftOut: rows.map(({ sheet }) => sheet).filter((sheet) => !printed.has(sheet)),
      });
      const own = await keepPrintFile(tx, key, run.id, { ...list, name: MANIFEST }, manifest);
      await forgetOtherPrintFiles(tx, run.id, [...files.map(({ name }) => name), ADDRESSES, MANIFEST]);
      // Of a run whose letters are all accounted for nothing lies here, whoever was last.
      if (locked.state === 'closed') await forgetPrintContents(tx, run.id);
      if (locked.manifestHash?.equals(own)) return;
      await tx.query(`update print_run set files_made_at = clock_timestamp(), manifest_hash = $2 where id = $1`, [
        run.id,
        own,
      ]);
      await record(tx, {
        kind: 'print-run.files-made',
        actor: 'worker',
        breachId: run.breachId,
        facts: { run: run.reference, files: files.length, letters: printed.size, manifest: own.toString('hex') },
      });
    });
  }

  /** For registered post: one line a letter, in the order of the sheets. */
  private async addressesOf(tx: EntityManager, making: Making, rows: SheetRow[]): Promise<Buffer> {
    const lines = [
      safeCsvLine(['sheet', 'pages', 'languages', 'name', 'line_1', 'line_2', 'line_3', 'line_4', 'line_5']),
    ];
    for (let at = 0; at < rows.length; at += STEP) {
      const step = rows.slice(at, at + STEP);
      const letters = await this.open(tx, making, step);
      for (const { sheet, pages } of step) {
        const { letter, languages, postal } = letters.get(sheet)!;
        const address = Array.from({ length: 5 }, (_, line) => postal[line] ?? '');
        const code = sheetCode({ run: making.run.reference, sheet });
        lines.push(safeCsvLine([code, pages!, languages.join('-'), nameOnEnvelope(letter.inputs), ...address]));
      }
    }
    return Buffer.from(lines.join(''));
  }

  /** The letters of these sheets, by sheet, with the address each was printed for; those of erased persons are left out. */
  private async open(
    tx: EntityManager,
    { run, key }: Making,
    rows: SheetRow[],
  ): Promise<Map<number, Omit<ToSet, 'pages'>>> {
    const letters = await openLetters(tx, key, rows.map(({ letterId }) => letterId)); // prettier-ignore
    const people = await openPeople(tx, run.breachId, key, rows.map(({ personId }) => personId)); // prettier-ignore
    return new Map(
      rows.flatMap(({ sheet, letterId, personId, contactPlace }) => {
        const letter = letters.get(letterId);
        const contact = people.get(personId)?.record?.contacts[contactPlace];
        if (!letter || !contact) return [];
        const { languages, inputs } = letter;
        const postal = contact.value.split('\n');
        return [[sheet, { sheet, letter, languages, large: inputs.form === 'large-print', postal }] as const];
      }),
    );
  }

  /** The files of a run, with what is known of each. */
  async list(actor: Actor, reference: string): Promise<{ run: PrintRun; files: PrintFile[] }> {
    requirePermission(actor, 'notice.send');
    return await this.database.transaction(async (tx) => {
      const run = await getPrintRun(tx, reference);
      return { run, files: await listPrintFiles(tx, run.id) };
    });
  }

  /** The bytes of one file. Throws `print-run.file-missing`. */
  async read(actor: Actor, reference: string, name: string): Promise<Buffer> {
    requirePermission(actor, 'notice.send');
    return await this.database.transaction(async (tx) => {
      const run = await getPrintRun(tx, reference);
      const bytes = await readPrintFile(tx, await breachKey(tx, this.keyring, run.breachId), run.id, name);
      if (!bytes)
        throw new Problem(
          'not-found',
          'print-run.file-missing',
          `${run.reference} has no such file now. Make its files again on the page of the run.`,
        );
      return bytes;
    });
  }
}
