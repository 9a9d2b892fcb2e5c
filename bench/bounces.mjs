// Delivery reports a second, in one thread, and the memory that it takes: the reports of a folder again and again, read
// as the bounce mailbox's are. Prints a JSON line for each figure; processor time, as a machine may be shared.
//   npm run build && node bench/bounces.mjs [--folder ../shared/corpora/bounces] [--reports 100000]
// Without --folder it reads the invented reports of test/reports.
import { readFileSync, readdirSync } from 'node:fs';
import { cpus } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { readDeliveryReport } from '../dist/libs/delivery/pure.js';

const { values } = parseArgs({
  options: {
    folder: { type: 'string', default: path.join(import.meta.dirname, '../test/reports') },
    reports: { type: 'string', default: '100000' },
  },
});
const say = (figure) => console.log(JSON.stringify(figure));
const round = (number) => Math.round(number * 10) / 10;
const mib = (bytes) => round(bytes / 1024 / 1024);

const files = readdirSync(values.folder).filter((name) => name.endsWith('.eml'));
const mails = files.map((name) => readFileSync(path.join(values.folder, name)));
if (mails.length === 0) throw new Error(`${values.folder} holds no .eml files.`);
const bytes = mails.reduce((sum, mail) => sum + mail.length, 0);
say({
  processor: cpus()[0]?.model,
  node: process.version,
  files: mails.length,
  meanBytes: Math.round(bytes / mails.length),
});

for (const mail of mails) readDeliveryReport(mail);
const before = process.cpuUsage();
const started = performance.now();
const total = Number(values.reports);
let recipients = 0;
let highest = 0;
let early = 0;
for (let i = 0; i < total; i++) {
  recipients += readDeliveryReport(mails[i % mails.length]).length;
  if (i % 1_000 === 0) {
    const { rss } = process.memoryUsage();
    highest = Math.max(highest, rss);
    if (i <= total / 10) early = Math.max(early, rss);
  }
}
const { user, system } = process.cpuUsage(before);
const seconds = (user + system) / 1e6;
say({
  reports: total,
  recipients,
  reportsPerProcessorSecond: Math.round(total / seconds),
  mibPerProcessorSecond: mib(((bytes / mails.length) * total) / seconds),
  wallSeconds: round((performance.now() - started) / 1000),
});
say({ residentMib: mib(highest), residentMibInFirstTenth: mib(early) });

// One report each of the slow sort: as large as is read at all, and with as many recipients.
const large = Buffer.from(
  `From: MAILER-DAEMON@mx.example\nContent-Type: multipart/report; boundary=x\n\n--x\nContent-Type: message/delivery-status\n\n${Array.from({ length: 1_000 }, (_, i) => `Final-Recipient: rfc822; a${i}@there.example\nAction: failed\nDiagnostic-Code: smtp; 550 5.1.1 User unknown\n\n`).join('')}--x\nContent-Type: message/rfc822\n\n${'line of the letter\n'.repeat(900_000)}\n--x--\n`,
);
const start = process.cpuUsage();
const found = readDeliveryReport(large).length;
const used = process.cpuUsage(start);
say({ largestMib: mib(large.length), recipients: found, milliseconds: round((used.user + used.system) / 1000) });
