import {
  createHash,
  createPrivateKey,
  createPublicKey,
  sign as nodeSign,
  verify as nodeVerify,
} from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  acceptablePublicKey,
  type Crypto,
  fromHex,
  readTransaction,
  signTransaction,
  toHex,
  verifySignature,
} from '@commonwatt/ledger';
import { ed25519 } from '@noble/curves/ed25519.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { testWithWycheproof } from '../testing/wycheproof.ts';
import { browserCrypto, browserRandom, browserSigner } from './browser-crypto.ts';

/** Keys enter node:crypto as DER: these prefixes and the 32 bytes. */
const SPKI_PREFIX = fromHex('302a300506032b6570032100');
const PKCS8_PREFIX = fromHex('302e020100300506032b657004220420');

/** OpenSSL's verdict, which is what every Node uses. */
const opensslCrypto: Crypto = {
  sha256: (message) => new Uint8Array(createHash('sha256').update(message).digest()),
  verify(publicKey, message, signature) {
    const der = Buffer.concat([SPKI_PREFIX, publicKey]);
    const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
    return nodeVerify(null, message, key, signature);
  },
};

function opensslSign(seed: Uint8Array, message: Uint8Array): Uint8Array {
  const key = Buffer.concat([PKCS8_PREFIX, seed]);
  const privateKey = createPrivateKey({ key, format: 'der', type: 'pkcs8' });
  return new Uint8Array(nodeSign(null, message, privateKey));
}

const { Point } = ed25519;
const ORDER = Point.Fn.ORDER;
const FIELD_PRIME = 2n ** 255n - 19n;

function littleEndian(value: bigint): Uint8Array {
  return fromHex(value.toString(16).padStart(64, '0')).reverse();
}

function numberOf(bytes: Uint8Array): bigint {
  return BigInt(`0x${toHex(Uint8Array.from(bytes).reverse())}`);
}

/** The eight points of small order. */
const TORSION = (() => {
  for (let y = 2n; ; y++) {
    let point: ReturnType<typeof Point.fromBytes>;
    try {
      point = Point.fromBytes(littleEndian(y));
    } catch {
      continue;
    }
    const small = point.multiplyUnsafe(ORDER - 1n).add(point);
    if (small.multiplyUnsafe(4n).is0()) continue;
    return Array.from({ length: 8 }, (_, at) => small.multiplyUnsafe(BigInt(at)));
  }
})();

/** RFC 8032 section 5.1.6, with a chosen nonce and with points of small order added to R and A. */
function craft(given: {
  readonly secret: bigint;
  readonly nonce: bigint;
  readonly message: Uint8Array;
  readonly keyTorsion: number;
  readonly nonceTorsion: number;
  /** Whether S also makes up for the small order in the cofactored equation alone. */
}): { readonly publicKey: Uint8Array; readonly signature: Uint8Array } {
  const { secret, nonce, message, keyTorsion, nonceTorsion } = given;
  const a = Point.BASE.multiplyUnsafe(secret).add(TORSION[keyTorsion]!);
  const r = Point.BASE.multiplyUnsafe(nonce).add(TORSION[nonceTorsion]!);
  const publicKey = a.toBytes();
  const digest = createHash('sha512').update(r.toBytes()).update(publicKey).update(message);
  const k = numberOf(new Uint8Array(digest.digest())) % ORDER;
  const s = (nonce + k * secret) % ORDER;
  return { publicKey, signature: Uint8Array.of(...r.toBytes(), ...littleEndian(s)) };
}

function expectSameVerdict(
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  const verdict = browserCrypto.verify(publicKey, message, signature);
  const about = `key ${toHex(publicKey)} message ${toHex(message)} signature ${toHex(signature)}`;
  expect(verdict, about).toBe(opensslCrypto.verify(publicKey, message, signature));
  expect(verifySignature(browserCrypto, publicKey, message, signature), about).toBe(
    verifySignature(opensslCrypto, publicKey, message, signature),
  );
  return verdict;
}

/** RFC 8032 section 7.1: secret, public key, message, signature. */
const RFC_8032_VECTORS: readonly (readonly [string, string, string, string, string])[] = [
  [
    'TEST 1',
    '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
    'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    '',
    'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
  ],
  [
    'TEST 2',
    '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
    '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
    '72',
    '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
  ],
  [
    'TEST 3',
    'c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7',
    'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025',
    'af82',
    '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a',
  ],
  [
    'TEST SHA(abc)',
    '833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42',
    'ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf',
    'ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f',
    'dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704',
  ],
];

describe('RFC 8032 section 7.1', () => {
  test.each(RFC_8032_VECTORS)('%s', (_name, seed, publicKey, message, signature) => {
    const signer = browserSigner(fromHex(seed));
    expect(toHex(signer.publicKey)).toBe(publicKey);
    expect(toHex(signer.sign(fromHex(message)))).toBe(signature);
    expect(expectSameVerdict(fromHex(publicKey), fromHex(message), fromHex(signature))).toBe(true);
  });
});

