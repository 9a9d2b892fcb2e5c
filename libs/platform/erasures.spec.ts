import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { appendErasures, erasuresFile, makeErasuresFile, readErasures, type Erasure } from './erasures.js';

let folder: string;
let keyFile: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(tmpdir(), 'tocsin-erasures-'));
  keyFile = path.join(folder, 'tocsin.key');
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

const AT = new Date('2026-11-24T09:30:00.000Z');
const someone = (n: number): Erasure => ({
  personId: `01936b1e-0000-7000-8000-${String(n).padStart(12, '0')}`,
  at: AT,
});

describe('given the file of erasures', () => {
  it('when there is none, then that is something other than nobody', () => {
    expect(readErasures(keyFile)).toBeNull();
    makeErasuresFile(keyFile);
    expect(readErasures(keyFile)).toEqual([]);
    makeErasuresFile(keyFile);
    expect(fs.statSync(erasuresFile(keyFile)).mode & 0o777).toBe(0o600);
  });

  it('when persons are appended, then they are read in order, each once, and nothing else of them stands there', () => {
    appendErasures(keyFile, [someone(1), someone(2)]);
    appendErasures(keyFile, [someone(1), someone(3)]);
    expect(readErasures(keyFile)).toEqual([someone(1), someone(2), someone(3)]);
    expect(fs.readFileSync(erasuresFile(keyFile), 'utf8').split('\n')[1]).toBe(
      '2026-11-24T09:30:00.000Z 01936b1e-0000-7000-8000-000000000001',
    );
  });

  it('when a write was cut anywhere, then what was whole is read, and what is appended afterwards is too', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3 * 62 }), (lost) => {
        fs.rmSync(erasuresFile(keyFile), { force: true });
        appendErasures(keyFile, [someone(1), someone(2), someone(3)]);
        const size = fs.statSync(erasuresFile(keyFile)).size;
        fs.truncateSync(erasuresFile(keyFile), size - lost);
        // A line whose end is missing alone is whole.
        const whole = [1, 2, 3].slice(0, 3 - Math.floor((lost + 60) / 62)).map(someone);
        expect(readErasures(keyFile)).toEqual(whole);
        appendErasures(keyFile, [someone(4)]);
        expect(readErasures(keyFile)).toEqual([...whole, someone(4)]);
      }),
    );
  });

  it.each([
    ['emptied', ''],
    ['of something else', 'hello\n'],
    ['with a line that says something else', 'tocsin-erasures-v1\nLotte Voorbeeld\n'],
    ['with a line that is too long', `tocsin-erasures-v1\n${AT.toISOString()} ${someone(1).personId}0\n`],
  ])('when it is %s, then it is refused rather than taken for short', (_, text) => {
    fs.writeFileSync(erasuresFile(keyFile), text);
    expect(() => readErasures(keyFile)).toThrow(expect.objectContaining({ code: 'erasures.damaged' }));
  });

  it('when it cannot be written, then appending fails, so that nobody is erased', () => {
    fs.mkdirSync(erasuresFile(keyFile));
    expect(() => appendErasures(keyFile, [someone(1)])).toThrow(
      expect.objectContaining({ code: 'erasures.unwritable' }),
    );
  });
});
