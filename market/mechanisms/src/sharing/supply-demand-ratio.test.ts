import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ask, bid, lotsLikeIds } from '../testing/book.ts';
import { compensatingPrice, supplyDemandRatio } from './supply-demand-ratio.ts';

const PRICES = { supply_price: 300n, feed_in_price: 100n };
const call = (taken: bigint, given: bigint, settings = {}) => ({
  orders: [
    ...(taken > 0n ? [bid('b', 0n, taken, 'bo')] : []),
    ...(given > 0n ? [ask('a', 0n, given, 'al')] : []),
  ],
  lots: lotsLikeIds,
  settings: { ...PRICES, ...settings },
});
const moneys = (shares: ReturnType<typeof supplyDemandRatio.share>) =>
  Object.fromEntries(shares.shares.map(({ member, money }) => [member, money]));

describe('supply-demand-ratio', () => {
  test('at a ratio of a half sellers get 100 x 300 / (200 / 2 + 100) = 150', () => {
    // Buyers pay half of it and half of 300: 225 for each of 20 Wh.
    expect(moneys(supplyDemandRatio.share(call(20n, 10n)))).toEqual({ al: -1500n, bo: 4500n });
  });

  test('from a ratio of 1 on both sides have the feed-in price', () => {
    expect(moneys(supplyDemandRatio.share(call(10n, 10n)))).toEqual({ al: -1000n, bo: 1000n });
    expect(moneys(supplyDemandRatio.share(call(10n, 20n)))).toEqual({ al: -2000n, bo: 1000n });
  });

  test('a feed-in price of zero sells within for nothing', () => {
    const free = call(20n, 10n, { feed_in_price: 0n });
    expect(moneys(supplyDemandRatio.share(free))).toEqual({ al: 0n, bo: 3000n });
    expect(moneys(supplyDemandRatio.share(call(0n, 0n)))).toEqual({});
  });

  test('refuses what it cannot divide by', () => {
    expect(supplyDemandRatio.refuse(call(1n, 1n, { feed_in_price: -1n }))).toEqual({
      code: 'feed_in_below_zero',
    });
    expect(compensatingPrice.refuse(call(1n, 1n, { compensating_price: 201n }))).toEqual({
      code: 'compensating_price_too_high',
    });
  });
});

describe('compensating-price', () => {
  test('with too much given, buyers pay f + c and sellers share c over all they give', () => {
    const shares = compensatingPrice.share(call(10n, 20n, { compensating_price: 50n }));
    // 10 x 150 from the buyer and 10 x 100 from outside.
    expect(moneys(shares)).toEqual({ al: -2500n, bo: 1500n });
  });

  test('without compensation it is the supply-demand ratio', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 99n), fc.bigInt(0n, 99n), (taken, given) => {
        const plain = supplyDemandRatio.share(call(taken, given));
        expect(compensatingPrice.share(call(taken, given, { compensating_price: 0n }))).toEqual(
          plain,
        );
      }),
    );
  });

  test('with it both sides gain against the supplier at every ratio, but for half a nano in all', () => {
    fc.assert(
      fc.property(
        fc.bigInt(1n, 999n),
        fc.bigInt(1n, 999n),
        fc.bigInt(1n, 199n),
        (taken, given, c) => {
          const { al = 0n, bo = 0n } = moneys(
            compensatingPrice.share(call(taken, given, { compensating_price: c })),
          );
          expect(bo).toBeLessThanOrEqual(taken * 300n);
          expect(-al).toBeGreaterThanOrEqual(given * 100n);
        },
      ),
    );
  });
});
