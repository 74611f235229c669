import { decode, encode } from '@commonwatt/ledger';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { writtenText } from './written-text.ts';

const codec = writtenText(60);

test('what was written is read again, in every script', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 20 }), (text) => {
      fc.pre(text.length <= 60 && !/[\p{Cc}\p{Cs}\u2028\u2029]/u.test(text));
      expect(decode(codec, encode(codec, text), 'name')).toBe(text);
      expect(codec.fromJson(codec.toJson(text), 'name')).toBe(text);
    }),
  );
  expect(decode(codec, encode(codec, 'Bäckerei Kováč 😀'), 'name')).toBe('Bäckerei Kováč 😀');
});

test.each<[string, unknown]>([
  ['a number', 7],
  ['a line end', 'a\nb'],
  ['half a character', '\ud800'],
  ['too much', 'x'.repeat(61)],
])('%s is refused', (_name, json) => expect(() => codec.fromJson(json, 'name')).toThrow(/^name: /));

test('bytes that are no UTF-8 are refused, the overlong form of a letter too', () => {
  for (const bytes of [
    [0, 1, 0xff],
    [0, 2, 0xc1, 0x81],
  ]) {
    expect(() => decode(codec, Uint8Array.from(bytes), 'name')).toThrow(/text in UTF-8/);
  }
});
