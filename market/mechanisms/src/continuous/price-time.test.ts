import { expect, test } from 'vitest';
import { ownedLine } from '../self-trade.ts';
import { ask, bid, lotsLikeIds } from '../testing/book.ts';
import { timeOf, tradeByTime } from './price-time.ts';

const line = (time: number, order: ReturnType<typeof bid>) =>
  ownedLine({ ...order, time }, lotsLikeIds);

test('energies are exact up to 2^53 - 1', () => {
  const most = 9_007_199_254_740_991n;
  const trades = tradeByTime([line(1, ask('x', 1n, most)), line(2, bid('b', 1n, most - 1n))]);
  expect(trades).toMatchObject([{ bid: 'b', ask: 'x', energy: most - 1n, buyerPrice: 1n }]);
});

test('limits may be negative and far apart', () => {
  const far = 1n << 62n;
  expect(tradeByTime([line(1, ask('x', -far, 5n)), line(2, bid('b', far, 5n))])).toMatchObject([
    { buyerPrice: -far, sellerPrice: -far },
  ]);
});

test('an order without a time is no order of a book', () => {
  expect(() => timeOf(ownedLine(bid('b', 1n, 1n), lotsLikeIds))).toThrow('expected a time');
});
