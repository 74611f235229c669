/** What a standing order means, read from what was typed: exactly, or not at all. */

import {
  cost,
  type Energy,
  energy,
  type Money,
  money,
  type Price,
  parseEnergy,
  parsePrice,
  price,
} from '@commonwatt/units';

export type Side = 'buy' | 'sell';

export interface StandingTerms {
  readonly side: Side;
  readonly limit: Price;
  readonly energy: Energy;
  readonly days: number;
}

export interface TypedTerms {
  readonly side: Side;
  /** ct/kWh. */
  readonly limit: string;
  /** kWh per slot. */
  readonly energy: string;
  readonly days: string;
}

export const DAYS_MAX = 3650;
const DAY_MS = 86_400_000;

/** A comma is what many keyboards have for the point. */
function decimal(text: string): string {
  return text.trim().replace(',', '.');
}

/** @throws QuantityTextError or RangeError naming the field that cannot be read. */
export function readTerms(typed: TypedTerms): StandingTerms {
  const days = Number(typed.days);
  if (!Number.isInteger(days) || days < 1 || days > DAYS_MAX) {
    throw new RangeError(`days: expected 1 to ${DAYS_MAX}, got '${typed.days}'`);
  }
  const amount = parseEnergy(decimal(typed.energy), 'kWh', { field: 'energy' });
  if (amount === 0n) throw new RangeError('energy: expected more than 0 kWh');
  const limit = parsePrice(decimal(typed.limit), 'ct/kWh', { field: 'price' });
  return { side: typed.side, limit, energy: amount, days };
}

/** The most that a day can cost, or the least that a day sold out brings. */
export function moneyOfDay(terms: StandingTerms, slotLengthMs: number): Money {
  const slots = BigInt(Math.floor(DAY_MS / slotLengthMs));
  return money(cost(terms.energy, terms.limit) * slots);
}

/** The message that is signed: from the next gate on, whole slots only. */
export function standingMessage(
  terms: StandingTerms,
  market: { readonly market: number; readonly nextSlotMs: number },
) {
  return {
    market: market.market,
    side: terms.side,
    limit: terms.limit,
    energies: [terms.energy],
    fromMs: market.nextSlotMs,
    untilMs: market.nextSlotMs + terms.days * DAY_MS,
  };
}

/** Fits between what the grid pays and what the supplier takes: both neighbours gain. */
export function midwayPrice(feedIn: string | null, supplier: string | null): Price {
  if (feedIn === null || supplier === null) return price(200_000n);
  const middle = (BigInt(feedIn) + BigInt(supplier)) / 2n;
  // Whole tenths of a cent read well.
  return price(middle - (middle % 1000n));
}

/** 1 kW over a quarter hour: an oven, or a small roof in the sun. */
export function powerOverSlot(slotLengthMs: number): Energy {
  return energy((1000n * BigInt(slotLengthMs)) / 3_600_000n);
}
