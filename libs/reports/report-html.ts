import { number, timeInWords } from '#libs/platform/index.js';
import type { PartsOfSum, Report } from './report.js';

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);

const PARTS = [
  ['told', 'told', '#1f7a4d'],
  ['exempt', 'exempt', '#5b6470'],
  ['underWay', 'under way', '#b45309'],
  ['notReached', 'not reached', '#b42318'],
] as const;

/** The four parts of the sum as one bar; the sentence beside it says the same in words. */
function bar(sum: PartsOfSum): string {
  let x = 0;
  const total = Math.max(1, sum.affected);
  const blocks = PARTS.map(([part, , colour]) => {
    const width = (sum[part] / total) * 600;
    const block = `<rect x="${x.toFixed(2)}" y="0" width="${width.toFixed(2)}" height="24" fill="${colour}"/>`;
    x += width;
    return block;
  });
  return `<svg viewBox="0 0 600 24" preserveAspectRatio="none" role="img" aria-label="${escaped(inWords(sum))}">${blocks.join('')}</svg>`;
}

function inWords(sum: PartsOfSum): string {
  return `${number(sum.affected)} affected = ${PARTS.map(([part, words]) => `${number(sum[part])} ${words}`).join(' + ')}`;
}

/** A wide table scrolls by itself on a small screen, also by keyboard. */
function scrolling(caption: string, html: string): string {
  return `<div class="scroll" role="region" tabindex="0" aria-label="${escaped(caption)}">${html}</div>`;
}

function table(caption: string, rows: [string, PartsOfSum][]): string {
  const head = `<tr><th scope="col">${escaped(caption)}</th><th scope="col">Affected</th>${PARTS.map(([, words]) => `<th scope="col">${words}</th>`).join('')}</tr>`;
  const body = rows.map(
    ([name, sum]) =>
      `<tr><th scope="row">${escaped(name)}</th><td>${number(sum.affected)}</td>${PARTS.map(([part]) => `<td>${number(sum[part])}</td>`).join('')}</tr>`,
  );
  return scrolling(caption, `<table><thead>${head}</thead><tbody>${body.join('')}</tbody></table>`);
}

function documents(report: Report): string {
  const head = ['Document', 'Country', 'Exposed', 'Renewed'].map((words) => `<th scope="col">${words}</th>`).join('');
  const rows = report.renewals.byDocument.map(
    (row) =>
      `<tr><th scope="row">${escaped(row.kind)}</th><td>${escaped(row.country)}</td><td>${number(row.affected)}</td><td>${number(row.renewed)}</td></tr>`,
  );
  return scrolling('Document', `<table><thead><tr>${head}</tr></thead><tbody>${rows.join('')}</tbody></table>`);
}

const STYLE = `body{font:17px/1.5 system-ui,sans-serif;color:#14213d;background:#fff;max-width:52rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.8rem;line-height:1.2}svg{width:100%;height:1.5rem}table{border-collapse:collapse;width:100%;margin:1.5rem 0;font-variant-numeric:tabular-nums}
th,td{text-align:right;padding:.4rem .6rem;border-bottom:1px solid #c9c4b8}th:first-child{text-align:left}.broken{color:#b42318;font-weight:700}
dl{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:.25rem 1.5rem}dt{font-weight:700}dd{margin:0;overflow-wrap:anywhere}
.scroll{overflow-x:auto}@media print{body{margin:0}}@media (max-width:40rem){table{font-size:.8rem}th,td{padding:.4rem .3rem}dl{grid-template-columns:minmax(0,1fr)}}`;

/** The report as one page that stands alone: no script, nothing loaded from elsewhere, no person in it. */
export function reportHtml(report: Report): string {
  const { sum, notInSum, clocks } = report;
  const when = (iso: string | null): string =>
    iso ? escaped(timeInWords(new Date(iso), 'en', 'Europe/Brussels')) : 'not yet';
  const beside = [
    [notInSum.rows, 'rows left out of an import'],
    [notInSum.unreadable, 'unreadable files'],
    [notInSum.review, 'pairs in the review queue'],
    [notInSum.estimateGap, 'more persons expected by the register'],
  ].filter(([count]) => Number(count) > 0);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escaped(report.breach)}: report</title><style>${STYLE}</style></head>
<body><main>
<h1>${escaped(report.breach)}: ${escaped(report.title)}</h1>
<p>Figures of ${when(report.at)}.</p>
${bar(sum)}
<p>${inWords(sum)}</p>
${sum.closes ? '' : '<p class="broken">The sum does not close. This is a fault of the program: report it.</p>'}
${sum.changedSince > 0 ? `<p>Of those told, ${number(sum.changedSince)} have facts that changed after their letter.</p>` : ''}
${beside.length > 0 ? `<p>Not yet in the sum: ${beside.map(([count, words]) => `${number(Number(count))} ${String(words)}`).join(', ')}.</p>` : ''}
<p>Exempt: ${number(sum.exemptBy.notHighRisk)} not a high risk (Art. 34(1)), ${number(sum.exemptBy.a)} by Art. 34(3)(a), ${number(sum.exemptBy.b)} by (b), ${number(sum.exemptBy.c)} by (c), ${number(sum.exemptBy.nothingExposed)} of whom nothing is out.</p>
<dl><dt>Aware</dt><dd>${when(clocks.awareAt)}</dd><dt>Authority by</dt><dd>${when(clocks.authorityDeadline)}</dd><dt>First letter</dt><dd>${when(clocks.firstLetterAt)}</dd><dt>Acknowledged</dt><dd>${number(report.acknowledged)} persons</dd><dt>Renewed</dt><dd>${number(report.renewals.declared)} documents</dd><dt>Ledger</dt><dd>${number(report.ledger.size)} entries, root ${escaped(report.ledger.root ?? 'none yet')}</dd></dl>
${table('Language', Object.entries(report.byLanguage))}
${table('Category', Object.entries(report.byCategory))}
${documents(report)}
</main></body></html>
`;
}
