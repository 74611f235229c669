/**
 * What the community saved a member: what the same meters would have cost with the supplier alone, less
 * what they cost with the community. Every term is given, so that the sum can be done again by hand.
 */

import { cost, type Money, money } from '@commonwatt/units';
import type { Charge } from './charges.ts';
import type { SlotStatement } from './served-slots.ts';
import type { TariffBook } from './tariff.ts';

/** Costs are positive, what is received is negative. */
export interface Savings {
  /** All imported energy at the supplier's price. */
  readonly supply: Money;
  /** All exported energy at the feed-in price, received. */
  readonly feedIn: Money;
  /** Grid fees, levies and taxes on all imported energy. */
  readonly gridAndTaxes: Money;
  /** The supplier's base fees, which are due either way. */
  readonly baseFees: Money;
  /** supply - feedIn + gridAndTaxes + baseFees */
  readonly supplierOnly: Money;
  /** What all lines of the statement come to, as a cost. */
  readonly withCommunity: Money;
  /** supplierOnly - withCommunity */
  readonly saved: Money;
}

const DUE_TO_OTHERS: ReadonlySet<string> = new Set(['grid fee', 'levy', 'tax']);

/** Nothing where a slot has no tariff: what cannot be compared is not claimed. */
export function savingsOf(
  charges: readonly Charge[],
  slots: readonly SlotStatement[],
  book: TariffBook,
): Savings | undefined {
  let [supply, feedIn, gridAndTaxes] = [0n, 0n, 0n];
  for (const { slotMs, imported, exported } of slots) {
    const tariff = book.at(slotMs);
    if (tariff === undefined) return undefined;
    supply += cost(imported, tariff.supplyPrice);
    feedIn += cost(exported, tariff.feedInPrice);
    for (const { kind, residual } of tariff.components) {
      if (DUE_TO_OTHERS.has(kind)) gridAndTaxes += cost(imported, residual);
    }
  }
  const sum = (isPart: (charge: Charge) => boolean): bigint =>
    charges.reduce((total, charge) => (isPart(charge) ? total - charge.money : total), 0n);
  const baseFees = sum(({ kind }) => kind === 'base fee');
  const supplierOnly = supply - feedIn + gridAndTaxes + baseFees;
  const withCommunity = sum(() => true);
  return {
    supply: money(supply),
    feedIn: money(feedIn),
    gridAndTaxes: money(gridAndTaxes),
    baseFees: money(baseFees),
    supplierOnly: money(supplierOnly),
    withCommunity: money(withCommunity),
    saved: money(supplierOnly - withCommunity),
  };
}
