import { createHash } from 'node:crypto';
import { mend } from '#test/support/mend.js';
import { filesBelow, read } from '#test/support/repository.js';
import { migrations } from '#migrations/index.js';

const RECORD = 'test/house/migrations.lock.json';
const steps = filesBelow('migrations', '.ts').filter((file) => file !== 'migrations/index.ts');

describe('given the migrations', () => {
  it('when they are numbered, then without gap or double', () => {
    const expected = steps.map((_, place) => String(place + 1).padStart(4, '0'));
    expect(steps.map((file) => /^migrations\/(\d{4})-[a-z0-9-]+\.ts$/.exec(file)?.[1])).toEqual(expected);
  });

  it('when they are listed, then every file is, once, in the order of the numbers', () => {
    const listed = migrations.map((migration) => migration.name);
    const written = steps.map((file) => /export class (\w+)/.exec(read(file))?.[1]);
    expect(listed).toEqual(written);
  });

  it('when they have a time, then it grows with the number', () => {
    const times = migrations.map((migration) => Number(/\d{13}$/.exec(migration.name)?.[0]));
    expect(times).toEqual(times.toSorted((left, right) => left - right));
    expect(new Set(times).size).toBe(times.length);
  });

  it('when one is on record, then it is unchanged, and none is missing in the record', () => {
    const now = Object.fromEntries(
      steps.map((file) => [file, createHash('sha256').update(read(file)).digest('hex')] as const),
    );
    const recorded = JSON.parse(read(RECORD)) as Record<string, string>;
    const files = [...new Set([...steps, ...Object.keys(recorded)])];
    const differing = files
      .filter((file) => now[file] !== recorded[file])
      .map((file) => (now[file] ? `"${file}": "${now[file]}"` : `${file} is gone`));
    const words =
      'A step that was in a release (CHANGELOG.md) never changes: undo it, and write a new migration. ' +
      `Only for a new step, or one that no release had, put its line into ${RECORD}:`;
    expect(mend(words, differing)).toEqual([]);
  });
});
