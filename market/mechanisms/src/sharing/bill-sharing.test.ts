import { expect, test } from 'vitest';
import { ask, bid, lotsLikeIds } from '../testing/book.ts';
import { billSharing } from './bill-sharing.ts';

const share = (orders: readonly ReturnType<typeof bid>[]) =>
  billSharing.share({
    orders,
    lots: lotsLikeIds,
    settings: { supply_price: 300n, feed_in_price: 80n },
  });
const moneys = (orders: readonly ReturnType<typeof bid>[]) =>
  share(orders).shares.map(({ member, money }) => [member, money]);

test('what is missing is paid by use, and giving earns nothing', () => {
  expect(
    moneys([bid('b', 0n, 30n, 'bo'), bid('c', 0n, 10n, 'cleo'), ask('a', 0n, 20n, 'al')]),
  ).toEqual([
    ['al', 0n],
    ['bo', 4500n],
    ['cleo', 1500n],
  ]);
});

test('what is over is earned by giving, and taking costs nothing', () => {
  expect(
    moneys([bid('b', 0n, 10n, 'bo'), ask('a', 0n, 30n, 'al'), ask('d', 0n, 10n, 'dan')]),
  ).toEqual([
    ['al', -1800n],
    ['bo', 0n],
    ['dan', -600n],
  ]);
});

test('a balanced community has no bill', () => {
  expect(moneys([bid('b', 0n, 10n, 'bo'), ask('a', 0n, 10n, 'al')])).toEqual([
    ['al', 0n],
    ['bo', 0n],
  ]);
});
