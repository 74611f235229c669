import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromBase64, toBase64 } from './base64.ts';
import { asciiBytes, toHex } from './bytes.ts';

/** RFC 4648 section 10. */
test.each([
  ['', ''],
  ['f', 'Zg=='],
  ['fo', 'Zm8='],
  ['foo', 'Zm9v'],
  ['foob', 'Zm9vYg=='],
  ['fooba', 'Zm9vYmE='],
  ['foobar', 'Zm9vYmFy'],
])('%o is written %o', (text, written) => {
  expect(toBase64(asciiBytes(text))).toBe(written);
  expect(toHex(fromBase64(written) as Uint8Array)).toBe(toHex(asciiBytes(text)));
});

test('every byte string is written as Node writes it, and read back', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      const written = toBase64(bytes);
      expect(written).toBe(Buffer.from(bytes).toString('base64'));
      expect(toHex(fromBase64(written) as Uint8Array)).toBe(toHex(bytes));
    }),
  );
});

test.each([
  'Z',
  'Zg',
  'Zg=',
  'Zg===',
  'Zh==',
  'Zm9=',
  'Zm9v\n',
  ' Zm9v',
  'Zm9v=',
  'Zm9v====',
  '====',
  '=',
  'Zg==Zg==',
  'Zm-_',
  'Z=g=',
  'Zm9ö',
])('%o is refused', (text) => {
  expect(fromBase64(text)).toBeUndefined();
});

test('whatever is read is the one form of its bytes', () => {
  const texts = fc.string({
    unit: fc.constantFrom('A', 'B', 'Q', 'Z', 'g', '/', '=', ' '),
    maxLength: 8,
  });
  fc.assert(
    fc.property(texts, (text) => {
      const bytes = fromBase64(text);
      if (bytes !== undefined) expect(toBase64(bytes)).toBe(text);
    }),
    { numRuns: 2000 },
  );
});
