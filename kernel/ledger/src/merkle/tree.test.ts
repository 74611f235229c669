import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '../bytes.ts';
import {
  type ConsistencyClaim,
  consistencyProof,
  emptyRoot,
  type InclusionClaim,
  inclusionProof,
  inclusionRanges,
  leafHash,
  nodeHash,
  treeRoot,
  verifyConsistency,
  verifyInclusion,
} from './tree.ts';

const sha256 = (message: Uint8Array): Uint8Array =>
  new Uint8Array(createHash('sha256').update(message).digest());

/** The definitions of RFC 9162 section 2.1 as they stand there, recursive and slow. */
const model = {
  root(hashes: readonly Uint8Array[]): Uint8Array {
    if (hashes.length === 0) return sha256(new Uint8Array(0));
    if (hashes.length === 1) return hashes[0] as Uint8Array;
    const k = model.split(hashes.length);
    const message = new Uint8Array(65);
    message[0] = 1;
    message.set(model.root(hashes.slice(0, k)), 1);
    message.set(model.root(hashes.slice(k)), 33);
    return sha256(message);
  },
  split(count: number): number {
    return 2 ** Math.floor(Math.log2(count - 1));
  },
  path(m: number, hashes: readonly Uint8Array[]): Uint8Array[] {
    if (hashes.length === 1) return [];
    const k = model.split(hashes.length);
    return m < k
      ? [...model.path(m, hashes.slice(0, k)), model.root(hashes.slice(k))]
      : [...model.path(m - k, hashes.slice(k)), model.root(hashes.slice(0, k))];
  },
  subproof(m: number, hashes: readonly Uint8Array[], complete: boolean): Uint8Array[] {
    if (m === hashes.length) return complete ? [] : [model.root(hashes)];
    const k = model.split(hashes.length);
    return m <= k
      ? [...model.subproof(m, hashes.slice(0, k), complete), model.root(hashes.slice(k))]
      : [...model.subproof(m - k, hashes.slice(k), false), model.root(hashes.slice(0, k))];
  },
};

const leaves = (count: number): Uint8Array[] =>
  Array.from({ length: count }, (_, at) => leafHash(sha256, Uint8Array.of(at >> 8, at & 255)));

const hexes = (hashes: readonly Uint8Array[]): string[] => hashes.map(toHex);

/** The eight leaves of the certificate transparency project's reference tree (RFC 6962 hashing). */
const REFERENCE_LEAVES = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
].map((hex) => leafHash(sha256, fromHex(hex)));

