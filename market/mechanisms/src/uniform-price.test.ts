import { energy, price } from '@commonwatt/units';
import { describe, expect, test } from 'vitest';
import type { Order } from './order.ts';
import { ask, bid, lotsLikeIds as lots } from './testing/book.ts';
import { clearUniformPrice } from './uniform-price.ts';

type Case = [name: string, Order[], volume: bigint, low: bigint, high: bigint, middle: bigint];

describe('the price', () => {
  test.each<Case>([
    ['excess demand: the rationed bid', [bid('b', 30n, 9n), ask('a', 10n, 5n)], 5n, 30n, 30n, 30n],
    ['excess supply: the rationed ask', [bid('b', 30n, 5n), ask('a', 10n, 9n)], 5n, 10n, 10n, 10n],
    ['vertical overlap: the whole gap', [bid('b', 30n, 5n), ask('a', 10n, 5n)], 5n, 10n, 30n, 20n],
    ['horizontal overlap: one level', [bid('b', 20n, 5n), ask('a', 20n, 9n)], 5n, 20n, 20n, 20n],
    [
      'the first rejected bid and the first rejected ask bound the gap',
      [bid('b', 30n, 5n), bid('c', 15n, 1n), ask('a', 10n, 5n), ask('d', 28n, 1n)],
      5n,
      15n,
      28n,
      21n,
    ],
    [
      'a rejected bid at the limit of the last ask leaves one price below',
      [bid('b', 30n, 5n), bid('c', 9n, 1n), ask('a', 10n, 5n), ask('d', 11n, 1n)],
      5n,
      10n,
      11n,
      10n,
    ],
    ['below zero, rounded down', [bid('b', -3n, 5n), ask('a', -10n, 5n)], 5n, -10n, -3n, -7n],
    ['across zero, rounded down', [bid('b', 2n, 5n), ask('a', -3n, 5n)], 5n, -3n, 2n, -1n],
    ['at zero', [bid('b', 0n, 5n), ask('a', 0n, 5n)], 5n, 0n, 0n, 0n],
  ])('%s', (_name, orders, volume, low, high, middle) => {
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

  test.each<[string, Order[]]>([
    ['no orders', []],
    ['bids alone', [bid('b', 30n, 5n)]],
    ['asks alone', [ask('a', 10n, 5n)]],
    ['limits apart', [bid('b', 9n, 5n), ask('a', 10n, 5n)]],
    ['orders without energy', [bid('b', 30n, 0n), ask('a', 10n, 0n)]],
  ])('there is none with %s', (_name, orders) => {
    const cleared = clearUniformPrice({ orders, lots });
    expect(cleared).toMatchObject({ price: null, priceInterval: null, volume: 0n, welfare: 0n });
    expect([...cleared.trades, ...cleared.fills, ...cleared.payments]).toEqual([]);
    const asked = orders.filter((order) => order.energy > 0n);
    expect(cleared.unmatched).toEqual(asked.map(({ id, energy: left }) => ({ id, energy: left })));
  });

  test('an order without energy, or emptied as a self-trade, neither sets nor bounds it', () => {
    const orders = [
      bid('b', 30n, 5n),
      ask('a', 10n, 5n),
      bid('empty', 29n, 0n),
      ask('void', 11n, 0n),
      bid('own-bid', 28n, 7n, 'zoe'),
      ask('own-ask', 12n, 7n, 'zoe'),
    ];
    expect(clearUniformPrice({ orders, lots }).priceInterval).toEqual({ low: 10n, high: 30n });
  });
});

describe('a collar', () => {
  const collar = { floor: price(-5n), ceiling: price(20n) };

  test.each<[string, Order[], bigint | null, bigint]>([
    ['holds scarcity at its ceiling', [bid('b', 90n, 9n), ask('a', 10n, 5n)], 20n, 5n],
    ['holds surplus at its floor', [bid('b', 0n, 5n), ask('a', -90n, 9n)], -5n, 5n],
    ['cuts the interval, then takes its middle', [bid('b', 90n, 5n), ask('a', 10n, 5n)], 15n, 5n],
    ['keeps out an ask above its ceiling', [bid('b', 90n, 9n), ask('a', 21n, 5n)], null, 0n],
    ['keeps out a bid below its floor', [bid('b', -6n, 9n), ask('a', -90n, 5n)], null, 0n],
    ['admits an ask at its ceiling', [bid('b', 90n, 5n), ask('a', 20n, 9n)], 20n, 5n],
    ['admits a bid at its floor', [bid('b', -5n, 9n), ask('a', -90n, 5n)], -5n, 5n],
    ['leaves alone what lies within', [bid('b', 12n, 5n), ask('a', 10n, 5n)], 11n, 5n],
  ])('%s', (_name, orders, expected, volume) => {
    expect(clearUniformPrice({ orders, lots, collar })).toMatchObject({ price: expected, volume });
  });

  test('leaves a dearer bid its place before a cheaper one, both above the ceiling', () => {
    const orders = [bid('b', 30n, 5n), bid('c', 90n, 5n), ask('a', 10n, 5n)];
    expect([...clearUniformPrice({ orders, lots, collar }).fills.keys()]).toEqual(['c', 'a']);
  });

  test('an order that it keeps out is no self-trade', () => {
    const orders = [bid('b', 90n, 5n, 'zoe'), ask('a', 21n, 5n, 'zoe'), ask('c', 10n, 5n)];
    const cleared = clearUniformPrice({ orders, lots, collar });
    expect(cleared.selfTrades).toEqual([]);
    expect(cleared.fills.get('b')).toBe(5n);
  });
});

describe('equal limits at the margin', () => {
  const fillsOf = (orders: Order[]) =>
    Object.fromEntries(clearUniformPrice({ orders, lots }).fills);

  test('share pro rata to their energy', () => {
    const orders = [bid('b', 30n, 6n), bid('c', 30n, 3n), ask('a', 10n, 3n)];
    expect(fillsOf(orders)).toEqual({ b: 2n, c: 1n, a: 3n });
  });

  test('give the odd watt-hour to the largest remainder', () => {
    const orders = [bid('b', 30n, 4n), bid('c', 30n, 5n), ask('a', 10n, 1n)];
    expect(fillsOf(orders)).toEqual({ c: 1n, a: 1n });
  });

  test('give it to the lowest lot among equal remainders', () => {
    const orders = [bid('c', 30n, 5n), bid('b', 30n, 5n), bid('d', 30n, 5n), ask('a', 10n, 4n)];
    expect(fillsOf(orders)).toEqual({ b: 2n, c: 1n, d: 1n, a: 4n });
    const turned = clearUniformPrice({ orders, lots: (id) => (id === 'd' ? '00' : lots(id)) });
    expect(turned.fills.get('d')).toBe(2n);
  });

  test('do not matter above the margin', () => {
    const orders = [bid('b', 30n, 5n), bid('c', 30n, 5n), bid('d', 20n, 5n), ask('a', 10n, 12n)];
    expect(fillsOf(orders)).toEqual({ b: 5n, c: 5n, d: 2n, a: 12n });
  });
});

test('trades pair the fills from the north-west corner, and payments follow them', () => {
  const orders = [
    bid('c', 25n, 4n, 'cleo'),
    bid('b', 30n, 6n, 'bo'),
    ask('e', 12n, 3n, 'eve'),
    ask('d', 10n, 5n, 'dan'),
  ];
  const cleared = clearUniformPrice({ orders, lots });
  expect(cleared.price).toBe(25n);
  expect(cleared.trades.map(({ bid: b, ask: a, energy: e }) => [b, a, e])).toEqual([
    ['b', 'd', 5n],
    ['b', 'e', 1n],
    ['c', 'e', 2n],
  ]);
  expect(cleared.trades[0]).toMatchObject({ buyer: 'bo', seller: 'dan' });
  expect(Object.fromEntries(cleared.payments)).toEqual({
    bo: 150n,
    cleo: 50n,
    dan: -125n,
    eve: -75n,
  });
  expect(cleared.unmatched).toEqual([{ id: 'c', energy: energy(2n) }]);
  expect(cleared.welfare).toBe(6n * 30n + 2n * 25n - 5n * 10n - 3n * 12n);
  expect(cleared.gains).toEqual({ buyers: 6n * 5n, sellers: 5n * 15n + 3n * 13n });
});

test('a price below zero has the seller pay', () => {
  const orders = [bid('b', -3n, 5n), ask('a', -10n, 5n)];
  const { payments } = clearUniformPrice({ orders, lots });
  expect(Object.fromEntries(payments)).toEqual({ b: -35n, a: 35n });
});

test('what cannot be cleared is an error that says why', () => {
  const orders = [bid('b', 30n, 5n), ask('b', 10n, 5n)];
  expect(() => clearUniformPrice({ orders, lots })).toThrow(/duplicate_order/);
  const k = { numerator: 3n, denominator: 2n };
  expect(() => clearUniformPrice({ orders: [], lots, k })).toThrow(/k_out_of_range/);
});
