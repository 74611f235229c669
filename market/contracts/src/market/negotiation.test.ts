import { createHash } from 'node:crypto';
import { power } from '@commonwatt/units';
import { describe, expect, test } from 'vitest';
import { ROLE } from '../identity/messages.ts';
import { account, balanceOf, spendable } from '../wallet/accounts.ts';
import { exposureOf } from './book.ts';
import type { OrderId } from './messages.ts';
import { accept, counter, endNegotiation, reply, sendEnergy } from './negotiation.ts';
import { tradeId } from './order-id.ts';
import { withdraw } from './orders.ts';
import { negotiations, orders, trades } from './state.ts';
import { at, BareMarket, GATE_MS, NEGOTIATED, SLOT_MS, wh } from './testing/bare-market.ts';

const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest());
const inMarket = { market: NEGOTIATED };

/** Sun sells, ana and ben buy; `begin` answers the name of the negotiation that an offer begins. */
function street() {
  const ledger = new BareMarket(sha256);
  const sun = ledger.trader(0n);
  ledger.amend(sun, { roles: ROLE.producer });
  const ana = ledger.trader(100_000n);
  const ben = ledger.trader(100_000n);
  for (const consumer of [ana, ben]) ledger.amend(consumer, { roles: ROLE.consumer });
  const begin = <M>(member: number, action: Parameters<BareMarket['run']>[1], message: M) => {
    const { transaction, index } = ledger.nextOrderId();
    expect(ledger.code(member, action, message)).toBe('done');
    return { transaction, index };
  };
  const offer = (order: OrderId, energy: bigint, nano: bigint) => ({
    order,
    energy: wh(energy),
    price: at(nano),
  });
  const terms = (energy: bigint, nano: bigint) => ({ energy: wh(energy), price: at(nano) });
  return { ledger, sun, ana, ben, begin, offer, terms };
}

describe('REPLY', () => {
  test('refuses in this order', () => {
    const { ledger, sun, ana, ben, offer } = street();
    const wrong = ledger.order(ben, 'buy', 10n, 10n);
    const order = ledger.order(sun, 'sell', 100n, 50n, inMarket);
    const unknown = { ...order, index: 9 };
    expect(ledger.code(sun, reply, offer(unknown, 0n, 2000n))).toBe('order_unknown');
    expect(ledger.code(sun, reply, offer(wrong, 0n, 2000n))).toBe('wrong_market_kind');
    expect(ledger.code(sun, reply, offer(order, 0n, 2000n))).toBe('own_order');
    ledger.amend(ana, { roles: ROLE.producer });
    expect(ledger.code(ana, reply, offer(order, 0n, 2000n))).toBe('role_missing');
    ledger.amend(ana, { roles: ROLE.consumer });
    ledger.timeMs = GATE_MS;
    expect(ledger.code(ana, reply, offer(order, 0n, 2000n))).toBe('gate_closed');
    ledger.timeMs = GATE_MS - 1;
    expect(ledger.code(ana, reply, offer(order, 0n, 2000n))).toBe('energy_not_positive');
    expect(ledger.code(ana, reply, offer(order, 101n, 2000n))).toBe('order_energy_exceeded');
    expect(ledger.code(ana, reply, offer(order, 100n, 2000n))).toBe('price_outside_collar');
    expect(ledger.code(ana, reply, offer(order, 100n, 40n))).toBe('done');
    expect(ledger.code(ana, reply, offer(order, 100n, 40n))).toBe('orders_too_many');
    expect(ledger.code(ben, reply, offer(order, 100n, 40n))).toBe('done');
  });

  test('a producer answers a REQUEST, and the consumer chooses', () => {
    const { ledger, sun, ana, begin, offer, terms } = street();
    const asked = ledger.order(ana, 'buy', 100n, undefined, inMarket);
    const negotiation = begin(sun, reply, offer(asked, 80n, 60n));
    expect(ledger.code(ana, accept, { negotiation, ...terms(80n, 60n) })).toBe('done');
    expect(ledger.state.get(orders, asked)?.energy).toBe(20n);
    const id = tradeId(ledger.crypto, {
      buy: asked,
      sell: { ...negotiation, derivedForMs: 0 },
    });
    expect(ledger.state.get(trades, id)).toMatchObject({
      seller: sun,
      buyer: ana,
      energy: 80n,
      price: 60n,
    });
    ledger.endBlock();
  });
});

