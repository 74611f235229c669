import { execFileSync } from 'node:child_process';
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  sign as nodeSign,
  verify as nodeVerify,
} from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from './bytes.ts';
import {
  acceptablePublicKey,
  acceptableSignature,
  verifyRegistered,
  verifySignature,
} from './ed25519.ts';
import {
  addPoints,
  type CurvePoint,
  decodePoint,
  encodePoint,
  FIELD_PRIME,
  GROUP_ORDER,
  IDENTITY,
  isIdentity,
  multiplyPoint,
  readLittleEndian,
  writeLittleEndian,
} from './edwards25519.ts';
import type { Crypto } from './world.ts';

/** Keys enter node:crypto as SPKI in DER: this prefix and the 32 bytes. */
const SPKI_PREFIX = fromHex('302a300506032b6570032100');
const PKCS8_PREFIX = fromHex('302e020100300506032b657004220420');

const crypto: Crypto = {
  sha256: (message) => new Uint8Array(createHash('sha256').update(message).digest()),
  verify: (publicKey, message, signature) => {
    const key = Buffer.concat([SPKI_PREFIX, publicKey]);
    return nodeVerify(
      null,
      message,
      createPublicKey({ key, format: 'der', type: 'spki' }),
      signature,
    );
  },
};

/** Stands where no verification may be reached. */
const unreachable: Crypto = {
  sha256: crypto.sha256,
  verify: () => {
    throw new Error('verify was reached');
  },
};

function keyPairFrom(secret: Uint8Array) {
  const key = Buffer.concat([PKCS8_PREFIX, secret]);
  const privateKey = createPrivateKey({ key, format: 'der', type: 'pkcs8' });
  const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  return {
    publicKey: new Uint8Array(spki.subarray(SPKI_PREFIX.length)),
    sign: (message: Uint8Array) => new Uint8Array(nodeSign(null, message, privateKey)),
  };
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
    'TEST 1024',
    'f5e5767cf153319517630f226876b86c8160cc583bc013744c6bf255f5cc0ee5',
    '278117fc144c72340f67d0f2316e8386ceffbf2b2428c9c51fef7c597f1d426e',
    [
      '08b8b2b733424243760fe426a4b54908632110a66c2f6591eabd3345e3e4eb98fa6e264bf09efe12ee50f8f54e',
      '9f77b1e355f6c50544e23fb1433ddf73be84d879de7c0046dc4996d9e773f4bc9efe5738829adb26c81b37c93a',
      '1b270b20329d658675fc6ea534e0810a4432826bf58c941efb65d57a338bbd2e26640f89ffbc1a858efcb8550e',
      'e3a5e1998bd177e93a7363c344fe6b199ee5d02e82d522c4feba15452f80288a821a579116ec6dad2b3b310da9',
      '03401aa62100ab5d1a36553e06203b33890cc9b832f79ef80560ccb9a39ce767967ed628c6ad573cb116dbefef',
      'd75499da96bd68a8a97b928a8bbc103b6621fcde2beca1231d206be6cd9ec7aff6f6c94fcd7204ed3455c68c83',
      'f4a41da4af2b74ef5c53f1d8ac70bdcb7ed185ce81bd84359d44254d95629e9855a94a7c1958d1f8ada5d0532e',
      'd8a5aa3fb2d17ba70eb6248e594e1a2297acbbb39d502f1a8c6eb6f1ce22b3de1a1f40cc24554119a831a9aad6',
      '079cad88425de6bde1a9187ebb6092cf67bf2b13fd65f27088d78b7e883c8759d2c4f5c65adb7553878ad575f9',
      'fad878e80a0c9ba63bcbcc2732e69485bbc9c90bfbd62481d9089beccf80cfe2df16a2cf65bd92dd597b0707e0',
      '917af48bbb75fed413d238f5555a7a569d80c3414a8d0859dc65a46128bab27af87a71314f318c782b23ebfe80',
      '8b82b0ce26401d2e22f04d83d1255dc51addd3b75a2b1ae0784504df543af8969be3ea7082ff7fc9888c144da2',
      'af58429ec96031dbcad3dad9af0dcbaaaf268cb8fcffead94f3c7ca495e056a9b47acdb751fb73e666c6c655ad',
      'e8297297d07ad1ba5e43f1bca32301651339e22904cc8c42f58c30c04aafdb038dda0847dd988dcda6f3bfd15c',
      '4b4c4525004aa06eeff8ca61783aacec57fb3d1f92b0fe2fd1a85f6724517b65e614ad6808d6f6ee34dff7310f',
      'dc82aebfd904b01e1dc54b2927094b2db68d6f903b68401adebf5a7e08d78ff4ef5d63653a65040cf9bfd4aca7',
      '984a74d37145986780fc0b16ac451649de6188a7dbdf191f64b5fc5e2ab47b57f7f7276cd419c17a3ca8e1b939',
      'ae49e488acba6b965610b5480109c8b17b80e1b7b750dfc7598d5d5011fd2dcc5600a32ef5b52a1ecc820e308a',
      'a342721aac0943bf6686b64b2579376504ccc493d97e6aed3fb0f9cd71a43dd497f01f17c0e2cb3797aa2a2f25',
      '6656168e6c496afc5fb93246f6b1116398a346f1a641f3b041e989f7914f90cc2c7fff357876e506b50d334ba7',
      '7c225bc307ba537152f3f1610e4eafe595f6d9d90d11faa933a15ef1369546868a7f3a45a96768d40fd9d03412',
      'c091c6315cf4fde7cb68606937380db2eaaa707b4c4185c32eddcdd306705e4dc1ffc872eeee475a64dfac86ab',
      'a41c0618983f8741c5ef68d3a101e8a3b8cac60c905c15fc910840b94c00a0b9d0',
    ].join(''),
    '0aab4c900501b3e24d7cdf4663326a3a87df5e4843b2cbdb67cbf6e460fec350aa5371b1508f9f4528ecea23c436d94b5e8fcd4f681e30a6ac00a9704a188a03',
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
  test.each(RFC_8032_VECTORS)('%s', (_name, secret, publicKey, message, signature) => {
    const key = fromHex(publicKey);
    const signed = fromHex(message);
    expect(toHex(keyPairFrom(fromHex(secret)).publicKey)).toBe(publicKey);
    expect(toHex(keyPairFrom(fromHex(secret)).sign(signed))).toBe(signature);
    expect(acceptablePublicKey(key)).toBeUndefined();
    expect(verifySignature(crypto, key, signed, fromHex(signature))).toBe(true);
    expect(verifyRegistered(crypto, key, signed, fromHex(signature))).toBe(true);
    const longer = Uint8Array.of(...signed, 0);
    expect(verifySignature(crypto, key, longer, fromHex(signature))).toBe(false);
  });
});

