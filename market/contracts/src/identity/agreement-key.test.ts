import { createPrivateKey, createPublicKey, diffieHellman } from 'node:crypto';
import { fromHex } from '@commonwatt/ledger';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { testingKey } from '../execution/testing-ledger.test-support.ts';
import { unacceptableAgreementKey } from './agreement-key.ts';

const PRIVATE = Buffer.from('302e020100300506032b656e04220420', 'hex');
const PUBLIC = Buffer.from('302a300506032b656e032100', 'hex');
const FF = 'ff'.repeat(30);

/** The shared secret of X25519, or the error with which OpenSSL refuses an all-zero one. */
function sharedWith(key: Uint8Array): Uint8Array | 'refused' {
  const privateKey = createPrivateKey({
    key: Buffer.concat([PRIVATE, Buffer.alloc(32, 7)]),
    format: 'der',
    type: 'pkcs8',
  });
  const publicKey = createPublicKey({
    key: Buffer.concat([PUBLIC, key]),
    format: 'der',
    type: 'spki',
  });
  try {
    return new Uint8Array(diffieHellman({ privateKey, publicKey }));
  } catch (error) {
    expect(error).toHaveProperty('code', 'ERR_OSSL_FAILED_DURING_DERIVATION');
    return 'refused';
  }
}

/** As listed for Curve25519 by its author, below the prime and above it. */
const SMALL_ORDER = [
  '00'.repeat(32),
  `01${'00'.repeat(31)}`,
  'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
  '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
  `ec${FF}7f`,
];
const SECOND_FORMS = [
  `ed${FF}7f`,
  `ee${FF}7f`,
  `ff${FF}7f`,
  `${'00'.repeat(31)}80`,
  `01${'00'.repeat(30)}80`,
  `ec${FF}ff`,
  `ff${FF}ff`,
];

test.each(SMALL_ORDER)('%s has small order: the secret is known to everyone', (hex) => {
  expect(unacceptableAgreementKey(fromHex(hex))).toBe('key_small_order');
  expect(sharedWith(fromHex(hex))).toBe('refused');
});

test.each(SECOND_FORMS)('%s is written in a second way', (hex) => {
  expect(unacceptableAgreementKey(fromHex(hex))).toBe('key_not_canonical');
});

test('a key that someone made is accepted', () => {
  for (let count = 0; count < 50; count++) {
    const { agreementKey } = testingKey(`holder ${count}`);
    expect(unacceptableAgreementKey(agreementKey)).toBeUndefined();
  }
});

test('whatever is accepted gives a secret', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (key) => {
      fc.pre(unacceptableAgreementKey(key) === undefined);
      expect(sharedWith(key)).not.toBe('refused');
    }),
    { numRuns: 200 },
  );
});