describe('SEND Energy', () => {
  test('refuses in this order', () => {
    const { ledger, sun, ana, ben, terms } = street();
    const call = ledger.order(sun, 'sell', 10n, 10n);
    const asked = ledger.order(ana, 'buy', 10n, 10n, inMarket);
    const share = ledger.order(sun, 'sell', 100n, 50n, inMarket);
    const gone = ledger.member({ revokedFromHeight: 0 });
    ledger.amend(ben, { roles: ROLE.producer });
    const send = (member: number, order: OrderId, to: number, energy: bigint, nano: bigint) =>
      ledger.code(member, sendEnergy, { share: order, to, ...terms(energy, nano) });
    expect(send(ana, { ...share, index: 9 }, sun, 0n, 2000n)).toBe('order_unknown');
    expect(send(ana, call, sun, 0n, 2000n)).toBe('wrong_market_kind');
    expect(send(sun, asked, sun, 0n, 2000n)).toBe('side_wrong');
    expect(send(ana, share, sun, 0n, 2000n)).toBe('order_not_yours');
    ledger.amend(sun, { roles: ROLE.consumer });
    expect(send(sun, share, sun, 0n, 2000n)).toBe('role_missing');
    ledger.amend(sun, { roles: ROLE.producer });
    expect(send(sun, share, sun, 0n, 2000n)).toBe('own_order');
    expect(send(sun, share, 99, 0n, 2000n)).toBe('member_unknown');
    expect(send(sun, share, gone, 0n, 2000n)).toBe('member_revoked');
    expect(send(sun, share, ben, 0n, 2000n)).toBe('role_missing');
    ledger.amend(ben, { roles: ROLE.consumer });
    expect(send(sun, share, ben, 0n, 2000n)).toBe('energy_not_positive');
    expect(send(sun, share, ben, 101n, 2000n)).toBe('order_energy_exceeded');
    expect(send(sun, share, ben, 100n, 2000n)).toBe('price_outside_collar');
    expect(send(sun, share, ben, 100n, 52n)).toBe('done');
    expect(send(sun, share, ben, 100n, 52n)).toBe('orders_too_many');
    expect(ledger.named('negotiation moved')).toMatchObject([
      { seller: sun, buyer: ben, by: 'sell', step: 'send', energy: 100n, price: 52n, round: 1 },
    ]);
  });
});

describe('counter-offers', () => {
  test('refuse in this order', () => {
    const { ledger, sun, ana, ben, begin, offer, terms } = street();
    const share = ledger.order(sun, 'sell', 100n, 50n, inMarket);
    const negotiation = begin(ana, reply, offer(share, 100n, 40n));
    const say = (member: number, energy: bigint, nano: bigint, index = 0) =>
      ledger.code(member, counter, {
        negotiation: { ...negotiation, index },
        ...terms(energy, nano),
      });
    expect(say(ben, 0n, 2000n, 9)).toBe('negotiation_unknown');
    expect(say(ben, 0n, 2000n)).toBe('not_your_negotiation');
    expect(say(ana, 0n, 2000n)).toBe('not_your_turn');
    expect(say(sun, 0n, 2000n)).toBe('energy_not_positive');
    expect(say(sun, 101n, 2000n)).toBe('order_energy_exceeded');
    expect(say(sun, 100n, 2000n)).toBe('price_outside_collar');
    expect(say(sun, 100n, 50n)).toBe('done');
    expect(say(ana, 100n, 44n)).toBe('done');
    expect(say(sun, 0n, 2000n)).toBe('rounds_exhausted');
    expect(ledger.state.get(negotiations, negotiation)).toMatchObject({ round: 3, price: 44n });
    ledger.timeMs = GATE_MS;
    expect(ledger.code(sun, accept, { negotiation, ...terms(100n, 44n) })).toBe('gate_closed');
  });
});

