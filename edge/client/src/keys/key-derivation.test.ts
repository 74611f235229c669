import { fromHex, toHex } from '@commonwatt/ledger';
import { expect, test } from 'vitest';
import { testWithWycheproof } from '../testing/wycheproof.ts';
import { DERIVED_BYTES_MAX, deriveBytes } from './key-derivation.ts';

testWithWycheproof<{
  readonly tests: readonly {
    readonly tcId: number;
    readonly ikm: string;
    readonly salt: string;
    readonly info: string;
    readonly size: number;
    readonly okm: string;
    readonly result: string;
  }[];
}>('all Wycheproof derivations', 'wycheproof-hkdf-sha256.json', (file) => {
  let derived = 0;
  let refused = 0;
  for (const { tests } of file.testGroups) {
    for (const { tcId, ikm, salt, info, size, okm, result } of tests) {
      const derivation = {
        secret: fromHex(ikm),
        salt: fromHex(salt),
        info: fromHex(info),
        length: size,
      };
      if (result === 'valid') {
        expect(toHex(deriveBytes(derivation)), `test ${tcId}`).toBe(okm);
        derived++;
      } else {
        expect(() => deriveBytes(derivation), `test ${tcId}`).toThrow('derived bytes: expected');
        refused++;
      }
    }
  }
  expect(derived + refused).toBe(file.numberOfTests);
  expect(refused).toBeGreaterThan(0);
});

test('RFC 5869 appendix A.1', () => {
  const derived = deriveBytes({
    secret: new Uint8Array(22).fill(0x0b),
    salt: fromHex('000102030405060708090a0b0c'),
    info: fromHex('f0f1f2f3f4f5f6f7f8f9'),
    length: 42,
  });
  expect(toHex(derived)).toBe(
    '3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865',
  );
});

test.each([0, -1, 1.5, DERIVED_BYTES_MAX + 1])('a length of %s is refused', (length) => {
  const nothing = new Uint8Array(0);
  const derivation = { secret: new Uint8Array(32), salt: nothing, info: nothing, length };
  expect(() => deriveBytes(derivation)).toThrow('derived bytes: expected 1 to 8160');
});
