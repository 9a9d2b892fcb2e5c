// Reading of spreadsheets of 100,000 rows and 27 columns of invented people, beside the library alone (read, then
// sheet_to_json), in turns in one run, each in a process of its own. `npm run build` first, then
// `node bench/spreadsheet.mjs [FORM…]`. Takes some minutes, and 3 GB for the library. An .xls holds at most 65,536 rows
// and is made only where LibreOffice is.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROWS = 100_000;
const TIMES = 3;
const COLUMNS = 'reference,category,given_name,family_name,language,email,private_email,phone,address_line_1,address_line_2,address_line_3,address_line_4,address_line_5,street,house_number,postcode,city,country,birth_date,national_number,protected,minor,deceased,addressee_given_name,addressee_family_name,documents,other_data'.split(','); // prettier-ignore

function person(i) {
  return [`P-${i}`, 'staff', `Lotte${i % 500}`, `Voorbeeld${i % 7000}`, ['nl', 'fr', 'de'][i % 3], `lotte.voorbeeld${i}@agency.example`, `l${i}@post.example`, '+32 2 555 01 23', 'Kerkstraat 1', 'bus 2', '', '', '', 'Kerkstraat', String(i % 300), String(1000 + (i % 8999)), 'Gent', 'BE', `19${50 + (i % 50)}-0${1 + (i % 9)}-1${i % 10}`, '', 'no', 'no', 'no', '', '', 'BE:id-card:scan:confirmed', 'cv:copy:presumed']; // prettier-ignore
}

const table = () => [COLUMNS, ...Array.from({ length: ROWS }, (_, i) => person(i))];

/** Texts are shared as Excel does, empty cells are left out, and each cell has its reference. */
async function xlsxFile() {
  const { xlsxBytes } = await import('../dist/test/support/workbook.js');
  const places = new Map();
  const letters = COLUMNS.map((_, i) => (i < 26 ? String.fromCharCode(65 + i) : `A${String.fromCharCode(39 + i)}`));
  const rows = table().map((cells, r) => {
    const written = cells.map((cell, c) => {
      if (cell === '') return '';
      if (!places.has(cell)) places.set(cell, places.size);
      return `<c r="${letters[c]}${r + 1}" t="s"><v>${places.get(cell)}</v></c>`;
    });
    return `<row r="${r + 1}" spans="1:27">${written.join('')}</row>`;
  });
  const shared = [...places.keys()].map((text) => `<si><t>${text}</t></si>`).join('');
  return xlsxBytes({ sheets: { People: `<sheetData>${rows.join('')}</sheetData>` }, shared });
}

async function odsFile() {
  const { odsBytes } = await import('../dist/test/support/workbook.js');
  const cell = (text) =>
    text === ''
      ? '<table:table-cell/>'
      : `<table:table-cell office:value-type="string"><text:p>${text}</text:p></table:table-cell>`;
  const rows = table().map((cells) => `<table:table-row>${cells.map(cell).join('')}</table:table-row>`);
  return odsBytes(`<table:table table:name="People">${rows.join('')}</table:table>`);
}

const csvFile = (rows = table()) => Buffer.from(rows.map((cells) => cells.join(',')).join('\r\n'));

function xlsFile(folder) {
  const small = path.join(folder, 'small.csv');
  writeFileSync(small, csvFile(table().slice(0, 65_000)));
  const made = spawnSync('soffice', ['--headless', '--convert-to', 'xls', '--outdir', folder, small]);
  return made.status === 0 && existsSync(path.join(folder, 'small.xls'))
    ? readFileSync(path.join(folder, 'small.xls'))
    : null;
}

/** One reading in this process, told as JSON. */
async function read(who, file) {
  const bytes = readFileSync(file);
  const since = performance.now();
  let rows = 0;
  if (who === 'library') {
    const { default: xlsx } = await import('@e965/xlsx');
    const book = xlsx.read(bytes);
    rows = xlsx.utils.sheet_to_json(book.Sheets[book.SheetNames[0]], { header: 1 }).length;
  } else if (file.endsWith('.csv')) {
    const { readTable } = await import('../dist/libs/people/roster-file.js');
    rows = (await readTable(bytes)).rows.length;
  } else {
    const { streamSpreadsheet } = await import('../dist/libs/people/spreadsheet.js');
    for await (const batch of streamSpreadsheet(bytes).batches) rows += batch.length;
  }
  const seconds = (performance.now() - since) / 1000;
  process.stdout.write(JSON.stringify({ rows, seconds, megabytes: process.resourceUsage().maxRSS / 1024 }));
}

function reading(who, file) {
  const program = fileURLToPath(import.meta.url);
  const run = spawnSync(process.execPath, ['--max-old-space-size=6000', program, '--read', who, file]);
  if (run.status !== 0) console.error(run.stderr.toString().slice(-500));
  return run.status === 0 ? JSON.parse(run.stdout.toString()) : null;
}

const words = (runs) =>
  runs.some((run) => run === null)
    ? 'failed'
    : `${runs.map((run) => run.seconds.toFixed(1)).join(', ')} s, ${Math.max(...runs.map((run) => run.megabytes)).toFixed(0)} MB`;

async function measure(forms) {
  const folder = mkdtempSync(path.join(tmpdir(), 'tocsin-bench-'));
  const makers = { csv: () => csvFile(), xlsx: xlsxFile, ods: odsFile, xls: () => xlsFile(folder) };
  try {
    for (const form of forms) {
      const bytes = await makers[form]();
      const file = path.join(folder, `people.${form}`);
      if (bytes === null) {
        console.log(`${form}: left out, LibreOffice is not on this machine`);
        continue;
      }
      writeFileSync(file, bytes);
      const ours = [];
      const library = [];
      for (let time = 0; time < TIMES; time++) {
        ours.push(reading('ours', file));
        library.push(reading('library', file));
      }
      console.log(
        `${form}, ${ours[0]?.rows} rows, ${(statSync(file).size / 1e6).toFixed(1)} MB: ours ${words(ours)} (in the process that takes the rows); library alone ${words(library)}`,
      );
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const [first, ...others] = process.argv.slice(2);
if (first === '--read') await read(...others);
else await measure(first ? [first, ...others] : ['csv', 'xlsx', 'ods', 'xls']);