describe('accepting', () => {
  test('refuses in this order', () => {
    const { ledger, sun, ana, ben, begin, offer, terms } = street();
    ledger.amend(sun, { roles: ROLE.consumer | ROLE.producer });
    const share = ledger.order(sun, 'sell', 2000n, 50n, inMarket);
    const other = begin(ben, reply, offer(share, 1500n, 50n));
    const negotiation = begin(ana, reply, offer(share, 1000n, 150n));
    const say = (member: number, energy: bigint, nano: bigint, index = 0) =>
      ledger.code(member, accept, {
        negotiation: { ...negotiation, index },
        ...terms(energy, nano),
      });
    expect(say(ben, 1n, 1n, 9)).toBe('negotiation_unknown');
    expect(say(ben, 1n, 1n)).toBe('not_your_negotiation');
    expect(say(ana, 1n, 1n)).toBe('not_your_turn');
    ledger.amend(sun, { roles: ROLE.consumer });
    ledger.timeMs = GATE_MS;
    expect(say(sun, 1n, 1n)).toBe('gate_closed');
    ledger.timeMs = GATE_MS - 1;
    expect(say(sun, 1n, 1n)).toBe('role_missing');
    ledger.amend(sun, { roles: ROLE.producer });
    ledger.amend(ana, { revokedFromHeight: 0, roles: 0 });
    expect(say(sun, 1n, 1n)).toBe('member_revoked');
    ledger.amend(ana, { revokedFromHeight: undefined, importLimitW: power(0n) });
    expect(say(sun, 1n, 1n)).toBe('role_missing');
    ledger.amend(ana, { roles: ROLE.consumer });
    expect(say(sun, 1n, 150n)).toBe('terms_changed');
    expect(say(sun, 1000n, 149n)).toBe('terms_changed');
    ledger.code(sun, accept, { negotiation: other, ...terms(1500n, 50n) });
    expect(say(sun, 1000n, 150n)).toBe('order_energy_exceeded');
    expect(ledger.code(sun, counter, { negotiation, ...terms(500n, 250n) })).toBe('done');
    expect(say(ana, 500n, 250n)).toBe('connection_exceeded');
    ledger.amend(ana, { importLimitW: power(40_000n) });
    expect(say(ana, 500n, 250n)).toBe('balance_insufficient');
    ledger.pay(ana, 25_000n);
    expect(say(ana, 500n, 250n)).toBe('done');
    expect(ledger.state.size(negotiations)).toBe(0);
    ledger.endBlock();
  });

  test('takes the payment into escrow and counts against what both announced', () => {
    const { ledger, sun, ana, begin, terms } = street();
    ledger.timeMs += 1000;
    const asked = ledger.order(ana, 'buy', 60n, undefined, inMarket);
    ledger.timeMs += 1000;
    const share = ledger.order(sun, 'sell', 100n, 50n, inMarket);
    ledger.timeMs += 1000;
    const negotiation = begin(sun, sendEnergy, { share, to: ana, ...terms(80n, 52n) });
    ledger.timeMs += 1000;
    expect(ledger.code(ana, accept, { negotiation, ...terms(80n, 52n) })).toBe('done');
    expect(ledger.state.get(orders, asked)).toBeUndefined();
    expect(ledger.state.get(orders, share)?.energy).toBe(20n);
    expect(balanceOf(ledger.state, account(ana, 'escrow'))).toBe(4160n);
    expect(spendable(ledger.state, ana)).toBe(95_840n);
    const exposed = (member: number, side: 'buy' | 'sell') =>
      exposureOf(ledger.state, { member, slotMs: SLOT_MS, side });
    expect(exposed(ana, 'buy')).toEqual({ energy: 80n, orders: 0 });
    expect(exposed(sun, 'sell')).toEqual({ energy: 100n, orders: 1 });
    const begunMs = GATE_MS - 600_000;
    expect(ledger.named('traded')).toMatchObject([
      { terms: { requestedMs: begunMs + 1000, agreedMs: begunMs + 4000 } },
    ]);
    ledger.endBlock();
  });

  test('at a negative price the producer pays', () => {
    const { ledger, sun, ana, begin, offer, terms } = street();
    ledger.pay(sun, 1000n);
    const share = ledger.order(sun, 'sell', 100n, -5n, inMarket);
    const negotiation = begin(ana, reply, offer(share, 100n, -10n));
    expect(ledger.code(sun, accept, { negotiation, ...terms(100n, -10n) })).toBe('done');
    expect(balanceOf(ledger.state, account(sun, 'escrow'))).toBe(1000n);
    expect(spendable(ledger.state, ana)).toBe(100_000n);
    ledger.endBlock();
  });
});

describe('the end', () => {
  test('refuses in this order; either side may go', () => {
    const { ledger, sun, ana, ben, begin, offer } = street();
    const share = ledger.order(sun, 'sell', 100n, 50n, inMarket);
    for (const leaving of [ana, sun]) {
      const negotiation = begin(ana, reply, offer(share, 100n, 40n));
      const end = (member: number, index = 0) =>
        ledger.code(member, endNegotiation, { negotiation: { ...negotiation, index } });
      expect(end(ben, 9)).toBe('negotiation_unknown');
      expect(end(ben)).toBe('not_your_negotiation');
      expect(end(leaving)).toBe('done');
      expect(end(leaving)).toBe('negotiation_unknown');
    }
  });

  test('comes with the order: withdrawn, used up, or its gate closed', () => {
    const { ledger, sun, ana, ben, begin, offer, terms } = street();
    const first = ledger.order(sun, 'sell', 100n, 50n, inMarket);
    begin(ana, reply, offer(first, 100n, 40n));
    expect(ledger.code(sun, withdraw, { order: first })).toBe('done');
    expect(ledger.state.size(negotiations)).toBe(0);

    const second = ledger.order(sun, 'sell', 100n, 50n, inMarket);
    const won = begin(ana, reply, offer(second, 100n, 40n));
    begin(ben, reply, offer(second, 50n, 40n));
    expect(ledger.code(sun, accept, { negotiation: won, ...terms(100n, 40n) })).toBe('done');
    expect(ledger.state.size(negotiations)).toBe(0);

    const third = ledger.order(sun, 'sell', 100n, 50n, inMarket);
    begin(ben, reply, offer(third, 50n, 40n));
    expect(ledger.block(GATE_MS)).toMatchObject([
      { name: 'negotiation moved', value: { step: 'end', buyer: ben } },
      { name: 'order ended', value: { member: sun, energy: 100n } },
    ]);
    expect(ledger.state.size(negotiations)).toBe(0);
    ledger.endBlock();
  });
});
