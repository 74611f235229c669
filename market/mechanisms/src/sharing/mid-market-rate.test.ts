import { describe, expect, test } from 'vitest';
import type { Values } from '../field.ts';
import { ask, bid, lotsLikeIds } from '../testing/book.ts';
import { midMarketRate } from './mid-market-rate.ts';

const PRICES = { supply_price: 300n, feed_in_price: 80n };
const share = (orders: readonly ReturnType<typeof bid>[], settings: Values = {}) =>
  midMarketRate.share({ orders, lots: lotsLikeIds, settings: { ...PRICES, ...settings } });
const moneyOf = (orders: readonly ReturnType<typeof bid>[], settings?: Values) =>
  Object.fromEntries(share(orders, settings).shares.map(({ member, money }) => [member, money]));

const LACKING = [bid('b', 0n, 30n, 'bo'), bid('c', 0n, 10n, 'cleo'), ask('a', 0n, 20n, 'al')];
const OVER = [bid('b', 0n, 10n, 'bo'), ask('a', 0n, 30n, 'al'), ask('d', 0n, 10n, 'dan')];
const BOTH = [
  bid('b', 0n, 10n, 'bo'),
  ask('a', 0n, 10n, 'bo'),
  ask('d', 0n, 10n, 'dan'),
  bid('e', 0n, 10n, 'eve'),
];

describe('mid-market-rate', () => {
  test('takers bear what is missing: 20 Wh at 190 and 20 Wh at 300 over 40 Wh', () => {
    expect(moneyOf(LACKING)).toEqual({ al: -3800n, bo: 7350n, cleo: 2450n });
    expect(share(LACKING)).toMatchObject({ residual: 20n, surplus: 0n, volume: 20n });
  });

  test('givers bear what is over: 10 Wh at 190 and 30 Wh at 80 over 40 Wh', () => {
    expect(moneyOf(OVER)).toEqual({ al: -3225n, bo: 1900n, dan: -1075n });
    expect(share(OVER)).toMatchObject({ residual: -30n, surplus: 0n, volume: 10n });
  });

  test('energy got from the community and given to it goes by use', () => {
    const energies = share(LACKING).shares.map(({ member, energy }) => [member, energy]);
    expect(energies).toEqual([
      ['al', -20n],
      ['bo', 15n],
      ['cleo', 5n],
    ]);
  });

  test('a discount of 20 for energy agreed the day before', () => {
    expect(moneyOf(OVER, { premium: -20n }).bo).toBe(1700n);
  });

  test('the grid takes its price for what is shared, and nothing is left over', () => {
    const shares = share(OVER, { transmission_price: 50n });
    expect(shares.shares.find(({ member }) => member === 'bo')?.money).toBe(2400n);
    expect(shares.surplus).toBe(0n);
  });

  test('who also gives pays less for what it takes, and all takers bear it', () => {
    // Both take 10 of 20 shared Wh; bo is let off 100, which both pay by half.
    expect(moneyOf(BOTH, { contributor_discount: 10n })).toEqual({
      bo: -50n,
      dan: -1900n,
      eve: 1950n,
    });
  });

  test('a small producer gets more for what it gives', () => {
    // Of 10 shared Wh dan gave 2.5; the half goes to the lowest lot, which is al's.
    const small = { small_producer_premium: 40n, small_producer_energy: 10n };
    const plain = moneyOf(OVER);
    const paid = moneyOf(OVER, small);
    expect((plain.dan ?? 0n) - (paid.dan ?? 0n)).toBe(2n * 40n);
    expect((paid.bo ?? 0n) - (plain.bo ?? 0n)).toBe(2n * 40n);
    expect(paid.al).toBe(plain.al);
  });

  test('half a nano is dropped once', () => {
    expect(
      moneyOf([bid('b', 0n, 1n, 'bo'), ask('a', 0n, 1n, 'al')], { supply_price: 301n }),
    ).toEqual({
      al: -190n,
      bo: 190n,
    });
  });

  test('refuses a feed-in price above the supply price', () => {
    const call = { orders: OVER, lots: lotsLikeIds, settings: { ...PRICES, feed_in_price: 301n } };
    expect(midMarketRate.refuse(call)).toEqual({ code: 'feed_in_above_supply' });
  });
});
