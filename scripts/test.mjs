// `npm test`: installs what is missing, builds, then checks types, format, lint and structure and runs every test.
// `npm run faults` runs the drills that take minutes: kills, dead keepers, closed folders, letters on paper. With
// `TOCSIN_FAULTS=whole` it sets 12,000 letters on paper instead of 800, which takes half an hour.
// `npm test -- breach` runs only the tests whose path has that word (arguments go to Jest).
// The last line is `N passed, N failed`: the tests of Jest, and one for each check.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build, install, npm, requireNode, root, run } from './bootstrap.mjs';

requireNode();
const started = performance.now();
const CHECK_SECONDS = 300;
const TESTS_SECONDS = 1800;
const isDrill = process.argv.includes('--faults');
const jestArguments = process.argv.slice(2).filter((argument) => argument !== '--faults');
const say = (words) => process.stdout.write(`${words}\n`);
const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`;

/** What came out: the checks and, from Jest, tests. */
const sum = { passed: 0, failed: 0, skipped: [], broken: [] };

function count(name, isGood) {
  if (isGood) sum.passed += 1;
  else {
    sum.failed += 1;
    sum.broken.push(name);
  }
}

/** Runs one step. Its output is kept together, and shown only when it failed. Answers whether it was good. */
async function step(name, work) {
  const since = performance.now();
  const output = [];
  const code = await work((words) => output.push(words));
  if (code !== 0) process.stdout.write(`\n--- ${name} ---\n${output.join('')}\n`);
  say(`${name.padEnd(10)} ${code === 0 ? 'ok' : 'FAILED'}  ${seconds(since)}`);
  return code === 0;
}

async function check(name, work) {
  count(name, await step(name, work));
}

/** The checks that look at the source only; each is an npm script that can be run by itself. */
async function checkSource() {
  for (const [name, script] of [
    ['lint', 'lint'],
    ['structure', 'structure'],
    ['format', 'format:check'],
  ]) {
    await check(name, (show) => npm(['run', '--silent', script], { seconds: CHECK_SECONDS, show }));
  }
}

/** The test server is started by the built launcher, and some tests run the built commands: first the build. */
async function buildAndTest() {
  await check('types', build);
  const since = performance.now();
  const folder = mkdtempSync(path.join(tmpdir(), 'tocsin-results-'));
  const file = path.join(folder, 'results.json');
  const jest = path.join(root, 'node_modules/jest/bin/jest.js');
  const code = await run(
    process.execPath,
    [jest, '--maxWorkers=2', '--json', `--outputFile=${file}`, ...jestArguments],
    { seconds: TESTS_SECONDS, show: (words) => process.stderr.write(words), env: environmentOfJest() },
  );
  countTests(file, code);
  rmSync(folder, { recursive: true, force: true });
  say(`${'tests'.padEnd(10)} ${code === 0 ? 'ok' : 'FAILED'}  ${seconds(since)}`);
}

function environmentOfJest() {
  return {
    ...process.env,
    NODE_ENV: 'test',
    ...(isDrill ? { TOCSIN_FAULTS: process.env['TOCSIN_FAULTS'] ?? '1' } : {}),
  };
}

function countTests(file, code) {
  const results = readResults(file);
  if (results === null) {
    count('tests: Jest ended without results', false);
    return;
  }
  sum.passed += results.numPassedTests;
  for (const suite of results.testResults) {
    const place = path.relative(root, suite.name);
    const failed = suite.assertionResults.filter((test) => test.status === 'failed');
    for (const test of failed) count(`${place}: ${test.fullName}`, false);
    // A file that could not be loaded has no tests to count.
    if (suite.status === 'failed' && failed.length === 0) count(`${place}: the file does not run`, false);
    const skipped = suite.assertionResults.filter((test) => test.status === 'pending');
    // Those that a word on the command line leaves out are nobody's concern.
    if (jestArguments.length === 0) sum.skipped.push(...skipped.map((test) => `${place}: ${test.fullName}`));
  }
  if (code !== 0 && results.success) count('tests: Jest ended with a fault', false);
  if (results.numTotalTests === 0 && sum.broken.length === 0) count('tests: none was found', false);
}

function readResults(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null; // Jest crashed before it wrote them; its own words stand above
  }
}

function finish() {
  say(`\nDone in ${seconds(started)}.`);
  if (sum.skipped.length > 0) say(`${sum.skipped.length} skipped:\n${lines(sum.skipped)}`);
  if (sum.broken.length > 0) say(`Failed:\n${lines(sum.broken)}`);
  say(`${sum.passed} passed, ${sum.failed} failed`);
  process.exitCode = sum.failed === 0 ? 0 : 1;
}

const lines = (list) => list.map((entry) => `  ${entry}`).join('\n');

if (await step('install', install)) {
  await Promise.all(jestArguments.length === 0 && !isDrill ? [buildAndTest(), checkSource()] : [buildAndTest()]);
} else {
  count('install', false);
}
finish();
