import { describe, expect, test } from 'vitest';
import type { Values } from '../field.ts';
import type { Order } from '../order.ts';
import { ask, bid, lotsLikeIds } from '../testing/book.ts';
import { twoStage } from './two-stage.ts';

const of = (type: string, time: number, order: Order): Order => ({
  ...order,
  time,
  extra: { type },
});
const clear = (orders: readonly Order[], settings: Values = {}) =>
  twoStage.clear({ orders, lots: lotsLikeIds, settings });
const told = (orders: readonly Order[], settings: Values = {}) =>
  clear(orders, settings).trades.map(
    (trade) => `${trade.bid}${trade.ask} ${trade.energy} @ ${trade.buyerPrice}`,
  );

const STREET = [
  of('solar', 1, bid('b', 30n, 5n)),
  of('solar', 2, ask('x', 10n, 9n)),
  of('wind', 3, bid('c', 24n, 5n)),
  of('wind', 4, ask('y', 26n, 5n)),
];

describe('two-stage', () => {
  test('types trade among themselves first, then what is left with each other', () => {
    // Solar: 5 Wh at 10 (x has energy left). Wind: no call; c then meets what x has left, at who stands.
    expect(told(STREET)).toEqual(['bx 5 @ 10', 'cx 4 @ 10']);
  });

  test('every type gets a guide price: of its call, or the middle of best bid and ask, or none', () => {
    const { details } = clear([...STREET, of('hydro', 5, bid('d', 9n, 1n))]);
    expect(details?.guide_prices).toEqual({ hydro: null, solar: '0.01', wind: '0.025' });
  });

  test('orders after the gate stand in the second stage only', () => {
    expect(told(STREET, { gate: 1n })).toEqual(['bx 5 @ 30', 'cx 4 @ 10']);
  });

  test('the second stage may be a call', () => {
    expect(told(STREET, { second: 'uniform' })).toEqual(['bx 5 @ 10', 'cx 4 @ 24']);
  });
});
