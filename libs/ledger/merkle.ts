import { createHash } from 'node:crypto';

/** Hashing of RFC 6962: a leaf and an inner node can never be taken for each other. */
export function leafHash(entry: Uint8Array): Buffer {
  return createHash('sha256').update('\0').update(entry).digest();
}
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  return createHash('sha256').update('\u0001').update(left).update(right).digest();
}

/** The root of an empty tree. */
export const EMPTY_ROOT = createHash('sha256').digest();

/** A perfect subtree: at `level` 0 a leaf, at level n the hash over 2^n leaves; `index` counts within its level. */
export interface Node {
  level: number;
  index: number;
  hash: Buffer;
}

/**
 * The right edge of a growing tree: one perfect subtree for each bit of its size, largest first. Enough to append and
 * to compute the root; older nodes are only needed for proofs.
 */
export class RightEdge {
  private constructor(
    public size: number,
    private readonly subtrees: Node[],
  ) {}

  static empty(): RightEdge {
    return new RightEdge(0, []);
  }

  /** Which nodes make the edge of a tree of that size, largest first. */
  static places(size: number): { level: number; index: number }[] {
    const places: { level: number; index: number }[] = [];
    let before = 0;
    for (let level = Math.floor(Math.log2(Math.max(size, 1))); level >= 0; level--) {
      const leaves = 2 ** level;
      if (Math.floor(size / leaves) % 2 === 0) continue;
      places.push({ level, index: before / leaves });
      before += leaves;
    }
    return places;
  }

  static of(size: number, nodes: Node[]): RightEdge {
    return new RightEdge(size, nodes);
  }

  /** Appends a leaf; answers the subtrees that became perfect, the leaf itself first. */
  append(leaf: Buffer): Node[] {
    let node: Node = { level: 0, index: this.size, hash: leaf };
    const made = [node];
    while (this.subtrees.at(-1)?.level === node.level) {
      const left = this.subtrees.pop()!;
      node = { level: node.level + 1, index: left.index / 2, hash: nodeHash(left.hash, node.hash) };
      made.push(node);
    }
    this.subtrees.push(node);
    this.size++;
    return made;
  }

  root(): Buffer {
    const edge = this.subtrees;
    if (edge.length === 0) return EMPTY_ROOT;
    return edge.slice(0, -1).reduceRight((right, left) => nodeHash(left.hash, right), edge.at(-1)!.hash);
  }
}

/** The root over these leaf hashes, by the definition of RFC 6962 2.1: the yardstick that the edge is tested against. */
export function rootOf(leaves: Buffer[]): Buffer {
  if (leaves.length === 0) return EMPTY_ROOT;
  if (leaves.length === 1) return leaves[0]!;
  const split = 2 ** (Math.ceil(Math.log2(leaves.length)) - 1);
  return nodeHash(rootOf(leaves.slice(0, split)), rootOf(leaves.slice(split)));
}
