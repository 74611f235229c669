import { expect, test } from 'vitest';
import { ask, bid } from '../testing/book.ts';
import { muda } from './muda.ts';

/** Lots are ids here, so the last letter of an id chooses its half: even digits the first. */
const lots = (id: string) => id;

const orders = [
  bid('b0', 60n, 5n),
  ask('a0', 20n, 5n),
  bid('b1', 50n, 3n),
  bid('d1', 48n, 3n),
  ask('c1', 30n, 4n),
];

test('each half trades at the price of the other', () => {
  const cleared = muda.clear({ orders, lots, settings: {} });
  // First half: 20 to 60, at 40. Second: the rationed bid and the bid left over both say 48.
  expect(cleared.details).toEqual({ priceOfFirstHalf: 40n, priceOfSecondHalf: 48n });
  expect(cleared.trades.map((one) => [one.bid, one.ask, one.energy, one.buyerPrice])).toEqual([
    ['b0', 'a0', 5n, 48n],
    ['b1', 'c1', 3n, 40n],
    ['d1', 'c1', 1n, 40n],
  ]);
  expect(cleared).toMatchObject({ price: null, surplus: 0n });
});

test('of the longer side the lowest lots are served, whatever their limits', () => {
  const renamed = orders.map((one) => (one.id === 'd1' ? bid('01', 48n, 3n) : one));
  const { fills } = muda.clear({ orders: renamed, lots, settings: {} });
  expect(fills.get('01')).toBe(3n);
  expect(fills.get('b1')).toBe(1n);
});

test('a half without a side gives the other no price, and one that does not cross its middle', () => {
  expect(muda.clear({ orders: orders.slice(0, 2), lots, settings: {} }).volume).toBe(0n);
  const apart = [...orders.slice(0, 2), bid('b1', 30n, 1n), ask('c1', 50n, 1n)];
  expect(muda.clear({ orders: apart, lots, settings: {} })).toMatchObject({
    price: 40n,
    volume: 5n,
  });
});

test('a member is in one half with all its orders, by its lowest lot', () => {
  const both = [bid('b0', 60n, 5n, 'ana'), ask('a0', 20n, 5n), ask('f1', 70n, 1n, 'ana')];
  expect(muda.clear({ orders: both, lots, settings: {} }).details).toEqual({
    priceOfFirstHalf: 40n,
    priceOfSecondHalf: null,
  });
});
