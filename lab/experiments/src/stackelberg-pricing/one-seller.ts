/**
 * One seller names a price; consumers of quadratic utility choose how much they take.
 * Worth of energy `x` kWh to a consumer: first x - slope x^2 / 2, in EUR.
 */

import { type Greatest, greatest } from '../greatest.ts';

export interface QuadraticConsumer {
  /** What the first kWh is worth, EUR/kWh. */
  readonly firstEurPerKwh: number;
  /** By how much each kWh is worth less than the one before, EUR/kWh per kWh, above 0. */
  readonly slopeEurPerKwh2: number;
}

export interface SellersMarket {
  readonly consumers: readonly QuadraticConsumer[];
  /** What a kWh costs the seller, EUR/kWh. */
  readonly costEurPerKwh: number;
}

/** A consumer's best response: where the last kWh is worth its price, or nothing. */
export function quadraticDemandKwh(consumer: QuadraticConsumer, priceEurPerKwh: number): number {
  return Math.max(0, (consumer.firstEurPerKwh - priceEurPerKwh) / consumer.slopeEurPerKwh2);
}

export function consumerSurplusEur(
  { firstEurPerKwh, slopeEurPerKwh2 }: QuadraticConsumer,
  priceEurPerKwh: number,
  energyKwh: number,
): number {
  return (firstEurPerKwh - priceEurPerKwh - (slopeEurPerKwh2 * energyKwh) / 2) * energyKwh;
}

/** What the seller earns at a price, every consumer answering with its best response. */
export function sellerProfitEur(market: SellersMarket, priceEurPerKwh: number): number {
  const { consumers, costEurPerKwh } = market;
  const energyKwh = consumers.reduce(
    (sum, consumer) => sum + quadraticDemandKwh(consumer, priceEurPerKwh),
    0,
  );
  return (priceEurPerKwh - costEurPerKwh) * energyKwh;
}

/** The seller's price by search: nothing about the shape of its profit is used but that peaks are far apart. */
export function sellersPrice(market: SellersMarket): Greatest {
  const to = Math.max(...market.consumers.map(({ firstEurPerKwh }) => firstEurPerKwh));
  const points = 64 * market.consumers.length;
  return greatest(
    (price) => sellerProfitEur(market, price),
    { from: market.costEurPerKwh, to },
    points,
  );
}

/**
 * The seller's price in closed form. Where the `m` consumers of the highest first worth take part,
 * demand is A - B p with A = sum first / slope and B = sum 1 / slope, and profit (p - c)(A - B p)
 * peaks at (A / B + c) / 2, or at the nearer end of the prices at which just those take part.
 */
export function sellersPriceInClosedForm({ consumers, costEurPerKwh }: SellersMarket): Greatest {
  const byWorth = consumers.toSorted((a, b) => b.firstEurPerKwh - a.firstEurPerKwh);
  let best = { at: costEurPerKwh, value: 0 };
  let intercept = 0;
  let slope = 0;
  for (const [place, { firstEurPerKwh, slopeEurPerKwh2 }] of byWorth.entries()) {
    intercept += firstEurPerKwh / slopeEurPerKwh2;
    slope += 1 / slopeEurPerKwh2;
    const least = Math.max(costEurPerKwh, byWorth[place + 1]?.firstEurPerKwh ?? 0);
    if (least > firstEurPerKwh) break;
    const at = Math.min(firstEurPerKwh, Math.max(least, (intercept / slope + costEurPerKwh) / 2));
    const value = (at - costEurPerKwh) * (intercept - slope * at);
    if (value > best.value) best = { at, value };
  }
  return best;
}
