import { expect, test } from 'vitest';
import type { Order } from './order.ts';
import { ownedLine, removeSelfTrades } from './self-trade.ts';
import { ask, bid, lotsLikeIds as lots } from './testing/book.ts';

function removed(orders: readonly Order[]) {
  const { lines, selfTrades } = removeSelfTrades(orders.map((order) => ownedLine(order, lots)));
  return {
    left: Object.fromEntries(lines.map((line) => [line.order.id, line.energy])),
    selfTrades: selfTrades.map((own) => [own.member, own.bid, own.ask, own.energy]),
  };
}

test('crossing energy leaves both orders', () => {
  expect(removed([bid('b', 30n, 9n, 'zoe'), ask('a', 10n, 5n, 'zoe')])).toEqual({
    left: { b: 4n },
    selfTrades: [['zoe', 'b', 'a', 5n]],
  });
});

test('equal limits cross', () => {
  const { selfTrades } = removed([bid('b', 10n, 5n, 'zoe'), ask('a', 10n, 5n, 'zoe')]);
  expect(selfTrades).toEqual([['zoe', 'b', 'a', 5n]]);
});

test('limits apart, or of two members, stay', () => {
  expect(removed([bid('b', 9n, 5n, 'zoe'), ask('a', 10n, 5n, 'zoe')])).toEqual({
    left: { b: 5n, a: 5n },
    selfTrades: [],
  });
  expect(removed([bid('b', 30n, 5n, 'zoe'), ask('a', 10n, 5n, 'ana')]).selfTrades).toEqual([]);
});

test('with several orders the best bids meet the best asks, equal limits by lot', () => {
  const orders = [
    bid('b2', 30n, 4n, 'zoe'),
    bid('b1', 30n, 4n, 'zoe'),
    bid('b3', 15n, 9n, 'zoe'),
    ask('a2', 20n, 5n, 'zoe'),
    ask('a1', 10n, 6n, 'zoe'),
    bid('c', 50n, 1n, 'ana'),
  ];
  const expected = {
    left: { c: 1n, b3: 9n, a2: 3n },
    selfTrades: [
      ['zoe', 'b1', 'a1', 4n],
      ['zoe', 'b2', 'a1', 2n],
      ['zoe', 'b2', 'a2', 2n],
    ],
  };
  expect(removed(orders)).toEqual(expected);
  expect(removed([...orders].reverse())).toEqual(expected);
});

test('are listed by member, not by merit', () => {
  const orders = [
    bid('b', 90n, 1n, 'zoe'),
    ask('a', 10n, 1n, 'zoe'),
    bid('d', 20n, 1n, 'ana'),
    ask('c', 10n, 1n, 'ana'),
  ];
  expect(removed(orders).selfTrades.map(([member]) => member)).toEqual(['ana', 'zoe']);
});
