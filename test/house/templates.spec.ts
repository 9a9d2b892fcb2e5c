import { readdirSync } from 'node:fs';
import path from 'node:path';
import Handlebars from 'handlebars';
import { NOTICE_KINDS } from '#libs/letters/index.js';
import { LANGUAGES } from '#libs/platform/index.js';
import { mend } from '#test/support/mend.js';
import { ROOT, read } from '#test/support/repository.js';
import { templateNodes } from '#test/support/template-nodes.js';

const HOME = 'templates/letters';
const kinds = readdirSync(path.join(ROOT, HOME), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== 'partials')
  .map((entry) => entry.name);

describe('given the templates of letters', () => {
  it('when they are looked for, then there is one of each kind of notice and no other', () => {
    expect(kinds.toSorted()).toEqual([...NOTICE_KINDS].toSorted());
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

  it.each(kinds)(
    'when a letter is of the kind %s, then each language has the same blocks in the same order',
    (kind) => {
      const shapes = LANGUAGES.map((language) => [language, shape(`${HOME}/${kind}/${language}.md.hbs`)] as const);
      const first = shapes[0]![1];
      const other = shapes
        .filter(([, found]) => found.join() !== first.join())
        .map(([language]) => `${language}.md.hbs`);
      expect(mend('Give each language the same headings and blocks, in one order.', other)).toEqual([]);
    },
  );
});

/** Headings by depth and id, and the blocks around them, as they follow one another. */
function shape(file: string): string[] {
  return [...read(file).matchAll(/^(#{1,3}) .*?(\{#[a-z-]+\})?$|\{\{([#/][^}]+|else)\}\}/gm)].map(
    ([, depth, id, name]) => name ?? `${depth}${id ?? ''}`,
  );
}

function placeholders(file: string): Set<string> {
  const used = new Set<string>();
  for (const node of templateNodes(Handlebars.parse(read(file)))) {
    if (node.type === 'PathExpression') used.add((node as hbs.AST.PathExpression).original);
  }
  return used;
}
