import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describeWhen } from './describe-when.js';

export interface Word {
  page: number;
  /** Millimetres from the left and the upper edge of the page. */
  left: number;
  top: number;
  right: number;
  bottom: number;
  text: string;
}

export interface ReadPdf {
  /** All words in the order of the document, line by line. */
  text: string;
  words: Word[];
  /** What `pdfinfo` says, by name. */
  info: Record<string, string>;
  /** What the programs complained of; empty when nothing. */
  complaints: string;
}

const PROGRAMS = ['pdftotext', 'pdfinfo', 'qpdf', 'pdftoppm'];

/** Tests that look into PDFs with the programs of poppler and qpdf; reported as skipped where these are missing. */
export function describeWithPdfTools(title: string, tests: () => void): void {
  const lacking = PROGRAMS.filter((program) => spawnSync(program, ['--version']).error);
  const missing = `${lacking.join(', ')} not found (Debian: apt-get install poppler-utils qpdf)`;
  describeWhen(lacking.length === 0 ? PROGRAMS : null, title, missing, tests);
}

/** What other programs find in these PDFs: each is read by pdftotext twice, pdfinfo and qpdf, many in one shell. */
export function readPdfs(pdfs: Buffer[]): ReadPdf[] {
  const folder = mkdtempSync(path.join(tmpdir(), 'tocsin-pdf-'));
  try {
    for (const [at, pdf] of pdfs.entries()) writeFileSync(path.join(folder, `${at}.pdf`), pdf);
    const look =
      'for f in *.pdf; do n="${f%.pdf}"; { pdftotext -raw -enc UTF-8 -nopgbrk "$f" "$n.txt"; pdftotext -bbox "$f" "$n.html"; pdfinfo "$f" > "$n.info"; qpdf --check "$f" > "$n.check"; echo "qpdf $?" >> "$n.check"; } 2> "$n.err"; done';
    execFileSync('/bin/sh', ['-c', look], { cwd: folder });
    return pdfs.map((_, at) => {
      const kept = (ending: string): string => readFileSync(path.join(folder, `${at}.${ending}`), 'utf8');
      const checked = kept('check').includes('qpdf 0') ? '' : kept('check');
      return {
        text: kept('txt'),
        words: wordsOf(kept('html')),
        info: Object.fromEntries(
          kept('info')
            .split('\n')
            .map((line) => [line.split(':')[0]!, line.slice(line.indexOf(':') + 1).trim()]),
        ),
        complaints: kept('err') + checked,
      };
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One page as grey values, for a reader of QR codes. */
export function pictureOf(pdf: Buffer, page: number): { width: number; height: number; rgba: Uint8ClampedArray } {
  const asked = ['-r', '150', '-gray', '-f', String(page), '-l', String(page), '-'];
  const image = execFileSync('pdftoppm', asked, { input: pdf, maxBuffer: 100_000_000 });
  const head = /^P5\s+(\d+)\s+(\d+)\s+255\s/.exec(image.subarray(0, 40).toString('latin1'))!;
  const rgba = new Uint8ClampedArray(Number(head[1]) * Number(head[2]) * 4);
  for (const [at, grey] of image.subarray(head[0].length).entries()) rgba.set([grey, grey, grey, 255], at * 4);
  return { width: Number(head[1]), height: Number(head[2]), rgba };
}

const MILLIMETRES = 25.4 / 72;

function wordsOf(bbox: string): Word[] {
  const words: Word[] = [];
  let page = 0;
  for (const line of bbox.split('\n')) {
    if (line.includes('<page ')) page++;
    const found = /<word xMin="(.+?)" yMin="(.+?)" xMax="(.+?)" yMax="(.+?)">(.*)<\/word>/.exec(line);
    if (!found) continue;
    const [left, top, right, bottom] = found.slice(1, 5).map((points) => Number(points) * MILLIMETRES) as [number, number, number, number]; // prettier-ignore
    words.push({ page, left, top, right, bottom, text: found[5]! });
  }
  return words;
}
