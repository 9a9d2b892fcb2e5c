// ESM-only packages that CommonJS packages load with require(): Node >= 20.19 can, Jest on Node < 24.9 cannot.
const esmOnlyRequired = ['cookie', 'content-disposition'];
/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/{apps,libs,test}/**/*.spec.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  testEnvironmentOptions: { customExportConditions: ['tocsin-source', 'node', 'node-addons'] },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.ts$': ['@swc/jest', {}],
    [`/node_modules/(${esmOnlyRequired.join('|')})/.+\\.js$`]: ['@swc/jest', { swcrc: false, jsc: { target: 'es2022' } }],
  },
  transformIgnorePatterns: [`/node_modules/(?!(${esmOnlyRequired.join('|')})/)`],
  globalSetup: '<rootDir>/test/global-setup.ts',
  globalTeardown: '<rootDir>/test/global-teardown.ts',
  modulePathIgnorePatterns: ['<rootDir>/dist'],
  workerIdleMemoryLimit: '1GB',
};
