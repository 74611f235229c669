import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Sums } from './sums.ts';

const change = fc.record({
  first: fc.nat(6),
  second: fc.constantFrom(0, 1, 1_767_225_600_000, 1_767_226_500_000),
  count: fc.integer({ min: -3, max: 3 }),
  amount: fc.oneof(
    fc.bigInt(-5n, 5n),
    fc.bigInt(-(1n << 53n), 1n << 53n),
    fc.bigInt(-(1n << 100n), 1n << 100n),
  ),
});

describe('sums', () => {
  test('are those of a plain map, after any changes and their undoing', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 200 }), (changes) => {
        const sums = new Sums();
        const plain = new Map<string, { count: number; amount: bigint }>();
        const apply = (sign: 1 | -1) => {
          for (const { first, second, count, amount } of sign === 1
            ? changes
            : changes.toReversed()) {
            sums.add(first, second, sign * count, BigInt(sign) * amount);
            const key = `${first}/${second}`;
            const { count: c, amount: a } = plain.get(key) ?? { count: 0, amount: 0n };
            plain.set(key, { count: c + sign * count, amount: a + BigInt(sign) * amount });
            expect(sums.count(first, second)).toBe(plain.get(key)?.count);
            expect(sums.amount(first, second)).toBe(plain.get(key)?.amount);
          }
        };
        apply(1);
        const stored = [...plain].filter(([, one]) => one.count !== 0 || one.amount !== 0n);
        expect(sums.size).toBe(stored.length);
        const entries = sums.entries().map((one) => {
          const { first, second, count, amount } = one;
          return [`${first}/${second}`, { count, amount }] as const;
        });
        expect(new Map(entries)).toEqual(new Map(stored));
        apply(-1);
        expect(sums.size).toBe(0);
        expect(sums.entries()).toEqual([]);
      }),
    );
  });

  test('of thousands come and go', () => {
    const sums = new Sums();
    for (let at = 0; at < 5000; at++) sums.add(at % 97, at, 1, BigInt(at) << 40n);
    expect(sums.size).toBe(5000);
    for (let at = 0; at < 5000; at += 2) sums.add(at % 97, at, -1, -(BigInt(at) << 40n));
    for (let at = 0; at < 5000; at++) {
      expect(sums.count(at % 97, at)).toBe(at % 2);
      expect(sums.amount(at % 97, at)).toBe(at % 2 === 1 ? BigInt(at) << 40n : 0n);
    }
    expect(sums.amount(3, 4)).toBe(0n);
  });
});
