import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { ROLE } from '../identity/messages.ts';
import { account, balanceOf } from '../wallet/accounts.ts';
import { initialTransaction, refuseJoin } from './growing.ts';
import { GROWING_CONSUMERS_MAX } from './limits.ts';
import { accept, counter, reply, sendEnergy } from './negotiation.ts';
import { growingTransactions } from './state.ts';
import { at, BareMarket, NEGOTIATED, SLOT_MS, wh } from './testing/bare-market.ts';

const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest());
const inMarket = { market: NEGOTIATED };

/** Ko and Praca 2021, Figure 6, with three of its six consumers. */
function figure6() {
  const ledger = new BareMarket(sha256);
  const g1 = ledger.trader(0n);
  ledger.amend(g1, { roles: ROLE.producer });
  const consumers = [1, 2, 3].map(() => ledger.trader(1_000_000n));
  const share = ledger.order(g1, 'sell', 1000n, 52n, inMarket);
  const join = (consumer: number, energy: bigint, nano: bigint) => {
    const { transaction, index } = ledger.nextOrderId();
    const terms = { energy: wh(energy), price: at(nano) };
    expect(ledger.code(g1, sendEnergy, { share, to: consumer, ...terms })).toBe('done');
    ledger.timeMs += 1000;
    const negotiation = { transaction, index };
    expect(ledger.code(consumer, accept, { negotiation, ...terms })).toBe('done');
  };
  return { ledger, g1, consumers, join, share };
}

describe('Algorithm 2', () => {
  test('CASE1 Initial: the producer alone, with an empty payment', () => {
    const { ledger, g1, consumers, share } = figure6();
    const [c1 = 0] = consumers;
    const { transaction, index } = ledger.nextOrderId();
    const terms = { energy: wh(1000n), price: at(52n) };
    expect(ledger.code(g1, sendEnergy, { share, to: c1, ...terms })).toBe('done');
    expect(ledger.named('transaction grew'), 'neither SHARE nor SEND begin it').toEqual([]);
    const bid = { negotiation: { transaction, index }, energy: wh(100n), price: at(34n) };
    expect(ledger.code(c1, counter, bid)).toBe('done');
    expect(ledger.named('transaction grew')).toEqual([
      {
        kase: 'initial',
        market: NEGOTIATED,
        slotMs: SLOT_MS,
        producer: g1,
        consumers: [],
        requestedMs: ledger.timeMs,
        agreedMs: ledger.timeMs,
        energy: 1000n,
        price: 52n,
        payment: 0n,
      },
    ]);
  });

  test('CASE2 Define and CASE3 Update: each consumer joins, each payment is in escrow', () => {
    const { ledger, g1, consumers, join } = figure6();
    const [c1 = 0, c2 = 0, c3 = 0] = consumers;
    const begunMs = ledger.timeMs;
    join(c1, 100n, 46n);
    join(c2, 200n, 47n);
    join(c3, 300n, 48n);
    expect(ledger.named('transaction grew').slice(1)).toEqual(
      [
        ['define', [c1], 100n, 46n, 4600n] as const,
        ['update', [c1, c2], 200n, 47n, 9400n] as const,
        ['update', [c1, c2, c3], 300n, 48n, 14_400n] as const,
      ].map(([kase, joined, energy, price, payment], at) => ({
        kase,
        market: NEGOTIATED,
        slotMs: SLOT_MS,
        producer: g1,
        consumers: joined,
        requestedMs: begunMs + at * 1000,
        agreedMs: begunMs + (at + 1) * 1000,
        energy,
        price,
        payment,
      })),
    );
    const escrow = consumers.map((one) => balanceOf(ledger.state, account(one, 'escrow')));
    expect(escrow).toEqual([4600n, 9400n, 14_400n]);
    const key = { market: NEGOTIATED, slotMs: SLOT_MS, producer: g1 };
    expect(ledger.state.get(growingTransactions, key)).toEqual({ consumers: [c1, c2, c3] });
    ledger.endBlock();
  });

  test('a consumer who buys again stands in it once', () => {
    const { ledger, consumers, join } = figure6();
    const [c1 = 0] = consumers;
    join(c1, 100n, 46n);
    join(c1, 50n, 46n);
    expect(ledger.named('transaction grew').slice(1)).toMatchObject([
      { kase: 'define', consumers: [c1] },
      { kase: 'update', consumers: [c1], energy: 50n },
    ]);
  });

  test('a producer that answers a request first begins with that quote', () => {
    const ledger = new BareMarket(sha256);
    const g1 = ledger.trader();
    const c1 = ledger.trader();
    const order = ledger.order(c1, 'buy', 70n, undefined, inMarket);
    ledger.code(g1, reply, { order, energy: wh(60n), price: at(45n) });
    expect(ledger.named('transaction grew')).toMatchObject([
      { kase: 'initial', producer: g1, energy: 60n, price: 45n },
    ]);
  });
});

test('a consumer that replies to a share meets the price asked there', () => {
  const { ledger, g1, consumers, share } = figure6();
  ledger.code(consumers[0] ?? 0, reply, { order: share, energy: wh(60n), price: at(45n) });
  expect(ledger.named('transaction grew')).toMatchObject([
    { kase: 'initial', producer: g1, energy: 1000n, price: 52n },
  ]);
});

test('begins once for a producer, slot and market', () => {
  const { ledger, g1 } = figure6();
  const key = { market: NEGOTIATED, slotMs: SLOT_MS, producer: g1 };
  initialTransaction(ledger.context(), { ...key, energy: wh(1n), price: at(1n) });
  initialTransaction(ledger.context(), { ...key, energy: wh(1n), price: at(1n) });
  expect(ledger.named('transaction grew')).toHaveLength(1);
});

test('takes so many consumers; one that is in it may buy on', () => {
  const { ledger, g1 } = figure6();
  const key = { market: NEGOTIATED, slotMs: SLOT_MS, producer: g1 };
  const consumers = Array.from({ length: GROWING_CONSUMERS_MAX }, (_, number) => number + 10);
  ledger.state.set(growingTransactions, key, { consumers });
  expect(refuseJoin(ledger.state, key, 9)).toMatchObject({ code: 'orders_too_many' });
  expect(refuseJoin(ledger.state, key, 10)).toBeUndefined();
});
