import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PacketLengths } from './packet-guard.ts';

/** A packet with a body of so many bytes: type, remaining length (section 2.2.3), body. */
function packet(length: number): number[] {
  const header = [0x30];
  let rest = length;
  do {
    const digit = rest % 128;
    rest = Math.floor(rest / 128);
    header.push(rest > 0 ? digit | 128 : digit);
  } while (rest > 0);
  return [...header, ...new Array<number>(length).fill(0xff)];
}

test('however packets are cut, those within the limit pass and the first beyond it does not', () => {
  const lengths = fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(lengths, fc.integer({ min: 1, max: 70 }), (sizes, step) => {
      const most = 300;
      const stream = Uint8Array.from(sizes.flatMap(packet));
      const guard = new PacketLengths(most);
      let isFine = true;
      for (let at = 0; at < stream.length && isFine; at += step) {
        isFine = guard.accepts(stream.subarray(at, at + step));
      }
      expect(isFine).toBe(sizes.every((size) => size <= most));
    }),
  );
});

test('a length that never ends is refused at its fifth byte', () => {
  expect(new PacketLengths(2 ** 40).accepts(Uint8Array.of(0x10, 0x80, 0x80, 0x80, 0x80))).toBe(
    true,
  );
  expect(
    new PacketLengths(2 ** 40).accepts(Uint8Array.of(0x10, 0x80, 0x80, 0x80, 0x80, 0x80)),
  ).toBe(false);
});
