import { inclusionProof, leafHash, treeRoot } from '@commonwatt/ledger';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { browserCrypto } from '../crypto/browser-crypto.ts';
import { rootOfPath } from './action-root.ts';

const { sha256 } = browserCrypto;
const leaves = Array.from({ length: 40 }, (_, at) => leafHash(sha256, Uint8Array.of(at)));

test('every path leads to the root of its tree', () => {
  for (let size = 1; size <= leaves.length; size++) {
    const tree = leaves.slice(0, size);
    for (const [index, hash] of tree.entries()) {
      const proof = inclusionProof(sha256, tree, index);
      expect(rootOfPath(sha256, { leafHash: hash, index, size, proof })).toEqual(
        treeRoot(sha256, tree),
      );
    }
  }
});

test('a path that does not fit its size leads nowhere, and none gives a fault', () => {
  const leaf = leaves[0] ?? expect.fail('no leaf');
  const index = fc.integer({ min: -2, max: 45 });
  const length = fc.nat(8);
  fc.assert(
    fc.property(index, fc.nat(45), length, (at, size, count) => {
      const proof = leaves.slice(0, count);
      const root = rootOfPath(sha256, { leafHash: leaf, index: at, size, proof });
      const expected =
        at >= 0 && at < size && inclusionProof(sha256, Array(size).fill(leaf), at).length === count;
      expect(root !== undefined).toBe(expected);
    }),
  );
});
