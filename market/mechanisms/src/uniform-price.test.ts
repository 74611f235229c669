import { createHash } from 'node:crypto';
import { energy, price } from '@commonwatt/units';
import { describe, expect, test } from 'vitest';
import { lotsBySeed } from './lot.ts';
import type { Order, Side } from './order.ts';
import { clearUniformPrice } from './uniform-price.ts';

const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest());
const lots = lotsBySeed(sha256, 'a block hash');

function order(id: string, side: Side, limit: bigint, wattHours: bigint, member = id): Order {
  return { id, member, side, limit: price(limit), energy: energy(wattHours) };
}
const bid = (id: string, limit: bigint, wattHours: bigint) => order(id, 'buy', limit, wattHours);
const ask = (id: string, limit: bigint, wattHours: bigint) => order(id, 'sell', limit, wattHours);

describe('the price interval', () => {
  test.each<[string, Order[], bigint, bigint, bigint, bigint]>([
    ['excess demand: the rationed bid', [bid('b', 30n, 9n), ask('a', 10n, 5n)], 5n, 30n, 30n, 30n],
    ['excess supply: the rationed ask', [bid('b', 30n, 5n), ask('a', 10n, 9n)], 5n, 10n, 10n, 10n],
    ['vertical overlap: the whole gap', [bid('b', 30n, 5n), ask('a', 10n, 5n)], 5n, 10n, 30n, 20n],
    ['horizontal overlap: one level', [bid('b', 20n, 5n), ask('a', 20n, 9n)], 5n, 20n, 20n, 20n],
    [
      'the first rejected bid and ask bound the gap',
      [bid('b', 30n, 5n), bid('c', 15n, 1n), ask('a', 10n, 5n), ask('d', 28n, 1n)],
      5n,
      15n,
      28n,
      21n,
    ],
    ['negative prices', [bid('b', -3n, 5n), ask('a', -10n, 5n)], 5n, -10n, -3n, -7n],
    ['across zero', [bid('b', 2n, 5n), ask('a', -3n, 5n)], 5n, -3n, 2n, -1n],
  ])('%s', (_case, orders, volume, low, high, middle) => {
    const cleared = clearUniformPrice({ orders, lots });
    expect(cleared.volume).toBe(volume);
    expect(cleared.priceInterval).toEqual({ low, high });
    expect(cleared.price).toBe(middle);
  });

  test.each([
    [0n, 1n, -10n],
    [1n, 3n, -8n],
    [1n, 2n, -7n],
    [1n, 1n, -3n],
  ])('k = %s/%s stands that far up the interval', (numerator, denominator, expected) => {
    const orders = [bid('b', -3n, 5n), ask('a', -10n, 5n)];
    expect(clearUniformPrice({ orders, lots, k: { numerator, denominator } }).price).toBe(expected);
  });
});
