import { createHash, randomBytes } from 'node:crypto';
import { leavesRoot, PackedLeaves } from '@commonwatt/ledger';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NodeCrypto } from './node-crypto.ts';
import { LaneTree } from './sha256-lanes.ts';

const plain = {
  sha256: (message: Uint8Array) => new Uint8Array(createHash('sha256').update(message).digest()),
};

/** Both roots of one list: of the lanes, and of one hash after the other. */
function roots(leaves: readonly Uint8Array[]): [Uint8Array | undefined, Uint8Array] {
  const packed = new PackedLeaves();
  for (const leaf of leaves) packed.add(leaf);
  const lanes = LaneTree.create(plain.sha256);
  if (lanes === undefined) throw new Error('this engine has no WebAssembly with vectors');
  let answer: Uint8Array | undefined;
  packed.root({
    ...plain,
    packedRoot: (bytes, ends) => {
      answer = lanes.root(bytes, ends);
      return new Uint8Array(32);
    },
  });
  return [answer, leavesRoot(plain, leaves)];
}

describe('the root of four lanes is the root of one hash after the other', () => {
  test('for every number of leaves up to 70', () => {
    for (let count = 2; count <= 70; count++) {
      const [lanes, one] = roots(Array.from({ length: count }, (_, at) => randomBytes(at)));
      expect(lanes, `${count} leaves`).toEqual(one);
    }
  });

  test('for every length of a leaf up to five blocks, and for the longest', () => {
    for (const length of [...Array(330).keys(), 4085, 4086]) {
      const [lanes, one] = roots(Array.from({ length: 5 }, () => randomBytes(length)));
      expect(lanes, `leaves of ${length} bytes`).toEqual(one);
    }
  });

  test('for leaves of any lengths one behind the other', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 2, maxLength: 60 }),
        (leaves) => {
          const [lanes, one] = roots(leaves);
          expect(lanes).toEqual(one);
        },
      ),
    );
  });

  test('for as many as need more memory than the module begins with', () => {
    const [lanes, one] = roots(
      Array.from({ length: 10_001 }, (_, at) => Uint8Array.of(at, at >> 8)),
    );
    expect(lanes).toEqual(one);
  });
});

test('what is too long for the lanes is hashed alone, through the Crypto port alike', () => {
  const crypto = new NodeCrypto();
  const cases = [[], [randomBytes(3)], [randomBytes(4087), randomBytes(1)], [randomBytes(9000)]];
  for (const leaves of cases) {
    if (leaves.length > 0) expect(roots(leaves)[0]).toEqual(leavesRoot(plain, leaves));
    expect(leavesRoot(crypto, leaves)).toEqual(leavesRoot(plain, leaves));
  }
});

test('one tree leaves nothing behind for the next', () => {
  const crypto = new NodeCrypto();
  for (const [count, length] of [
    [9, 50],
    [4, 120],
    [5, 50],
    [300, 29],
    [7, 54],
    [7, 55],
    [2, 0],
  ]) {
    const leaves = Array.from({ length: count as number }, () => randomBytes(length as number));
    expect(leavesRoot(crypto, leaves)).toEqual(leavesRoot(plain, leaves));
  }
});
