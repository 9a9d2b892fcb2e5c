// Runs a test file in bare Node, with Jest's own framework around it: hooks, timeouts, matchers, results.
//
// Jest gives every test file a world of its own and loads the whole house into it again: Nest, TypeORM and the libs cost
// two seconds a file. Here the files of one worker share what they import, as the parts of one process do, and the build
// is what runs: a spec is imported from `dist`, never transformed.
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const require = createRequire(import.meta.url);
const { default: circus } = require('jest-circus/runner');
// A fault is shown at the line of the source.
process.setSourceMapsEnabled(true);

/** What the framework keeps on the global object between two files; its state is dropped with its module. */
const EVENT_HANDLERS = Symbol.for('EVENT_HANDLERS');
const TEST_TIMEOUT = Symbol.for('TEST_TIMEOUT_SYMBOL');

/**
 * Jest's `testRunner`: loads the framework anew, imports the built file, and lets the framework run what it declared.
 * @returns {Promise<import('@jest/test-result').TestResult>}
 */
export default function runNatively(globalConfig, config, environment, runtime, file, send) {
  delete globalThis[EVENT_HANDLERS];
  delete globalThis[TEST_TIMEOUT];
  globalThis.jest = { setTimeout: (milliseconds) => void (globalThis[TEST_TIMEOUT] = milliseconds) };
  const native = {
    requireInternalModule: (name) => {
      delete require.cache[name];
      return require(name);
    },
    unstable_shouldLoadAsEsm: () => true,
    unstable_importModule: (name) => import(pathToFileURL(builtFile(config.rootDir, name)).href),
    setGlobalsForRuntime: () => {},
    requireModule: require,
    enterTestCode: () => {},
    leaveTestCode: () => {},
  };
  return circus(globalConfig, config, { ...environment, global: globalThis }, native, file, send);
}

function builtFile(root, file) {
  return path.join(root, 'dist', path.relative(root, file).replace(/\.ts$/, '.js'));
}
