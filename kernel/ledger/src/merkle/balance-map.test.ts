import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toHex, utf8Bytes } from '../bytes.ts';
import { BalanceMap, type MapClaim, type MapUpdate, verifyMapProof } from './balance-map.ts';

const sha256 = (message: Uint8Array): Uint8Array =>
  new Uint8Array(createHash('sha256').update(message).digest());

const hash = (...parts: readonly Uint8Array[]): Uint8Array => {
  const made = createHash('sha256');
  for (const part of parts) made.update(part);
  return new Uint8Array(made.digest());
};

/** The definition in the file's first comment, applied to the set of pairs as it stands. */
function modelRoot(pairs: readonly (readonly [string, Uint8Array])[]): Uint8Array {
  if (pairs.length === 0) return new Uint8Array(32);
  const [only] = pairs;
  if (pairs.length === 1 && only !== undefined) {
    return hash(Uint8Array.of(0), bitsToBytes(only[0]), hash(only[1]));
  }
  return modelBranch(pairs, 0);
}

function modelBranch(pairs: readonly (readonly [string, Uint8Array])[], depth: number): Uint8Array {
  if (pairs.length <= 1) return modelRoot(pairs);
  const left = pairs.filter(([bits]) => bits[depth] === '0');
  const right = pairs.filter(([bits]) => bits[depth] === '1');
  return hash(Uint8Array.of(1), modelBranch(left, depth + 1), modelBranch(right, depth + 1));
}

const bytesToBits = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0')).join('');

const bitsToBytes = (bits: string): Uint8Array =>
  Uint8Array.from({ length: bits.length / 8 }, (_, at) =>
    Number.parseInt(bits.slice(8 * at, 8 * at + 8), 2),
  );

const modelOf = (pairs: ReadonlyMap<string, Uint8Array>): string =>
  toHex(modelRoot([...pairs].map(([key, value]) => [bytesToBits(fromHexKey(key)), value])));

const fromHexKey = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));

/** Keys that share long beginnings as often as short ones, so that deep and shallow forks occur. */
const keyHashes = fc.oneof(
  fc.nat(40).map((at) => sha256(utf8Bytes(`account ${at}`))),
  fc.tuple(fc.nat(255), fc.constantFrom(0, 0x80, 0x01)).map(([bit, last]) => {
    const key = new Uint8Array(32);
    key[31] = last;
    key[bit >> 3] = (key[bit >> 3] as number) ^ (0x80 >> (bit & 7));
    return key;
  }),
);
const values = fc.uint8Array({ maxLength: 20 });
const batches = fc.array(
  fc.uniqueArray(fc.record({ keyHash: keyHashes, value: fc.option(values, { nil: undefined }) }), {
    selector: ({ keyHash }) => toHex(keyHash),
    maxLength: 12,
  }),
  { maxLength: 8 },
);

function applyTo(model: Map<string, Uint8Array>, batch: readonly MapUpdate[]): void {
  for (const { keyHash, value } of batch) {
    if (value === undefined) model.delete(toHex(keyHash));
    else model.set(toHex(keyHash), value);
  }
}

const mapOf = (...batches: readonly (readonly MapUpdate[])[]): BalanceMap => {
  const map = new BalanceMap(sha256);
  for (const batch of batches) map.update(batch);
  return map;
};

const put = (at: number, text: string): MapUpdate => ({
  keyHash: sha256(utf8Bytes(`account ${at}`)),
  value: utf8Bytes(text),
});

test('after every batch the root is that of the pairs, as the definition has it', () => {
  fc.assert(
    fc.property(batches, (all) => {
      const model = new Map<string, Uint8Array>();
      const map = new BalanceMap(sha256);
      for (const batch of all) {
        const before = toHex(map.root());
        const kept = map.copy();
        map.update(batch);
        expect(toHex(kept.root())).toBe(before);
        applyTo(model, batch);
        expect(toHex(map.root())).toBe(modelOf(model));
      }
    }),
    { numRuns: 300 },
  );
}, 60_000);

