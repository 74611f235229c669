/**
 * SETM's growing transaction Tran(g, c1, ...) (Ko and Praca 2021, section 4.2 and Algorithm 2): one
 * for each producer and slot of a negotiated market. CASE1 Initial begins it with the producer
 * alone, CASE2 Define adds the first consumer, CASE3 Update every further one; each case ends in
 * payment.Transaction, whose amount stands in escrow.
 */

import type { BlockContext, State } from '@commonwatt/ledger';
import { type Energy, money, type Price } from '@commonwatt/units';
import { type TransactionGrew, transactionGrew } from '../events.ts';
import type { ContractRefusal } from '../refusals.ts';
import { GROWING_CONSUMERS_MAX } from './limits.ts';
import { paymentOf } from './payment.ts';
import { type GrowingKey, growingTransactions, type Trade } from './state.ts';

/** What a producer puts forward when it begins. */
export interface FirstOffer extends GrowingKey {
  readonly energy: Energy;
  readonly price: Price;
}

/** CASE1: begins the producer's transaction of the slot; a second offer finds it begun. */
export function initialTransaction(context: BlockContext, offer: FirstOffer): void {
  const { market, slotMs, producer, energy, price } = offer;
  const key: GrowingKey = { market, slotMs, producer };
  if (context.state.get(growingTransactions, key) !== undefined) return;
  context.state.set(growingTransactions, key, { consumers: [] });
  context.emit<TransactionGrew>(transactionGrew, {
    kase: 'initial',
    market,
    slotMs,
    producer,
    consumers: [],
    requestedMs: context.timeMs,
    agreedMs: context.timeMs,
    energy,
    price,
    payment: money(0n),
  });
}

/** Why one more consumer cannot join. */
export function refuseJoin(
  state: State,
  key: GrowingKey,
  consumer: number,
): ContractRefusal | undefined {
  const { consumers } = state.get(growingTransactions, key) ?? { consumers: [] };
  if (consumers.includes(consumer) || consumers.length < GROWING_CONSUMERS_MAX) return undefined;
  return { code: 'orders_too_many', consumersMax: GROWING_CONSUMERS_MAX };
}

/** CASE2 and CASE3: adds the consumer of an agreed trade. One that is in it already stays once. */
export function joinTransaction(context: BlockContext, trade: Trade): void {
  const { market, slotMs, seller: producer, buyer, energy, price } = trade;
  const key: GrowingKey = { market, slotMs, producer };
  const { consumers: before } = context.state.get(growingTransactions, key) ?? { consumers: [] };
  const consumers = before.includes(buyer) ? before : [...before, buyer];
  context.state.set(growingTransactions, key, { consumers });
  context.emit<TransactionGrew>(transactionGrew, {
    kase: before.length === 0 ? 'define' : 'update',
    market,
    slotMs,
    producer,
    consumers,
    requestedMs: trade.requestedMs,
    agreedMs: trade.agreedMs,
    energy,
    price,
    payment: paymentOf(trade).amount,
  });
}
