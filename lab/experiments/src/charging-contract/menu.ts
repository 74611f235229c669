/**
 * The menu of charging contracts that brings an operator most when it cannot tell vehicles apart: the standard
 * reduction of screening with finitely many types (Bolton and Dewatripont 2005, chapter 2; Mussa and Rosen 1978).
 */

import { naturalLogarithm } from '../arithmetic.ts';

export interface VehicleType {
  /** How dear satisfaction is to it, EUR, above 0. Types stand from the least to the greatest. */
  readonly preferenceEur: number;
  /** Share of the vehicles that are of this type; shares add up to 1. */
  readonly share: number;
}

/** What so much energy is worth per EUR of preference: rising, strictly concave, 0 at 0. */
export interface Satisfaction {
  readonly of: (energyKwh: number) => number;
  /** The energy at which its slope is so much; 0 where the slope is lower already at 0. */
  readonly energyKwhAtSlope: (perKwh: number) => number;
}

/** ln(1 + energy / base). */
export function logarithmic(baseKwh: number): Satisfaction {
  return {
    of: (energyKwh) => naturalLogarithm(1 + energyKwh / baseKwh),
    energyKwhAtSlope: (perKwh) => Math.max(0, 1 / perKwh - baseKwh),
  };
}

export interface ChargingMarket {
  readonly types: readonly VehicleType[];
  readonly satisfaction: Satisfaction;
  /** What a kWh costs the operator, EUR/kWh, above 0. */
  readonly costEurPerKwh: number;
  /** What a vehicle's battery takes at most. */
  readonly energyKwhMax: number;
}

/** One contract: so much energy for so much money. */
export interface Contract {
  readonly energyKwh: number;
  readonly paymentEur: number;
}

/** One contract per type, in the order of the types. */
export type Menu = readonly Contract[];

/**
 * The best menu. With only the next lower type to fear and the lowest held at 0, an operator earns of each type
 * virtual preference x satisfaction - cost; that is greatest at the energies below, once what would fall from a type to
 * the next greater is levelled; payments leave each type what it would get as the next lower one.
 */
export function bestMenu(market: ChargingMarket): Menu {
  const { satisfaction, costEurPerKwh, energyKwhMax, types } = market;
  const energies = levelled(virtualPreferences(types), types).map((preference) =>
    preference <= 0
      ? 0
      : Math.min(energyKwhMax, satisfaction.energyKwhAtSlope(costEurPerKwh / preference)),
  );
  return withPayments(market, energies);
}

/**
 * Preference less what serving the type leaves to all greater ones: (next - preference) x share of the greater /
 * own share.
 */
export function virtualPreferences(types: readonly VehicleType[]): number[] {
  let greater = 1;
  return types.map(({ preferenceEur, share }, at) => {
    greater -= share;
    const next = types[at + 1];
    if (next === undefined) return preferenceEur;
    return preferenceEur - ((next.preferenceEur - preferenceEur) * greater) / share;
  });
}

/**
 * The rising list nearest to these values, each weighted by its share: neighbours that fall are merged into their
 * mean until none does (Ayer et al. 1955). The types of one merged value get one contract.
 */
export function levelled(values: readonly number[], types: readonly VehicleType[]): number[] {
  const blocks: { mean: number; share: number; count: number }[] = [];
  for (const [at, value] of values.entries()) {
    let block = { mean: value, share: types[at]?.share ?? 0, count: 1 };
    for (let last = blocks.at(-1); last !== undefined && last.mean >= block.mean; ) {
      blocks.pop();
      const share = last.share + block.share;
      const mean = (last.mean * last.share + block.mean * block.share) / share;
      block = { mean, share, count: last.count + block.count };
      last = blocks.at(-1);
    }
    blocks.push(block);
  }
  return blocks.flatMap(({ mean, count }) => Array<number>(count).fill(mean));
}

/** Payments for rising energies: the lowest type pays all it is worth, each other all beyond what the lower contract leaves. */
export function withPayments(
  { types, satisfaction }: ChargingMarket,
  energiesKwh: readonly number[],
): Menu {
  let paymentEur = 0;
  let before = 0;
  return energiesKwh.map((energyKwh, at) => {
    const now = satisfaction.of(energyKwh);
    paymentEur += (types[at]?.preferenceEur ?? 0) * (now - before);
    before = now;
    return { energyKwh, paymentEur };
  });
}

/** What a type is left with under a contract. */
export function vehicleWorthEur(
  { satisfaction }: Pick<ChargingMarket, 'satisfaction'>,
  { preferenceEur }: VehicleType,
  { energyKwh, paymentEur }: Contract,
): number {
  return preferenceEur * satisfaction.of(energyKwh) - paymentEur;
}

/** Expected profit per vehicle where each takes its own contract. */
export function menuProfitEur({ types, costEurPerKwh }: ChargingMarket, menu: Menu): number {
  return menu.reduce(
    (sum, { energyKwh, paymentEur }, at) =>
      sum + (types[at]?.share ?? 0) * (paymentEur - costEurPerKwh * energyKwh),
    0,
  );
}

/** Expected energy per vehicle. */
export function menuEnergyKwh({ types }: ChargingMarket, menu: Menu): number {
  return menu.reduce((sum, { energyKwh }, at) => sum + (types[at]?.share ?? 0) * energyKwh, 0);
}

export interface Slack {
  /** The least that any type is left with: below 0, it would rather not charge. */
  readonly participationEur: number;
  /** The least by which any type prefers its own contract to another's: below 0, it would take that. */
  readonly incentiveEur: number;
}

/** Individual rationality and incentive compatibility of a menu, over all types and all pairs. */
export function slackOf(market: ChargingMarket, menu: Menu): Slack {
  let participationEur = Number.POSITIVE_INFINITY;
  let incentiveEur = Number.POSITIVE_INFINITY;
  for (const [at, type] of market.types.entries()) {
    const own = vehicleWorthEur(market, type, menu[at] ?? { energyKwh: 0, paymentEur: 0 });
    participationEur = Math.min(participationEur, own);
    for (const [other, contract] of menu.entries()) {
      if (other === at) continue;
      incentiveEur = Math.min(incentiveEur, own - vehicleWorthEur(market, type, contract));
    }
  }
  return { participationEur, incentiveEur };
}

export interface RationedMenu {
  readonly menu: Menu;
  /** What one kWh more would bring, EUR/kWh; 0 where there is enough. */
  readonly scarcityEurPerKwh: number;
}

const BISECTIONS = 80;

/**
 * The best menu where only so much energy per vehicle is to be had: the best one at a cost raised by what the last
 * kWh would bring. Profit is concave in satisfaction, so that this multiplier is all it takes.
 */
export function rationedMenu(market: ChargingMarket, energyKwh: number): RationedMenu {
  const at = (scarcityEurPerKwh: number) =>
    bestMenu({ ...market, costEurPerKwh: market.costEurPerKwh + scarcityEurPerKwh });
  const free = at(0);
  if (menuEnergyKwh(market, free) <= energyKwh) return { menu: free, scarcityEurPerKwh: 0 };
  let low = 0;
  let high = market.costEurPerKwh;
  for (let step = 0; step < BISECTIONS && menuEnergyKwh(market, at(high)) > energyKwh; step += 1) {
    high *= 2;
  }
  for (let step = 0; step < BISECTIONS; step += 1) {
    const middle = (low + high) / 2;
    if (menuEnergyKwh(market, at(middle)) > energyKwh) low = middle;
    else high = middle;
  }
  return { menu: at(high), scarcityEurPerKwh: high };
}