test('neither the order of updates nor their grouping changes the root', () => {
  const pairs = fc.uniqueArray(fc.record({ keyHash: keyHashes, value: values }), {
    selector: ({ keyHash }) => toHex(keyHash),
    maxLength: 20,
  });
  fc.assert(
    fc.property(
      pairs.chain((all) =>
        fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
      ),
      ([all, shuffled]) => {
        const together = mapOf(all);
        const singly = mapOf(...shuffled.map((pair) => [pair]));
        expect(toHex(singly.root())).toBe(toHex(together.root()));
      },
    ),
  );
}, 60_000);

test('taking out what was put in brings back the earlier root', () => {
  fc.assert(
    fc.property(batches, keyHashes, values, (all, keyHash, value) => {
      const gone = { keyHash, value: undefined };
      const without = mapOf(...all, [gone]);
      const back = mapOf(...all, [gone], [{ keyHash, value }], [gone]);
      expect(toHex(back.root())).toBe(toHex(without.root()));
      const none = all.flat().map((update) => [{ ...update, value: undefined }]);
      expect(toHex(mapOf(...all, ...none).root())).toBe('00'.repeat(32));
    }),
  );
}, 60_000);

test('an update that changes nothing hashes no node', () => {
  let nodes = 0;
  const counting = (message: Uint8Array): Uint8Array => {
    if (message.length === 65 && message[0] === 1) nodes++;
    return sha256(message);
  };
  const map = new BalanceMap(counting);
  map.update([put(1, 'a'), put(2, 'b'), put(3, 'c')]);
  const root = toHex(map.root());
  nodes = 0;
  map.update([]);
  map.update([put(2, 'b')]);
  map.update([{ ...put(4, ''), value: undefined }]);
  expect(nodes).toBe(0);
  expect(toHex(map.root())).toBe(root);
});

test('every key proves what it holds, and nothing else', () => {
  fc.assert(
    fc.property(batches, keyHashes, values, (all, asked, wrong) => {
      const model = new Map<string, Uint8Array>();
      const map = mapOf(...all);
      for (const batch of all) applyTo(model, batch);
      const root = map.root();
      for (const key of [...model.keys(), toHex(asked)]) {
        const keyHash = fromHexKey(key);
        const held = model.get(key);
        const claim = { root, keyHash, value: held, proof: map.proof(keyHash) };
        expect(verifyMapProof(sha256, claim)).toBe(true);
        if (held !== undefined) {
          expect(verifyMapProof(sha256, { ...claim, value: undefined })).toBe(false);
        }
        if (held === undefined || toHex(held) !== toHex(wrong)) {
          expect(verifyMapProof(sha256, { ...claim, value: wrong })).toBe(false);
        }
      }
    }),
  );
}, 60_000);

