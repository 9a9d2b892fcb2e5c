/**
 * Types the code of a letter at `/n`, acknowledges with its word, and, where `renews` and the letter names a document,
 * declares the first one renewed: as a person with a browser and no script would, sending back only forms that a page
 * shows. `text` is the letter as received. Answers whether a document was declared. Throws when a page does not answer
 * as promised.
 */
export async function replyByHttp(webUrl: string, text: string, renews: boolean): Promise<boolean> {
  const { code, word } = secretsIn(text);
  const page = await post(`${webUrl}/n`, { code });
  requireReceipt(await post(`${webUrl}/n/acknowledge`, { ...hiddenFields(page, '/n/acknowledge'), word }));
  if (!renews || !page.includes('action="/n/renewed"')) return false;
  const day = { day: '23', month: '11', year: '2026' };
  requireReceipt(await post(`${webUrl}/n/renewed`, { ...hiddenFields(page, '/n/renewed'), word, ...day }));
  return true;
}

function requireReceipt(page: string): void {
  if (!/R-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}/.test(page)) throw new Error('the page gave no receipt');
}

/** Code and confirmation word as the letter prints them: the code alone on its line, the word on the next. */
export function secretsIn(text: string): { code: string; word: string } {
  const code = /\b([0-9A-HJKMNP-TV-Z]{4}-){4}[0-9A-HJKMNP-TV-Z]{2}\b/.exec(text)?.[0];
  const word = code
    ? /\b([bdfklmnprstvz][aeiou]){3}[bdfklmnprstvz]\b/.exec(text.slice(text.indexOf(code)))?.[0]
    : undefined;
  if (!code || !word) throw new Error('the letter has no code or no word');
  return { code, word };
}

async function post(url: string, values: Record<string, string>): Promise<string> {
  const response = await fetch(url, { method: 'POST', body: new URLSearchParams(values), redirect: 'manual' });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${new URL(url).pathname} answered ${response.status}`);
  return text;
}

/** Hidden fields of the page's first form that goes to `action`. */
function hiddenFields(html: string, action: string): Record<string, string> {
  const form = html.split('<form').find((part) => part.includes(`action="${action}"`));
  if (!form) throw new Error(`the page has no form for ${action}`);
  const hidden = form
    .slice(0, form.indexOf('</form>'))
    .matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g);
  return Object.fromEntries([...hidden].map(([, name, value]) => [name!, value!]));
}
