import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lot, lotsBySeed } from './lot.ts';

const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest());

test('is SHA-256 of the seed, a zero byte and the id, in lower-case hexadecimal', () => {
  // printf 'ab\0order-1' | sha256sum
  expect(lot(sha256, 'ab', 'order-1')).toBe(
    'eb1611a2105bb32b63e0c2bf27e27635a74d47429c8e35e594ea10669917d21e',
  );
});

test('reads seed and id as UTF-8', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (seed, id) => {
      const expected = createHash('sha256').update(`${seed}\0${id}`, 'utf8').digest('hex');
      expect(lotsBySeed(sha256, seed)(id)).toBe(expected);
    }),
  );
});

test.each(['\u{7f}', '\u{80}', '\u{7ff}', '\u{800}', '\u{ffff}', '\u{10000}', '\u{10ffff}'])(
  'holds at the edges of the encoding: %j',
  (id) => {
    expect(lot(sha256, '', id)).toBe(createHash('sha256').update(`\0${id}`).digest('hex'));
  },
);

test('refuses half a surrogate pair, which would share the lot of another id', () => {
  expect(() => lot(sha256, 'seed', 'a\ud800')).toThrow(/order id: expected well-formed text/);
  expect(() => lot(sha256, '\udc00', 'a')).toThrow(/seed: expected well-formed text/);
});
