import { expect, test } from 'vitest';
import type { Values } from '../field.ts';
import { ask, bid, lotsLikeIds as lots } from '../testing/book.ts';
import { ascendingIncrement } from './ascending-increment.ts';

const orders = [bid('b', 60n, 10n), bid('c', 50n, 10n), ask('s', 20n, 10n), ask('t', 43n, 10n)];

test.each<[string, Values, bigint | null, bigint, bigint]>([
  ['by single steps: the first price that is covered', { increment: 1n }, 43n, 20n, 24n],
  ['by tens: past the ask, the trade is still there', { increment: 10n }, 50n, 20n, 4n],
  ['by steps that miss a bid: its trade is lost', { increment: 31n }, 51n, 10n, 2n],
  ['by a step past all bids: nothing is left', { increment: 1000n }, null, 0n, 2n],
  ['from a start of its own', { increment: 10n, start: 45n }, 45n, 20n, 1n],
])('%s', (_name, settings, price, volume, rounds) => {
  const cleared = ascendingIncrement.clear({ orders, lots, settings });
  expect(cleared).toMatchObject({ price, volume, details: { rounds } });
});

test('too much at the price is left with the dearest asks', () => {
  const cleared = ascendingIncrement.clear({ orders, lots, settings: { increment: 31n } });
  expect(Object.fromEntries(cleared.fills)).toEqual({ b: 10n, s: 10n });
});

test('nobody offers, nobody asks: no price', () => {
  expect(ascendingIncrement.clear({ orders: [], lots, settings: {} }).price).toBeNull();
  const bidless = ascendingIncrement.clear({ orders: orders.slice(2), lots, settings: {} });
  expect(bidless).toMatchObject({ price: null, volume: 0n });
});
