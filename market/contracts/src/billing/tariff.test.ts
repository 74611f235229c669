import { money, price } from '@commonwatt/units';
import { describe, expect, test } from 'vitest';
import { type BillingTariff, TariffBook } from './tariff.ts';

const tariff = (
  validFromMs: number,
  validUntilMs?: number,
  changes: Partial<BillingTariff> = {},
): BillingTariff => ({
  name: 'supply',
  version: 1,
  validFromMs,
  validUntilMs,
  supplyPrice: price(300_000n),
  feedInPrice: price(80_000n),
  components: [],
  fees: [],
  ...changes,
});

describe('the tariff that holds', () => {
  const [first, second, third] = [tariff(100, 200), tariff(200, 300), tariff(400)];
  const book = new TariffBook([third, first, second]);
  test.each<[number, BillingTariff | undefined]>([
    [99, undefined],
    [100, first],
    [199, first],
    [200, second],
    [300, undefined],
    [399, undefined],
    [400, third],
    [Number.MAX_SAFE_INTEGER, third],
  ])('at %i', (instantMs, expected) => expect(book.at(instantMs)).toBe(expected));
});

const fee = { kind: 'member fee', name: 'membership', amount: money(1n) } as const;
test.each<[string, readonly BillingTariff[], RegExp]>([
  [
    'overlap',
    [tariff(0, 101), tariff(100)],
    /expected to begin where 'supply' version 1 has ended/,
  ],
  ['follow one without an end', [tariff(0), tariff(100)], /expected to begin where/],
  ['end before they begin', [tariff(100, 100)], /expected to end after it begins/],
  ['name a line twice', [tariff(0, 1, { fees: [fee, fee] })], /a name of its own/],
])('tariffs that %s are refused', (_name, tariffs, message) => {
  expect(() => new TariffBook(tariffs)).toThrow(message);
});
