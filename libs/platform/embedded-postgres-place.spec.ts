import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { canEnter, findPlace } from './embedded-postgres-place.js';

const nobody = { uid: 64_001, gid: 64_001 };
let base: string;
beforeEach(() => {
  base = fs.mkdtempSync(path.join(tmpdir(), 'tocsin-place-'));
});
afterEach(() => {
  fs.rmSync(base, { recursive: true });
});

describe('whether a user can enter the folders above a file', () => {
  it.each([
    [0o711, true],
    [0o755, true],
    [0o700, false],
    [0o710, false],
    [0o744, false],
  ])('given a folder of mode %o, then another user can: %p', (mode, can) => {
    fs.chmodSync(base, mode);
    expect(canEnter(path.join(base, 'data', 'postgres'), nobody)).toBe(can);
  });

  it('given the user of this process, then nobody judges', () => {
    fs.chmodSync(base, 0o700);
    expect(canEnter(path.join(base, 'postgres'), {})).toBe(true);
  });
});

describe('the place of a data folder', () => {
  it('given a folder without a cluster, then there is none, whatever a record names', () => {
    const foreign = path.join(base, 'foreign');
    fs.mkdirSync(foreign);
    fs.writeFileSync(path.join(foreign, 'PG_VERSION'), '18');
    expect(findPlace(path.join(base, 'nowhere'), null)).toBeNull();
    expect(findPlace(base, null)).toBeNull();
    // A record that came with a copied folder must not lead into the original.
    expect(findPlace(base, foreign)).toBeNull();
  });
});
