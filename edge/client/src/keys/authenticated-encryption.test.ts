import { createCipheriv } from 'node:crypto';
import { concatBytes, fromHex, toHex } from '@commonwatt/ledger';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { testWithWycheproof } from '../testing/wycheproof.ts';
import {
  AES_GCM_NONCE_LENGTH,
  openAes256Gcm,
  openXchacha20,
  sealAes256Gcm,
  sealXchacha20,
  XCHACHA20_NONCE_LENGTH,
} from './authenticated-encryption.ts';

testWithWycheproof<{
  readonly keySize: number;
  readonly ivSize: number;
  readonly tests: readonly {
    readonly tcId: number;
    readonly key: string;
    readonly iv: string;
    readonly aad: string;
    readonly msg: string;
    readonly ct: string;
    readonly tag: string;
    readonly result: string;
  }[];
}>('all Wycheproof AES-GCM verdicts', 'wycheproof-aes-gcm.json', (file) => {
  const seen = { valid: 0, invalid: 0, otherSize: 0 };
  for (const { keySize, ivSize, tests } of file.testGroups) {
    for (const { tcId, key, iv, aad, msg, ct, tag, result } of tests) {
      const sealing = { key: fromHex(key), nonce: fromHex(iv), associatedData: fromHex(aad) };
      const sealed = fromHex(ct + tag);
      const about = `test ${tcId}`;
      if (keySize !== 256 || ivSize !== 96) {
        expect(() => openAes256Gcm(sealing, sealed), about).toThrow(RangeError);
        seen.otherSize++;
      } else if (result === 'valid') {
        expect(toHex(sealAes256Gcm(sealing, fromHex(msg))), about).toBe(ct + tag);
        expect(toHex(openAes256Gcm(sealing, sealed)!), about).toBe(msg);
        seen.valid++;
      } else {
        expect(openAes256Gcm(sealing, sealed), about).toBeUndefined();
        seen.invalid++;
      }
    }
  }
  expect(seen.valid + seen.invalid + seen.otherSize).toBe(file.numberOfTests);
  expect(Math.min(seen.valid, seen.invalid, seen.otherSize)).toBeGreaterThan(20);
});

test('draft-irtf-cfrg-xchacha-03 appendix A.3.1', () => {
  const sealing = {
    key: Uint8Array.from({ length: 32 }, (_, at) => 0x80 + at),
    nonce: Uint8Array.from({ length: 24 }, (_, at) => 0x40 + at),
    associatedData: fromHex('50515253c0c1c2c3c4c5c6c7'),
  };
  const plaintext = new TextEncoder().encode(
    "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.",
  );
  expect(toHex(sealXchacha20(sealing, plaintext))).toBe(
    [
      'bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb',
      '731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c54c216cb96b72e1213b452',
      '2f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff9',
      '21f9664c97637da9768812f615c68b13b52e',
      'c0875924c1c7987947deafd8780acf49',
    ].join(''),
  );
});

test('AES-256-GCM is what OpenSSL computes', () => {
  const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
  const any = fc.uint8Array({ maxLength: 300 });
  fc.assert(
    fc.property(bytes(32), bytes(12), any, any, (key, nonce, associatedData, plaintext) => {
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(associatedData);
      const body = concatBytes(cipher.update(plaintext), cipher.final());
      const sealed = sealAes256Gcm({ key, nonce, associatedData }, plaintext);
      expect(toHex(sealed)).toBe(toHex(concatBytes(body, cipher.getAuthTag())));
    }),
    { numRuns: 50 },
  );
});

describe.each([
  ['XChaCha20-Poly1305', sealXchacha20, openXchacha20, XCHACHA20_NONCE_LENGTH],
  ['AES-256-GCM', sealAes256Gcm, openAes256Gcm, AES_GCM_NONCE_LENGTH],
] as const)('%s', (_name, seal, open, nonceLength) => {
  const sealing = {
    key: new Uint8Array(32).fill(1),
    nonce: new Uint8Array(nonceLength).fill(2),
    associatedData: fromHex('0304'),
  };
  const sealed = seal(sealing, fromHex('c0ffee'));

  test('opens what was sealed', () => {
    expect(toHex(open(sealing, sealed)!)).toBe('c0ffee');
    expect(open(sealing, seal(sealing, new Uint8Array(0)))).toEqual(new Uint8Array(0));
  });

  test('every flipped bit of what was sealed, and of what it was sealed under, is refused', () => {
    for (const part of [sealed, sealing.key, sealing.nonce, sealing.associatedData]) {
      for (let bit = 0; bit < 8 * part.length; bit++) {
        part[bit >> 3]! ^= 1 << (bit & 7);
        expect(open(sealing, sealed)).toBeUndefined();
        part[bit >> 3]! ^= 1 << (bit & 7);
      }
    }
    expect(open(sealing, sealed)).toBeDefined();
  });

  test('what is shorter than a tag is refused', () => {
    for (let length = 0; length < sealed.length; length++) {
      expect(open(sealing, sealed.subarray(0, length))).toBeUndefined();
    }
  });

  test('a key or nonce of another length is a mistake', () => {
    const key = new Uint8Array(16);
    expect(() => seal({ ...sealing, key }, sealed)).toThrow('key: expected 32 bytes, got 16');
    const nonce = new Uint8Array(8);
    expect(() => open({ ...sealing, nonce }, sealed)).toThrow(`nonce: expected ${nonceLength}`);
  });
});
