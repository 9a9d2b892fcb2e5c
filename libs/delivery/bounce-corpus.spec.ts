import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describeWithCorpus } from '#test/support/corpora.js';
import { readDeliveryReport, type DeliveryReport } from './bounce-report.js';

/** Reasons of the corpus that are no bounces, and those that must never make an address dead. */
const NO_BOUNCE = ['feedback', 'vacation', 'delivered', 'none'];
const NEVER_DEAD = [
  'mailboxfull systemfull authfailure spamdetected virusdetected contenterror requireptr badreputation blocked',
  'policyviolation securityerror notcompliantrfc norelaying toomanyconn speeding mesgtoobig exceedlimit expired',
  'networkerror systemerror mailererror rejected suspend',
].flatMap((line) => line.split(' '));

interface Row {
  file: string;
  reason: string;
  hard: boolean;
  found: DeliveryReport | undefined;
}

/** A third of the files, by the hash of their names, that were not looked at while the rules were first written. */
const isHeldBack = (file: string): boolean => createHash('sha256').update(path.basename(file)).digest()[0]! % 3 === 0;

function rowsOf(folder: string): Row[] {
  const labels = readFileSync(path.join(folder, 'labels.csv'), 'utf8').trim().split(/\r?\n/).slice(1);
  const rows = labels.map((line): Row => {
    const [file = '', number = '1', , , reason = '', hard = ''] = line.split(',');
    return { file, reason, hard: hard === 'true', found: reportsOf(path.join(folder, file))[Number(number) - 1] };
  });
  const others = path.join(folder, 'not-bounces');
  if (!existsSync(others)) return rows;
  const mails = readdirSync(others).toSorted();
  return [
    ...rows,
    ...mails.map((file) => ({ file, reason: 'none', hard: false, found: reportsOf(path.join(others, file))[0] })),
  ];
}

const reportsOf = (file: string): DeliveryReport[] => readDeliveryReport(readFileSync(file));

function figuresOf(rows: Row[]) {
  const dead = rows.filter((row) => row.hard).length;
  const called = rows.filter((row) => row.found?.hard);
  const right = called.filter((row) => row.hard).length;
  const bounces = rows.filter((row) => !NO_BOUNCE.includes(row.reason));
  return {
    recipients: rows.length,
    precision: right / called.length,
    recall: right / dead,
    detected: bounces.filter((row) => row.found?.isBounce).length / bounces.length,
    taken: rows.filter((row) => NO_BOUNCE.includes(row.reason) && row.found?.isBounce).map((row) => row.file),
    deadButSoft: called.filter((row) => NEVER_DEAD.includes(row.reason)).map((row) => `${row.file}: ${row.reason}`),
  };
}

describeWithCorpus('bounces', (folder) => {
  const rows = rowsOf(folder);
  const parts: [string, Row[]][] = [
    ['all', rows],
    ['learned from', rows.filter((row) => !isHeldBack(row.file))],
    ['held back at first', rows.filter((row) => isHeldBack(row.file))],
  ];

  it.each(parts)(
    'when %s of its reports are classified, then dead addresses are told as the labels do',
    (name, part) => {
      const figures = figuresOf(part);
      process.stdout.write(`bounces, ${name}: ${JSON.stringify(figures)}\n`);
      expect(figures.precision).toBeGreaterThanOrEqual(0.95);
      expect(figures.recall).toBeGreaterThanOrEqual(0.95);
      expect(figures.detected).toBeGreaterThanOrEqual(0.98);
    },
  );

  it('when they are classified, then nothing full, auth, spam, PTR or policy makes an address dead', () => {
    expect(figuresOf(rows).deadButSoft).toEqual([]);
  });

  it('when mails are no bounces, then none is taken for one', () => {
    expect(figuresOf(rows).taken).toEqual([]);
  });
});
