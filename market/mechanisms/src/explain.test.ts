import { price } from '@commonwatt/units';
import { describe, expect, test } from 'vitest';
import type { Explanation } from './explain.ts';
import { explain } from './explain.ts';
import type { Order } from './order.ts';
import type { PriceRule } from './price-rule.ts';
import { ask, bid, lotsLikeIds as lots } from './testing/book.ts';
import { clearUniformPrice } from './uniform-price.ts';

function explained(orders: Order[], rule: PriceRule = {}): Explanation {
  return explain(clearUniformPrice({ orders, lots, ...rule }), rule);
}

describe('a price is explained by', () => {
  test('the buyers who had to share', () => {
    expect(explained([bid('b', 30n, 9n), ask('a', 10n, 5n)])).toEqual({
      traded: true,
      sentence: 'demand_rationed',
      price: 30n,
      priceInterval: { low: 30n, high: 30n },
      k: { numerator: 1n, denominator: 2n },
      volume: 5n,
      marginal: { bid: 30n, ask: 10n },
      lower: { by: 'rejected_bid', limit: 30n },
      upper: { by: 'accepted_bid', limit: 30n },
      rationed: { side: 'buy', limit: 30n, offered: 9n, filled: 5n },
    });
  });

  test('the sellers who had to share', () => {
    expect(explained([bid('b', 30n, 5n), ask('a', 10n, 9n)])).toMatchObject({
      sentence: 'supply_rationed',
      price: 10n,
      lower: { by: 'accepted_ask', limit: 10n },
      upper: { by: 'rejected_ask', limit: 10n },
      rationed: { side: 'sell', limit: 10n, offered: 9n, filled: 5n },
    });
  });

  test('the shared gap and who bounds it', () => {
    expect(explained([bid('b', 30n, 5n), ask('a', 10n, 5n)])).toMatchObject({
      sentence: 'gap_shared',
      lower: { by: 'accepted_ask', limit: 10n },
      upper: { by: 'accepted_bid', limit: 30n },
      rationed: null,
    });
    const orders = [bid('b', 30n, 5n), bid('c', 15n, 1n), ask('a', 10n, 5n), ask('d', 28n, 1n)];
    expect(explained(orders, { k: { numerator: 1n, denominator: 4n } })).toMatchObject({
      sentence: 'gap_shared',
      price: 18n,
      k: { numerator: 1n, denominator: 4n },
      lower: { by: 'rejected_bid', limit: 15n },
      upper: { by: 'rejected_ask', limit: 28n },
    });
  });

  test('the one price at which limits meet', () => {
    expect(explained([bid('b', 20n, 5n), ask('a', 20n, 5n)])).toMatchObject({
      sentence: 'one_price',
      rationed: null,
    });
  });

  test('those who trade, where one who does not has the same limit', () => {
    const orders = [bid('b', 30n, 5n), bid('c', 10n, 1n), ask('a', 10n, 5n), ask('d', 30n, 1n)];
    expect(explained(orders)).toMatchObject({
      sentence: 'gap_shared',
      lower: { by: 'accepted_ask', limit: 10n },
      upper: { by: 'accepted_bid', limit: 30n },
    });
  });

  test('the limits themselves, where they only touch the collar', () => {
    const collar = { floor: price(10n), ceiling: price(30n) };
    expect(explained([bid('b', 30n, 5n), ask('a', 10n, 5n)], { collar })).toMatchObject({
      lower: { by: 'accepted_ask', limit: 10n },
      upper: { by: 'accepted_bid', limit: 30n },
    });
  });

  test('the end of the collar that holds it', () => {
    const collar = { floor: price(0n), ceiling: price(20n) };
    expect(explained([bid('b', 90n, 9n), ask('a', 10n, 5n)], { collar })).toMatchObject({
      sentence: 'collar_ceiling',
      price: 20n,
      lower: { by: 'collar_ceiling', limit: 20n },
      rationed: { side: 'buy', limit: 90n },
    });
    expect(explained([bid('b', 9n, 5n), ask('a', -9n, 9n)], { collar })).toMatchObject({
      sentence: 'collar_floor',
      price: 0n,
      upper: { by: 'collar_floor', limit: 0n },
    });
    expect(explained([bid('b', 90n, 5n), ask('a', -9n, 5n)], { collar })).toMatchObject({
      sentence: 'gap_shared',
      price: 10n,
      lower: { by: 'collar_floor', limit: 0n },
      upper: { by: 'collar_ceiling', limit: 20n },
    });
  });
});

test.each<[string, Order[], object]>([
  ['no_orders', [], { bestBid: null, bestAsk: null }],
  ['no_bids', [ask('a', 10n, 5n), ask('c', 8n, 1n)], { bestBid: null, bestAsk: 8n }],
  ['no_asks', [bid('b', 10n, 5n)], { bestBid: 10n, bestAsk: null }],
  ['limits_apart', [bid('b', 9n, 5n), ask('a', 10n, 5n)], { bestBid: 9n, bestAsk: 10n }],
])('a call without a trade is explained by %s', (sentence, orders, best) => {
  expect(explained(orders)).toEqual({ traded: false, sentence, ...best });
});
