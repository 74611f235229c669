import { fromHex, toHex, utf8Bytes } from '@commonwatt/ledger';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { browserRandom } from '../crypto/browser-crypto.ts';
import {
  newPersonalKey,
  openPersonalRecord,
  PERSONAL_RECORD_BYTES_MAX,
  type RecordPlace,
  sealPersonalRecord,
} from './personal-seal.ts';

const key = newPersonalKey(browserRandom);
const place: RecordPlace = {
  chain: new Uint8Array(32).fill(1),
  member: 12,
  kind: 'reading',
  name: 'meter 4 slot 1967',
};
const record = utf8Bytes('1250 Wh');

describe('a sealed record', () => {
  test('opens under its key in its place', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), (bytes) => {
        const sealed = sealPersonalRecord(browserRandom, key, place, bytes);
        expect(toHex(openPersonalRecord(key, place, sealed)!)).toBe(toHex(bytes));
      }),
      { numRuns: 30 },
    );
  });

  test('with any bit flipped, or shortened, does not open', () => {
    const sealed = sealPersonalRecord(browserRandom, key, place, record);
    for (let bit = 0; bit < 8 * sealed.length; bit++) {
      const changed = Uint8Array.from(sealed);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      expect(openPersonalRecord(key, place, changed)).toBeUndefined();
    }
    for (let length = 0; length < sealed.length; length++) {
      expect(openPersonalRecord(key, place, sealed.subarray(0, length))).toBeUndefined();
    }
  });

  test.each<[string, Partial<RecordPlace>]>([
    ['another chain', { chain: new Uint8Array(32).fill(2) }],
    ['another member', { member: 13 }],
    ['another kind', { kind: 'record' }],
    ['another name', { name: 'meter 4 slot 1968' }],
    ['the border between kind and name moved', { kind: 'readingm', name: 'eter 4 slot 1967' }],
  ])('put in the place of %s does not open', (_name, other) => {
    const sealed = sealPersonalRecord(browserRandom, key, place, record);
    expect(openPersonalRecord(key, { ...place, ...other }, sealed)).toBeUndefined();
  });

  test('does not open once its person’s key is gone', () => {
    const sealed = sealPersonalRecord(browserRandom, key, place, record);
    const another = newPersonalKey(browserRandom);
    expect(toHex(another)).not.toBe(toHex(key));
    expect(openPersonalRecord(another, place, sealed)).toBeUndefined();
  });

  test('says nothing twice in the same bytes', () => {
    const [one, two] = [1, 2].map(() => sealPersonalRecord(browserRandom, key, place, record));
    expect(toHex(one!)).not.toBe(toHex(two!));
    expect(toHex(one!.subarray(0, 12))).not.toBe(toHex(two!.subarray(0, 12)));
  });
});

test('limits', () => {
  const longer = new Uint8Array(PERSONAL_RECORD_BYTES_MAX + 1);
  expect(() => sealPersonalRecord(browserRandom, key, place, longer)).toThrow(
    'personal record: expected at most 1048576 bytes, got 1048577',
  );
  const sealed = new Uint8Array(PERSONAL_RECORD_BYTES_MAX + 29);
  expect(openPersonalRecord(key, place, sealed)).toBeUndefined();
  const short = fromHex('00');
  expect(() => openPersonalRecord(short, place, new Uint8Array(40))).toThrow('key: expected 32');
});
