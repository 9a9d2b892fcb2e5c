import ts from 'typescript';
import { mend } from '#test/support/mend.js';
import { filesBelow, nodesOf, parse, placeOf } from '#test/support/repository.js';

const ROUTE = new Set(['Get', 'Post', 'Put', 'Patch', 'Delete', 'All', 'Head', 'Options', 'Sse', 'Search']);
const WHO = new Set(['Permit', 'Public']);

const routes = filesBelow('apps/web', '.controller.ts')
  .flatMap((file) => [...nodesOf(parse(file))])
  .filter((node): node is ts.MethodDeclaration => ts.isMethodDeclaration(node) && decorators(node).some(isRoute));

describe('given the routes of the web', () => {
  it('when they are looked for, then they are found', () => {
    expect(routes.length).toBeGreaterThan(10);
  });

  it('when one answers, then it says who may call it', () => {
    const open = routes.filter(
      (route) => ![...decorators(route), ...decorators(route.parent)].some((name) => WHO.has(name)),
    );
    expect(mend('Put @Permit(permission) or @Public() above it.', open.map(placeOf))).toEqual([]);
  });
});

function isRoute(name: string): boolean {
  return ROUTE.has(name);
}

function decorators(node: ts.Node): string[] {
  const found = ts.canHaveDecorators(node) ? (ts.getDecorators(node) ?? []) : [];
  return found.map(({ expression }) =>
    (ts.isCallExpression(expression) ? expression.expression : expression).getText(),
  );
}
