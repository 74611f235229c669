import { money } from '@commonwatt/units';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { centsOf, formatCents, moneyOfCents, taxOf } from './cents.ts';

test.each<[bigint, bigint]>([
  [5_000_000n, 0n],
  [15_000_000n, 2n],
  [25_000_000n, 2n],
  [25_000_001n, 3n],
  [-15_000_000n, -2n],
  [-5_000_000n, 0n],
])('R-1: %i nano are %i cents', (nano, cents) => expect(centsOf(money(nano))).toBe(cents));

test.each<[bigint, number, bigint]>([
  [1000n, 2000, 200n],
  [1005n, 1000, 100n],
  [1015n, 1000, 102n],
  [-1015n, 1000, -102n],
  [999n, 0, 0n],
])('R-2: the tax on %i cents at %i hundredths of a percent is %i', (taxable, rate, tax) => {
  expect(taxOf(taxable, rate)).toBe(tax);
});

test('rounding moves an amount by half a cent at most, and its opposite likewise', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), (nano) => {
      const moved = moneyOfCents(centsOf(money(nano))) - nano;
      expect(moved <= 5_000_000n && moved >= -5_000_000n).toBe(true);
      expect(centsOf(money(-nano))).toBe(-centsOf(money(nano)));
    }),
  );
});

test.each<[bigint, string]>([
  [0n, '0.00'],
  [-7n, '-0.07'],
  [123_456n, '1234.56'],
])('%i cents as text', (cents, text) => expect(formatCents(cents)).toBe(text));
