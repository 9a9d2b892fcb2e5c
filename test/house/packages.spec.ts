import { PRODUCT_VERSION } from '#libs/platform/index.js';
import { mend } from '#test/support/mend.js';
import { read } from '#test/support/repository.js';

type Names = Record<string, string>;
interface Manifest {
  version: string;
  dependencies: Names;
  devDependencies: Names;
  optionalDependencies: Names;
  overrides: Names;
}
interface LockedPackage {
  version?: string;
  resolved?: string;
  integrity?: string;
  link?: boolean;
  optionalDependencies?: Names;
}

const manifest = JSON.parse(read('package.json')) as Manifest;
const lock = (JSON.parse(read('package-lock.json')) as { packages: Record<string, LockedPackage> }).packages;

describe('given the packages of the project', () => {
  it('when the product says its version, then it is that of package.json', () => {
    expect(PRODUCT_VERSION).toBe(manifest.version);
  });

  it('when package.json names one, then it pins an exact version', () => {
    const { dependencies, devDependencies, optionalDependencies, overrides } = manifest;
    const named = Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies, ...overrides });
    const loose = named.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version));
    expect(mend('Write the exact version (npm install --save-exact does).', loose)).toEqual([]);
  });

  it('when the lock names one, then it names no host it came from, and its content is fixed', () => {
    const packages = Object.entries(lock).filter(([place]) => place !== '');
    const hosts = packages.filter(([, { resolved }]) => resolved !== undefined).map(([place]) => place);
    expect(mend('Keep omit-lockfile-registry-resolved=true in .npmrc and install the package again.', hosts)).toEqual(
      [],
    );
    const open = packages.filter(([, { integrity, link }]) => !integrity && !link).map(([place]) => place);
    expect(mend('The lock lacks the checksum: take the lock back from git and add the package again.', open)).toEqual(
      [],
    );
  });

  // `npm ci` refuses a lock that lacks the package of any platform, and `npm install` writes such a lock without a word.
  it('when a package has variants for platforms, then the lock holds every one of them', () => {
    const lacking = Object.entries(lock).flatMap(([place, { version, optionalDependencies }]) =>
      Object.keys(optionalDependencies ?? {})
        .filter((name) => !isReachable(place, name))
        .map((name) => `${place || 'package.json'} ${version}: ${name}`),
    );
    expect(mend('Choose the newest version of the package whose variants the registry holds all.', lacking)).toEqual(
      [],
    );
  });
});

/** Whether a package finds another: in its own node_modules, or in those of a folder above. */
function isReachable(from: string, name: string): boolean {
  for (let place = from; ;) {
    if (lock[place === '' ? `node_modules/${name}` : `${place}/node_modules/${name}`]) return true;
    if (place === '') return false;
    const above = place.lastIndexOf('node_modules/');
    place = above <= 0 ? '' : place.slice(0, above - 1);
  }
}
