import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { ROOT } from '#test/support/repository.js';
import { readDeliveryReport, type DeliveryReport } from './bounce-report.js';

/** Invented reports in the words and forms of many servers; `*` in the labels is what is left open. */
const FOLDER = path.join(ROOT, 'test/reports');

interface Label {
  file: string;
  recipient: string;
  kind: string;
  hard: string;
  class: string;
}

const labels = readFileSync(path.join(FOLDER, 'labels.csv'), 'utf8')
  .trim()
  .split('\n')
  .slice(1)
  .map((line): Label => {
    const [file = '', recipient = '', kind = '', hard = '', bounceClass = ''] = line.split(',');
    return { file, recipient, kind, hard, class: bounceClass };
  });
const files = [...new Set(labels.map((label) => label.file))];

const read = (file: string): DeliveryReport[] => readDeliveryReport(readFileSync(path.join(FOLDER, file)));
const readText = (text: string): DeliveryReport[] => readDeliveryReport(Buffer.from(text));

describe('given a mail that came back', () => {
  it.each(files)('when it is %s, then each recipient has its kind and class', (file) => {
    const wanted = labels.filter((label) => label.file === file);
    const found = read(file).map((report, place) => ({
      file,
      recipient: report.recipient ?? '',
      kind: report.kind,
      hard: wanted[place]?.hard === '*' ? '*' : String(report.hard),
      class: wanted[place]?.class === '*' ? '*' : (report.class ?? report.kind),
    }));
    expect(found).toEqual(wanted);
  });

  it('when all are read, then a dead address always is a bounce, and no bounce has no class', () => {
    for (const report of files.flatMap(read)) {
      expect(report.hard && report.kind !== 'bounce').toBe(false);
      expect(report.isBounce).toBe(report.kind === 'bounce' || report.kind === 'delay');
      expect(report.class !== null).toBe(report.isBounce);
    }
  });
});

describe('given a report that names our letter', () => {
  const ours = '<019368a4.0123456789abcdef@gateway.example>';

  it.each([
    'gmail-dmarc.eml',
    'headers-only.eml',
    'qmail-two.eml',
    'sendmail-text.eml',
    'exchange-online-nl-no-fields.eml',
  ])('when %s gives the letter or its header back, then its Message-ID is found', (file) =>
    expect(read(file).map((report) => report.messageId)).toEqual(read(file).map(() => ours)),
  );

  it('when the letter is not given back, then there is no Message-ID', () => {
    expect(read('without-original.eml')[0]?.messageId).toBeNull();
  });

  it('when the report has an address of its own, then that address is told, and the ENVID too', () => {
    const [report] = readText(`Delivered-To: bounces+0123@gateway.example
To: Agency <bounces+0123@gateway.example>
From: MAILER-DAEMON@mx.example
Content-Type: multipart/report; boundary=x

--x
Content-Type: message/delivery-status

Original-Envelope-Id: 019368a4
Reporting-MTA: dns; mx.example

Original-Recipient: rfc822; ann@old.example
Final-Recipient: rfc822; ann@new.example
Action: failed
Status: 5.2.2
--x--
`);
    expect(report).toMatchObject({
      sentTo: ['bounces+0123@gateway.example'],
      envelopeId: '019368a4',
      recipient: 'ann@new.example',
      originalRecipient: 'ann@old.example',
      class: 'full',
    });
  });
});

