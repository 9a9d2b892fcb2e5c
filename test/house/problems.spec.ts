import ts from 'typescript';
import { mend } from '#test/support/mend.js';
import { filesBelow, nodesOf, parse, placeOf, read } from '#test/support/repository.js';

const LIST = 'docs/problems.md';
/** A line of the list: the code, what it means, and what to do about it. */
const LINE = /^- `(?<code>[a-z-]+\.[a-z-]+)`: (?<meaning>.+) \*\*Mend:\*\* (?<mend>.+)$/;

const sources = ['apps', 'libs', 'scripts']
  .flatMap((folder) => filesBelow(folder, '.ts'))
  .filter((file) => !file.endsWith('.spec.ts'))
  .map(parse);
const lines = read(LIST)
  .split('\n')
  .filter((line) => line.startsWith('- '));
const listed = lines.flatMap((line) => LINE.exec(line)?.groups?.['code'] ?? []);

describe('given the problems that the program throws', () => {
  const thrown = new Map<string, string>();
  const unreadable: string[] = [];
  for (const node of sources.flatMap((tree) => [...nodesOf(tree)])) {
    if (!ts.isNewExpression(node) || node.expression.getText() !== 'Problem') continue;
    const codes = codesOf(node.arguments?.[1], node);
    if (codes === null) unreadable.push(placeOf(node));
    for (const code of codes ?? []) thrown.set(code, placeOf(node));
  }

  it('when one has a code, then the code stands in the source', () => {
    const words = 'Write the code as a literal, here or where this function is called, so that it can be found.';
    expect(mend(words, unreadable)).toEqual([]);
  });

  it('when one has a code, then docs/problems.md says what it means and what to do', () => {
    const missing = [...thrown].filter(([code]) => !listed.includes(code)).map(([code, place]) => `${code} (${place})`);
    expect(mend(`Add to ${LIST} a line: - \`code\`: what it means. **Mend:** what to do.`, missing)).toEqual([]);
  });

  it('when docs/problems.md lists a code, then the program can throw it', () => {
    const idle = listed.filter((code) => !thrown.has(code));
    expect(mend(`Take the line out of ${LIST}: nothing throws this code.`, idle)).toEqual([]);
  });

  it('when docs/problems.md is read, then each line has its three parts, and each code one line', () => {
    const broken = lines.filter((line) => !LINE.test(line));
    expect(mend('Write the line as: - `noun.reason`: what it means. **Mend:** what to do.', broken)).toEqual([]);
    const doubled = listed.filter((code, place) => listed.indexOf(code) !== place);
    expect(mend('Keep one line for this code.', doubled)).toEqual([]);
  });

  it('when docs/problems.md is read, then the codes of a chapter are in order', () => {
    for (const chapter of read(LIST).split('\n## ').slice(1)) {
      const codes = chapter.split('\n').flatMap((line) => LINE.exec(line)?.groups?.['code'] ?? []);
      expect(codes).toEqual(codes.toSorted());
    }
  });
});

/**
 * The codes that an argument can be: a literal, either side of a choice, what callers give for a
 * parameter. Empty where a problem is thrown on with its own code (`error.code`). Null where it cannot be read.
 */
function codesOf(argument: ts.Expression | undefined, user: ts.Node): string[] | null {
  if (!argument) return null;
  if (ts.isStringLiteralLike(argument)) return [argument.text];
  if (ts.isConditionalExpression(argument)) {
    const sides = [codesOf(argument.whenTrue, user), codesOf(argument.whenFalse, user)];
    return sides.includes(null) ? null : sides.flatMap((codes) => codes ?? []);
  }
  if (ts.isPropertyAccessExpression(argument) && argument.name.text === 'code') return [];
  if (!ts.isIdentifier(argument)) return null;
  const maker = ts.findAncestor(user, (node) => ts.isFunctionLike(node) && parameterAt(node, argument.text) >= 0);
  if (!maker || !ts.isFunctionLike(maker)) return null;
  const name = nameOf(maker);
  // A function that is exported is called from other files as well.
  const isExported =
    ts.canHaveModifiers(maker) &&
    (ts.getModifiers(maker) ?? []).some((one) => one.kind === ts.SyntaxKind.ExportKeyword);
  const trees = isExported ? sources : [maker.getSourceFile()];
  const calls = trees
    .flatMap((tree) => [...nodesOf(tree)])
    .filter(
      (node): node is ts.CallExpression =>
        ts.isCallExpression(node) && /[^.]*$/.exec(node.expression.getText())?.[0] === name,
    );
  const given = calls.map((call) => codesOf(call.arguments[parameterAt(maker, argument.text)], call));
  return name === null || calls.length === 0 || given.includes(null) ? null : given.flatMap((codes) => codes ?? []);
}

function parameterAt(maker: ts.SignatureDeclaration, name: string): number {
  return maker.parameters.findIndex((parameter) => parameter.name.getText() === name);
}

function nameOf(maker: ts.SignatureDeclaration): string | null {
  if (maker.name) return maker.name.getText();
  return ts.isVariableDeclaration(maker.parent) ? maker.parent.name.getText() : null;
}
