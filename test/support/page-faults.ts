import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { ROOT } from './root.js';

const axe = readFileSync(path.join(ROOT, 'node_modules/axe-core/axe.min.js'), 'utf8');

/** Faults that axe finds on a page, frames within it left out, and by how much it is wider than its window. */
export async function faultsOfPage(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  return await page.evaluate(async () => {
    const seen = globalThis as unknown as {
      axe: {
        run(within: object, how: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>;
      };
      document: { documentElement: { scrollWidth: number } };
      innerWidth: number;
    };
    const { violations } = await seen.axe.run(seen.document, { iframes: false });
    const wider = seen.document.documentElement.scrollWidth - seen.innerWidth;
    return [
      ...violations.map((one) => `${one.id}: ${one.nodes[0]!.html}`),
      ...(wider > 0 ? [`wider than the window by ${wider}`] : []),
    ];
  });
}
