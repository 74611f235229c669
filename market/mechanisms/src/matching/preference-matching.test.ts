import { describe, expect, test } from 'vitest';
import type { Values } from '../field.ts';
import type { Call } from '../mechanism.ts';
import type { Order } from '../order.ts';
import { ask, bid, lotsLikeIds } from '../testing/book.ts';
import { preferenceMatching } from './preference-matching.ts';

const inZone = (zone: string, order: Order, extra: Values = {}): Order => ({
  ...order,
  zone,
  extra,
});
const call = (orders: readonly Order[], limits: readonly Values[] = []): Call => ({
  orders,
  lots: lotsLikeIds,
  settings: {},
  tables: { limits },
});
const pairs = (given: Call) =>
  preferenceMatching
    .clear(given)
    .trades.map((one) => [one.bid, one.ask, one.energy, one.buyerPrice]);

describe('preference-matching', () => {
  test('only those who accept each other trade, at the middle of their limits', () => {
    const orders = [
      { ...bid('b', 30n, 4n), extra: { accepts: ['y'] } },
      bid('c', 20n, 4n),
      { ...ask('x', 5n, 4n), extra: { accepts: ['b', 'c'] } },
      ask('y', 11n, 9n),
    ];
    expect(pairs(call(orders))).toEqual([
      ['b', 'y', 4n, 20n],
      ['c', 'x', 4n, 12n],
    ]);
  });

  test('only in intervals that suit both, and no more in each than an order takes', () => {
    const orders = [
      { ...bid('b', 30n, 9n), extra: { from: 2n, until: 4n, interval_wh: 3n } },
      { ...ask('x', 10n, 9n), extra: { from: 3n, until: 9n } },
      { ...ask('y', 5n, 9n), extra: { from: 5n } },
    ];
    const { trades, details } = preferenceMatching.clear(call(orders));
    expect(trades.map((one) => [one.bid, one.ask, one.energy])).toEqual([['b', 'x', 6n]]);
    expect(details?.deliveries).toEqual([
      { bid: 'b', ask: 'x', interval: 3, energy_wh: 3n },
      { bid: 'b', ask: 'x', interval: 4, energy_wh: 3n },
    ]);
  });

  test('a feeder carries no more than its limits, net and in all', () => {
    const orders = [
      inZone('north', ask('x', 10n, 9n)),
      inZone('south', bid('b', 30n, 9n)),
      inZone('north', bid('c', 20n, 9n)),
    ];
    expect(pairs(call(orders, [{ zone: 'north', exchange_wh: 2n, total_wh: 5n }]))).toEqual([
      ['b', 'x', 2n, 20n],
      ['c', 'x', 3n, 15n],
    ]);
  });

  test('what flows the other way makes room', () => {
    const orders = [
      inZone('north', ask('x', 10n, 9n), { accepts: ['b'] }),
      inZone('south', bid('b', 30n, 9n)),
      inZone('south', ask('y', 12n, 5n), { accepts: ['c'] }),
      inZone('north', bid('c', 20n, 9n)),
    ];
    expect(pairs(call(orders, [{ zone: 'north', exchange_wh: 2n }]))).toEqual([
      ['b', 'x', 7n, 20n],
      ['c', 'y', 5n, 16n],
    ]);
  });
});

/** b-x gains most, but b-y and c-x together gain more. */
const CROSSED = [
  { ...bid('b', 30n, 4n), extra: { accepts: ['x', 'y'] } },
  { ...bid('c', 28n, 4n), extra: { accepts: ['x'] } },
  ask('x', 10n, 4n),
  ask('y', 11n, 4n),
];

describe('the best verified candidate wins', () => {
  // Variables: b-x, b-y, c-x.
  const given = call(CROSSED);
  const clear = (...values: readonly bigint[]) =>
    preferenceMatching.clear({ ...given, candidate: { values } });

  test('the greedy match without one', () => {
    const { welfare, details } = preferenceMatching.clear(given);
    expect(preferenceMatching.problem?.(given).variables.map((one) => one.gain)).toEqual([
      20n,
      19n,
      18n,
    ]);
    expect([welfare, details?.matched_by]).toEqual([80n, 'greedy']);
  });

  test('a better one, its odd millionths rounded down and filled up', () => {
    const { welfare, details } = clear(0n, 4_000_000n, 3_999_999n);
    expect([welfare, details?.matched_by]).toEqual([4n * 19n + 4n * 18n, 'candidate']);
    expect(details?.worth_nano).toEqual({ greedy: 80n, candidate: 148n });
  });

  test('one whose flows only carry each other, over a feeder that lets nothing through', () => {
    const orders = [
      inZone('north', ask('x', 10n, 9n), { accepts: ['b'] }),
      inZone('south', bid('b', 30n, 9n)),
      inZone('south', ask('y', 12n, 5n), { accepts: ['c'] }),
      inZone('north', bid('c', 20n, 9n)),
    ];
    const apart = call(orders, [{ zone: 'north', exchange_wh: 0n }]);
    expect(pairs(apart)).toEqual([]);
    expect(pairs({ ...apart, candidate: { values: [5_000_000n, 4_999_999n] } })).toEqual([
      ['b', 'x', 4n, 20n],
      ['c', 'y', 4n, 16n],
    ]);
  });

  test.each([
    ['that asks for more than there is', [9_000_000n, 9_000_000n, 9_000_000n]],
    ['of nothing', []],
    ['below zero', [-4_000_000n, -4_000_000n, -4_000_000n]],
  ])('one %s is cut, and loses', (_name, values) => {
    const { welfare, details } = clear(...values);
    expect([welfare, details?.matched_by]).toEqual([80n, 'greedy']);
  });
});

test.each<[string, Call, string]>([
  [
    'an interval that ends before it starts',
    call([{ ...bid('b', 1n, 1n), extra: { from: 3n, until: 2n } }]),
    'interval_inverted',
  ],
  [
    'more intervals than a day',
    call([{ ...bid('b', 1n, 1n), extra: { until: 96n } }]),
    'too_many_intervals',
  ],
  [
    'a feeder that is listed twice',
    call(
      [],
      [
        { zone: 'n', exchange_wh: 1n },
        { zone: 'n', exchange_wh: 2n },
      ],
    ),
    'feeder_twice',
  ],
])('%s is refused', (_name, given, code) => {
  expect(preferenceMatching.refuse(given)?.code).toBe(code);
});
