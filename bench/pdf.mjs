// How fast letters are set on paper:  npm run build && node bench/pdf.mjs [LETTERS]
// One JSON line a run, three rounds in turn, each in a process of its own: our letters as PDF (four languages in turn, with
// advice and the page for the counter), and LibreOffice's mail merge of the same words, where soffice and the folder of
// peers (TOCSIN_PEERS, default ../shared/bench) are found. Processor time of LibreOffice is the difference of two runs, so
// that its start does not count. Memory is printed along the way: it has to stay flat. Between two letters the event loop
// has its turn, as wherever letters come from a database.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { paperOf } from '../dist/libs/letters/paper.js';
import { inventedLetterView } from '../dist/libs/letters/render-sample.js';
import { LetterRenderer } from '../dist/libs/letters/render.js';
import { letterTemplates } from '../dist/libs/letters/template-files.js';

const LANGUAGES = ['nl', 'fr', 'de', 'en'];
const MERGED = [40, 140];
const NOT_RUN =
  'not run: it needs soffice with writer and base, and the folder of peers. 52 ms a letter of 1.5 pages were measured on such a machine';
const peers = process.env.TOCSIN_PEERS || path.resolve(import.meta.dirname, '../../shared/bench');
const renderers = Object.fromEntries(
  LANGUAGES.map((language) => [language, new LetterRenderer(letterTemplates('initial')[language])]),
);
const FORM = { window: 'left', large: false, postal: ['Kerkstraat 12 bus 3', '9000 Gent'] };

function print(line) {
  console.log(JSON.stringify(line));
}

/** The text of the peers' letter of 1.5 pages, which the published figures were measured with; null where it is not here. */
async function peersLetter() {
  const file = path.join(peers, 'letter.mjs');
  if (!existsSync(file)) return null;
  const { LONG } = await import(file);
  const body = LONG.map((words) => words.replace(/\{\{\w+\}\}/g, 'value')).join('\n\n');
  const source = `---\nlanguage: en\nsubject: Notification\n---\n{{controller.name}}\n\n{{date}} {{notice}}\n\n# Notification of a personal data breach\n\nDear {{person.name}},\n\n${body}\n\n> {{address}}  \n> {{code}}\n`; // prettier-ignore
  return new LetterRenderer(source);
}

function viewOf(i) {
  const person = { givenName: ['Émilie', 'Jan', 'Lotte', 'Jürgen'][(i >> 2) % 4] + i, familyName: 'Peeters' };
  return inventedLetterView(LANGUAGES[i % 4], { person });
}

function ours(letters) {
  return measured('tocsin (typst), our letter of 3 to 4 pages and the counter', letters, (i) => {
    const view = viewOf(i);
    return paperOf([{ part: renderers[view.language].render(view), view }], FORM).length;
  });
}

function theirs(letters, renderer) {
  return measured("tocsin (typst), the peers' letter of 1.5 pages", letters, (i) => {
    const exposures = [{ dataKind: 'cv', country: null, extent: 'copy', confidence: 'presumed' }];
    const view = { ...inventedLetterView('en', { exposures }), ...{ person: viewOf(i).person } };
    return paperOf([{ part: renderer.render(view), view }], FORM).length;
  });
}

async function measured(engine, letters, set) {
  for (let i = 0; i < 20; i++) set(i);
  const begin = process.cpuUsage();
  const since = performance.now();
  let bytes = 0;
  const rssMb = [];
  for (let i = 0; i < letters; i++) {
    bytes += set(i);
    await nextTurn();
    if (i % Math.ceil(letters / 10) === 0) rssMb.push(Math.round(process.memoryUsage().rss / 2 ** 20));
  }
  const { user, system } = process.cpuUsage(begin);
  print({
    engine,
    letters,
    cpuMs: round((user + system) / 1000 / letters),
    wallMs: round((performance.now() - since) / letters),
    kilobytes: round(bytes / letters / 1024),
    rssMb,
    peakRssMb: Math.round(process.resourceUsage().maxRSS / 1024),
  });
}

const round = (value) => Math.round(value * 10) / 10;

