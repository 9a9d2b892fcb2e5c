import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readConfig } from './config.js';
import { liesIn, requireKeyApart } from './key-place.js';

let base: string;
beforeEach(() => {
  base = fs.realpathSync(fs.mkdtempSync(path.join(tmpdir(), 'tocsin-place-')));
  fs.mkdirSync(path.join(base, 'data'));
  fs.mkdirSync(path.join(base, 'keys'));
});
afterEach(() => fs.rmSync(base, { recursive: true }));
const at = (name: string): string => path.join(base, name);

describe('given a key and the data folder', () => {
  it.each([
    ['data/tocsin.key', true],
    ['data/deep/tocsin.key', true],
    ['keys/tocsin.key', false],
    ['data.key', false],
    ['data/../keys/tocsin.key', false],
    ['data/..odd/tocsin.key', true],
  ])('when the key is at %s, then it lies in the folder: %s', (name, inside) => {
    expect(liesIn(at('data'), at(name))).toBe(inside);
  });

  it('when a link leads into the folder, then the key lies in it; when one leads out, then not', () => {
    fs.writeFileSync(at('data/tocsin.key'), '');
    fs.writeFileSync(at('keys/tocsin.key'), '');
    fs.symlinkSync(at('data/tocsin.key'), at('keys/in.key'));
    fs.symlinkSync(at('keys/tocsin.key'), at('data/out.key'));
    fs.symlinkSync(at('data'), at('elsewhere'));
    expect(liesIn(at('data'), at('keys/in.key'))).toBe(true);
    expect(liesIn(at('data'), at('data/out.key'))).toBe(false);
    expect(liesIn(at('elsewhere'), at('data/tocsin.key'))).toBe(true);
  });

  it('when it is production, then a key in the folder is refused with the place to move it to; elsewhere it is the rule', () => {
    const env = { TOCSIN_DATA_DIR: at('data'), TOCSIN_KEY_FILE: at('data/tocsin.key') };
    const production = { ...env, NODE_ENV: 'production', SMTP_URL: 'smtp://127.0.0.1:25' };
    expect(() => requireKeyApart(readConfig(env))).not.toThrow();
    expect(() => requireKeyApart(readConfig(production))).toThrow(
      expect.objectContaining({
        code: 'key-file.in-data-folder',
        message: expect.stringContaining('set TOCSIN_KEY_FILE'),
      }),
    );
    expect(() => requireKeyApart(readConfig({ ...production, TOCSIN_KEY_FILE: at('keys/tocsin.key') }))).not.toThrow();
  });
});
