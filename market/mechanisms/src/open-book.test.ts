import { price } from '@commonwatt/units';
import { expect, test } from 'vitest';
import { clearingOf, grouped, openBook, tradeOf } from './open-book.ts';
import { ask, bid, lotsLikeIds as lots } from './testing/book.ts';

test('stands by merit, with own crossing energy taken out of the lines alone', () => {
  const orders = [ask('a', 10n, 3n, 'ana'), bid('b', 20n, 2n, 'ana'), bid('c', 30n, 1n)];
  const { standing, bids, asks, selfTrades } = openBook({ orders, lots });
  expect(standing.map(({ order }) => order.id)).toEqual(['c', 'b', 'a']);
  expect(bids.map(({ order, energy }) => [order.id, energy])).toEqual([['c', 1n]]);
  expect(asks.map(({ order, energy }) => [order.id, energy])).toEqual([['a', 1n]]);
  expect(selfTrades).toMatchObject([{ member: 'ana', energy: 2n }]);
});

test('lines are grouped by name, in the order of code units, each group as they stand', () => {
  const orders = [bid('b', 9n, 2n), bid('c', 8n, 2n), bid('d', 7n, 2n)];
  const { standing } = openBook({ orders, lots });
  const names = new Map([
    ['b', 'south'],
    ['c', '__proto__'],
    ['d', 'south'],
  ]);
  const groups = grouped(standing, ({ order }) => names.get(order.id) ?? '');
  expect(groups.map(([name, lines]) => [name, lines.map(({ order }) => order.id)])).toEqual([
    ['__proto__', ['c']],
    ['south', ['b', 'd']],
  ]);
});

test('payments may be given where trades have no prices; what is over is the surplus', () => {
  const { standing, bids, asks } = openBook({ orders: [bid('b', 9n, 2n), ask('a', 1n, 2n)], lots });
  const [buying, selling] = [bids[0], asks[0]];
  if (buying === undefined || selling === undefined) throw new Error('both stand');
  const trade = tradeOf(buying, selling, buying.energy, { buyerPrice: null, sellerPrice: null });
  const payments = new Map([
    ['b', 10n],
    ['a', -4n],
  ]);
  const cleared = clearingOf(standing, {
    trades: [trade],
    payments,
    price: price(3n),
    details: { rounds: 2 },
  });
  expect(cleared).toMatchObject({ price: 3n, welfare: 16n, surplus: 6n, details: { rounds: 2 } });
  expect(cleared.unmatched).toEqual([]);
});
