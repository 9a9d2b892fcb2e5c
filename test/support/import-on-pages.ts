import type { Response } from 'light-my-request';
import { formOf } from './form-of.js';
import type { TestBrowser } from './web-browser.js';

/** Goes on to where a form led; fails where it was shown again. */
export function nextOf(answer: Response): string {
  if (answer.statusCode !== 303) throw new Error(`the form was shown again with ${answer.statusCode}: ${answer.body}`);
  return answer.headers.location as string;
}

/** Chooses a file on the pages of a breach and takes its columns as they are shown, up to the page of the check. */
export async function checkOnPages(
  browser: TestBrowser,
  home: string,
  file: string | Buffer,
): Promise<{ upload: string; page: Response }> {
  const columns = nextOf(await browser.upload(`${home}/import`, file));
  const shown = await browser.get(columns);
  const check = nextOf(await browser.post(columns, formOf(shown.body, columns)));
  return { upload: columns.replace(/\/columns$/, ''), page: await browser.get(check) };
}

/** The same, and asks for the import; a worker does it. Answers the page of the file, without its host. */
export async function importOnPages(browser: TestBrowser, home: string, file: string | Buffer): Promise<string> {
  const { upload, page } = await checkOnPages(browser, home, file);
  return nextOf(await browser.post(`${upload}/start`, formOf(page.body, `${upload}/start`)));
}