testWithWycheproof<{
  readonly publicKey: { readonly pk: string };
  readonly tests: readonly {
    readonly tcId: number;
    readonly msg: string;
    readonly sig: string;
    readonly result: string;
  }[];
}>('all Wycheproof verdicts, bare and behind the kernel', 'wycheproof-ed25519.json', (file) => {
  let judged = 0;
  for (const { publicKey, tests } of file.testGroups) {
    for (const { tcId, msg, sig, result } of tests) {
      const verdict = expectSameVerdict(fromHex(publicKey.pk), fromHex(msg), fromHex(sig));
      expect(verdict, `test ${tcId}`).toBe(result === 'valid');
      judged++;
    }
  }
  expect(judged).toBe(file.numberOfTests);
  expect(judged).toBeGreaterThanOrEqual(151);
});

test('the frozen table of the ledger', () => {
  const url = new URL('../../../../vectors/ed25519-verdicts.json', import.meta.url);
  const table = JSON.parse(readFileSync(url, 'utf8')) as {
    readonly signatures: readonly {
      readonly name: string;
      readonly publicKey: string;
      readonly message: string;
      readonly signature: string;
      readonly verdict: boolean;
      readonly cofactored: boolean;
    }[];
  };
  for (const row of table.signatures) {
    const key = fromHex(row.publicKey);
    const signature = fromHex(row.signature);
    const verdict = verifySignature(browserCrypto, key, fromHex(row.message), signature);
    expect(verdict, row.name).toBe(row.verdict);
    if (key.length === 32) expectSameVerdict(key, fromHex(row.message), signature);
  }
  expect(table.signatures.filter((row) => row.cofactored && !row.verdict).length).toBeGreaterThan(
    0,
  );
});

describe('points of small order', () => {
  const message = fromHex('31352063742f6b5768');
  const secret = 2n ** 251n + 12_345n;

  test('in R: refused as OpenSSL refuses it, though a cofactored check accepts it', () => {
    for (let nonceTorsion = 0; nonceTorsion < 8; nonceTorsion++) {
      const crafted = craft({ secret, nonce: 77n, message, keyTorsion: 0, nonceTorsion });
      const { publicKey, signature } = crafted;
      expect(acceptablePublicKey(publicKey)).toBeUndefined();
      expect(expectSameVerdict(publicKey, message, signature)).toBe(nonceTorsion === 0);
      expect(ed25519.verify(signature, message, publicKey)).toBe(true);
    }
  });

  test('in A, in R, and in both: the same verdict for every pair', () => {
    const verdicts = new Set<boolean>();
    for (let keyTorsion = 0; keyTorsion < 8; keyTorsion++) {
      for (let nonceTorsion = 0; nonceTorsion < 8; nonceTorsion++) {
        const crafted = craft({ secret, nonce: 99n, message, keyTorsion, nonceTorsion });
        verdicts.add(expectSameVerdict(crafted.publicKey, message, crafted.signature));
      }
    }
    expect(verdicts.size).toBe(2);
  });

  test('as A itself, in every encoding, with R and S of nothing', () => {
    const verdicts = new Set<boolean>();
    for (const point of TORSION) {
      const y = numberOf(point.toBytes()) % 2n ** 255n;
      for (const sign of [0n, 2n ** 255n]) {
        for (const lift of [0n, FIELD_PRIME]) {
          if (y + lift >= 2n ** 255n) continue;
          const publicKey = littleEndian(y + lift + sign);
          for (const r of TORSION) {
            const signature = Uint8Array.of(...r.toBytes(), ...new Uint8Array(32));
            verdicts.add(expectSameVerdict(publicKey, message, signature));
          }
        }
      }
    }
    expect(verdicts.size).toBe(2);
  });

  test('every second encoding of a small y, as A and as R', () => {
    const signed = browserSigner(new Uint8Array(32).fill(4)).sign(message);
    for (let y = 0n; y < 19n; y++) {
      for (const sign of [0n, 2n ** 255n]) {
        for (const lift of [0n, FIELD_PRIME]) {
          const encoded = littleEndian(y + lift + sign);
          const signature = Uint8Array.of(...encoded, ...signed.subarray(32));
          expectSameVerdict(encoded, message, signed);
          expectSameVerdict(
            browserSigner(new Uint8Array(32).fill(4)).publicKey,
            message,
            signature,
          );
        }
      }
    }
  });
});

const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 });
const messages = fc.uint8Array({ maxLength: 200 });

