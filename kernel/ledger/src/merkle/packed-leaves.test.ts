import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { leavesRoot, PackedLeaves } from './packed-leaves.ts';
import { leafHash, treeRoot } from './tree.ts';

const sha256 = (message: Uint8Array) =>
  new Uint8Array(createHash('sha256').update(message).digest());

test('the root over packed leaves is the root over their hashes', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 40 }), (leaves) => {
      const expected = treeRoot(
        sha256,
        leaves.map((leaf) => leafHash(sha256, leaf)),
      );
      expect(leavesRoot({ sha256 }, leaves)).toEqual(expected);
    }),
  );
});

test('a host that hashes them together is asked once, and gets bytes and ends', () => {
  const asked: [string, readonly number[]][] = [];
  const packed = new PackedLeaves();
  packed.add(Uint8Array.of(1, 2));
  packed.add(Uint8Array.of());
  packed.add(Uint8Array.of(3));
  const root = packed.root({
    sha256,
    packedRoot: (bytes, ends) => {
      asked.push([bytes.join(), [...ends]]);
      return new Uint8Array(32).fill(7);
    },
  });
  expect(asked).toEqual([['1,2,3', [2, 2, 3]]]);
  expect(root[0]).toBe(7);
  packed.clear();
  expect(packed.root({ sha256 })).toEqual(sha256(new Uint8Array()));
});
