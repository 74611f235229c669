import { createPrivateKey, createPublicKey, diffieHellman, hkdfSync } from 'node:crypto';
import { concatBytes, fromHex, toHex } from '@commonwatt/ledger';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { browserCrypto, browserSigner } from '../crypto/browser-crypto.ts';
import { testWithWycheproof } from '../testing/wycheproof.ts';
import {
  agreementKey,
  agreementKeyFromSeed,
  endorseAgreementKey,
  isAgreementKey,
  isAgreementKeyEndorsed,
} from './agreement-key.ts';

const base64url = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64url'));

testWithWycheproof<{
  readonly tests: readonly {
    readonly tcId: number;
    readonly flags: readonly string[];
    readonly public: { readonly kty: string; readonly crv: string; readonly x?: string };
    readonly private: { readonly d: string };
    readonly shared: string;
    readonly result: string;
  }[];
}>('all Wycheproof shared secrets', 'wycheproof-x25519-jwk.json', (file) => {
  const seen = { same: 0, smallOrder: 0, notCanonical: 0, invalid: 0 };
  for (const { tests } of file.testGroups) {
    for (const { tcId, flags, public: theirs, private: ours, shared, result } of tests) {
      const about = `test ${tcId}`;
      const isX25519 = theirs.kty === 'OKP' && theirs.crv === 'X25519';
      const publicKey = isX25519 ? base64url(theirs.x ?? '') : new Uint8Array(0);
      const own = agreementKey(base64url(ours.d));
      if (result === 'invalid') seen.invalid++;
      else if (flags.includes('ZeroSharedSecret')) seen.smallOrder++;
      else if (flags.includes('NonCanonicalPublic')) seen.notCanonical++;
      else {
        expect(isAgreementKey(publicKey), about).toBe(true);
        expect(toHex(own.sharedSecret(publicKey)), about).toBe(shared);
        seen.same++;
        continue;
      }
      expect(isAgreementKey(publicKey), about).toBe(false);
      expect(() => own.sharedSecret(publicKey), about).toThrow(
        'agreement key: expected a canonical',
      );
    }
  }
  const { same, smallOrder, notCanonical, invalid } = seen;
  expect(same + smallOrder + notCanonical + invalid).toBe(file.numberOfTests);
  expect(same).toBeGreaterThan(400);
  expect(Math.min(smallOrder, notCanonical, invalid)).toBeGreaterThan(10);
});

const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 });

test('the shared secret is the one that OpenSSL computes, from either side', () => {
  const privateKeyOf = (bytes: Uint8Array) => {
    const key = Buffer.concat([fromHex('302e020100300506032b656e04220420'), bytes]);
    return createPrivateKey({ key, format: 'der', type: 'pkcs8' });
  };
  fc.assert(
    fc.property(bytes32, bytes32, (a, b) => {
      const expected = diffieHellman({
        privateKey: privateKeyOf(a),
        publicKey: createPublicKey(privateKeyOf(b)),
      });
      const [ana, ben] = [agreementKey(a), agreementKey(b)];
      expect(toHex(ana.sharedSecret(ben.publicKey))).toBe(toHex(expected));
      expect(toHex(ben.sharedSecret(ana.publicKey))).toBe(toHex(expected));
    }),
    { numRuns: 25 },
  );
});

describe('keys that may not be registered', () => {
  const field = 2n ** 255n - 19n;
  const littleEndian = (value: bigint): Uint8Array =>
    fromHex(value.toString(16).padStart(64, '0')).reverse();

  test.each([
    ['zero', 0n],
    ['one', 1n],
    ['minus one', field - 1n],
    ['the prime', field],
    ['nine plus the prime', field + 9n],
    ['nine with the unused bit set', 2n ** 255n + 9n],
    ['all bits', 2n ** 256n - 1n],
  ])('%s', (_name, u) => {
    expect(isAgreementKey(littleEndian(u))).toBe(false);
  });

  test('31 and 33 bytes', () => {
    expect(isAgreementKey(new Uint8Array(31).fill(9))).toBe(false);
    expect(isAgreementKey(new Uint8Array(33).fill(9))).toBe(false);
    expect(isAgreementKey(littleEndian(9n))).toBe(true);
  });

  test('and every key that is made here may', () => {
    fc.assert(
      fc.property(bytes32, (seed) => {
        expect(isAgreementKey(agreementKeyFromSeed(seed).publicKey)).toBe(true);
      }),
      { numRuns: 25 },
    );
  });
});

describe('the key that belongs to a seed', () => {
  test('is fixed for all time', () => {
    expect(toHex(agreementKeyFromSeed(new Uint8Array(32)).publicKey)).toMatchInlineSnapshot(
      `"5ea63835219009b0afd1db6bcebeb471c9cc16cb5cc3ed43cbac498bbacf2630"`,
    );
  });

  test('is HKDF-SHA-256 of the seed under its own purpose, as OpenSSL computes it', () => {
    const seed = new Uint8Array(32).fill(7);
    const derived = hkdfSync('sha256', seed, '', 'commonwatt/agreement-key-from-seed/1', 32);
    const { publicKey } = agreementKey(new Uint8Array(derived));
    expect(agreementKeyFromSeed(seed).publicKey).toEqual(publicKey);
  });

  test('is not the seed used as a private key', () => {
    const seed = new Uint8Array(32).fill(7);
    expect(agreementKeyFromSeed(seed).publicKey).not.toEqual(agreementKey(seed).publicKey);
  });

  test('shows no private half', () => {
    expect(Object.keys(agreementKeyFromSeed(new Uint8Array(32).fill(7)))).toEqual(['publicKey']);
    expect(() => agreementKeyFromSeed(new Uint8Array(33))).toThrow('seed: expected 32 bytes');
    expect(() => agreementKey(new Uint8Array(33))).toThrow('agreement key: expected 32 bytes');
  });
});

describe('an endorsement', () => {
  const signer = browserSigner(new Uint8Array(32).fill(1));
  const chain = new Uint8Array(32).fill(2);
  const agreementPublicKey = agreementKeyFromSeed(new Uint8Array(32).fill(1)).publicKey;
  const signature = endorseAgreementKey(signer, chain, agreementPublicKey);
  const endorsement = { chain, publicKey: signer.publicKey, agreementPublicKey, signature };

  test('holds for its chain, its signer and its key alone', () => {
    const judged = (changed: Partial<typeof endorsement>): boolean =>
      isAgreementKeyEndorsed(browserCrypto, { ...endorsement, ...changed });
    expect(judged({})).toBe(true);
    expect(judged({ chain: new Uint8Array(32).fill(3) })).toBe(false);
    const other = browserSigner(new Uint8Array(32).fill(9));
    expect(judged({ publicKey: other.publicKey })).toBe(false);
    const swapped = agreementKeyFromSeed(new Uint8Array(32).fill(9)).publicKey;
    expect(judged({ agreementPublicKey: swapped })).toBe(false);
    const sealedForMore = signer.sign(concatBytes(chain, agreementPublicKey));
    expect(judged({ signature: sealedForMore })).toBe(false);
  });

  test('is not given to a key of small order, and not believed for one', () => {
    const zero = new Uint8Array(32);
    expect(() => endorseAgreementKey(signer, chain, zero)).toThrow('agreement key');
    const judged = { ...endorsement, agreementPublicKey: zero };
    expect(isAgreementKeyEndorsed(browserCrypto, judged)).toBe(false);
  });
});
