import { energy, price } from '@commonwatt/units';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { duesOf, paymentOf, priceOf, worstCase } from './payment.ts';
import type { Trade } from './state.ts';

const trade = (wattHours: bigint, nano: bigint): Trade => ({
  market: 1,
  slotMs: 0,
  slotLengthMs: 900_000,
  seller: 1,
  buyer: 2,
  energy: energy(wattHours),
  price: price(nano),
  requestedMs: 0,
  agreedMs: 0,
});

describe('payment', () => {
  test.each([
    [7n, { payer: 2, payee: 1, amount: 35n }],
    [0n, { payer: 2, payee: 1, amount: 0n }],
    [-7n, { payer: 1, payee: 2, amount: 35n }],
  ])('at a price of %s', (nano, expected) => {
    expect(paymentOf(trade(5n, nano))).toEqual(expected);
  });

  test.each([
    [7n, 4n, { buyer: 35n, seller: -20n }, { payer: 2, payee: 1, amount: 20n }],
    [7n, -4n, { buyer: 35n, seller: 20n }, { payer: 2, payee: 1, amount: 0n }],
    [-4n, -7n, { buyer: -20n, seller: 35n }, { payer: 1, payee: 2, amount: 20n }],
  ])('at %s for the buyer and %s for the seller', (bought, sold, dues, between) => {
    const terms = { ...trade(5n, bought), sellerPrice: price(sold) };
    expect(duesOf(terms)).toEqual(dues);
    expect(paymentOf(terms)).toEqual(between);
    expect([priceOf(terms, 'buy'), priceOf(terms, 'sell')]).toEqual([bought, sold]);
    expect(priceOf(trade(5n, bought), 'sell')).toBe(bought);
  });
});

describe('the worst case', () => {
  test.each([
    ['buy', 10n, 50n],
    ['buy', 0n, 0n],
    ['buy', -10n, 0n],
    ['sell', 10n, 0n],
    ['sell', -10n, 50n],
  ] as const)('of a %s order at %s', (side, limit, reserved) => {
    expect(worstCase(side, price(limit), energy(5n))).toBe(reserved);
  });

  test('covers every price at which the order may trade, and every part of it', () => {
    const wattHours = fc.bigInt(1n, 1n << 40n);
    const nano = fc.bigInt(-(1n << 50n), 1n << 50n);
    fc.assert(
      fc.property(wattHours, wattHours, nano, nano, (a, b, x, y) => {
        const [part, whole] = a < b ? [a, b] : [b, a];
        const [low, high] = x < y ? [x, y] : [y, x];
        const bought = paymentOf(trade(part, low));
        const held = worstCase('buy', price(high), energy(whole));
        if (bought.payer === 2) expect(bought.amount).toBeLessThanOrEqual(held);
        const sold = paymentOf(trade(part, high));
        const pledged = worstCase('sell', price(low), energy(whole));
        if (sold.payer === 1) expect(sold.amount).toBeLessThanOrEqual(pledged);
      }),
    );
  });
});
