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
  /** Whether a number chooses the form. */
  isCounted: boolean;
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
    expect(mend('Add the key to locales/<language>.json.', new Set(missing))).toEqual([]);
  });

  it('when something that happened to a person or a breach is recorded, then all four languages have words for it', () => {
    const missing = filesBelow('libs', '.ts')
      .filter((file) => !file.endsWith('.spec.ts'))
      .flatMap(kindsIn)
      .flatMap((kind) =>
        LANGUAGES.filter((language) => !has(language, { ...kind, isBeginning: kind.key.endsWith('.') })).map(
          (language) => `${language}: ${inWords(kind)}`,
        ),
      );
    expect(mend('Add the key to locales/<language>.json.', new Set(missing))).toEqual([]);
  });

  it('when a language has words, then English has them too, with the same placeholders', () => {
    const differing = LANGUAGES.flatMap((language) =>
      Object.entries(locales[language])
        .filter(([key, text]) => placeholders(key, text) !== placeholders(key, locales.en[key]))
        .map(([key]) => `${language}: ${key}`),
    );
    const words = 'Take the key out, add it to locales/en.json, or use the same {placeholders} as there.';
    expect(mend(words, differing)).toEqual([]);
  });

  it('when a language has words for one, then it has them for more', () => {
    const lacking = LANGUAGES.flatMap((language) =>
      Object.keys(locales[language])
        .filter((key) => key.endsWith('.one') && !(key.replace(/one$/, 'other') in locales[language]))
        .map((key) => `${language}: ${key}`),
    );
    expect(mend('Add the key that ends in .other.', lacking)).toEqual([]);
  });
});

function has(language: Language, { key, isBeginning, isCounted }: Use): boolean {
  const words = locales[language];
  if (isBeginning) return Object.keys(words).some((known) => known.startsWith(key));
  return key in words || (isCounted && `${key}.one` in words && `${key}.other` in words);
}

function inWords({ key, isBeginning, place }: Use): string {
  return `${key}${isBeginning ? '…' : ''} (${place})`;
}

/** Null for words that are not there. In the form for one, the number may be left to the words ("One letter"). */
function placeholders(key: string, text: string | undefined): string | null {
  if (text === undefined) return null;
  const names = new Set(text.match(/\{\w+\}/g));
  if (key.endsWith('.one')) names.delete('{n}');
  return [...names].toSorted().join(' ');
}

/** `{{t 'key'}}`, `{{t (concat 'beginning.' value)}}`, and keys that are handed to a partial. */
function usesInPage(page: string): Use[] {
  const uses: Use[] = [];
  const add = (expression: hbs.AST.Node, isCounted: boolean, end = ''): void => {
    const found = keyOf(expression, end);
    if (found) uses.push({ ...found, isCounted, place: `${page}:${expression.loc.start.line}` });
  };
  for (const node of templateNodes(Handlebars.parse(read(page)))) {
    const { path: called, params, hash } = node as hbs.AST.MustacheStatement;
    const pairs = hash?.pairs ?? [];
    if (called?.type === 'PathExpression' && (called as hbs.AST.PathExpression).original === 't' && params[0]) {
      add(
        params[0],
        pairs.some(({ key }) => key === 'count'),
      );
    }
    if (node.type !== 'PartialStatement') continue;
    for (const { key, value } of pairs) {
      // `words` is what the partial puts before the name of each choice.
      if (KEY_PARAMETERS.has(key)) add(value, false, key === 'words' ? '.' : '');
    }
  }
  return uses;
}

function keyOf(expression: hbs.AST.Node, end: string): Pick<Use, 'key' | 'isBeginning'> | null {
  if (expression.type === 'StringLiteral') {
    return { key: (expression as hbs.AST.StringLiteral).value + end, isBeginning: end !== '' };
  }
  if (expression.type !== 'SubExpression') return null;
  const { path: called, params } = expression as hbs.AST.SubExpression;
  const isConcat = called.original === 'concat' && params[0]?.type === 'StringLiteral';
  return isConcat ? { key: (params[0] as hbs.AST.StringLiteral).value, isBeginning: true } : null;
}

/** `views.t(language, 'key')` and ``views.t(language, `beginning.${value}`)``. */
function usesInSource(file: string): Use[] {
  const uses: Use[] = [];
  for (const node of nodesOf(parse(file))) {
    if (!ts.isCallExpression(node) || !/(^|\.)t$/.test(node.expression.getText())) continue;
    const [, key, values] = node.arguments;
    const use = { isCounted: /\bcount\b/.test(values?.getText() ?? ''), place: placeOf(node) };
    if (key && ts.isStringLiteralLike(key)) uses.push({ key: key.text, isBeginning: false, ...use });
    if (key && ts.isTemplateExpression(key) && key.head.text !== '') {
      uses.push({ key: key.head.text, isBeginning: true, ...use });
    }
  }
  return uses;
}

/** Kinds of ledger entries (`kind: 'person.shown'`); those of staff accounts stand in no timeline. */
function kindsIn(file: string): Use[] {
  const uses: Use[] = [];
  for (const node of nodesOf(parse(file))) {
    if (!ts.isPropertyAssignment(node) || node.name.getText() !== 'kind') continue;
    for (const part of nodesOf(node.initializer)) {
      const text = ts.isStringLiteralLike(part) ? part.text : ts.isTemplateExpression(part) ? part.head.text : '';
      if (!/^[a-z-]+\.[a-z-]*$/.test(text) || /^(account|password|token)\./.test(text)) continue;
      uses.push({ key: `event.${text}`, isBeginning: false, isCounted: false, place: placeOf(node) });
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
      if (!node.type.startsWith('Partial')) continue;
      const name = ((node as hbs.AST.PartialStatement).name as hbs.AST.PathExpression).original;
      const file = ['templates/pages/partials', 'templates/pages']
        .map((folder) => path.posix.join(folder, `${name}.hbs`))
        .find((place) => pages.includes(place));
      if (file && !found.has(file)) open.push(file);
    }
  }
  return [...found];
}
