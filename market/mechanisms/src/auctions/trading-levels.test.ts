import { expect, test } from 'vitest';
import { openBook } from '../open-book.ts';
import { ask, bid, lotsLikeIds as lots } from '../testing/book.ts';
import { acceptedBy, rationed, tradingLevels } from './trading-levels.ts';

const orders = [
  bid('b', 60n, 3n),
  bid('c', 50n, 2n),
  bid('d', 50n, 2n),
  bid('e', 45n, 9n),
  ask('s', 40n, 4n),
  ask('t', 42n, 2n),
  ask('u', 55n, 2n),
];
const { bids, asks } = openBook({ orders, lots });
const ids = (lines: readonly { readonly order: { readonly id: string } }[]) =>
  lines.map(({ order }) => order.id).join('');

test('the marginal level is the last that gets anything, in full or in part', () => {
  const levels = tradingLevels(bids, asks);
  expect(levels?.buying).toMatchObject({ marginal: 50n, next: 45n });
  expect(levels?.selling).toMatchObject({ marginal: 42n, next: 55n });
  expect(ids(levels?.buying.inner ?? [])).toBe('b');
  expect(ids(levels?.buying.marginalLines ?? [])).toBe('cd');
  expect(tradingLevels(bids.slice(3), asks.slice(2))).toBeUndefined();
});

test('the longer side is rationed over all its lines, whatever their limits', () => {
  const filled = rationed(bids.slice(0, 3), asks.slice(0, 1));
  expect(filled.asks.map((one) => one.energy)).toEqual([4n]);
  expect(filled.bids.map((one) => [one.line.order.id, one.energy])).toEqual([
    ['b', 2n],
    ['c', 1n],
    ['d', 1n],
  ]);
  expect(acceptedBy(filled.bids, filled.asks)).toEqual({ low: 40n, high: 50n });
  expect(acceptedBy([], filled.asks)).toBeNull();
});
