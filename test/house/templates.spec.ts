import { readdirSync } from 'node:fs';
import path from 'node:path';
import Handlebars from 'handlebars';
import { LANGUAGES } from '#libs/platform/index.js';
import { mend } from '#test/support/mend.js';
import { ROOT, read } from '#test/support/repository.js';
import { templateNodes } from '#test/support/template-nodes.js';

const HOME = 'templates/letters';
const kinds = readdirSync(path.join(ROOT, HOME), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== 'partials')
  .map((entry) => entry.name);

describe('given the templates of letters', () => {
  it('when they are looked for, then there is a kind of letter', () => {
    expect(kinds).toContain('initial');
  });

  it.each(kinds)('when a letter is of the kind %s, then it exists in the four languages', (kind) => {
    const found = readdirSync(path.join(ROOT, HOME, kind)).toSorted();
    expect(found).toEqual(LANGUAGES.map((language) => `${language}.md.hbs`).toSorted());
  });

  it.each(kinds)('when a letter is of the kind %s, then each language has the same placeholders', (kind) => {
    const uses = LANGUAGES.map((language) => [language, placeholders(`${HOME}/${kind}/${language}.md.hbs`)] as const);
    const all = new Set(uses.flatMap(([, used]) => [...used]));
    const lacking = uses.flatMap(([language, used]) =>
      [...all].filter((name) => !used.has(name)).map((name) => `${language}.md.hbs lacks {{${name}}}`),
    );
    expect(mend('Say the same in each language: use the placeholder there too, or nowhere.', lacking)).toEqual([]);
  });
});

function placeholders(file: string): Set<string> {
  const used = new Set<string>();
  for (const node of templateNodes(Handlebars.parse(read(file)))) {
    if (node.type === 'PathExpression') used.add((node as hbs.AST.PathExpression).original);
  }
  return used;
}
