// `npm run demo`: installs and builds what is missing, then runs the demo in this process.
// All of that is said on stderr: the last line of stdout is the demo's own.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, install, isInstalled, requireNode, root } from './bootstrap.mjs';

requireNode();
const show = (words) => process.stderr.write(words);
const demo = path.join(root, 'dist/scripts/demo.js');

async function prepare() {
  if (!isInstalled()) show('Installing the packages …\n');
  if ((await install(show)) !== 0) return 'The packages could not be installed; npm says above why.';
  show('Building …\n');
  if ((await build(show)) !== 0) return 'The build has faults; they stand above.';
  return existsSync(demo) ? null : 'The build left no dist/scripts/demo.js. Remove the folder dist, then try again.';
}

const fault = await prepare();
if (fault === null) {
  const { runDemo } = await import(pathToFileURL(demo).href);
  process.exitCode = await runDemo(process.argv.slice(2));
} else {
  show(`${fault}\n`);
  process.exitCode = 1;
}