const REFERENCE_ROOTS = [
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

describe('the reference tree of eight leaves', () => {
  test.each(REFERENCE_ROOTS.map((root, size) => [size, root] as const))(
    'root of %i leaves',
    (size, root) => {
      expect(toHex(treeRoot(sha256, REFERENCE_LEAVES.slice(0, size)))).toBe(root);
    },
  );

  test.each([
    [0, 1, []],
    [
      0,
      8,
      [
        '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
        '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
        '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
      ],
    ],
    [
      5,
      8,
      [
        'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
        'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
        'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
      ],
    ],
    [2, 3, ['fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125']],
    [
      1,
      5,
      [
        '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
        '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
        'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      ],
    ],
  ])('inclusion proof of leaf %i in %i', (index, size, proof) => {
    expect(hexes(inclusionProof(sha256, REFERENCE_LEAVES.slice(0, size), index))).toEqual(proof);
  });

  test.each([
    [1, 1, []],
    [
      1,
      8,
      [
        '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
        '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
        '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
      ],
    ],
    [
      6,
      8,
      [
        '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
        'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
        'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
      ],
    ],
    [
      2,
      5,
      [
        '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
        'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      ],
    ],
  ])('consistency proof from %i to %i', (size1, size2, proof) => {
    const grown = REFERENCE_LEAVES.slice(0, size2);
    expect(hexes(consistencyProof(sha256, grown, size1))).toEqual(proof);
  });
});

describe('every size up to 70', () => {
  const all = leaves(70);
  const roots = Array.from({ length: 71 }, (_, size) => model.root(all.slice(0, size)));

  test('roots are those of the recursive definition', () => {
    for (let size = 0; size <= 70; size++) {
      expect(toHex(treeRoot(sha256, all.slice(0, size)))).toBe(toHex(roots[size] as Uint8Array));
    }
  });

  test('inclusion proofs are the definition’s and prove their own index alone', () => {
    for (let size = 1; size <= 70; size++) {
      const hashes = all.slice(0, size);
      const root = roots[size] as Uint8Array;
      for (let index = 0; index < size; index++) {
        const proof = inclusionProof(sha256, hashes, index);
        expect(hexes(proof)).toEqual(hexes(model.path(index, hashes)));
        const claim = { leafHash: hashes[index] as Uint8Array, index, size, proof, root };
        expect(verifyInclusion(sha256, claim)).toBe(true);
        for (let other = 0; other <= Math.min(size, 33); other++) {
          if (other !== index && verifyInclusion(sha256, { ...claim, index: other })) {
            throw new Error(`leaf ${index} of ${size} was proved at ${other}`);
          }
        }
      }
    }
  }, 60_000);

  test('consistency proofs are the definition’s and prove their own sizes', () => {
    for (let size2 = 1; size2 <= 70; size2++) {
      const hashes = all.slice(0, size2);
      const root2 = roots[size2] as Uint8Array;
      for (let size1 = 1; size1 <= size2; size1++) {
        const root1 = roots[size1] as Uint8Array;
        const proof = consistencyProof(sha256, hashes, size1);
        expect(hexes(proof)).toEqual(hexes(model.subproof(size1, hashes, true)));
        const claim = { size1, size2, root1, root2, proof };
        expect(verifyConsistency(sha256, claim)).toBe(true);
        if (size1 < size2) {
          expect(verifyConsistency(sha256, { ...claim, root1: root2, root2: root1 })).toBe(false);
          expect(verifyConsistency(sha256, { ...claim, size1: size2, size2: size1 })).toBe(false);
          expect(verifyConsistency(sha256, { ...claim, root2: root1 })).toBe(false);
        }
      }
    }
  }, 60_000);
});

describe('what a verifier refuses', () => {
  const hashes = leaves(7);
  const root = treeRoot(sha256, hashes);
  const inclusion: InclusionClaim = {
    leafHash: hashes[5] as Uint8Array,
    index: 5,
    size: 7,
    proof: inclusionProof(sha256, hashes, 5),
    root,
  };
  const consistency: ConsistencyClaim = {
    size1: 5,
    size2: 7,
    root1: treeRoot(sha256, hashes.slice(0, 5)),
    root2: root,
    proof: consistencyProof(sha256, hashes, 5),
  };
  const short = new Uint8Array(31);
  const long = new Uint8Array(33);
  const empty = emptyRoot(sha256);

  test.each<[string, Partial<InclusionClaim>]>([
    ['an index at the size', { index: 7 }],
    ['an index below zero', { index: -1 }],
    ['an index that is no whole number', { index: 5.5 }],
    ['an index that is not a number', { index: Number.NaN }],
    ['an empty tree', { index: 0, size: 0, proof: [] }],
    ['a size beyond 2^53 - 1', { size: 2 ** 53 }],
    ['an endless size', { size: Number.POSITIVE_INFINITY }],
    ['a short leaf hash', { leafHash: short }],
    ['a long root', { root: long }],
    ['a short node', { proof: [...inclusion.proof.slice(0, -1), short] }],
    ['one node too few', { proof: inclusion.proof.slice(0, -1) }],
    ['one node too many', { proof: [...inclusion.proof, root] }],
    ['a proof of a thousand nodes', { proof: Array.from({ length: 1000 }, () => root) }],
    ['nodes in reverse', { proof: [...inclusion.proof].reverse() }],
    ['an inner node as the leaf', { leafHash: root, index: 0, size: 7, proof: [] }],
  ])('inclusion with %s', (_fault, fault) => {
    expect(verifyInclusion(sha256, { ...inclusion, ...fault })).toBe(false);
  });

  test.each<[string, Partial<ConsistencyClaim>]>([
    ['sizes in reverse', { size1: 7, size2: 5 }],
    ['the empty tree before, even rightly rooted', { size1: 0, root1: empty, proof: [] }],
    ['two empty trees', { size1: 0, size2: 0, root1: empty, root2: empty, proof: [] }],
    ['equal sizes and a proof', { size1: 7, size2: 7, root1: root, proof: [root] }],
    ['equal sizes and other roots', { size1: 7, size2: 7, proof: [] }],
    ['no proof for a tree that grew', { proof: [] }],
    ['no proof after a power of two', { size1: 4, proof: [] }],
    ['a size beyond 2^53 - 1', { size2: 2 ** 53 }],
    ['a short old root', { root1: short }],
    ['a long new root', { root2: long }],
    ['a short node', { proof: [...consistency.proof.slice(0, -1), short] }],
    ['one node too many', { proof: [...consistency.proof, root] }],
    ['one node too few', { proof: consistency.proof.slice(0, -1) }],
  ])('consistency with %s', (_fault, fault) => {
    expect(verifyConsistency(sha256, { ...consistency, ...fault })).toBe(false);
  });

  test('values of the wrong type are refused, not thrown at', () => {
    for (const wrong of [undefined, null, 'root', 7n, [], {}, [null], ['00']]) {
      for (const name of Object.keys(inclusion)) {
        const claim = { ...inclusion, [name]: wrong } as InclusionClaim;
        expect(verifyInclusion(sha256, claim)).toBe(false);
      }
      for (const name of Object.keys(consistency)) {
        const claim = { ...consistency, [name]: wrong } as ConsistencyClaim;
        expect(verifyConsistency(sha256, claim)).toBe(false);
      }
    }
  });

  test('equal sizes and equal roots need no proof', () => {
    const claim = { size1: 7, size2: 7, root1: root, root2: root, proof: [] };
    expect(verifyConsistency(sha256, claim)).toBe(true);
  });

  test('a proof asked for outside the tree is a mistake', () => {
    expect(() => inclusionProof(sha256, hashes, 7)).toThrow(/expected 0 <= index < 7, got 7/);
    expect(() => consistencyProof(sha256, hashes, 8)).toThrow(/expected 0 <= size1 <= 7, got 8/);
    expect(() => nodeHash(sha256, short, root)).toThrow(/expected two hashes, got 31, 32/);
  });
});

test('a proof beyond 32 bits is walked in full: 2^40 + 1 equal leaves', () => {
  const leaf = leafHash(sha256, Uint8Array.of(7));
  const powers = [leaf];
  for (let level = 0; level < 40; level++) {
    const below = powers[level] as Uint8Array;
    powers.push(nodeHash(sha256, below, below));
  }
  const size = 2 ** 40 + 1;
  const big = powers[40] as Uint8Array;
  const root = nodeHash(sha256, big, leaf);
  const index = 2 ** 32 + 5;
  const proof = [...powers.slice(0, 40), leaf];
  expect(inclusionRanges(index, size)).toHaveLength(41);
  expect(verifyInclusion(sha256, { leafHash: leaf, index, size, proof, root })).toBe(true);
  const last = { leafHash: leaf, index: 2 ** 40, size, proof: [big], root };
  expect(verifyInclusion(sha256, last)).toBe(true);
  expect(verifyInclusion(sha256, { ...last, index: 0 })).toBe(false);
  const grown = { size1: 2 ** 40, size2: size, root1: big, root2: root, proof: [leaf] };
  expect(verifyConsistency(sha256, grown)).toBe(true);
  expect(verifyConsistency(sha256, { ...grown, size1: 2 ** 32 })).toBe(false);
});

test('100,000 altered proofs are refused', () => {
  const all = leaves(64);
  const rounds = 50_000;
  let seed = 20_240_229;
  const below = (limit: number): number => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((seed / 2 ** 32) * limit);
  };
  const flipped = (hash: Uint8Array): Uint8Array => {
    const other = hash.slice();
    other[below(32)] = (other[below(32)] as number) ^ 0xff;
    return toHex(other) === toHex(hash) ? flipped(hash) : other;
  };
  const altered = (proof: readonly Uint8Array[]): Uint8Array[] => {
    const other = [...proof];
    const at = below(proof.length);
    const kind = below(proof.length > 1 ? 6 : 4);
    if (kind === 0) other[at] = flipped(other[at] as Uint8Array);
    else if (kind === 1) other.splice(at, 1);
    else if (kind === 2) other.splice(at, 0, other[at] as Uint8Array);
    else if (kind === 3) other.push(all[below(64)] as Uint8Array);
    else if (kind === 4) other.unshift(all[below(64)] as Uint8Array);
    else other.push(other.shift() as Uint8Array);
    return other;
  };
  const roots = Array.from({ length: 65 }, (_, size) => treeRoot(sha256, all.slice(0, size)));
  const proofs = new Map<string, Uint8Array[]>();
  const kept = (name: string, make: () => Uint8Array[]): Uint8Array[] => {
    const found = proofs.get(name) ?? make();
    proofs.set(name, found);
    return found;
  };
  let tried = 0;
  for (let round = 0; round < rounds; round++) {
    const size = 2 + below(63);
    const grown = all.slice(0, size);
    const root = roots[size] as Uint8Array;
    const index = below(size);
    const path = kept(`i${index}/${size}`, () => inclusionProof(sha256, grown, index));
    const leaf = all[index] as Uint8Array;
    const inclusion = { leafHash: leaf, index, size, proof: altered(path), root };
    if (verifyInclusion(sha256, inclusion))
      throw new Error(`accepted ${JSON.stringify(inclusion)}`);
    const size1 = 1 + below(size - 1);
    const link = kept(`c${size1}/${size}`, () => consistencyProof(sha256, grown, size1));
    const root1 = roots[size1] as Uint8Array;
    const consistency = { size1, size2: size, root1, root2: root, proof: altered(link) };
    if (verifyConsistency(sha256, consistency)) {
      throw new Error(`accepted ${JSON.stringify(consistency)}`);
    }
    tried += 2;
  }
  expect(tried).toBe(100_000);
}, 60_000);

const hash32 = fc.uint8Array({ minLength: 32, maxLength: 32 });

test('whatever is claimed, the verifiers answer and a random claim is refused', () => {
  fc.assert(
    fc.property(
      fc.double(),
      fc.maxSafeNat(),
      fc.array(hash32, { maxLength: 60 }),
      hash32,
      hash32,
      (odd, size, proof, one, other) => {
        fc.pre(toHex(one) !== toHex(other));
        for (const index of [odd, size - 1, 0, Math.floor(size / 3)]) {
          const claim = { leafHash: one, index, size, proof, root: other };
          expect(verifyInclusion(sha256, claim)).toBe(false);
          const growth = { size1: index, size2: size, root1: one, root2: other, proof };
          expect(verifyConsistency(sha256, growth)).toBe(false);
        }
      },
    ),
  );
}, 60_000);
