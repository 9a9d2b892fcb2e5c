import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ROOT } from '#test/support/repository.js';
import { aMachine } from '#test/support/tocsin.js';

describe('given mails that came back, in files', () => {
  const machine = aMachine();
  const folder = fs.mkdtempSync(path.join(tmpdir(), 'tocsin-reports-'));
  afterAll(async () => {
    await machine.remove();
    fs.rmSync(folder, { recursive: true });
  });
  const reports = path.join(ROOT, 'test/reports');
  const classify = (place: string, ...args: string[]) =>
    machine.run(['bounce', 'classify', place, ...args], { DATABASE_URL: 'postgres://127.0.0.1:1/nobody-listens' });

  it('when one is classified, then each recipient is one item, and no database is asked', async () => {
    const file = path.join(reports, 'several-recipients.eml');
    const { code, stdout, stderr } = await classify(file, '--json');
    expect([code, stderr]).toEqual([0, '']);
    const item = (recipient: string, isBounce: boolean, hard: boolean, bounceClass: string, status: string) => ({
      file,
      recipient,
      isBounce,
      hard,
      class: bounceClass,
      status,
    });
    expect(JSON.parse(stdout)).toEqual({
      items: [
        item('ann@there.example', true, true, 'no-such-mailbox', '5.1.1'),
        item('bob@there.example', true, false, 'full', '4.2.2'),
        item('cy@there.example', false, false, 'success', '2.1.5'),
        item('dee@there.example', true, false, 'timeout', '4.4.1'),
      ],
      next: null,
    });
  });

  it('when a folder is classified, then mails are named by their place in it, and what is no mail is said', async () => {
    fs.mkdirSync(path.join(folder, 'new'));
    fs.copyFileSync(path.join(reports, 'moved.eml'), path.join(folder, 'new', '1764000000.mail'));
    fs.writeFileSync(path.join(folder, 'list.csv'), 'name,place\nAnn,Ghent\n');
    const { code, stdout, stderr } = await classify(folder);
    expect([code, stdout]).toEqual([0, 'new/1764000000.mail  ann@there.example  moved, the address is dead  5.1.6\n']);
    expect(stderr).toBe('1 files are no mails and were left out.\n');
  });

  it('when a file is no mail, or is not there, then one sentence says what to do', async () => {
    const none = await classify(path.join(reports, 'labels.csv'), '--json');
    expect([none.code, none.stdout]).toEqual([1, '']);
    expect(none.stderr).toBe(
      'There is no mail in it. Name a mail as its server keeps it (.eml), or a folder of them.\n',
    );
    const missing = await classify(path.join(folder, 'missing.eml'), '--json');
    expect([missing.code, missing.stderr]).toEqual([1, expect.stringContaining('cannot be read. Check the name')]);
  });
});