describe('the same as OpenSSL', () => {
  test('signatures byte for byte, and every flipped bit', () => {
    fc.assert(
      fc.property(bytes32, messages, fc.nat(511), fc.nat(255), (seed, message, inSig, inKey) => {
        const signer = browserSigner(seed);
        const signature = signer.sign(message);
        expect(toHex(signature)).toBe(toHex(opensslSign(seed, message)));
        expect(expectSameVerdict(signer.publicKey, message, signature)).toBe(true);
        expect(expectSameVerdict(signer.publicKey, message, flipped(signature, inSig))).toBe(false);
        expect(expectSameVerdict(flipped(signer.publicKey, inKey), message, signature)).toBe(false);
        expect(expectSameVerdict(signer.publicKey, Uint8Array.of(...message, 0), signature)).toBe(
          false,
        );
      }),
      { numRuns: 40 },
    );
  });

  test('S at, above and around the group order', () => {
    const message = fromHex('00');
    const signer = browserSigner(new Uint8Array(32).fill(8));
    const signature = signer.sign(message);
    const s = numberOf(signature.subarray(32));
    const candidates = [0n, 1n, ORDER - 1n, ORDER, ORDER + 1n, 2n ** 252n, 2n ** 256n - 1n];
    for (let times = 1n; times <= 14n; times++) candidates.push(s + times * ORDER);
    for (const value of candidates) {
      const mutant = Uint8Array.of(...signature.subarray(0, 32), ...littleEndian(value));
      expect(expectSameVerdict(signer.publicKey, message, mutant)).toBe(false);
    }
  });

  test('any bytes as key and signature', () => {
    const bytes64 = fc.uint8Array({ minLength: 64, maxLength: 64 });
    fc.assert(
      fc.property(bytes32, messages, bytes64, (publicKey, message, signature) => {
        expectSameVerdict(publicKey, message, signature);
      }),
      { numRuns: 60 },
    );
  });

  test('signatures and keys of other lengths are refused', () => {
    const signer = browserSigner(new Uint8Array(32).fill(3));
    const message = fromHex('aa');
    const signature = signer.sign(message);
    for (const length of [0, 1, 32, 63]) {
      expectSameVerdict(signer.publicKey, message, signature.subarray(0, length));
      expect(
        browserCrypto.verify(signer.publicKey.subarray(0, length % 32), message, signature),
      ).toBe(false);
    }
    expect(expectSameVerdict(signer.publicKey, message, Uint8Array.of(...signature, 0))).toBe(
      false,
    );
  });

  test('SHA-256 of any message', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), (message) => {
        expect(toHex(browserCrypto.sha256(message))).toBe(toHex(opensslCrypto.sha256(message)));
      }),
    );
  });
});

function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[bit >> 3]! ^= 1 << (bit & 7);
  return copy;
}

describe('the signer', () => {
  test('signs a transaction that both ports read alike', () => {
    const signer = browserSigner(new Uint8Array(32).fill(6));
    const envelope = {
      chain: new Uint8Array(32).fill(1),
      onBehalfOf: undefined,
      lane: 0,
      sequence: 3,
      validFromMs: 0,
      validUntilMs: 1_000,
      atomic: false,
    };
    const actions = [{ type: 1, body: fromHex('0102') }];
    const bytes = signTransaction(browserCrypto, signer, envelope, actions);
    expect(bytes).toEqual(signTransaction(opensslCrypto, signer, envelope, actions));
    const { signed, signature, id } = readTransaction(browserCrypto, bytes);
    expect(toHex(id)).toBe(toHex(readTransaction(opensslCrypto, bytes).id));
    expect(expectSameVerdict(signer.publicKey, signed, signature)).toBe(true);
  });

  test('keeps its own copy of the seed and shows it nowhere', () => {
    const seed = new Uint8Array(32).fill(5);
    const signer = browserSigner(seed);
    const before = toHex(signer.sign(fromHex('01')));
    seed.fill(0);
    expect(toHex(signer.sign(fromHex('01')))).toBe(before);
    expect(Object.keys(signer)).toEqual(['publicKey']);
  });

  test('a seed of another length is refused', () => {
    expect(() => browserSigner(new Uint8Array(31))).toThrow('seed: expected 32 bytes, got 31');
  });
});

describe('random bytes', () => {
  test('more than the host gives at once, and every part of them filled', () => {
    const bytes = browserRandom.bytes(3 * 65_536 + 100);
    expect(bytes.length).toBe(3 * 65_536 + 100);
    for (let at = 0; at + 100 <= bytes.length; at += 65_536) {
      expect(bytes.subarray(at, at + 100).some((byte) => byte !== 0)).toBe(true);
    }
    expect(toHex(browserRandom.bytes(32))).not.toBe(toHex(browserRandom.bytes(32)));
    expect(browserRandom.bytes(0)).toEqual(new Uint8Array(0));
  });

  test.each([-1, 1.5, Number.NaN, 2 ** 30])('a length of %s is refused', (length) => {
    expect(() => browserRandom.bytes(length)).toThrow('random bytes: expected 0 to');
  });
});
