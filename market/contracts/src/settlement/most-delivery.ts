/**
 * Version 2 of the delivery rule: the most energy that trades and meters allow.
 *
 * 1. Slots come in the order of version 1, and what one delivered is taken from the readings before
 *    the next is served.
 * 2. In a slot, trades get the maximum flow from what sellers' meters exported to what buyers' meters
 *    imported whose ratios delivered to traded, sorted upwards, are lexicographically greatest; whole
 *    Wh by largest remainder within what is feasible, equal remainders to the lowest lot.
 *
 * Decision 0007 proves that this is one allocation, whatever the order of trades or readings.
 */

import { type Sha256, toHex } from '@commonwatt/ledger';
import type { Energy } from '@commonwatt/units';
import type { Period } from '../metering/period.ts';
import { allocate } from './allocation/allocate.ts';
import {
  type Delivery,
  deliver,
  type MeteredEnergy,
  settlementLot,
  slotsOf,
  type TradeEntry,
} from './delivery.ts';

/** How the trades of a period are delivered, by the version of the settlement rules. */
export type DeliveryRule = (
  sha256: Sha256,
  period: Period,
  trades: readonly TradeEntry[],
  metered: MeteredEnergy,
) => readonly Delivery[];

/** Delivers every trade, and takes it out of `metered`. Deliveries come slot by slot. */
export const deliverMost: DeliveryRule = (sha256, period, trades, metered) =>
  slotsOf(trades).flatMap((ofSlot) => {
    const exported = new Map<number, bigint>();
    const imported = new Map<number, bigint>();
    for (const [, terms] of ofSlot) {
      exported.set(terms.seller, metered.left(terms.seller, 'sell', terms));
      imported.set(terms.buyer, metered.left(terms.buyer, 'buy', terms));
    }
    const traded = ofSlot.map(([id, { seller, buyer, energy }]) => ({
      seller,
      buyer,
      energy,
      lot: settlementLot(sha256, period, 'trade', id),
    }));
    const allocated = allocate(traded, { exported, imported });
    return ofSlot.map((trade, index): Delivery => {
      const [id, terms] = trade;
      const delivered = allocated[index] as Energy;
      if (delivered > terms.energy) throw new Error(`delivery of ${toHex(id)}: above the trade`);
      metered.serve(terms.seller, 'sell', terms, delivered);
      metered.serve(terms.buyer, 'buy', terms, delivered);
      return { trade, delivered };
    });
  });

/** Every version that this release has. Earlier ones stay: old periods are verified by them. */
export const DELIVERY_RULES: ReadonlyMap<number, DeliveryRule> = new Map([
  [1, deliver],
  [2, deliverMost],
  [3, deliverMost],
]);

/** @throws RangeError for a version it does not have */
export function deliveryRule(version: number): DeliveryRule {
  const rule = DELIVERY_RULES.get(version);
  if (rule !== undefined) return rule;
  const known = [...DELIVERY_RULES.keys()].join(' or ');
  throw new RangeError(`settlement rules: expected version ${known}, got ${version}`);
}
