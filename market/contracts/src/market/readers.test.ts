import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { setMarketOpen } from './markets.ts';
import { reply } from './negotiation.ts';
import { withdraw } from './orders.ts';
import { availableEnergy, bookOf, openOrdersOf, orderNamed, quotes } from './readers.ts';
import { orders } from './state.ts';
import { at, BareMarket, CALL, GATE_MS, NEGOTIATED, SLOT_MS, wh } from './testing/bare-market.ts';

const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest());
const slot = { market: CALL, slotMs: SLOT_MS };

describe('a member and a book', () => {
  test('show open orders, and standing orders as closing would derive them', () => {
    const ledger = new BareMarket(sha256);
    const ana = ledger.trader(1000n);
    const ben = ledger.trader();
    const sent = ledger.order(ana, 'buy', 6n, 100n);
    const covered = ledger.standing(ana, 'buy', [4n], 100n);
    ledger.standing(ana, 'buy', [4n], 100n);
    ledger.order(ben, 'sell', 6n, 100n, { market: NEGOTIATED });
    expect(openOrdersOf(ledger.state, ana).map(({ id }) => id)).toEqual([sent]);
    expect(orderNamed(ledger.state, sent)?.energy).toBe(6n);
    const book = bookOf(ledger.state, slot, ledger.context());
    expect(book.map(({ order, derived }) => [order.member, order.energy, derived])).toEqual([
      [ana, 6n, false],
      [ana, 4n, true],
    ]);
    expect(ledger.state.size(orders)).toBe(2);
    expect(covered.derivedForMs).toBe(0);
    ledger.block(GATE_MS);
    const closed = bookOf(ledger.state, slot, ledger.context());
    expect(closed.map(({ order, derived }) => [order.energy, derived]).sort()).toEqual([
      [4n, true],
      [6n, false],
    ]);
  });

  test('are empty where nothing can be ordered', () => {
    const ledger = new BareMarket(sha256);
    ledger.standing(ledger.trader(), 'buy', [4n], 100n);
    const halt = { market: CALL, open: 'halted', reason: '' } as const;
    ledger.code(ledger.operator(), setMarketOpen, halt);
    expect(bookOf(ledger.state, slot, ledger.context())).toEqual([]);
    expect(bookOf(ledger.state, { ...slot, market: 9 }, ledger.context())).toEqual([]);
  });
});

describe('SETM’s Manager', () => {
  test('keeps the available energy current', () => {
    const ledger = new BareMarket(sha256);
    const sun = ledger.trader();
    const ana = ledger.trader();
    const available = () => availableEnergy(ledger.state, NEGOTIATED, SLOT_MS);
    expect(available()).toBe(0n);
    const order = ledger.order(sun, 'sell', 100n, 50n, { market: NEGOTIATED });
    ledger.order(sun, 'sell', 20n, 40n, { market: NEGOTIATED });
    ledger.order(ana, 'buy', 7n, undefined, { market: NEGOTIATED });
    expect(available()).toBe(120n);
    ledger.code(sun, withdraw, { order });
    expect(available()).toBe(20n);
  });

  test('quotes open shares, cheapest first, with what is left of them', () => {
    const ledger = new BareMarket(sha256);
    const sun = ledger.trader();
    const roof = ledger.trader();
    const ana = ledger.trader();
    const dear = ledger.order(sun, 'sell', 100n, 50n, { market: NEGOTIATED });
    const cheap = ledger.order(roof, 'sell', 20n, -40n, { market: NEGOTIATED });
    ledger.order(ana, 'buy', 7n, 45n, { market: NEGOTIATED });
    ledger.code(ana, reply, { order: dear, energy: wh(5n), price: at(45n) });
    expect(quotes(ledger.state, NEGOTIATED, SLOT_MS)).toEqual([
      { order: cheap, member: roof, energy: 20n, price: -40n },
      { order: dear, member: sun, energy: 100n, price: 50n },
    ]);
  });
});
