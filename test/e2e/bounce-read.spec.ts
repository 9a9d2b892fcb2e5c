import { execFile } from 'node:child_process';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { aReply, aReport } from '#test/support/a-report.js';
import { testDatabase, type TestDatabase } from '#test/support/database.js';
import { givenSent, type GivenSent } from '#test/support/given-sent.js';
import { ROOT } from '#test/support/root.js';

let db: TestDatabase;
let sent: GivenSent;
let folder: string;
beforeAll(async () => {
  db = await testDatabase();
  folder = fs.mkdtempSync(path.join(tmpdir(), 'tocsin-bounce-read-'));
  sent = await givenSent(db, path.join(folder, 'data'), { people: 4 });
});
afterAll(async () => {
  await sent.end();
  await db.drop();
  fs.rmSync(folder, { recursive: true });
});

describe('given mails that came back, in files', () => {
  it('when a folder of mails, an mbox and a Maildir is read, then each letter has its report, and a second time nothing changes', async () => {
    const [a, b, c, d] = (await sent.attempts()).map(({ messageId }) => messageId!);
    const mails = path.join(folder, 'mails');
    fs.mkdirSync(path.join(mails, 'Maildir/new'), { recursive: true });
    fs.writeFileSync(path.join(mails, 'one.eml'), aReport({ messageId: a! }));
    const asMbox = (mail: Buffer): string =>
      `From MAILER-DAEMON Mon Nov 23 10:00:00 2026\n${mail
        .toString()
        .replaceAll('\r\n', '\n')
        .replaceAll(/^From /gm, '>From ')}\n`;
    fs.writeFileSync(
      path.join(mails, 'two.mbox'),
      asMbox(aReport({ messageId: b!, action: 'delayed' })) +
        asMbox(aReply({ text: 'Hello,\r\n\r\nFrom now on I live elsewhere. 2026\r\nFrom me 2026', inReplyTo: c! })) +
        asMbox(aReport({ messageId: '<forged.0000000000000000@letters.example>' })),
    );
    fs.writeFileSync(path.join(mails, 'Maildir/new/1764000000.M1.host'), aReport({ messageId: d! }));
    fs.writeFileSync(path.join(mails, 'list.csv'), 'name,place\nAnn,Ghent\n');
    const none = { applied: 0, kept: 0, delayed: 0, already: 0, unmatched: 0, later: 0 };
    const first = await tocsin('bounce', 'read', mails, '--json');
    expect(JSON.parse(first.stdout)).toEqual({ ...none, read: 5, applied: 2, kept: 1, delayed: 1, unmatched: 1 });
    expect(first.stderr).toContain('1 of the files are no mails');
    expect(await sent.sum()).toEqual({ told: 2, 'under-way': 2 });
    const second = await tocsin('bounce', 'read', mails, '--json');
    expect(JSON.parse(second.stdout)).toEqual({ ...none, read: 5, already: 5 });
    expect(await sent.sum()).toEqual({ told: 2, 'under-way': 2 });
    expect(await sent.miscounted()).toEqual([]);
  }, 60_000);

  it('when a file is no mail, then one sentence says what to do', async () => {
    const file = path.join(folder, 'list.csv');
    fs.writeFileSync(file, 'name,place\nAnn,Ghent\n');
    const { code, stderr } = await tocsin('bounce', 'read', file);
    expect([code, stderr.includes('There is no mail in it.')]).toEqual([1, true]);
  }, 60_000);
});

async function tocsin(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return await new Promise((resolve) => {
    const env = {
      PATH: process.env['PATH'],
      NODE_ENV: 'test',
      DATABASE_URL: db.url,
      TOCSIN_DATA_DIR: path.join(folder, 'data'),
    };
    execFile(process.execPath, [path.join(ROOT, 'bin/tocsin'), ...args], { env }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });
}
