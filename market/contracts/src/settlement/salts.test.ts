import { toHex } from '@commonwatt/ledger';
import { expect, test } from 'vitest';
import { SALT_LENGTH, type SaltPurpose, saltOf } from './salts.ts';
import { hashOf, secretOf, sha256 } from './testing/street.ts';

test('a salt is the same for the same secret, purpose and context', () => {
  const salt = saltOf(sha256, secretOf(1), 'line', 5, hashOf('trade'));
  expect(salt).toHaveLength(SALT_LENGTH);
  expect(toHex(salt)).toBe(toHex(saltOf(sha256, secretOf(1), 'line', 5, hashOf('trade'))));
  expect(toHex(salt)).toMatchInlineSnapshot(`"6b3e16f4e6f1a4aa2cbace30f93baf0d"`);
});

test('any other secret, purpose or context gives another salt', () => {
  const purposes: readonly SaltPurpose[] = ['reading', 'line', 'energy'];
  const salts = [1, 2].flatMap((member) =>
    purposes.flatMap((purpose) =>
      [0, 1, 900_000, 2 ** 40].map((at) => toHex(saltOf(sha256, secretOf(member), purpose, 7, at))),
    ),
  );
  expect(new Set(salts).size).toBe(24);
});

test.each([0, 16, 31, 33])('a secret of %i bytes is refused', (length) => {
  expect(() => saltOf(sha256, new Uint8Array(length), 'reading', 1)).toThrow(
    `salt secret: expected 32 bytes, got ${length}`,
  );
});
