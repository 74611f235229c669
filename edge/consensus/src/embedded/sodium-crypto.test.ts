import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fromHex, verifyRegistered, verifySignature } from '@commonwatt/ledger';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NodeSigner, OneThreadCrypto } from './node-crypto.ts';
import { loadSodium, quickestCrypto } from './sodium-crypto.ts';

const node = new OneThreadCrypto();
const GROUP_ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;

interface Verdicts {
  readonly signatures: readonly {
    readonly name: string;
    readonly publicKey: string;
    readonly message: string;
    readonly signature: string;
    readonly verdict: boolean;
  }[];
}
const table = JSON.parse(
  readFileSync(new URL('../../../../vectors/ed25519-verdicts.json', import.meta.url), 'utf8'),
) as Verdicts;

test('libsodium loads on this machine, and its absence leaves Node', () => {
  expect(loadSodium()).toBeDefined();
  const missing = () => {
    throw new Error('not built');
  };
  expect(loadSodium(missing)).toBeUndefined();
  expect(quickestCrypto(missing).constructor).toBe(OneThreadCrypto);
  expect(quickestCrypto().constructor).not.toBe(OneThreadCrypto);
});

describe('the verdicts are those of Node', () => {
  const quick = quickestCrypto();

  test('on the frozen table', () => {
    expect(table.signatures.length).toBeGreaterThan(50);
    for (const { name, publicKey, message, signature, verdict } of table.signatures) {
      const [key, text, sig] = [fromHex(publicKey), fromHex(message), fromHex(signature)];
      expect(verifySignature(quick, key, text, sig), name).toBe(verdict);
    }
  });

  test('on signatures with any bit changed, of any message', () => {
    const signer = new NodeSigner(createHash('sha256').update('sodium').digest());
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.option(fc.nat(511), { nil: undefined }),
        (message, bit) => {
          const signature = signer.sign(message);
          if (bit !== undefined) {
            const at = bit >> 3;
            signature[at] = (signature[at] as number) ^ (1 << (bit & 7));
          }
          const verdict = verifyRegistered(node, signer.publicKey, message, signature);
          expect(verdict).toBe(bit === undefined);
          expect(verifyRegistered(quick, signer.publicKey, message, signature)).toBe(verdict);
        },
      ),
    );
  });

  test('on a signature whose R is the identity, which libsodium alone would refuse', () => {
    const seed = createHash('sha256').update('identity').digest();
    const { publicKey } = new NodeSigner(seed);
    const message = Buffer.from('made with the nonce nobody should take');
    const signature = identitySignature(seed, publicKey, message);
    expect(verifyRegistered(node, publicKey, message, signature)).toBe(true);
    expect(verifyRegistered(quick, publicKey, message, signature)).toBe(true);
    const alone = loadSodium()?.crypto_sign_verify_detached(signature, message, publicKey);
    expect(alone).toBe(false);
    signature[63] = (signature[63] as number) ^ 1;
    expect(verifyRegistered(quick, publicKey, message, signature)).toBe(false);
  });
});

/** With the nonce 0: R is the identity, and S = k times the secret scalar (RFC 8032, 5.1.6). */
function identitySignature(
  seed: Uint8Array,
  publicKey: Uint8Array,
  message: Uint8Array,
): Uint8Array {
  const half = createHash('sha512').update(seed).digest().subarray(0, 32);
  half[0] = (half[0] as number) & 248;
  half[31] = ((half[31] as number) & 127) | 64;
  const R = new Uint8Array(32);
  R[0] = 1;
  const k = little(createHash('sha512').update(R).update(publicKey).update(message).digest());
  let S = (k * little(half)) % GROUP_ORDER;
  const signature = new Uint8Array(64);
  signature.set(R);
  for (let at = 32; at < 64; at++, S >>= 8n) signature[at] = Number(S & 255n);
  return signature;
}

function little(bytes: Uint8Array): bigint {
  return bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}
