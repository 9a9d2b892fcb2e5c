// How fast letters are made:  npm run build && node bench/letters.mjs
// One JSON line a run, three rounds in turn: our letters as HTML and text, in four languages, with advice: as strings, as
// UTF-8 in one buffer that is used again (what Go writes), and as strings where every one of 1,000 persons in turn has
// something else exposed. Beside them precompiled Handlebars, and Go's html/template and text/template on one core, where
// `go` and the folder of peers (TOCSIN_PEERS, default ../shared/bench) are found: on the peers' letter of 4.4 KB with all
// its placeholders, and on our letter as a flat one, in which all but name, code and word is already filled in. Rates are
// per second of processor time.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Handlebars from 'handlebars';
import { inventedLetterView } from '../dist/libs/letters/render-sample.js';
import { LetterRenderer } from '../dist/libs/letters/render.js';
import { letterTemplates } from '../dist/libs/letters/template-files.js';

const LETTERS = 20_000;
const LANGUAGES = ['nl', 'fr', 'de', 'en'];
const peers = process.env.TOCSIN_PEERS || path.resolve(import.meta.dirname, '../../shared/bench');
const renderers = Object.fromEntries(
  LANGUAGES.map((language) => [language, new LetterRenderer(letterTemplates('initial')[language])]),
);

const personOf = (i) => ({ person: { givenName: `Émilie ${i}`, familyName: `D'Hondt & ${i}` }, code: String(i) });
const rendered = (view) => LetterRenderer.join([renderers[view.language].render(view)]);

function print(line) {
  console.log(JSON.stringify(line));
}

function measured(engine, make) {
  for (let i = 0; i < 2_000; i++) make(i);
  const begin = process.cpuUsage();
  let size = 0;
  for (let i = 0; i < LETTERS; i++) size += make(i);
  const { user, system } = process.cpuUsage(begin);
  const lettersPerSecond = Math.round(LETTERS / ((user + system) / 1e6));
  print({ engine, letters: LETTERS, lettersPerSecond, sizeEach: Math.round(size / LETTERS) });
}

/** V8 puts strings together when they are read: reading the last character makes them whole, as whoever sends them does. */
function whole({ html, text }) {
  return html.charCodeAt(html.length - 1) && text.charCodeAt(text.length - 1) && html.length + text.length;
}

const buffer = Buffer.alloc(200_000);
const written = ({ html, text }) => buffer.write(html) + buffer.write(text);

const KINDS = ['id-card', 'kids-id', 'passport', 'driving-licence', 'residence-card'];
const COUNTRIES = ['BE', 'NL', 'FR', 'DE', 'LU', 'PT', 'RO', 'MA', 'TR', 'US'];
const EXTENTS = ['number', 'scan', 'scan-both-sides', 'copy'];

/** One of 1,000 sets of exposures. */
function exposuresOf(i) {
  const document = {
    dataKind: KINDS[i % 5],
    country: COUNTRIES[Math.floor(i / 5) % 10],
    extent: EXTENTS[Math.floor(i / 50) % 4],
  };
  const confidence = ['confirmed', 'presumed', 'presumed', 'not-excluded', 'not-excluded'][Math.floor(i / 200) % 5];
  const extent = Math.floor(i / 200) % 2 ? 'number' : 'mentioned';
  return [
    { ...document, confidence },
    { dataKind: 'iban', country: null, extent, confidence: 'presumed' },
  ];
}

function ours() {
  const views = LANGUAGES.map((language) => inventedLetterView(language));
  const letter = (i) => rendered({ ...views[i % 4], ...personOf(i) });
  measured('tocsin, strings', (i) => whole(letter(i)));
  measured('tocsin, UTF-8', (i) => written(letter(i)));
  const sets = Array.from({ length: 1_000 }, (_, i) => exposuresOf(i));
  const exposedOtherwise = (i) => ({ ...views[i % 4], ...personOf(i), exposures: sets[(i >> 2) % 1_000] });
  measured('tocsin, strings, 1,000 sets of things exposed', (i) => whole(rendered(exposedOtherwise(i))));
}

/** One finished letter, with the values that differ from person to person as placeholders. */
function flat(language) {
  const marks = { person: { givenName: 'QGIVENQ', familyName: 'QFAMILYQ' }, code: 'QCODEQ', word: 'QWORDQ' };
  const { html, text } = rendered({ ...inventedLetterView(language), ...marks });
  const template = (words) => words.replace(/Q(GIVEN|FAMILY|CODE|WORD)Q/g, (_, name) => `{{${name.toLowerCase()}}}`);
  return { html: template(html), text: template(text) };
}

function handlebars() {
  const made = LANGUAGES.map(flat).map(({ html, text }) => ({
    html: Handlebars.compile(html),
    text: Handlebars.compile(text, { noEscape: true }),
  }));
  const letter = (i) => {
    const values = { given: `Émilie ${i}`, family: `D'Hondt & ${i}`, code: String(i), word: 'bakolim' };
    return { html: made[i % 4].html(values), text: made[i % 4].text(values) };
  };
  measured('handlebars, precompiled, our letter flat, strings', (i) => whole(letter(i)));
  measured('handlebars, precompiled, our letter flat, UTF-8', (i) => written(letter(i)));
}

/** Letters that gotpl makes in one run, those before its measure included; it says only the rate by the clock. */
const GO_LETTERS = 102_000;

function go(folder, letter, { html, text }) {
  const files = [path.join(folder, 'letter.html'), path.join(folder, 'letter.txt')];
  writeFileSync(files[0], html);
  writeFileSync(files[1], text);
  const timed = spawnSync('bash', ['-c', `TIMEFORMAT='%U %S'; time ${path.join(folder, 'gotpl')} ${files.join(' ')}`], {
    encoding: 'utf8',
    env: { ...process.env, GOMAXPROCS: '1' },
  });
  const [user, system] = timed.stderr.trim().split(' ').map(Number);
  const { bytes, letters_s: byTheClock } = JSON.parse(timed.stdout);
  const lettersPerSecond = Math.round(GO_LETTERS / (user + system));
  print({ engine: `go html/template and text/template, ${letter}`, lettersPerSecond, byTheClock, sizeEach: bytes });
}

const folder = mkdtempSync(path.join(tmpdir(), 'tocsin-bench-'));
try {
  const source = path.join(peers, 'src/gotpl/main.go');
  const hasGo = existsSync(source) && spawnSync('go', ['version']).status === 0;
  if (hasGo)
    execFileSync('go', ['build', '-o', path.join(folder, 'gotpl'), source], {
      env: { ...process.env, GO111MODULE: 'off' },
    });
  else
    print({
      engine: 'go html/template',
      note: "not run: go or the folder of peers is missing. 14,200 letters/s of the peers' letter were measured on such a machine",
    });
  for (let round = 0; round < 3; round++) {
    ours();
    handlebars();
    if (hasGo) {
      const { HTML: html, TEXT: text } = await import(path.join(peers, 'letter.mjs'));
      go(folder, "the peers' letter", { html, text });
      go(folder, 'our letter flat', flat('en'));
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
