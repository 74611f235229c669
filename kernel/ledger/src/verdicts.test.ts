import { createHash, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { beforeEach, expect, test } from 'vitest';
import { type ReadTransaction, readTransaction, signTransaction } from './transaction.ts';
import { Verdicts } from './verdicts.ts';
import type { Crypto, Signer } from './world.ts';

const key = createPrivateKey({
  key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.alloc(32, 7)]),
  format: 'der',
  type: 'pkcs8',
});
const spki = createPublicKey(key).export({ format: 'der', type: 'spki' });
const signer: Signer = {
  publicKey: new Uint8Array(spki.subarray(-32)),
  sign: (message) => new Uint8Array(sign(null, message, key)),
};

let asked: number;
const host: Crypto = {
  sha256: (message) => new Uint8Array(createHash('sha256').update(message).digest()),
  verify: (_publicKey, message, signature) => {
    asked++;
    return verify(null, message, createPublicKey(key), signature);
  },
};
const elsewhere: Crypto = {
  ...host,
  verify: () => {
    throw new Error('asked on the main thread');
  },
  verifyLater: async (publicKey, message, signature) => host.verify(publicKey, message, signature),
};

function signed(change?: (signature: Uint8Array) => void): ReadTransaction {
  const bytes = signTransaction(
    host,
    signer,
    {
      chain: new Uint8Array(32),
      onBehalfOf: undefined,
      lane: 0,
      sequence: 0,
      validFromMs: 0,
      validUntilMs: 1,
      atomic: false,
    },
    [{ type: 1, body: Uint8Array.of() }],
  );
  change?.(bytes.subarray(-64));
  return readTransaction(host, bytes);
}

beforeEach(() => {
  asked = 0;
});

test('a verdict is found once and remembered, good or bad', () => {
  const verdicts = new Verdicts(host);
  const good = signed();
  const bad = signed((signature) => {
    signature[3] = (signature[3] as number) ^ 1;
  });
  expect([verdicts.of(good), verdicts.of(good), verdicts.of(bad), verdicts.of(bad)]).toEqual([
    true,
    true,
    false,
    false,
  ]);
  expect(asked).toBe(2);
});

test('a good verdict says nothing of another signature over the same bytes', () => {
  const verdicts = new Verdicts(host);
  expect(verdicts.of(signed())).toBe(true);
  const changed = signed((signature) => {
    signature[40] = (signature[40] as number) ^ 1;
  });
  expect(changed.id).toEqual(signed().id);
  expect(verdicts.of(changed)).toBe(false);
});

test('a verdict that was prepared elsewhere is not asked for again', async () => {
  const verdicts = new Verdicts(elsewhere);
  const good = signed();
  await verdicts.prepare(good);
  await verdicts.prepare(good);
  expect(verdicts.of(good)).toBe(true);
  expect(asked).toBe(1);
});

test('what fails the strict checks is refused without asking the host', async () => {
  const verdicts = new Verdicts(elsewhere);
  const beyond = signed((signature) => signature.fill(0xff, 32));
  await verdicts.prepare(beyond);
  expect(verdicts.of(beyond)).toBe(false);
  expect(asked).toBe(0);
});

test.each<[string, Crypto]>([
  ['on the main thread', host],
  ['elsewhere', elsewhere],
])('a block is judged once before it is executed, %s', async (_where, crypto) => {
  const verdicts = new Verdicts(crypto);
  const good = signed();
  const bad = signed((signature) => {
    signature[3] = (signature[3] as number) ^ 1;
  });
  await verdicts.judge([good, bad]);
  expect(asked).toBe(2);
  expect([verdicts.take(good, 0), verdicts.take(bad, 1)]).toEqual([true, false]);
  expect(asked).toBe(2);
});

test('what was judged at the door is not asked for again in the block, and then forgotten', async () => {
  const verdicts = new Verdicts(host);
  expect(verdicts.of(signed())).toBe(true);
  const again = signed();
  await verdicts.judge([again]);
  expect(verdicts.take(again, 0)).toBe(true);
  expect(asked).toBe(1);
  expect(verdicts.take(again, 0)).toBe(true);
  expect(asked).toBe(2);
});
