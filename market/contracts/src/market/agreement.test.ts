import { createHash } from 'node:crypto';
import type { ActionContext } from '@commonwatt/ledger';
import { power } from '@commonwatt/units';
import { describe, expect, test } from 'vitest';
import { transfer } from '../wallet/actions.ts';
import { concludeAgreement, orderOf, planAgreement, refuseAgreement } from './agreement.ts';
import { exposureOf } from './book.ts';
import { GROWING_CONSUMERS_MAX } from './limits.ts';
import { growingTransactions, type Negotiation, orders } from './state.ts';
import { at, BareMarket, NEGOTIATED, SLOT_MS, wh } from './testing/bare-market.ts';

const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest());
const inMarket = { market: NEGOTIATED };
const begun = { transaction: new Uint8Array(32), index: 0 };

/** Sun shares 100 Wh, ana asked for 30 and 20 Wh, and they are about to agree on 80 Wh. */
function aboutToAgree() {
  const ledger = new BareMarket(sha256);
  const sun = ledger.trader(0n);
  const ana = ledger.trader(10_000n);
  const order = ledger.order(sun, 'sell', 100n, 50n, inMarket);
  const asked = [
    ledger.order(ana, 'buy', 30n, undefined, inMarket),
    ledger.order(ana, 'buy', 20n, undefined, inMarket),
  ];
  ledger.order(ana, 'sell', 500n, 50n, inMarket);
  const negotiation: Negotiation = {
    market: NEGOTIATED,
    slotMs: SLOT_MS,
    order,
    seller: sun,
    buyer: ana,
    offeredBy: 'sell',
    energy: wh(80n),
    price: at(50n),
    round: 1,
    begunMs: ledger.timeMs + 5,
  };
  const context = ledger.context() as ActionContext;
  const plan = () => planAgreement(context, begun, negotiation, orderOf(ledger.state, negotiation));
  return { ledger, sun, ana, order, asked, negotiation, context, plan };
}

describe('an agreement', () => {
  test('is planned without a change', () => {
    const { ledger, plan, ana, sun } = aboutToAgree();
    const mark = ledger.state.mark();
    const agreement = plan();
    expect(ledger.state.mark()).toBe(mark);
    expect(agreement.taken.map(({ energy }) => energy).sort()).toEqual([20n, 30n, 80n]);
    expect(agreement.joining).toEqual({ member: ana, side: 'buy', exposed: 30n });
    expect(agreement.trade).toMatchObject({ seller: sun, buyer: ana, energy: 80n });
    expect(agreement.trade.requestedMs).toBe(ledger.timeMs);
  });

  test('uses up what both announced and exposes the rest', () => {
    const { ledger, plan, context, ana, order, asked } = aboutToAgree();
    concludeAgreement(context, plan());
    expect(ledger.state.get(orders, order)?.energy).toBe(20n);
    for (const id of asked) expect(ledger.state.get(orders, id)).toBeUndefined();
    const key = { member: ana, slotMs: SLOT_MS, side: 'buy' as const };
    expect(exposureOf(ledger.state, key)).toEqual({ energy: 80n, orders: 0 });
    ledger.endBlock();
  });

  test('is refused in this order', () => {
    const { ledger, plan, context, ana, sun } = aboutToAgree();
    const key = { market: NEGOTIATED, slotMs: SLOT_MS, producer: sun };
    const consumers = Array.from({ length: GROWING_CONSUMERS_MAX }, (_, at) => at + 100);
    ledger.state.set(growingTransactions, key, { consumers });
    ledger.amend(ana, { importLimitW: power(319n) });
    ledger.code(ana, transfer, { to: sun, amount: 6001n });
    expect(refuseAgreement(context, plan())?.code).toBe('connection_exceeded');
    ledger.amend(ana, { importLimitW: power(320n) });
    expect(refuseAgreement(context, plan())?.code).toBe('balance_insufficient');
    ledger.pay(ana, 1n);
    expect(refuseAgreement(context, plan())?.code).toBe('orders_too_many');
    ledger.state.set(growingTransactions, key, { consumers: consumers.slice(1) });
    expect(refuseAgreement(context, plan())).toBeUndefined();
  });

  test('needs its order', () => {
    const { ledger, negotiation } = aboutToAgree();
    const gone = { ...negotiation, order: { ...negotiation.order, index: 9 } };
    expect(() => orderOf(ledger.state, gone)).toThrow('expected its order to be open');
  });
});
