import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toHex } from '../bytes.ts';
import { HistoryTree } from './history.ts';
import {
  consistencyProof,
  inclusionProof,
  leafHash,
  treeRoot,
  verifyConsistency,
  verifyInclusion,
} from './tree.ts';

const sha256 = (message: Uint8Array): Uint8Array =>
  new Uint8Array(createHash('sha256').update(message).digest());

const leaves = (count: number): Uint8Array[] =>
  Array.from({ length: count }, (_, at) => leafHash(sha256, Uint8Array.of(at >> 8, at & 255)));

const grown = (hashes: readonly Uint8Array[]): HistoryTree => {
  const tree = new HistoryTree(sha256);
  for (const hash of hashes) tree.append(hash);
  return tree;
};

const hexes = (hashes: readonly Uint8Array[]): string[] => hashes.map(toHex);

test('every root, inclusion and consistency proof of 66 leaves is that of the plain tree', () => {
  const all = leaves(66);
  const tree = grown(all);
  for (let size = 0; size <= 66; size++) {
    const hashes = all.slice(0, size);
    expect(toHex(tree.root(size))).toBe(toHex(treeRoot(sha256, hashes)));
    for (let at = 0; at < size; at++) {
      expect(hexes(tree.inclusionProof(at, size))).toEqual(
        hexes(inclusionProof(sha256, hashes, at)),
      );
    }
    for (let size1 = 0; size1 <= size; size1++) {
      expect(hexes(tree.consistencyProof(size1, size))).toEqual(
        hexes(consistencyProof(sha256, hashes, size1)),
      );
    }
  }
}, 60_000);

test('the root after every append is the plain tree’s, and indices count up', () => {
  const all = leaves(130);
  const tree = new HistoryTree(sha256);
  for (let size = 1; size <= 130; size++) {
    expect(tree.append(all[size - 1] as Uint8Array)).toBe(size - 1);
    expect(tree.size).toBe(size);
    expect(toHex(tree.root())).toBe(toHex(treeRoot(sha256, all.slice(0, size))));
  }
  expect(toHex(tree.leafHash(77))).toBe(toHex(all[77] as Uint8Array));
});

test('the proofs of any two sizes verify, and for no other size', () => {
  const tree = grown(leaves(3000));
  fc.assert(
    fc.property(fc.nat(2999), fc.integer({ min: 1, max: 3000 }), (one, size2) => {
      const size1 = 1 + (one % size2);
      const index = one % size2;
      const [root1, root2] = [tree.root(size1), tree.root(size2)];
      const growth = { size1, size2, root1, root2, proof: tree.consistencyProof(size1, size2) };
      expect(verifyConsistency(sha256, growth)).toBe(true);
      const place = {
        leafHash: tree.leafHash(index),
        index,
        size: size2,
        proof: tree.inclusionProof(index, size2),
        root: root2,
      };
      expect(verifyInclusion(sha256, place)).toBe(true);
      if (size2 < 3000) {
        const later = { ...place, root: tree.root(size2 + 1) };
        expect(verifyInclusion(sha256, later)).toBe(false);
      }
    }),
  );
}, 60_000);

test('a proof of the longest history costs logarithmically many hashes', () => {
  let hashed = 0;
  const counting = (message: Uint8Array): Uint8Array => {
    hashed++;
    return sha256(message);
  };
  const tree = new HistoryTree(counting);
  for (const hash of leaves(4095)) tree.append(hash);
  expect(hashed).toBeLessThan(4095);
  hashed = 0;
  tree.inclusionProof(1234);
  tree.consistencyProof(1234, 4001);
  tree.root();
  expect(hashed).toBeLessThan(48);
});

test('handing out a hash does not hand out the tree', () => {
  const tree = grown(leaves(8));
  const root = toHex(tree.root());
  for (const hash of [tree.leafHash(0), tree.root(1), ...tree.inclusionProof(0)]) hash.fill(0);
  expect(toHex(tree.root())).toBe(root);
  expect(toHex(tree.root(1))).toBe(toHex(leaves(1)[0] as Uint8Array));
});

test('what is outside the tree is a mistake, named', () => {
  const tree = grown(leaves(5));
  expect(() => tree.root(6)).toThrow(/expected a size from 0 to 5, got 6/);
  expect(() => tree.inclusionProof(5)).toThrow(/expected 0 <= index < 5, got 5/);
  expect(() => tree.inclusionProof(2, 9)).toThrow(/expected a size from 0 to 5, got 9/);
  expect(() => tree.consistencyProof(4, 3)).toThrow(/expected 0 <= size1 <= 3, got 4/);
  expect(() => tree.leafHash(5)).toThrow(/expected 0 <= index < 5, got 5/);
  expect(() => tree.append(new Uint8Array(31))).toThrow(/expected a hash of 32 bytes, got 31/);
  expect(tree.size).toBe(5);
});
