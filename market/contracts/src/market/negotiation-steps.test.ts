import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { ORDER_NEGOTIATIONS_MAX } from './limits.ts';
import { endNegotiationsOf, otherSide, refuseFurther, sideOf } from './negotiation-steps.ts';
import { type Negotiation, negotiations } from './state.ts';
import { at, BareMarket, NEGOTIATED, SLOT_MS, wh } from './testing/bare-market.ts';

const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest());
const order = { transaction: new Uint8Array(32).fill(7), index: 3, derivedForMs: 0 };
const begun = (index: number) => ({ transaction: new Uint8Array(32), index });

function negotiation(buyer: number): Negotiation {
  return {
    market: NEGOTIATED,
    slotMs: SLOT_MS,
    order,
    seller: 1,
    buyer,
    offeredBy: 'buy',
    energy: wh(1n),
    price: at(1n),
    round: 1,
    begunMs: 0,
  };
}

test('the sides', () => {
  expect(sideOf(negotiation(2), 1)).toBe('sell');
  expect(sideOf(negotiation(2), 2)).toBe('buy');
  expect(sideOf(negotiation(2), 3)).toBeUndefined();
  expect([otherSide('buy'), otherSide('sell')]).toEqual(['sell', 'buy']);
});

describe('negotiations about one order', () => {
  test('are one for each two members, and bounded in all', () => {
    const { state } = new BareMarket(sha256);
    for (let at = 0; at < ORDER_NEGOTIATIONS_MAX - 1; at++) {
      state.set(negotiations, begun(at), negotiation(10 + at));
    }
    expect(refuseFurther(state, order, { seller: 1, buyer: 2 })).toBeUndefined();
    expect(refuseFurther(state, order, { seller: 1, buyer: 10 })).toMatchObject({
      code: 'orders_too_many',
      negotiationsMax: 1,
    });
    expect(refuseFurther(state, { ...order, index: 4 }, { seller: 1, buyer: 10 })).toBeUndefined();
    state.set(negotiations, begun(ORDER_NEGOTIATIONS_MAX), negotiation(2000));
    expect(refuseFurther(state, order, { seller: 1, buyer: 2 })).toMatchObject({
      negotiationsMax: ORDER_NEGOTIATIONS_MAX,
    });
  });

  test('end together', () => {
    const ledger = new BareMarket(sha256);
    ledger.state.set(negotiations, begun(1), negotiation(2));
    ledger.state.set(negotiations, begun(2), negotiation(3));
    ledger.state.set(negotiations, begun(3), { ...negotiation(4), order: { ...order, index: 4 } });
    endNegotiationsOf(ledger.context(), order);
    expect(ledger.state.entries(negotiations).map(([{ index }]) => index)).toEqual([3]);
    expect(ledger.named('negotiation moved')).toMatchObject([
      { index: 1, buyer: 2, step: 'end' },
      { index: 2, buyer: 3, step: 'end' },
    ]);
  });
});
