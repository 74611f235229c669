/** What a player of the pricing games could gain at most by leaving, on a fine grid of what else it may do. */

import { greatestOnGrid, type Interval } from '../greatest.ts';
import {
  budgetDemandsKwh,
  budgetUtility,
  type CompaniesGame,
  type ConsumerGroup,
  type Prices,
  revenueOf,
  withPrice,
} from './many-companies.ts';

/** Gain over `now` of the best point of a grid; 0 or less where there is nothing to gain. */
export function gainOnGrid(
  value: (at: number) => number,
  now: number,
  interval: Interval,
  points: number,
): number {
  return greatestOnGrid(value, interval, points).value - now;
}

/**
 * The largest share of its revenue that a company gains by another price in one period, from a third of it
 * to three times, or by moving all its prices together.
 */
export function companyGain(game: CompaniesGame, prices: Prices, points: number): number {
  let gain = Number.NEGATIVE_INFINITY;
  for (const [company, row] of prices.entries()) {
    const now = revenueOf(game, prices, company);
    const factors: Interval = { from: 1 / 3, to: 3 };
    const tries = [...row.keys()].map((period) => (factor: number) => {
      const moved = withPrice(prices, company, period, (row[period] ?? 0) * factor);
      return revenueOf(game, moved, company);
    });
    tries.push((factor) => {
      const moved = prices.map((own, at) =>
        at === company ? own.map((price) => price * factor) : own,
      );
      return revenueOf(game, moved, company);
    });
    for (const revenueAt of tries) {
      gain = Math.max(gain, gainOnGrid(revenueAt, now, factors, points) / now);
    }
  }
  return gain;
}

/**
 * The most utility that a consumer gains by moving money from one company and period to another, in `steps`
 * equal parts of what it spends there. Utility is concave and the budget a plane, so that no move at all gains
 * where no such move does.
 */
export function consumerGain(group: ConsumerGroup, prices: Prices, steps: number): number {
  const flat = prices.flat();
  const demands = budgetDemandsKwh(group, flat);
  const now = budgetUtility(group.baseKwh, demands);
  let gain = Number.NEGATIVE_INFINITY;
  for (const [from, spent] of demands.entries()) {
    for (const to of flat.keys()) {
      if (to === from || spent === 0) continue;
      const utilityAt = (kwh: number) => {
        const moved = [...demands];
        moved[from] = spent - kwh;
        moved[to] = (moved[to] ?? 0) + (kwh * (flat[from] ?? 0)) / (flat[to] ?? 1);
        return budgetUtility(group.baseKwh, moved);
      };
      const step = { from: spent / steps, to: spent };
      gain = Math.max(gain, gainOnGrid(utilityAt, now, step, steps - 1));
    }
  }
  return gain;
}