/** The letter of the first person as a document with fields, and the people as a table: what a mail merge takes. */
function writeMerge(folder) {
  const marks = { person: { givenName: 'QGIVENQ', familyName: 'QFAMILYQ' }, code: 'QCODEQ' };
  const view = { ...inventedLetterView('nl'), ...marks };
  const { text } = LetterRenderer.join([renderers.nl.render(view)]);
  const field = (name) => `<text:database-display text:table-name="people" text:table-type="table" text:database-name="perfmm" text:column-name="${name}">&lt;${name}&gt;</text:database-display>`; // prettier-ignore
  const escaped = (words) => words.replace(/&/g, '&amp;').replace(/</g, '&lt;');
  const paragraph = (words) =>
    `<text:p text:style-name="Standard">${escaped(words).replace(/Q(GIVEN|FAMILY|CODE)Q/g, (_, name) => field(name.toLowerCase()))}</text:p>`;
  const paragraphs = text.split('\n').filter((line) => line.trim() && !/^[=-]+$/.test(line)).map(paragraph).join(''); // prettier-ignore
  const head = '<?xml version="1.0" encoding="UTF-8"?><office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" office:version="1.2" office:mimetype="application/vnd.oasis.opendocument.text"><office:styles><style:style style:name="Standard" style:family="paragraph"><style:paragraph-properties fo:margin-bottom="0.2cm"/><style:text-properties fo:font-family="Liberation Sans" fo:font-size="10.5pt"/></style:style></office:styles><office:automatic-styles><style:page-layout style:name="p"><style:page-layout-properties fo:page-width="21cm" fo:page-height="29.7cm" fo:margin="2cm"/></style:page-layout></office:automatic-styles><office:master-styles><style:master-page style:name="Standard" style:page-layout-name="p"/></office:master-styles><office:body><office:text>'; // prettier-ignore
  writeFileSync(
    path.join(folder, 'template.fodt'),
    `${head}${paragraphs}</office:text></office:body></office:document>`,
  );
  const rows = Array.from(
    { length: Math.max(...MERGED) },
    (_, i) => `"Émilie${i}","Peeters","0123-4567-89AB-CDEF-${i}"`,
  );
  writeFileSync(path.join(folder, 'people.csv'), `given,family,code\n${rows.join('\n')}\n`);
}

/** Answers the merge's own line and the processor seconds of it and of all that it started; null where it fails. */
function merge(folder, letters) {
  const script = path.join(peers, 'lo-mailmerge.py');
  const timed = spawnSync('bash', ['-c', `TIMEFORMAT='%U %S'; time /usr/bin/python3 ${script} ${folder} ${letters}`], { encoding: 'utf8' }); // prettier-ignore
  if (timed.status !== 0) return null;
  const [user, system] = timed.stderr.trim().split('\n').at(-1).split(' ').map(Number);
  return { line: JSON.parse(timed.stdout), seconds: user + system };
}

function libreOffice(folder) {
  const few = merge(folder, MERGED[0]);
  const many = few && merge(folder, MERGED[1]);
  if (!many) return print({ engine: 'libreoffice mail merge', note: NOT_RUN });
  print({
    engine: 'libreoffice mail merge, the same words',
    letters: many.line.files,
    cpuMs: round(((many.seconds - few.seconds) * 1000) / (many.line.files - few.line.files)),
    wallMs: many.line.ms,
    peakRssMb: many.line.peak_mb,
  });
}

if (process.argv[3] === 'ours') await ours(Number(process.argv[2]));
else if (process.argv[3] === 'theirs') await theirs(Number(process.argv[2]), await peersLetter());
else {
  const letters = process.argv[2] ?? '1000';
  const canMerge = existsSync(path.join(peers, 'lo-mailmerge.py')) && spawnSync('soffice', ['--version']).status === 0;
  if (!canMerge) print({ engine: 'libreoffice mail merge', note: NOT_RUN });
  const folder = mkdtempSync(path.join(tmpdir(), 'tocsin-bench-'));
  try {
    writeMerge(folder);
    for (let turn = 0; turn < 3; turn++) {
      for (const which of (await peersLetter()) ? ['ours', 'theirs'] : ['ours'])
        spawnSync(process.execPath, [import.meta.filename, letters, which], { stdio: 'inherit' });
      if (canMerge) libreOffice(folder);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
