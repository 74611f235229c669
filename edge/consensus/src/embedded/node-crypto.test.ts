import { createHash, generateKeyPairSync, randomBytes, verify } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { NodeCrypto, NodeSigner, nodeRandom, sha256, systemClock } from './node-crypto.ts';

describe('SHA-256', () => {
  test('agrees with the streaming hash at every length around a block and for large messages', () => {
    for (const length of [...Array.from({ length: 130 }, (_, at) => at), 1_000_000]) {
      const message = randomBytes(length);
      const digest = sha256(message);
      expect(digest.constructor).toBe(Uint8Array);
      expect(Buffer.from(digest)).toEqual(createHash('sha256').update(message).digest());
    }
  });

  test('hashes a view of a larger buffer, and each digest owns its bytes', () => {
    const whole = randomBytes(100);
    const view = new Uint8Array(whole.buffer, whole.byteOffset + 10, 20);
    expect(sha256(view)).toEqual(sha256(Uint8Array.from(whole.subarray(10, 30))));
    const digest = sha256(view);
    expect(digest.buffer.byteLength).toBe(32);
  });
});

describe('Ed25519', () => {
  // RFC 8032, section 7.1, test 2.
  const seed = Buffer.from(
    '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
    'hex',
  );
  const publicKey = '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c';
  const signature =
    '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da' +
    '085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00';

  test('signs as RFC 8032 says', () => {
    const signer = new NodeSigner(seed);
    expect(Buffer.from(signer.publicKey).toString('hex')).toBe(publicKey);
    const signed = signer.sign(Uint8Array.of(0x72));
    expect(Buffer.from(signed).toString('hex')).toBe(signature);
    expect(signed.constructor).toBe(Uint8Array);
    expect(() => new NodeSigner(seed.subarray(1))).toThrow('seed: expected 32 bytes, got 31');
  });

  test('verifies here and on the thread pool alike', async () => {
    const crypto = new NodeCrypto();
    const signer = new NodeSigner(randomBytes(32));
    const message = randomBytes(200);
    const good = signer.sign(message);
    const bad = good.slice();
    bad[3] = (bad[3] as number) ^ 1;
    for (const [text, sig, expected] of [
      [message, good, true],
      [message, bad, false],
      [randomBytes(200), good, false],
    ] as const) {
      expect(crypto.verify(signer.publicKey, text, sig)).toBe(expected);
      expect(await crypto.verifyLater(signer.publicKey, text, sig)).toBe(expected);
    }
  });

  test("keys made by Node's own generator verify too", () => {
    const pair = generateKeyPairSync('ed25519');
    const der = pair.privateKey.export({ type: 'pkcs8', format: 'der' });
    const signer = new NodeSigner(der.subarray(-32));
    const message = randomBytes(10);
    expect(verify(null, message, pair.publicKey, signer.sign(message))).toBe(true);
  });

  test('keeps a bounded number of key objects, dropping the one used longest ago', () => {
    const crypto = new NodeCrypto({ keyCountMax: 3 });
    const signers = Array.from({ length: 6 }, () => new NodeSigner(randomBytes(32)));
    const message = randomBytes(10);
    for (let round = 0; round < 2; round++) {
      for (const signer of signers) {
        expect(crypto.verify(signer.publicKey, message, signer.sign(message))).toBe(true);
        expect(crypto.keyCount).toBeLessThanOrEqual(3);
      }
    }
    expect(() => new NodeCrypto({ keyCountMax: 0 })).toThrow('expected countMax >= 1, got 0');
  });
});

test('the clock counts whole milliseconds and chance gives as many bytes as asked', () => {
  expect(Math.abs(systemClock.nowMs() - Date.now())).toBeLessThan(1000);
  expect(Number.isInteger(systemClock.nowMs())).toBe(true);
  expect(nodeRandom.bytes(33)).toHaveLength(33);
  expect(nodeRandom.bytes(33)).not.toEqual(nodeRandom.bytes(33));
});
