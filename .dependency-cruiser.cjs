/**
 * Who may import whom. The order of the libs is a fact of the architecture (docs/architecture.md), so it is written once
 * here, as a rank; two libs of one rank are neighbours and do not know each other.
 */
const RANKS = [
  ['platform'],
  ['ledger', 'jobs'],
  ['staff'],
  ['breach'],
  ['people'],
  ['discovery', 'letters'],
  ['delivery'],
  ['replies'],
  ['reports'],
  ['backup'],
];

const lib = (names) => `^libs/(${names.join('|')})/`;

/** One rule for each lib: everything of its own rank and to its right is out of its reach. */
const leftwards = RANKS.flatMap((rank, place) =>
  rank.map((name) => {
    const out = RANKS.slice(place)
      .flat()
      .filter((other) => other !== name);
    return {
      name: `leftwards-${name}`,
      comment:
        `libs/${name} is used by libs further right, so it cannot use them. ` +
        'Move what both need to the left, or let the caller hand it in.',
      severity: 'error',
      from: { path: lib([name]) },
      to: { path: lib(out) },
    };
  }),
).filter((rule) => rule.to.path !== lib([]));

/** The doors of a lib: index.ts, and pure.ts for what loads neither Nest nor TypeORM. */
const DOORS = '^libs/[^/]+/(index|pure)[.]ts$';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...leftwards,
    {
      name: 'lib-without-a-rank',
      comment: 'A new lib gets its place in RANKS (.dependency-cruiser.cjs) before anything imports it.',
      severity: 'error',
      from: {},
      to: { path: '^libs/', pathNot: lib(RANKS.flat()) },
    },
    {
      name: 'libs-know-no-app',
      comment: 'Libs are what apps are made of. Move what the lib needs into a lib.',
      severity: 'error',
      from: { path: '^libs/' },
      to: { path: '^apps/' },
    },
    {
      name: 'product-before-scripts-and-tests',
      comment: 'Product code is shipped without test/ and scripts/, so it cannot import them.',
      severity: 'error',
      from: { path: '^(apps|libs|migrations)/', pathNot: '[.]spec[.]ts$' },
      to: { path: '^(test|scripts|bench)/|[.]spec[.]ts$' },
    },
    {
      name: 'apps-stand-alone',
      comment:
        'An app runs without the other apps. What two apps share stands beside their folders (apps/assembly.ts) or in a lib.',
      severity: 'error',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/[^/]+/', pathNot: '^apps/$1/' },
    },
    {
      name: 'libs-by-the-front-door',
      comment: 'A lib is entered by its index.ts or pure.ts, so that the rest of it can change. Export the name there.',
      severity: 'error',
      from: { path: '^(apps|scripts|test|migrations)/' },
      to: { path: '^libs/', pathNot: DOORS },
    },
    {
      name: 'libs-by-the-front-door-among-libs',
      comment: 'A lib is entered by its index.ts or pure.ts, also by another lib. Export the name there.',
      severity: 'error',
      from: { path: '^libs/([^/]+)/' },
      to: { path: '^libs/', pathNot: [DOORS, '^libs/$1/'] },
    },
    {
      name: 'libs-not-by-their-own-front-door',
      comment:
        "Within a lib files import each other by './file.js': through the index everything depends on everything.",
      severity: 'error',
      from: { path: '^libs/([^/]+)/', pathNot: '[.]spec[.]ts$' },
      to: { path: '^libs/$1/index[.]ts$' },
    },
    {
      name: 'no-circles',
      comment: 'Files that need each other cannot be read one after the other. Move what both need into a third.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'only-apps-know-http',
      comment: 'Only apps know HTTP. Let the lib answer with values and throw Problem; the app translates.',
      severity: 'error',
      from: { path: '^(libs|migrations)/' },
      to: { path: '(^|node_modules/)(@fastify/|fastify(/|$)|@nestjs/platform-)' },
    },
    {
      name: 'pure-core',
      comment:
        'The hashing of the ledger and the rendering of letters run without database and Nest, so that a verifier and a ' +
        'preview can use them alone. Take values as parameters.',
      severity: 'error',
      from: {
        path: [
          '^libs/ledger/(merkle|canonical)[.]ts$',
          '^libs/letters/(render|template|advice|paper)[^/]*[.]ts$',
          '^libs/[^/]+/pure[.]ts$',
        ],
        pathNot: '[.]spec[.]ts$',
      },
      // Also by way of others: what loads them loads them.
      to: { path: '(^|node_modules/)(@nestjs/|typeorm(/|$)|pg(/|$)|graphile-worker(/|$))', reachable: true },
    },
    {
      name: 'nothing-unresolved',
      comment: 'This import leads nowhere. Mend the path, or add the package.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'product-without-development-packages',
      comment: 'An installation has the dependencies only. Move the package there, or do without it.',
      severity: 'error',
      from: { path: '^(apps|libs|migrations)/', pathNot: '[.]spec[.]ts$' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: ['node_modules', '^dist/'] },
    exclude: { path: '^dist/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      // The first condition is the one that package.json gives to sources; without it #libs leads into dist.
      conditionNames: ['tocsin-source', 'import', 'node', 'default', 'types'],
      exportsFields: ['exports'],
      mainFields: ['main', 'types'],
      extensions: ['.ts', '.js', '.mjs', '.json'],
    },
  },
};
