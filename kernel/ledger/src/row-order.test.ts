import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Writer } from './byte-stream.ts';
import { compareBytes } from './bytes.ts';
import { rowsByKey, sameBytes } from './row-order.ts';

const STRIDE = 3;

test('rows stand by rising keys, also where many begin alike and some are short', () => {
  const key = fc.uint8Array({ maxLength: 9 });
  const alike = fc.uint8Array({ maxLength: 4 }).map((end) => Uint8Array.of(7, 7, 7, 7, ...end));
  const keysOf = fc.uniqueArray(fc.oneof(key, alike), {
    maxLength: 60,
    selector: (bytes) => `${bytes}`,
  });
  fc.assert(
    fc.property(keysOf, (keys) => {
      const writer = new Writer(16);
      writer.u8(0);
      const columns = new Int32Array(STRIDE * keys.length);
      for (const [row, bytes] of keys.entries()) {
        columns[STRIDE * row] = writer.length;
        writer.u16(bytes.length);
        writer.raw(bytes);
      }
      const rows = keys.map((_, row) => row);
      const sorted = rowsByKey(rows, { view: writer.view, columns, stride: STRIDE });
      expect(sorted.map((row) => keys[row])).toEqual(keys.toSorted(compareBytes));
      expect(rows).toEqual(keys.map((_, row) => row));
    }),
  );
});

test('bytes are the same where every one is', () => {
  const one = new DataView(Uint8Array.of(1, 2, 3, 4, 5, 6, 7).buffer);
  for (let changed = 0; changed < 7; changed++) {
    const bytes = Uint8Array.of(9, 1, 2, 3, 4, 5, 6, 7);
    expect(sameBytes(one, 0, new DataView(bytes.buffer), 1, 7)).toBe(true);
    bytes[1 + changed] = 99;
    expect(sameBytes(one, 0, new DataView(bytes.buffer), 1, 7)).toBe(false);
    expect(sameBytes(one, 0, new DataView(bytes.buffer), 1, changed)).toBe(true);
  }
});
