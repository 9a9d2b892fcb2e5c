import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { chromium, type Browser } from 'playwright-core';
import { describeWhen } from './describe-when.js';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
const ON_A_MAC = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';

/** Nothing that reaches out, and no sandbox: as root, the usual user of a test container, Chromium has none. */
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  // A container's /dev/shm is often too small for a page.
  '--disable-dev-shm-usage',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The Chromium of this machine, looked for in /usr/bin and along the PATH, or null. */
export function findChromium(): string | null {
  const folders = ['/usr/bin', ...(process.env['PATH'] ?? '').split(path.delimiter).filter(Boolean)];
  const places = folders.flatMap((folder) => NAMES.map((name) => path.join(folder, name)));
  return [...places, ON_A_MAC].find((place) => mayRun(place)) ?? null;
}

/** Starts the browser; the caller closes it. */
export async function launchChromium(executablePath: string): Promise<Browser> {
  return await chromium.launch({ executablePath, args: ARGUMENTS });
}

/**
 * Tests in a real browser, one for the whole block: `tests` gets a function that answers it, to be called within a
 * test. Where no Chromium is found they are reported as one skipped test that says so.
 */
export function describeInBrowser(title: string, tests: (browser: () => Browser) => void): void {
  const missing = 'no Chromium was found on this machine: install the package chromium';
  describeWhen(findChromium(), title, missing, (executablePath) => {
    let browser: Browser | undefined;
    beforeAll(async () => {
      browser = await launchChromium(executablePath);
    }, 60_000);
    afterAll(async () => {
      await browser?.close();
    }, 60_000);
    tests(() => {
      if (!browser) throw new Error('the browser is there within a test only: call it in `it` or `beforeAll`');
      return browser;
    });
  });
}

function mayRun(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