interface WycheproofFile {
  readonly numberOfTests: number;
  readonly testGroups: readonly {
    readonly publicKey: { readonly pk: string };
    readonly tests: readonly {
      readonly tcId: number;
      readonly comment: string;
      readonly msg: string;
      readonly sig: string;
      readonly result: string;
    }[];
  }[];
}

const wycheproofPath = fileURLToPath(
  new URL('../../../../shared/vectors/wycheproof-ed25519.json', import.meta.url),
);
const wycheproofIsHere = existsSync(wycheproofPath);
if (!wycheproofIsHere) console.warn(`skipped: the Wycheproof vectors are not at ${wycheproofPath}`);

test.skipIf(!wycheproofIsHere && process.env.CI !== 'true')('all Wycheproof verdicts', () => {
  const file = JSON.parse(readFileSync(wycheproofPath, 'utf8')) as WycheproofFile;
  const wrong: string[] = [];
  let judged = 0;
  for (const group of file.testGroups) {
    const key = fromHex(group.publicKey.pk);
    for (const { tcId, comment, msg, sig, result } of group.tests) {
      judged++;
      const verdict = verifySignature(crypto, key, fromHex(msg), fromHex(sig));
      if (verdict !== (result === 'valid')) wrong.push(`${tcId} ${comment}`);
    }
  }
  expect(wrong).toEqual([]);
  expect(judged).toBe(file.numberOfTests);
  expect(judged).toBeGreaterThanOrEqual(151);
});

