import fc from 'fast-check';
import { EMPTY_ROOT, RightEdge, leafHash, rootOf, type Node } from './merkle.js';

/** The entries and roots that the tests of Certificate Transparency logs share (RFC 6962). */
const ENTRIES = [
  '', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f',
].map((hex) => leafHash(Buffer.from(hex, 'hex'))); // prettier-ignore
const ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

function edgeOf(leaves: Buffer[]): { edge: RightEdge; nodes: Map<string, Node> } {
  const edge = RightEdge.empty();
  const nodes = new Map<string, Node>();
  for (const leaf of leaves) for (const node of edge.append(leaf)) nodes.set(`${node.level}/${node.index}`, node);
  return { edge, nodes };
}

describe('the root of a tree', () => {
  it.each(ROOTS.map((root, size) => [size, root] as const))(
    'given the first %i of the known entries, then it is the known one',
    (size, root) => {
      const leaves = ENTRIES.slice(0, size);
      expect(rootOf(leaves).toString('hex')).toBe(root);
      expect(edgeOf(leaves).edge.root().toString('hex')).toBe(root);
    },
  );

  it('given any entries, up to 300 of them, then the growing edge has the root that the definition gives', () => {
    const anyLeaves = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 300, size: 'max' });
    fc.assert(
      fc.property(anyLeaves, (entries) => {
        const leaves = entries.map(leafHash);
        expect(edgeOf(leaves).edge.root()).toEqual(rootOf(leaves));
      }),
    );
  });

  it('given every size from 0 to 300, when the edge is read again from its places, then it has the root that the definition gives', () => {
    const leaves = Array.from({ length: 300 }, (_, i) => leafHash(Buffer.from(`entry ${i}`)));
    const { nodes } = edgeOf(leaves);
    for (let size = 0; size <= 300; size++) {
      const edge = RightEdge.places(size).map(({ level, index }) => nodes.get(`${level}/${index}`)!);
      expect([size, RightEdge.of(size, edge).root()]).toEqual([size, rootOf(leaves.slice(0, size))]);
    }
  });

  it('given an edge that was read again, when it grows, then it goes on as the one that never stopped', () => {
    const leaves = Array.from({ length: 64 }, (_, i) => leafHash(Buffer.from(`entry ${i}`)));
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 63 }), (size) => {
        const { nodes } = edgeOf(leaves.slice(0, size));
        const places = RightEdge.places(size).map(({ level, index }) => nodes.get(`${level}/${index}`)!);
        const edge = RightEdge.of(size, places);
        for (const leaf of leaves.slice(size)) edge.append(leaf);
        expect(edge.size).toBe(64);
        expect(edge.root()).toEqual(rootOf(leaves));
      }),
    );
  });

  it('given no entry, then it is the hash of nothing', () => {
    expect(RightEdge.empty().root()).toEqual(EMPTY_ROOT);
  });

  it('given an entry that looks like two hashes, then it is not taken for their node', () => {
    const [left, right] = [leafHash(Buffer.from('a')), leafHash(Buffer.from('b'))];
    expect(rootOf([leafHash(Buffer.concat([left, right]))])).not.toEqual(rootOf([left, right]));
  });
});

describe('the places of an edge', () => {
  const anySize = fc.oneof(
    fc.maxSafeNat(),
    fc.tuple(fc.integer({ min: 0, max: 52 }), fc.constantFrom(-1, 0, 1)).map(([level, step]) => 2 ** level + step),
  );

  it('given any size, then the subtrees cover every leaf once, from left to right, larger ones first', () => {
    fc.assert(
      fc.property(anySize, (size) => {
        let covered = 0n;
        let before = 64;
        for (const { level, index } of RightEdge.places(size)) {
          expect(level).toBeLessThan(before);
          expect(BigInt(index) * 2n ** BigInt(level)).toBe(covered);
          covered += 2n ** BigInt(level);
          before = level;
        }
        expect(covered).toBe(BigInt(size));
      }),
    );
  });
});
