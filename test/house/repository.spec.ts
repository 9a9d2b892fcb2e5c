import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { mend } from '#test/support/mend.js';
import { ROOT, filesBelow, ownFiles, read } from '#test/support/repository.js';

/** What is written by hand. Data (csv, eml, txt, samples) may have odd line ends on purpose. */
const TEXT = /\.(ts|js|mjs|cjs|json|md|hbs|css|yaml|yml)$|(^|\/)\.?[^./]+$/;
const files = ownFiles();
const texts = files.filter((file) => TEXT.test(file) && !file.startsWith('samples/'));

describe('given the folders of the project', () => {
  it('when one is named, then by what is in it', () => {
    const nameless = ['util', 'utils', 'helper', 'helpers', 'common', 'shared', 'core', 'misc', 'lib'];
    const folders = new Set(files.map((file) => path.dirname(file)));
    const found = [...folders].filter((folder) => folder.split('/').some((part) => nameless.includes(part)));
    expect(mend('Name the folder with a noun that says what is in it.', found)).toEqual([]);
  });

  it('when libs has a folder, then docs/architecture.md says what it is for', () => {
    const libs = readdirSync(path.join(ROOT, 'libs'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
    const map = files.includes('docs/architecture.md') ? read('docs/architecture.md') : '';
    const missing = libs.map((entry) => entry.name).filter((name) => !new RegExp(`\\b${name}\\b`).test(map));
    expect(mend('Say in docs/architecture.md what the lib is for.', missing)).toEqual([]);
  });

  it('when libs has a folder, then it has a front door', () => {
    const libs = new Set(filesBelow('libs', '.ts').map((file) => file.split('/').slice(0, 2).join('/')));
    const closed = [...libs].filter((lib) => !files.includes(`${lib}/index.ts`));
    expect(mend('Write its index.ts, which exports by name what others may use.', closed)).toEqual([]);
  });
});

describe('given the files of the project', () => {
  it('when a file is a command, then it has its run bit', () => {
    const still = ['.ci/run', 'bin/tocsin'].filter((file) => (statSync(path.join(ROOT, file)).mode & 0o111) !== 0o111);
    expect(mend('chmod +x FILE && git add --chmod=+x FILE', still)).toEqual([]);
  });

  it('when a file is text, then its lines end with LF and it ends with a whole line', () => {
    // A partial within an attribute must not bring a line end along.
    const broken = texts.filter((file) => (file.endsWith('.hbs') ? /\r/ : /\r|[^\n]$/).test(read(file)));
    expect(mend('End every line with LF, the last one too.', broken)).toEqual([]);
  });

  it('when a file names a place, then no place of the machine it was written on', () => {
    const places = new RegExp(`(^|[^A-Za-z0-9_.])/(${['work', 'farm', 'root', 'Users'].join('|')})/`);
    const found = texts.flatMap((file) =>
      read(file)
        .split('\n')
        .flatMap((line, place) => (places.test(line) ? [`${file}:${place + 1}`] : [])),
    );
    expect(mend('Name the place relative to the repository, or read it from the configuration.', found)).toEqual([]);
  });

  it('when packages are named, then no registry they come from', () => {
    const registry = /^\s*(@[\w-]+:)?registry\s*=|_authToken|"resolved":\s*"/m;
    const found = ['.npmrc', 'package.json', 'package-lock.json'].filter((file) => registry.test(read(file)));
    expect(mend('Leave the registry to the configuration of the machine.', found)).toEqual([]);
  });

  it('when a file is kept, then it is not over 1 MiB', () => {
    const large = files.filter((file) => statSync(path.join(ROOT, file)).size > 1024 * 1024);
    expect(mend('Make it smaller, or make it by a script with a fixed seed.', large)).toEqual([]);
  });
});
