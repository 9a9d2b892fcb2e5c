// ESM-only packages that CommonJS packages load with require(): Node >= 20.19 can, Jest on Node < 24.9 cannot.
const esmOnlyRequired = ['cookie', 'content-disposition'];

/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  // Named one by one, so that no data folder is searched.
  roots: ['apps', 'libs', 'migrations', 'scripts', 'test'].map((folder) => `<rootDir>/${folder}`),
  // Drills that take minutes run by their own command, `npm run faults`.
  testMatch: [process.env['TOCSIN_FAULTS'] ? '**/*.faults.spec.ts' : '**/!(*.faults).spec.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  // The condition that package.json gives to sources: tests run what is written, not what was built.
  testEnvironmentOptions: { customExportConditions: ['tocsin-source', 'node', 'node-addons'] },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.ts$': ['@swc/jest', {}],
    [`/node_modules/(${esmOnlyRequired.join('|')})/.+\\.js$`]: [
      '@swc/jest',
      { swcrc: false, jsc: { target: 'es2022' } },
    ],
  },
  transformIgnorePatterns: [`/node_modules/(?!(${esmOnlyRequired.join('|')})/)`],
  globalSetup: '<rootDir>/test/global-setup.ts',
  globalTeardown: '<rootDir>/test/global-teardown.ts',
  modulePathIgnorePatterns: ['<rootDir>/dist'],
  workerIdleMemoryLimit: '1GB',
  // The machine may be slow, or shared: a test that hangs still ends.
  testTimeout: 30_000,
};