describe('given any bytes', () => {
  const pieces = fc.constantFrom(
    'From: MAILER-DAEMON\n',
    'Return-Path: <>\n',
    'Content-Type: multipart/report; boundary=x\n\n',
    'Content-Type: multipart/mixed\n\n',
    'Content-Type: message/delivery-status\n\n',
    'Content-Type: message/rfc822\n\n',
    'Content-Transfer-Encoding: base64\n',
    'Content-Type: text/html; charset=utf-16\n\n',
    '\n--x\n',
    '--x--\n',
    'Final-Recipient: rfc822; ann@there.example\n',
    'Action: failed\n',
    'Status: 5.1.1\n',
    'could not be delivered\n',
    '<ann@there.example>: 550 5.1.1 no\n',
    '{"notificationType":"Bounce","bounce":[]}',
    '=?utf-8?B?=?=',
    '\0\r\r\n',
  );
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 4_000 }),
    fc
      .array(fc.oneof(pieces, fc.string({ unit: 'binary', maxLength: 50 })), { maxLength: 40 })
      .map((list) => Buffer.from(list.join(''))),
  );

  it('when they are read, then there is at least one answer and never an error', () => {
    fc.assert(
      fc.property(bytes, (mail) => {
        const reports = readDeliveryReport(mail);
        expect(reports.length).toBeGreaterThan(0);
        expect(reports.filter((report) => report.hard && !report.isBounce)).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it('when a report is cut off anywhere, then it is read as far as it goes', () => {
    const whole = readFileSync(path.join(FOLDER, 'several-recipients.eml'));
    for (let length = 0; length <= whole.length; length += 7) {
      const reports = readDeliveryReport(whole.subarray(0, length));
      expect(reports.length).toBeGreaterThan(0);
      const dead = reports.filter((report) => report.hard).map((report) => report.recipient);
      expect(dead.filter((recipient) => !'ann@there.example'.startsWith(recipient ?? '-'))).toEqual([]);
    }
  });
});

describe('given line ends of other systems', () => {
  it.each([
    ['CRLF', '\r\n'],
    ['CR', '\r'],
  ])('when a report has %s, then it is read the same', (_, end) => {
    for (const file of files) {
      const text = readFileSync(path.join(FOLDER, file), 'utf8').replaceAll('\r\n', '\n');
      expect(readText(text.replaceAll('\n', end))).toEqual(readText(text));
    }
  });
});

describe('given a mail made to take long', () => {
  const head = 'From: MAILER-DAEMON@mx.example\nReturn-Path: <>\nSubject: failure notice\n';
  const report = `${head}Content-Type: multipart/report; boundary=x\n\n--x\nContent-Type: message/delivery-status\n\n`;
  const nested = (count: number): string =>
    Array.from({ length: count }, (_, i) => `Content-Type: multipart/mixed; boundary=b${i}\n\n--b${i}\n`).join('');
  const MIB = 1024 * 1024;
  it.each<[string, (size: number) => string]>([
    ['boundaries', (size) => `${head}Content-Type: multipart/mixed; boundary=x\n\n${'--x\n'.repeat(size / 4)}`],
    ['multiparts within each other', (size) => `${head}${nested(2_000)}${'a'.repeat(size)}`],
    ['header lines', (size) => `${head}${'X-A: b\n'.repeat(size / 7)}`],
    ['addresses', (size) => `${head}\n${'<a@b.example>:\n'.repeat(size / 15)}`],
    ['one long address', (size) => `${head}\n${'a'.repeat(size / 2)}@${'b'.repeat(size / 2)}`],
    ['open tags', (size) => `${head}Content-Type: text/html\n\n${'<a '.repeat(size / 3)}`],
    [
      'recipients',
      (size) => `${report}${'Final-Recipient: rfc822; a@b.example\nAction: failed\n\n'.repeat(size / 55)}`,
    ],
    ['lines that are no fields', (size) => `${report}${'zzz\n'.repeat(size / 4)}`],
    ['words', (size) => `${head}\n<a@b.example>:\n550 ${'mailbox user account '.repeat(size / 21)}`],
    ['blanks', (size) => `${head}\n${' '.repeat(size)}x`],
  ])('when it is 16 MiB of %s, then it takes not much longer than one of 4 MiB', (_, make) => {
    const small = Buffer.from(make(4 * MIB));
    const large = Buffer.from(make(16 * MIB));
    readDeliveryReport(small);
    const seconds = (mail: Buffer): number => {
      const before = process.cpuUsage();
      expect(readDeliveryReport(mail).length).toBeLessThanOrEqual(1_000);
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1e6;
    };
    // Four times the bytes: four times as long, and room for a busy machine; squared would be sixteen.
    expect(seconds(large)).toBeLessThan(8 * seconds(small) + 0.5);
  });
});
