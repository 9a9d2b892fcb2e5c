// How well and how fast persons are matched:  npm run build && node bench/matching.mjs
// One JSON line for each run. Quality on the labelled FEBRL sets (TOCSIN_CORPORA, folder people) and on invented people,
// beside a simple peer rule; then time and memory for 10,000, 50,000 and 100,000 persons, each in a process of its own.
import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import path from 'node:path';
import { matchPersons, numberTraces } from '../dist/libs/people/pure.js';
import { corpus } from '../dist/test/support/corpora.js';
import { readFebrl } from '../dist/test/support/febrl.js';
import { inventRows } from '../dist/test/support/invented-people.js';
import { scoreMatching } from '../dist/test/support/match-score.js';

process.env.TOCSIN_CORPORA ||= path.resolve(import.meta.dirname, '../../shared/corpora');
const KEY = Buffer.alloc(32, 1);
const SIZES = [10_000, 50_000, 100_000];

const sealed = (rows, withNumbers) =>
  rows.map(({ nationalNumber, ...row }) =>
    nationalNumber && withNumbers
      ? { ...row, nationalNumberHash: nationalNumber, numberTraces: numberTraces(KEY, nationalNumber) }
      : row,
  );

/** The rule of the peer: "number, or birth date and surname"; without numbers "two of given name, surname, birth date". */
function peer(rows, withNumbers) {
  const rules = withNumbers
    ? [['nationalNumber'], ['birthDate', 'familyName']]
    : [
        ['givenName', 'familyName'],
        ['givenName', 'birthDate'],
        ['familyName', 'birthDate'],
      ];
  const seen = new Set();
  for (const fields of rules) {
    const groups = new Map();
    for (const row of rows) {
      if (fields.some((field) => !row[field])) continue;
      const key = fields.map((field) => row[field].toLowerCase()).join('|');
      groups.set(key, [...(groups.get(key) ?? []), row.id]);
    }
    for (const ids of groups.values())
      ids.forEach((id, at) => ids.slice(at + 1).forEach((b) => seen.add(`${id} ${b}`)));
  }
  return { merged: [...seen].map((pair) => ({ ids: pair.split(' ') })), review: [] };
}

function quality(set, rows, withNumbers) {
  const personOf = new Map(rows.map(({ id, person }) => [id, person]));
  const ours = scoreMatching(matchPersons(sealed(rows, withNumbers)), personOf);
  const { precision, recall } = scoreMatching(peer(rows, withNumbers), personOf);
  print({ set, rows: rows.length, withNumbers, ours, peer: { precision, recall } });
}

function print(line) {
  console.log(JSON.stringify(line, (_, value) => (typeof value === 'number' ? Math.round(value * 1e5) / 1e5 : value)));
}

function timed(people) {
  const rows = sealed(inventRows({ seed: 1, people, again: 0.1, inFamilies: 0.2, withNumbers: true }), true);
  const before = { since: performance.now(), cpu: process.cpuUsage(), rss: process.memoryUsage().rss };
  const { merged, review } = matchPersons(rows);
  const cpu = process.cpuUsage(before.cpu);
  print({
    persons: rows.length,
    seconds: (performance.now() - before.since) / 1000,
    cpuSeconds: (cpu.user + cpu.system) / 1e6,
    merged: merged.length,
    review: review.length,
    rssBeforeMb: Math.round(before.rss / 2 ** 20),
    peakRssMb: Math.round(process.resourceUsage().maxRSS / 2 ** 10),
  });
}

if (process.argv[2]) timed(Number(process.argv[2]));
else {
  const folder = corpus('people');
  if (!folder) console.error('no corpus "people": TOCSIN_CORPORA names the folder that holds it');
  for (const withNumbers of [true, false]) {
    for (const file of folder ? ['dataset1.csv', 'dataset3.csv'] : []) {
      for (const invalid of ['left empty', 'row left out']) {
        quality(`${file}, invalid dates: ${invalid}`, readFebrl(folder, file, invalid), withNumbers);
      }
    }
    for (const inFamilies of [0, 0.4]) {
      const rows = inventRows({ seed: 2, people: 5000, again: 0.2, inFamilies, withNumbers });
      quality(`invented, ${inFamilies === 0 ? 'no' : 'many'} families`, rows, withNumbers);
    }
  }
  const runs = SIZES.map((size) => {
    const { stdout } = spawnSync(process.execPath, [import.meta.filename, String(size)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    process.stdout.write(stdout);
    return JSON.parse(stdout);
  });
  const [first, last] = [runs[0], runs.at(-1)];
  const exponent = (of) => Math.log(last[of] / first[of]) / Math.log(last.persons / first.persons);
  print({
    growth: exponent('seconds'),
    growthOfCpu: exponent('cpuSeconds'),
    machine: cpus()[0].model,
    node: process.version,
  });
}