describe('the frozen table', () => {
  interface Table {
    readonly keys: readonly { name: string; publicKey: string; refusal: string | null }[];
    readonly signatures: readonly {
      name: string;
      publicKey: string;
      message: string;
      signature: string;
      verdict: boolean;
      equation: boolean;
      cofactored: boolean;
    }[];
  }
  const pathOf = (name: string): string =>
    fileURLToPath(new URL(`../../../vectors/${name}`, import.meta.url));
  const text = readFileSync(pathOf('ed25519-verdicts.json'), 'utf8');
  const table = JSON.parse(text) as Table;

  test.each(table.keys)('key: $name', ({ publicKey, refusal }) => {
    expect(acceptablePublicKey(fromHex(publicKey)) ?? null).toBe(refusal);
  });

  test.each(table.signatures)('signature: $name', (row) => {
    const key = fromHex(row.publicKey);
    const signature = fromHex(row.signature);
    const message = fromHex(row.message);
    expect(verifySignature(crypto, key, message, signature)).toBe(row.verdict);
    if (acceptablePublicKey(key) === undefined) {
      expect(verifyRegistered(crypto, key, message, signature)).toBe(row.verdict);
      expect(crypto.verify(key, message, signature)).toBe(row.verdict);
    }
  });

  test('it holds the rows about which libraries differ', () => {
    const { keys, signatures } = table;
    const codes = new Set(keys.map(({ refusal }) => refusal));
    expect([...codes].sort()).toEqual([
      'key_length',
      'key_not_canonical',
      'key_not_on_curve',
      'key_not_prime_order',
      'key_small_order',
      null,
    ]);
    const small = keys.filter(({ name }) => name.startsWith('order '));
    expect(new Set(small.map(({ publicKey }) => publicKey)).size).toBe(14);
    expect(signatures.filter(({ verdict }) => verdict).length).toBeGreaterThanOrEqual(7);
    const more = signatures.filter((row) => !row.verdict && row.equation);
    expect(more.length).toBeGreaterThanOrEqual(38);
    const cofactor = signatures.filter((row) => !row.equation && row.cofactored);
    expect(cofactor.length).toBeGreaterThanOrEqual(20);
  });

  test('the recipe makes it again, byte for byte', () => {
    const recipe = pathOf('ed25519-verdicts.recipe.js');
    expect(execFileSync(process.execPath, [recipe], { encoding: 'utf8' })).toBe(text);
  }, 120_000);
});

/** A point of order 8: L times any curve point whose small-order part is that large. */
const TORSION_BASE = (() => {
  for (let y = 2n; ; y++) {
    const point = decodePoint(writeLittleEndian(y));
    if (point === undefined) continue;
    const torsion = multiplyPoint(point, GROUP_ORDER);
    if (!isIdentity(multiplyPoint(torsion, 4n))) return torsion;
  }
})();

describe('keys', () => {
  const { publicKey } = keyPairFrom(new Uint8Array(32).fill(9));
  const point = decodePoint(publicKey) as CurvePoint;
  const numbers = Array.from({ length: 8 }, (_, at) => at);

  test.each(numbers)('the point of small order %i and its other encodings are refused', (at) => {
    const small = multiplyPoint(TORSION_BASE, BigInt(at));
    const encoded = encodePoint(small);
    expect(acceptablePublicKey(encoded)).toBe('key_small_order');
    const y = readLittleEndian(encoded) % 2n ** 255n;
    if (y + FIELD_PRIME < 2n ** 255n) {
      for (const sign of [0n, 2n ** 255n]) {
        const second = writeLittleEndian(y + FIELD_PRIME + sign);
        expect(acceptablePublicKey(second)).toBe('key_not_canonical');
      }
    }
    if (isIdentity(multiplyPoint(small, 2n))) {
      const minusZero = writeLittleEndian(y + 2n ** 255n);
      expect(acceptablePublicKey(minusZero)).toBe('key_not_on_curve');
    }
  });

  test.each(numbers.slice(1))('a key plus the point of small order %i is refused', (at) => {
    const mixed = addPoints(point, multiplyPoint(TORSION_BASE, BigInt(at)));
    expect(acceptablePublicKey(encodePoint(mixed))).toBe('key_not_prime_order');
  });

  test('node:crypto accepts signatures under keys that are refused here', () => {
    const identity = encodePoint(IDENTITY);
    const forged = Uint8Array.of(...identity, ...new Uint8Array(32));
    const anything = fromHex('00');
    expect(crypto.verify(identity, anything, forged)).toBe(true);
    expect(verifySignature(crypto, identity, anything, forged)).toBe(false);
  });

  test('every key that node:crypto makes is acceptable', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (secret) => {
        expect(acceptablePublicKey(keyPairFrom(secret).publicKey)).toBeUndefined();
      }),
      { numRuns: 25 },
    );
  });

  test('any 32 bytes are answered, and an accepted key is its point’s one encoding', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
        const decoded = decodePoint(bytes);
        if (decoded !== undefined) expect(toHex(encodePoint(decoded))).toBe(toHex(bytes));
        if (acceptablePublicKey(bytes) === undefined) expect(decoded).toBeDefined();
      }),
      { numRuns: 60 },
    );
  });
});

