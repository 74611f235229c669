import { createHash } from 'node:crypto';
import { energy, money, price } from '@commonwatt/units';
import { describe, expect, test } from 'vitest';
import { account, balanceOf, reserve } from '../wallet/accounts.ts';
import {
  agreeFromOrder,
  bookAmounts,
  closeOrder,
  emitOrderEnded,
  endOrder,
  exposureOf,
  noteBusySlot,
  openOrder,
} from './book.ts';
import { checkReserved } from './module.ts';
import { books, exposures, heldBack, markets, type Order, orders, trades } from './state.ts';
import { BareMarket, CALL, QUARTER_MS, SLOT_MS } from './testing/bare-market.ts';

const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest());
const id = (index: number) => ({ transaction: new Uint8Array(32), index, derivedForMs: 0 });

const SELLER = 77;
const tradeOf = (buyer: number, wh: bigint) => ({
  market: CALL,
  slotMs: SLOT_MS,
  slotLengthMs: QUARTER_MS,
  seller: SELLER,
  buyer,
  energy: energy(wh),
  price: price(1n),
  requestedMs: 0,
  agreedMs: 0,
});

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
    ledger.state.set(trades, new Uint8Array(32), tradeOf(ana, 20n));
    closeOrder(ledger.state, id(1), 0n);
    expect(balanceOf(ledger.state, account(ana, 'reserved'))).toBe(0n);
    expect(exposureOf(ledger.state, key)).toEqual({ energy: 20n, orders: 0 });
    expect(bookAmounts(ledger.state, CALL, SLOT_MS)).toMatchObject({ orders: 1, requested: 0n });
    expect(() => closeOrder(ledger.state, id(1), 0n)).toThrow('gone');
  });

  test('leaves no row behind when all its orders have ended', () => {
    const { ledger } = withOrders();
    endOrder(ledger.context(), id(1), 'unmatched');
    endOrder(ledger.context(), id(2), 'withdrawn');
    expect(ledger.state.size(orders)).toBe(0);
    for (const tally of [books, exposures, heldBack]) {
      expect(ledger.state.tallied(tally).size).toBe(0);
    }
    expect(ledger.events.map(({ value }) => [value.side, value.reason])).toEqual([
      ['buy', 'unmatched'],
      ['sell', 'withdrawn'],
    ]);
  });

  test('an agreement takes its part, and the order goes with the last of it', () => {
    const { ledger } = withOrders();
    expect(agreeFromOrder(ledger.state, id(2), energy(10n))).toBe(false);
    expect(ledger.state.get(orders, id(2))?.energy).toBe(20n);
    expect(bookAmounts(ledger.state, CALL, SLOT_MS).offered).toBe(20n);
    expect(agreeFromOrder(ledger.state, id(2), energy(20n))).toBe(true);
    expect(ledger.state.get(orders, id(2))).toBeUndefined();
  });

  test('a trade exposes both of its sides', () => {
    const { ledger, ana, key } = withOrders();
    ledger.state.set(trades, new Uint8Array(32), tradeOf(ana, 5n));
    expect(exposureOf(ledger.state, key)).toEqual({ energy: 35n, orders: 1 });
    expect(exposureOf(ledger.state, { ...key, member: SELLER, side: 'sell' })).toEqual({
      energy: 5n,
      orders: 0,
    });
  });

  test('M-2: an order without its money, and money without an order, stop the node', () => {
    const { ledger, ana } = withOrders();
    const mark = ledger.state.mark();
    reserve(ledger.state, ana, money(1n));
    expect(() => checkReserved(ledger.state)).toThrow(
      `M-2: expected orders to hold what is reserved of ${ana}, off by -1`,
    );
    ledger.state.rollback(mark);
    expect(() => checkReserved(ledger.state)).not.toThrow();
    ledger.state.delete(orders, id(1));
    expect(() => checkReserved(ledger.state)).toThrow(`of ${ana}, off by -300`);
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
