/** @type {import('jest').Config} */
export default {
  // Named one by one, so that no data folder is searched.
  roots: ['apps', 'libs', 'migrations', 'scripts', 'test'].map((folder) => `<rootDir>/${folder}`),
  // Drills that take minutes run by their own command, `npm run faults`.
  testMatch: [process.env['TOCSIN_FAULTS'] ? '**/*.faults.spec.ts' : '**/!(*.faults).spec.ts'],
  // The tests are found by their source and run as built, in bare Node: see there.
  testRunner: '<rootDir>/test/runner.mjs',
  testEnvironment: 'node',
  transform: {},
  globalSetup: '<rootDir>/test/global-setup.mjs',
  globalTeardown: '<rootDir>/test/global-teardown.mjs',
  modulePathIgnorePatterns: ['<rootDir>/dist'],
  workerIdleMemoryLimit: '1GB',
  // What a failed test left open, a socket or a pool, must not keep the whole run from ending.
  forceExit: true,
  // The machine may be slow, or shared: a test that hangs still ends.
  testTimeout: 30_000,
};
