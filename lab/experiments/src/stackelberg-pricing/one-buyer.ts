/**
 * An operator that needs energy names the price at which it buys from households; each keeps what
 * is worth more to it than that price. The three parties of Tushar et al. 2015: operator, households
 * and the grid that sells the rest. Worth of `x` kWh of its own use to a household:
 * preference ln(1 + x), in EUR; the rest of its surplus it sells.
 */

import { naturalLogarithm } from '../arithmetic.ts';
import { type Greatest, greatest } from '../greatest.ts';

export interface Household {
  readonly preferenceEur: number;
  readonly surplusKwh: number;
}

export interface BuyersMarket {
  readonly households: readonly Household[];
  /** What the operator needs, kWh; what households do not sell comes from the grid. */
  readonly needKwh: number;
  readonly gridEurPerKwh: number;
  /** The least that it may offer: what the grid would pay households. */
  readonly feedInEurPerKwh: number;
}

/** A household's best response: own use to where its last kWh is worth the price. */
export function ownUseKwh(
  { preferenceEur, surplusKwh }: Household,
  priceEurPerKwh: number,
): number {
  return Math.min(surplusKwh, Math.max(0, preferenceEur / priceEurPerKwh - 1));
}

export function householdWorthEur(
  { preferenceEur, surplusKwh }: Household,
  priceEurPerKwh: number,
  ownKwh: number,
): number {
  return preferenceEur * naturalLogarithm(1 + ownKwh) + priceEurPerKwh * (surplusKwh - ownKwh);
}

/** What the operator pays at a price, every household answering with its best response. */
export function operatorCostEur(market: BuyersMarket, priceEurPerKwh: number): number {
  const boughtKwh = market.households.reduce(
    (sum, household) => sum + household.surplusKwh - ownUseKwh(household, priceEurPerKwh),
    0,
  );
  const fromGridKwh = Math.max(0, market.needKwh - boughtKwh);
  return priceEurPerKwh * boughtKwh + market.gridEurPerKwh * fromGridKwh;
}

/** The operator's price by search; `value` is its cost with the sign turned. */
export function buyersPrice(market: BuyersMarket): Greatest {
  const interval = { from: market.feedInEurPerKwh, to: market.gridEurPerKwh };
  return greatest((price) => -operatorCostEur(market, price), interval, 512);
}

/**
 * The operator's price where each household both uses and sells and the grid sells the rest. With N
 * households, K the sum of preferences and E of surpluses, cost is p (N + E) - K + g (need - N - E +
 * K / p); its derivative is zero at p = sqrt(g K / (N + E)), and it is convex.
 */
export function buyersPriceInClosedForm(market: BuyersMarket): number {
  const { households, gridEurPerKwh, feedInEurPerKwh } = market;
  const preferencesEur = households.reduce((sum, { preferenceEur }) => sum + preferenceEur, 0);
  const surplusesKwh = households.reduce((sum, { surplusKwh }) => sum + surplusKwh, 0);
  const price = Math.sqrt((gridEurPerKwh * preferencesEur) / (households.length + surplusesKwh));
  return Math.min(gridEurPerKwh, Math.max(feedInEurPerKwh, price));
}