describe('signatures', () => {
  const { publicKey, sign } = keyPairFrom(new Uint8Array(32).fill(7));
  const message = fromHex('636f6d6d6f6e77617474');
  const signature = sign(message);
  const withS = (s: bigint): Uint8Array =>
    Uint8Array.of(...signature.subarray(0, 32), ...writeLittleEndian(s));
  const withR = (r: Uint8Array): Uint8Array => Uint8Array.of(...r, ...signature.subarray(32));
  const s = readLittleEndian(signature.subarray(32));

  test('S plus any multiple of the group order is refused before the equation', () => {
    for (let times = 1n; times <= 15n; times++) {
      const mutant = withS(s + times * GROUP_ORDER);
      expect(acceptableSignature(mutant)).toBe('signature_s_not_canonical');
      expect(verifyRegistered(unreachable, publicKey, message, mutant)).toBe(false);
    }
  });

  test.each([
    [GROUP_ORDER - 1n, undefined],
    [GROUP_ORDER, 'signature_s_not_canonical'],
    [2n ** 252n, undefined],
    [2n ** 252n - 1n, undefined],
    [2n ** 253n, 'signature_s_not_canonical'],
    [2n ** 256n - 1n, 'signature_s_not_canonical'],
    [0n, undefined],
  ])('S = %i', (value, refusal) => {
    expect(acceptableSignature(withS(value))).toBe(refusal);
  });

  test.each([
    [FIELD_PRIME - 1n, undefined],
    [FIELD_PRIME, 'signature_r_not_canonical'],
    [FIELD_PRIME + 18n, 'signature_r_not_canonical'],
    [FIELD_PRIME + 2n ** 255n, 'signature_r_not_canonical'],
    [FIELD_PRIME - 1n + 2n ** 255n, undefined],
    [FIELD_PRIME - 256n, undefined],
  ])('R written as y = %i', (value, refusal) => {
    const mutant = withR(writeLittleEndian(value));
    expect(acceptableSignature(mutant)).toBe(refusal);
    if (refusal !== undefined) {
      expect(verifyRegistered(unreachable, publicKey, message, mutant)).toBe(false);
    }
  });

  test('lengths other than 32 and 64 are refused before the equation', () => {
    for (const length of [0, 1, 32, 63, 65, 128]) {
      const mutant = new Uint8Array(length);
      expect(acceptableSignature(mutant)).toBe('signature_length');
      expect(verifySignature(unreachable, publicKey, message, mutant)).toBe(false);
    }
    for (const length of [0, 31, 33]) {
      const key = new Uint8Array(length);
      expect(verifyRegistered(unreachable, key, message, signature)).toBe(false);
      expect(acceptablePublicKey(key)).toBe('key_length');
    }
  });

  test('R with a small-order part gets the verdict of node:crypto', () => {
    const r = decodePoint(signature.subarray(0, 32)) as CurvePoint;
    for (let at = 1n; at < 8n; at++) {
      const mutant = withR(encodePoint(addPoints(r, multiplyPoint(TORSION_BASE, at))));
      const verdict = crypto.verify(publicKey, message, mutant);
      expect(verifySignature(crypto, publicKey, message, mutant)).toBe(verdict);
      expect(verdict).toBe(false);
    }
  });

  test('no altered bit is accepted, and the verdict is that of node:crypto', () => {
    for (let bit = 0; bit < 512; bit++) {
      const mutant = signature.slice();
      mutant[bit >> 3] = (mutant[bit >> 3] as number) ^ (1 << (bit & 7));
      expect(verifySignature(crypto, publicKey, message, mutant)).toBe(false);
      expect(crypto.verify(publicKey, message, mutant)).toBe(false);
    }
  }, 60_000);
});

describe('the curve', () => {
  const scalars = fc.bigInt({ min: 0n, max: GROUP_ORDER - 1n });
  const B = decodePoint(
    fromHex('5866666666666666666666666666666666666666666666666666666666666666'),
  ) as CurvePoint;

  test('the base point has the group’s order and the RFC’s coordinates', () => {
    expect(isIdentity(multiplyPoint(B, GROUP_ORDER))).toBe(true);
    expect(isIdentity(B)).toBe(false);
    expect(B.x).toBe(
      15112221349535400772501151409588531511454012693041857206046113283949847762202n,
    );
    expect(B.y).toBe(
      46316835694926478169428394003475163141307993866256225615783033603165251855960n,
    );
  });

  test('addition is commutative and associative, and multiplication distributes', () => {
    fc.assert(
      fc.property(scalars, scalars, (a, b) => {
        const [p, q] = [multiplyPoint(B, a), multiplyPoint(B, b)];
        const sum = toHex(encodePoint(addPoints(p, q)));
        expect(toHex(encodePoint(addPoints(q, p)))).toBe(sum);
        expect(toHex(encodePoint(multiplyPoint(B, (a + b) % GROUP_ORDER)))).toBe(sum);
        const left = addPoints(addPoints(p, q), TORSION_BASE);
        const right = addPoints(p, addPoints(q, TORSION_BASE));
        expect(toHex(encodePoint(left))).toBe(toHex(encodePoint(right)));
      }),
      { numRuns: 10 },
    );
  });
});
