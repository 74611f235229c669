/** All menus of a grid, without the reduction: what no menu may beat. */

import { type ChargingMarket, type Contract, type Menu, menuProfitEur } from './menu.ts';

/**
 * The most profit over all lists of energies of a grid, falling ones included, each with the greatest payments
 * that all constraints allow. Constraints are bounds on payments and on their differences, so that the greatest
 * payments are shortest paths (Bellman 1958): from doing without to each type, and from type to type. Lists that
 * take more than `energyKwhMost` per vehicle are left out.
 */
export function bestOnEnergyGrid(
  market: ChargingMarket,
  steps: number,
  energyKwhMost = Number.POSITIVE_INFINITY,
): BestMenu {
  let best: BestMenu = { menu: [], profitEur: Number.NEGATIVE_INFINITY, seen: 0 };
  let seen = 0;
  const energies = market.types.map(() => 0);
  const visit = (at: number): void => {
    if (at === energies.length) {
      const expectedKwh = energies.reduce(
        (sum, energyKwh, type) => sum + energyKwh * (market.types[type]?.share ?? 0),
        0,
      );
      if (expectedKwh > energyKwhMost) return;
      seen += 1;
      const menu = withGreatestPayments(market, energies);
      if (menu === undefined) return;
      const profitEur = menuProfitEur(market, menu);
      if (profitEur > best.profitEur) best = { menu, profitEur, seen };
      return;
    }
    for (let step = 0; step <= steps; step += 1) {
      energies[at] = (market.energyKwhMax * step) / steps;
      visit(at + 1);
    }
  };
  visit(0);
  return { ...best, seen };
}

export interface BestMenu {
  readonly menu: Menu;
  readonly profitEur: number;
  /** How many were looked at. */
  readonly seen: number;
}

/** Nothing where no payments make these energies incentive compatible. */
export function withGreatestPayments(
  { types, satisfaction }: ChargingMarket,
  energiesKwh: readonly number[],
): Menu | undefined {
  const satisfactions = energiesKwh.map(satisfaction.of);
  const payments = types.map(({ preferenceEur }, at) => preferenceEur * (satisfactions[at] ?? 0));
  for (let round = 0; round <= types.length; round += 1) {
    let isSettled = true;
    for (const [at, { preferenceEur }] of types.entries()) {
      for (const other of types.keys()) {
        const gained = (satisfactions[at] ?? 0) - (satisfactions[other] ?? 0);
        const bound = (payments[other] ?? 0) + preferenceEur * gained;
        if (bound < (payments[at] ?? 0) - 1e-12) {
          payments[at] = bound;
          isSettled = false;
        }
      }
    }
    if (isSettled) {
      return energiesKwh.map((energyKwh, at) => ({ energyKwh, paymentEur: payments[at] ?? 0 }));
    }
  }
  return undefined;
}

/**
 * The most profit over all triples of contracts of a grid of energies and payments, each contract judged by every
 * constraint and nothing else. For two or three types.
 */
export function bestOnContractGrid(
  market: ChargingMarket,
  { energySteps, paymentSteps, paymentEurMax }: ContractGrid,
): BestMenu {
  const contracts: Contract[] = [];
  for (let energy = 0; energy <= energySteps; energy += 1) {
    for (let payment = 0; payment <= paymentSteps; payment += 1) {
      contracts.push({
        energyKwh: (market.energyKwhMax * energy) / energySteps,
        paymentEur: (paymentEurMax * payment) / paymentSteps,
      });
    }
  }
  const worths = market.types.map(({ preferenceEur }) =>
    contracts.map((one) => preferenceEur * market.satisfaction.of(one.energyKwh) - one.paymentEur),
  );
  const profits = contracts.map((one) => one.paymentEur - market.costEurPerKwh * one.energyKwh);
  return bestTuple(market, contracts, worths, profits);
}

export interface ContractGrid {
  readonly energySteps: number;
  readonly paymentSteps: number;
  readonly paymentEurMax: number;
}

function bestTuple(
  { types }: ChargingMarket,
  contracts: readonly Contract[],
  worths: readonly (readonly number[])[],
  profits: readonly number[],
): BestMenu {
  const chosen = types.map(() => 0);
  let best: readonly number[] = [];
  let profitEur = Number.NEGATIVE_INFINITY;
  let seen = 0;
  const worth = (type: number, contract: number) => worths[type]?.[contract] ?? 0;
  /** Whether nobody up to this type prefers another's contract. */
  const isAccepted = (last: number) => {
    for (let at = 0; at < last; at += 1) {
      const [mine, theirs] = [chosen[at] ?? 0, chosen[last] ?? 0];
      if (worth(at, mine) < worth(at, theirs) - 1e-12) return false;
      if (worth(last, theirs) < worth(last, mine) - 1e-12) return false;
    }
    return worth(last, chosen[last] ?? 0) >= -1e-12;
  };
  const visit = (at: number, sum: number): void => {
    if (at === types.length) {
      if (sum > profitEur) [best, profitEur] = [[...chosen], sum];
      return;
    }
    for (const contract of contracts.keys()) {
      seen += 1;
      chosen[at] = contract;
      if (isAccepted(at)) visit(at + 1, sum + (types[at]?.share ?? 0) * (profits[contract] ?? 0));
    }
  };
  visit(0, 0);
  const menu = best.map((contract) => contracts[contract] ?? { energyKwh: 0, paymentEur: 0 });
  return { menu, profitEur, seen };
}
