// How often the column-shift detector raises a false alarm, how often it finds a slide, and what it costs.
// `npm run build` first, then `node bench/column-shift.mjs`. Takes about two minutes.
import { HONEST_COLUMNS, chance, honestRoster, slidAt } from '../dist/test/support/honest-roster.js';
import { shiftWatch } from '../dist/libs/people/column-shift.js';

const WAYS = ['first.last', 'last.first', 'initial+last', 'number', 'nickname', 'mixed'];

function habits(seed, rows) {
  const random = chance(seed * 31 + 7);
  return {
    rows,
    addresses: WAYS[Math.floor(random() * WAYS.length)],
    empty: Math.min(0.3, random() * 0.5),
    married: random() * 0.3,
    mailboxes: random() * 0.3,
    slips: random() * 0.06,
    language: random() < 0.5 ? 'nl' : null,
    hasBirthDates: random() < 0.7,
    hasRelatives: random() < 0.3,
    isSorted: random() < 0.5,
  };
}

function watched(rows, columns = HONEST_COLUMNS) {
  const watch = shiftWatch(columns);
  for (const [i, cells] of rows.entries()) watch.row(i + 2, cells);
  return watch.end();
}

function falseAlarms() {
  const sizes = [[1, 2000], [3, 4000], [8, 6000], [20, 4000], [60, 2000], [200, 1000], [2000, 150], [20000, 12]]; // prettier-ignore
  let files = 0;
  let alarms = 0;
  for (const [rows, seeds] of sizes)
    for (let seed = 0; seed < seeds; seed++, files++)
      if (watched(honestRoster(seed, habits(seed + rows * 1000, rows)))) alarms++;
  console.log(`honest files of 1 to 20,000 rows: ${files}, false alarms: ${alarms}`);
}

function slides() {
  const sideways = ['category', 'given_name', 'language', 'email', 'phone', 'postcode', 'birth_date', 'documents'];
  const apart = ['email', 'given_name', 'family_name', 'birth_date'];
  for (const rows of [50, 200, 2000])
    for (const [slide, columns] of [
      ['deleted-left', sideways],
      ['inserted-right', sideways],
      ['moved-up', apart],
      ['sorted-apart', apart],
    ])
      // prettier-ignore
      for (const share of [0, 0.5, 0.9]) {
        const rates = columns.map((column) => {
          const seeds = rows > 500 ? 6 : 20;
          let hits = 0;
          for (let seed = 0; seed < seeds; seed++) {
            const kept = { addresses: WAYS[seed % 2], hasBirthDates: true, isSorted: false };
            const honest = honestRoster(seed, { ...habits(seed + 5, rows), ...kept });
            if (watched(slidAt(honest, slide, HONEST_COLUMNS.indexOf(column), Math.floor(share * rows)))) hits++;
          }
          return hits / seeds;
        });
        const mean = rates.reduce((a, b) => a + b, 0) / rates.length;
        const words = columns.map((column, i) => `${column} ${rates[i].toFixed(2)}`).join(', ');
        console.log(`${rows} rows, ${slide} from ${share * 100} % on: ${mean.toFixed(2)} (${words})`);
      }
}

function cost() {
  const few = { ...habits(1, 50_000), addresses: 'first.last', isSorted: false, hasRelatives: false };
  const columns = HONEST_COLUMNS.slice(0, 13);
  const rows = honestRoster(1, few).map((cells) => cells.slice(0, 13));
  for (let time = 0; time < 2; time++) {
    const since = process.cpuUsage();
    const watch = shiftWatch(columns);
    for (let i = 0; i < 1_000_000; i++) watch.row(i + 2, rows[i % rows.length]);
    watch.end();
    const seconds = process.cpuUsage(since).user / 1e6;
    console.log(`1,000,000 rows of 13 columns: ${seconds.toFixed(2)} s of processor time`);
  }
}

falseAlarms();
slides();
cost();
