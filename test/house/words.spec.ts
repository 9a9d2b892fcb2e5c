import path from 'node:path';
import Handlebars from 'handlebars';
import ts from 'typescript';
import { LANGUAGES, type Language } from '#libs/platform/index.js';
import { mend } from '#test/support/mend.js';
import { filesBelow, nodesOf, parse, placeOf, read } from '#test/support/repository.js';
import { templateNodes } from '#test/support/template-nodes.js';

type Words = Record<string, string>;

/** Parameters by which a page hands keys to a partial. */
const KEY_PARAMETERS = new Set(['label', 'hint', 'words']);

const pages = filesBelow('templates/pages', '.hbs');
const locales = Object.fromEntries(
  LANGUAGES.map((language) => [language, JSON.parse(read(`locales/${language}.json`)) as Words]),
) as Record<Language, Words>;

/** A key of the words, or the beginning of one whose end is only known when the page is shown. */
interface Use {
  key: string;
  isBeginning: boolean;
  place: string;
}

describe('given the words of the pages', () => {
  const uses = [...pages.flatMap(usesInPage), ...filesBelow('apps/web', '.ts').flatMap(usesInSource)];

  it('when a page or its controller says something, then English has the words', () => {
    expect(uses.length).toBeGreaterThan(0);
    const missing = uses.filter((use) => !has('en', use)).map(inWords);
    expect(mend('Add the key to locales/en.json.', missing)).toEqual([]);
  });

  it("when a person's page says something, then all four languages have the words", () => {
    const shown = withPartials(
      pages.filter((page) => /^templates\/pages\/(person\/|layouts\/person[.]hbs)/.test(page)),
    );
    const missing = shown
      .flatMap(usesInPage)
      .flatMap((use) =>
        LANGUAGES.filter((language) => !has(language, use)).map((language) => `${language}: ${inWords(use)}`),
      );
    expect(mend('Add the key to locales/<language>.json.', missing)).toEqual([]);
  });

  it('when a language has words, then English has them too, with the same placeholders', () => {
    const differing = LANGUAGES.flatMap((language) =>
      Object.entries(locales[language])
        .filter(([key, text]) => placeholders(text) !== placeholders(locales.en[key]))
        .map(([key]) => `${language}: ${key}`),
    );
    const words = 'Take the key out, add it to locales/en.json, or use the same {placeholders} as there.';
    expect(mend(words, differing)).toEqual([]);
  });

  it('when words are counted, then there is a form for one and a form for others', () => {
    const lacking = LANGUAGES.flatMap((language) =>
      Object.keys(locales[language])
        .filter((key) => /\.(one|other)$/.test(key))
        .map((key) =>
          key
            .replace(/\.one$/, '.OTHER')
            .replace(/\.other$/, '.one')
            .replace(/\.OTHER$/, '.other'),
        )
        .filter((partner) => !(partner in locales[language]))
        .map((partner) => `${language}: ${partner}`),
    );
    expect(mend('Add the other form.', lacking)).toEqual([]);
  });
});

function has(language: Language, { key, isBeginning }: Use): boolean {
  const words = locales[language];
  if (isBeginning) return Object.keys(words).some((known) => known.startsWith(key));
  return key in words || `${key}.other` in words;
}

function inWords({ key, isBeginning, place }: Use): string {
  return `${key}${isBeginning ? '…' : ''} (${place})`;
}

function placeholders(text: string | undefined): string {
  // In the form for one, the number may be left to the words ("One letter").
  return [...new Set((text ?? '{no words}').match(/\{\w+\}/g))].toSorted().join(' ');
}

/** `{{t 'key'}}`, `{{t (concat 'beginning.' value)}}`, and keys that are handed to a partial. */
function usesInPage(page: string): Use[] {
  const uses: Use[] = [];
  const add = (expression: hbs.AST.Node | undefined, end = ''): void => {
    if (expression) uses.push(...keysOf(expression, `${page}:${expression.loc.start.line}`, end));
  };
  for (const node of templateNodes(Handlebars.parse(read(page)))) {
    const { path: called, params } = node as hbs.AST.MustacheStatement;
    if (called?.type === 'PathExpression' && (called as hbs.AST.PathExpression).original === 't') add(params[0]);
    if (node.type !== 'PartialStatement') continue;
    for (const { key, value } of (node as hbs.AST.PartialStatement).hash?.pairs ?? []) {
      // `words` is what the partial puts before the name of each choice.
      if (KEY_PARAMETERS.has(key)) add(value, key === 'words' ? '.' : '');
    }
  }
  return uses;
}

function keysOf(expression: hbs.AST.Node, place: string, end: string): Use[] {
  if (expression.type === 'StringLiteral') {
    return [{ key: (expression as hbs.AST.StringLiteral).value + end, isBeginning: end !== '', place }];
  }
  if (expression.type !== 'SubExpression') return [];
  const { path: called, params } = expression as hbs.AST.SubExpression;
  const name = (called as hbs.AST.PathExpression).original;
  if (name === 'concat' && params[0]?.type === 'StringLiteral') {
    return [{ key: (params[0] as hbs.AST.StringLiteral).value, isBeginning: true, place }];
  }
  return [];
}

/** `views.t(language, 'key')` and ``views.t(language, `beginning.${value}`)``. */
function usesInSource(file: string): Use[] {
  const uses: Use[] = [];
  for (const node of nodesOf(parse(file))) {
    if (!ts.isCallExpression(node) || !/(^|\.)t$/.test(node.expression.getText())) continue;
    const key = node.arguments[1];
    if (key && ts.isStringLiteralLike(key)) uses.push({ key: key.text, isBeginning: false, place: placeOf(node) });
    if (key && ts.isTemplateExpression(key) && key.head.text !== '') {
      uses.push({ key: key.head.text, isBeginning: true, place: placeOf(node) });
    }
  }
  return uses;
}

/** Pages with the partials they use, and those that these use. */
function withPartials(first: string[]): string[] {
  const found = new Set<string>();
  const open = [...first];
  for (let page = open.pop(); page !== undefined; page = open.pop()) {
    found.add(page);
    for (const node of templateNodes(Handlebars.parse(read(page)))) {
      if (!/^Partial/.test(node.type)) continue;
      const name = ((node as hbs.AST.PartialStatement).name as hbs.AST.PathExpression).original;
      const file = ['templates/pages/partials', 'templates/pages']
        .map((folder) => path.posix.join(folder, `${name}.hbs`))
        .find((place) => pages.includes(place));
      if (file && !found.has(file)) open.push(file);
    }
  }
  return [...found];
}
