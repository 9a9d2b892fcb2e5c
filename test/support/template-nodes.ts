/** Every node of a Handlebars syntax tree, parents before children. */
export function* templateNodes(node: hbs.AST.Node): Generator<hbs.AST.Node> {
  yield node;
  for (const value of Object.values(node).flat()) if (isNode(value)) yield* templateNodes(value);
}

function isNode(value: unknown): value is hbs.AST.Node {
  return typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';
}
