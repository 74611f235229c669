import { expect, test } from 'vitest';
import type { Order } from '../order.ts';
import { ask, bid, lotsLikeIds as lots } from '../testing/book.ts';
import { willingness } from './willingness.ts';

const naming = (order: Order, ...willing: readonly string[]): Order => ({
  ...order,
  extra: { willing },
});
const clear = (...orders: readonly Order[]) =>
  willingness
    .clear({ orders, lots, settings: {} })
    .trades.map((one) => [one.bid, one.ask, one.energy, one.buyerPrice]);

test('those who want each other most trade first, at the middle of their limits', () => {
  expect(
    clear(
      naming(bid('b', 60n, 10n), 't', 's'),
      naming(bid('c', 70n, 10n), 's'),
      naming(ask('s', 41n, 10n), 'b', 'c'),
      naming(ask('t', 50n, 6n), 'c', 'b'),
    ),
  ).toEqual([
    // Sums of ranks: b and s 2 + 1, c and s 1 + 2, b and t 1 + 2. The widest gap is c's.
    ['c', 's', 10n, 55n],
    ['b', 't', 6n, 55n],
  ]);
});

test('nobody trades with a member whom it has not named', () => {
  expect(clear(naming(bid('b', 60n, 10n), 'x'), ask('s', 40n, 10n))).toEqual([]);
  expect(clear(naming(bid('b', 60n, 10n), 's'), naming(ask('s', 40n, 10n), 'c'))).toEqual([]);
});

test('who names nobody takes whoever names it, and then anybody by merit', () => {
  expect(
    clear(
      naming(bid('b', 50n, 4n), 's'),
      bid('c', 60n, 10n),
      bid('d', 55n, 10n),
      ask('s', 40n, 12n),
      ask('t', 58n, 5n),
    ),
  ).toEqual([
    ['b', 's', 4n, 45n],
    ['c', 's', 8n, 50n],
    ['c', 't', 2n, 59n],
  ]);
});

test('a named ask that names nobody in turn is found by the bid side, and once', () => {
  expect(clear(bid('b', 60n, 10n), naming(ask('s', 40n, 4n), 'b', 'c', 'd'))).toEqual([
    ['b', 's', 4n, 50n],
  ]);
});

test('a fourth name and too many pairs are refused', () => {
  const four = naming(bid('b', 1n, 1n), 'a', 'c', 'd', 'e');
  expect(willingness.refuse({ orders: [four], lots, settings: {} })).toMatchObject({
    code: 'column_refused',
  });
  const many = Array.from({ length: 2100 }, (_, at) => naming(bid(`${at}`, 1n, 1n, 'ana'), 'ana'));
  expect(willingness.refuse({ orders: many, lots, settings: {} })).toMatchObject({
    code: 'too_many_pairs',
  });
});
