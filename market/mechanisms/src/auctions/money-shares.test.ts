import fc from 'fast-check';
import { expect, test } from 'vitest';
import { balancingPrice, calledAt, paidAt } from './money-shares.ts';

test('the dear are full, the others share in proportion to their worth', () => {
  const purses = [
    { energy: 10n, worth: 600n },
    { energy: 10n, worth: 300n },
    { energy: 10n, worth: 100n },
  ];
  // 10 Wh full; 5 Wh left for a worth of 400: 80 a Wh would make the first not full.
  const price = balancingPrice(purses, 15n) ?? { numerator: 0n, denominator: 1n };
  expect(Number(price.numerator) / Number(price.denominator)).toBeCloseTo(1000 / 15);
  const plenty = balancingPrice(purses, 25n) ?? price;
  // 60 and 30 a Wh are full; 5 Wh are left for a worth of 100.
  expect(plenty).toEqual({ numerator: 100n, denominator: 5n });
  expect(purses.map((one) => paidAt(one, plenty))).toEqual([200n, 200n, 100n]);
  expect(balancingPrice(purses, 31n)).toBeUndefined();
});

test('at the balancing price the purses call for the supply, exactly', () => {
  const purse = fc.record({
    energy: fc.bigInt({ min: 1n, max: 50n }),
    worth: fc.bigInt({ min: 0n, max: 500n }),
  });
  fc.assert(
    fc.property(
      fc.array(purse, { maxLength: 8 }),
      fc.bigInt({ min: 1n, max: 300n }),
      (purses, supply) => {
        const price = balancingPrice(purses, supply);
        if (price === undefined) return;
        const called = purses.reduce((sum, one) => sum + calledAt(one, price), 0n);
        expect(called).toBe(supply * price.numerator);
      },
    ),
  );
});
