import { createHash } from 'node:crypto';
import { energy, money, price } from '@commonwatt/units';
import { describe, expect, test } from 'vitest';
import { account, balanceOf } from '../wallet/accounts.ts';
import {
  agreeFromOrder,
  bookAmounts,
  closeOrder,
  emitOrderEnded,
  endOrder,
  exposeTrade,
  exposureOf,
  noteBusySlot,
  openOrder,
} from './book.ts';
import { books, exposures, markets, type Order, orders } from './state.ts';
import { BareMarket, CALL, QUARTER_MS, SLOT_MS } from './testing/bare-market.ts';

const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest());
const id = (index: number) => ({ transaction: new Uint8Array(32), index, derivedForMs: 0 });

function withOrders() {
  const ledger = new BareMarket(sha256);
  const ana = ledger.trader(1000n);
  const order: Order = {
    member: ana,
    market: CALL,
    slotMs: SLOT_MS,
    side: 'buy',
    limit: price(10n),
    energy: energy(30n),
    reserved: money(300n),
    placedMs: ledger.timeMs,
  };
  openOrder(ledger.state, id(1), order);
  openOrder(ledger.state, id(2), { ...order, side: 'sell', reserved: money(0n) });
  const key = { member: ana, slotMs: SLOT_MS, side: 'buy' as const };
  return { ledger, ana, order, key };
}

describe('the book', () => {
  test('an order that opens is reserved, exposed and counted', () => {
    const { ledger, ana, key } = withOrders();
    expect(balanceOf(ledger.state, account(ana, 'reserved'))).toBe(300n);
    expect(exposureOf(ledger.state, key)).toEqual({ energy: 30n, orders: 1 });
    expect(bookAmounts(ledger.state, CALL, SLOT_MS)).toEqual({
      orders: 2,
      offered: 30n,
      requested: 30n,
    });
    expect(ledger.state.get(markets, CALL)?.nextBusySlotMs).toBe(SLOT_MS);
    ledger.endBlock();
  });

  test('an order that closes keeps what was traded of it exposed', () => {
    const { ledger, ana, key } = withOrders();
    closeOrder(ledger.state, id(1), { traded: 20n, spent: 0n });
    expect(balanceOf(ledger.state, account(ana, 'reserved'))).toBe(0n);
    expect(exposureOf(ledger.state, key)).toEqual({ energy: 20n, orders: 0 });
    expect(bookAmounts(ledger.state, CALL, SLOT_MS)).toMatchObject({ orders: 1, requested: 0n });
    expect(() => closeOrder(ledger.state, id(1), { traded: 0n, spent: 0n })).toThrow('gone');
  });

  test('leaves no row behind when all its orders have ended', () => {
    const { ledger } = withOrders();
    endOrder(ledger.context(), id(1), 'unmatched');
    endOrder(ledger.context(), id(2), 'withdrawn');
    for (const table of [orders, books, exposures]) expect(ledger.state.size(table)).toBe(0);
    expect(ledger.events.map(({ value }) => [value.side, value.reason])).toEqual([
      ['buy', 'unmatched'],
      ['sell', 'withdrawn'],
    ]);
  });

  test('an agreement takes its part, and the order goes with the last of it', () => {
    const { ledger, ana } = withOrders();
    expect(agreeFromOrder(ledger.state, id(2), energy(10n))).toBe(false);
    expect(ledger.state.get(orders, id(2))?.energy).toBe(20n);
    expect(bookAmounts(ledger.state, CALL, SLOT_MS).offered).toBe(20n);
    expect(agreeFromOrder(ledger.state, id(2), energy(20n))).toBe(true);
    expect(ledger.state.get(orders, id(2))).toBeUndefined();
    const key = { member: ana, slotMs: SLOT_MS, side: 'sell' as const };
    expect(exposureOf(ledger.state, key)).toEqual({ energy: 30n, orders: 0 });
  });

  test('a trade without an own order exposes too', () => {
    const { ledger, key } = withOrders();
    exposeTrade(ledger.state, key, 5n);
    expect(exposureOf(ledger.state, key)).toEqual({ energy: 35n, orders: 1 });
  });

  test('remembers the earliest busy slot', () => {
    const { ledger } = withOrders();
    noteBusySlot(ledger.state, CALL, SLOT_MS + QUARTER_MS);
    expect(ledger.state.get(markets, CALL)?.nextBusySlotMs).toBe(SLOT_MS);
    noteBusySlot(ledger.state, CALL, SLOT_MS - QUARTER_MS);
    expect(ledger.state.get(markets, CALL)?.nextBusySlotMs).toBe(SLOT_MS - QUARTER_MS);
    expect(() => noteBusySlot(ledger.state, 9, SLOT_MS)).toThrow('market 9');
  });

  test('tells a member how much of its order ended', () => {
    const { ledger, order } = withOrders();
    emitOrderEnded(ledger.context(), order, energy(3n), 'own crossing');
    expect(ledger.named('order ended')).toMatchObject([{ energy: 3n, reason: 'own crossing' }]);
  });
});
