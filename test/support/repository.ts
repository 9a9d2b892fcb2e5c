import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { ROOT } from './root.js';

export { ROOT };

/** What is made by a command, belongs to git or is somebody's own: no rule of the house looks there. */
const NOT_OURS = new Set(['.git', 'node_modules', 'dist', 'data', 'coverage']);

/** Paths of all files of the repository below a folder, relative to its root, with slashes, in order. */
export function filesBelow(folder: string, end = ''): string[] {
  const found = readdirSync(path.join(ROOT, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(end))
    .map((entry) => path.relative(ROOT, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'));
  return found.toSorted();
}

/** Every file that is written by hand, without what commands make. */
export function ownFiles(): string[] {
  return readdirSync(ROOT, { withFileTypes: true })
    .filter((entry) => !NOT_OURS.has(entry.name))
    .flatMap((entry) => (entry.isDirectory() ? filesBelow(entry.name) : entry.isFile() ? [entry.name] : []));
}

export function read(file: string): string {
  return readFileSync(path.join(ROOT, file), 'utf8');
}

/** The syntax tree of a TypeScript file, with parents. */
export function parse(file: string): ts.SourceFile {
  return ts.createSourceFile(file, read(file), ts.ScriptTarget.ES2023, true);
}

/** Every node of a tree, parents before children. */
export function* nodesOf(node: ts.Node): Generator<ts.Node> {
  yield node;
  for (const child of childrenOf(node)) yield* nodesOf(child);
}

function childrenOf(node: ts.Node): ts.Node[] {
  const children: ts.Node[] = [];
  ts.forEachChild(node, (child) => void children.push(child));
  return children;
}

/** `file:line` of a node, as editors open it. */
export function placeOf(node: ts.Node): string {
  const file = node.getSourceFile();
  return `${file.fileName}:${file.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
}
