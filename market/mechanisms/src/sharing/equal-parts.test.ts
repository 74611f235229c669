import fc from 'fast-check';
import { expect, test } from 'vitest';
import { equalParts } from './equal-parts.ts';

const takers = (...energies: readonly bigint[]) =>
  energies.map((energy, at) => ({ energy, lot: `${at}a` }));

test('everyone gets the same, up to what it can take', () => {
  expect(equalParts(30n, takers(5n, 50n, 50n))).toEqual([5n, 13n, 12n]);
  expect(equalParts(7n, takers(9n, 9n, 9n))).toEqual([3n, 2n, 2n]);
  expect(equalParts(30n, takers(5n, 6n))).toEqual([5n, 6n]);
  expect(equalParts(30n, [])).toEqual([]);
});

test('nobody who gets less than another, by more than the last Wh, could have taken more', () => {
  fc.assert(
    fc.property(
      fc.array(fc.bigInt(0n, 40n), { maxLength: 8 }),
      fc.bigInt(0n, 200n),
      (most, whole) => {
        const parts = equalParts(whole, takers(...most));
        const sum = parts.reduce((total, part) => total + part, 0n);
        const demand = most.reduce((total, one) => total + one, 0n);
        expect(sum).toBe(BigInt(Math.min(Number(whole), Number(demand))));
        for (const [at, part] of parts.entries()) {
          if (part === most[at]) continue;
          for (const other of parts) expect(other - part).toBeLessThanOrEqual(1n);
        }
      },
    ),
  );
});
