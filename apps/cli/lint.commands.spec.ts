import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { ROOT } from '#test/support/repository.js';

function lint(file: string, ...more: string[]): { status: number | null; stdout: string; stderr: string } {
  const args = [path.join(ROOT, 'bin/tocsin'), 'letter', 'lint', path.join(ROOT, file), '--language', 'en', ...more];
  return spawnSync(process.execPath, args, { encoding: 'utf8' });
}

describe('letter lint', () => {
  const reminder = 'templates/letters/reminder/en.md.hbs';

  it('given a reminder, then what it need not say again blocks only where its kind is not said', () => {
    const asItself = lint(reminder, '--kind', 'reminder', '--json');
    expect([asItself.status, JSON.parse(asItself.stdout)]).toEqual([0, { findings: [] }]);
    const asCommunication = lint(reminder);
    expect(asCommunication.status).toBe(1);
    expect(asCommunication.stdout).toContain('missing-measures');
  });

  it('given a kind that there is not, then it says which there are', () => {
    const { status, stderr } = lint(reminder, '--kind', 'postcard');
    expect([status, stderr]).toEqual([1, 'Choose the kind initial, follow-up, reminder, correction.\n']);
  });
});