describe('what the verifier refuses', () => {
  const map = mapOf(Array.from({ length: 50 }, (_, at) => put(at, `${at}`)));
  const root = map.root();
  const { keyHash } = put(7, '');
  const present: MapClaim = { root, keyHash, value: utf8Bytes('7'), proof: map.proof(keyHash) };
  const absentKey = Array.from({ length: 100 }, (_, at) => put(1000 + at, '').keyHash).find(
    (key) => map.proof(key).other !== undefined,
  ) as Uint8Array;
  const absentProof = map.proof(absentKey);
  const absent: MapClaim = { root, keyHash: absentKey, value: undefined, proof: absentProof };
  const other = absentProof.other as NonNullable<typeof absentProof.other>;

  test('the claims as they are stand', () => {
    expect(verifyMapProof(sha256, present)).toBe(true);
    expect(verifyMapProof(sha256, absent)).toBe(true);
  });

  const { siblings } = present.proof;
  test.each<[string, MapClaim]>([
    ['another value', { ...present, value: utf8Bytes('8') }],
    ['absence of what is there', { ...present, value: undefined }],
    ['another key', { ...present, keyHash: put(8, '').keyHash }],
    ['a sibling too few', { ...present, proof: { siblings: siblings.slice(0, -1) } }],
    ['a sibling too many', { ...present, proof: { siblings: [...siblings, root] } }],
    ['more siblings than bits', { ...present, proof: { siblings: Array(257).fill(root) } }],
    ['a short sibling', { ...present, proof: { siblings: [new Uint8Array(31)] } }],
    ['siblings in reverse', { ...present, proof: { siblings: [...siblings].reverse() } }],
    ['a present key with another leaf', { ...present, proof: { siblings, other } }],
    [
      'the key itself as the other leaf',
      {
        ...present,
        value: undefined,
        proof: { siblings, other: { keyHash, valueHash: sha256(utf8Bytes('7')) } },
      },
    ],
    [
      'a leaf from elsewhere as the other',
      {
        ...absent,
        proof: { ...absentProof, other: { keyHash, valueHash: sha256(utf8Bytes('7')) } },
      },
    ],
    [
      'absence without the leaf that is there',
      { ...absent, proof: { siblings: absentProof.siblings } },
    ],
    ['another root', { ...absent, root: sha256(root) }],
    ['a long root', { ...absent, root: new Uint8Array(33) }],
    ['a short key', { ...absent, keyHash: new Uint8Array(31) }],
  ])('%s', (_fault, claim) => {
    expect(verifyMapProof(sha256, claim)).toBe(false);
  });

  test('a key beside the other leaf’s way cannot borrow its proof', () => {
    const astray = absentKey.slice();
    astray[0] = (astray[0] as number) ^ 0x80;
    expect(verifyMapProof(sha256, { ...absent, keyHash: astray })).toBe(false);
  });

  test('values of the wrong type are refused, not thrown at', () => {
    for (const wrong of [null, 'x', 7, [], {}, { siblings: 'x' }, { siblings: [], other: 3 }]) {
      for (const name of ['root', 'keyHash', 'value', 'proof']) {
        expect(verifyMapProof(sha256, { ...present, [name]: wrong } as MapClaim)).toBe(false);
      }
    }
  });
});

test('any altered byte of a proof is refused', () => {
  const map = mapOf(Array.from({ length: 60 }, (_, at) => put(at, `${at}`)));
  const root = map.root();
  for (let at = 0; at < 120; at++) {
    const { keyHash, value } = put(at, `${at}`);
    const held = at < 60 ? value : undefined;
    const proof = map.proof(keyHash);
    const claim = { root, keyHash, value: held, proof };
    for (let nth = 0; nth < proof.siblings.length; nth++) {
      for (let byte = 0; byte < 32; byte++) {
        const siblings = proof.siblings.map((sibling) => sibling.slice());
        const changed = siblings[nth] as Uint8Array;
        changed[byte] = (changed[byte] as number) ^ 1;
        expect(verifyMapProof(sha256, { ...claim, proof: { ...proof, siblings } })).toBe(false);
      }
    }
  }
}, 60_000);

test('a batch costs far fewer hashes than its updates one by one', () => {
  let hashed = 0;
  const counting = (message: Uint8Array): Uint8Array => {
    hashed++;
    return sha256(message);
  };
  const full = new BalanceMap(counting);
  full.update(Array.from({ length: 20_000 }, (_, at) => put(at, `${at}`)));
  const singly = full.copy();
  hashed = 0;
  const changed = Array.from({ length: 1000 }, (_, at) => put(at * 20, 'changed'));
  full.update(changed);
  expect(hashed / 1000).toBeLessThan(9);
  hashed = 0;
  for (const update of changed) singly.update([update]);
  expect(hashed / 1000).toBeGreaterThan(14);
  expect(toHex(singly.root())).toBe(toHex(full.root()));
}, 60_000);

test('what cannot be an update is a mistake, named', () => {
  const map = new BalanceMap(sha256);
  expect(() => map.update([put(1, 'a'), put(1, 'b')])).toThrow(/one update a key, got two/);
  const short = { keyHash: new Uint8Array(31), value: undefined };
  expect(() => map.update([short])).toThrow(/expected a key hash of 32 bytes, got 31/);
  expect(() => map.proof(short.keyHash)).toThrow(/expected a key hash of 32 bytes, got 31/);
});
