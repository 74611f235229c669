/**
 * Companies name prices for each period; consumers spend a budget over all of them. The game of
 * Maharjan et al. 2013, over several periods as in Alshehri et al. 2015: a consumer's utility is the
 * sum of ln(base + demand) over companies and periods, a company's revenue is price times what it sells,
 * which its power bounds. A company whose price brings more demand than power sells its power.
 */

import { naturalLogarithm } from '../arithmetic.ts';
import { greatest, type Interval } from '../greatest.ts';

export interface ConsumerGroup {
  /** How many consumers are alike. */
  readonly count: number;
  readonly budget: number;
  /** The energy at which utility begins to count, kWh, above 0: zeta in the papers. */
  readonly baseKwh: number;
}

/** What companies can sell: by company, then by period, kWh. */
export type Availability = readonly (readonly number[])[];
/** By company, then by period, money per kWh. */
export type Prices = readonly (readonly number[])[];

export interface CompaniesGame {
  readonly groups: readonly ConsumerGroup[];
  readonly availability: Availability;
}

/**
 * A consumer's best response to all prices at once: it buys the cheapest first, each to where one unit
 * of money brings the same utility: demand = level / price - base where that is above 0, the level
 * such that the budget is spent.
 */
export function budgetDemandsKwh(
  { budget, baseKwh }: Omit<ConsumerGroup, 'count'>,
  prices: readonly number[],
): number[] {
  const ascending = prices.toSorted((a, b) => a - b);
  let level = 0;
  let spentOnBase = 0;
  for (const [place, price] of ascending.entries()) {
    spentOnBase += price * baseKwh;
    level = (budget + spentOnBase) / (place + 1);
    const next = ascending[place + 1];
    if (next === undefined || level <= next * baseKwh) break;
  }
  return prices.map((price) => Math.max(0, level / price - baseKwh));
}

export function budgetUtility(baseKwh: number, demandsKwh: readonly number[]): number {
  return demandsKwh.reduce((sum, demandKwh) => sum + naturalLogarithm(baseKwh + demandKwh), 0);
}

/** What all consumers want of each company in each period, in one list, company after company. */
export function wantedKwh({ groups }: CompaniesGame, prices: Prices): number[] {
  const flat = prices.flat();
  const wanted = flat.map(() => 0);
  for (const group of groups) {
    for (const [at, demandKwh] of budgetDemandsKwh(group, flat).entries()) {
      wanted[at] = (wanted[at] ?? 0) + group.count * demandKwh;
    }
  }
  return wanted;
}

/** What a company takes in at such prices, all periods together. */
export function revenueOf(game: CompaniesGame, prices: Prices, company: number): number {
  const wanted = wantedKwh(game, prices);
  const periods = game.availability[company]?.length ?? 0;
  let revenue = 0;
  for (let period = 0; period < periods; period += 1) {
    const soldKwh = Math.min(
      wanted[company * periods + period] ?? 0,
      game.availability[company]?.[period] ?? 0,
    );
    revenue += soldKwh * (prices[company]?.[period] ?? 0);
  }
  return revenue;
}

export function withPrice(prices: Prices, company: number, period: number, price: number): Prices {
  return prices.map((row, at) =>
    at === company ? row.map((one, when) => (when === period ? price : one)) : row,
  );
}

export interface CompaniesEquilibrium {
  readonly prices: Prices;
  readonly rounds: number;
  readonly isSettled: boolean;
}

const ROUNDS_MAX = 400;

/**
 * Each company in turn takes the price of each of its periods that brings it most, found by search, until no
 * price moves by more than `tolerance` of itself. From two companies on, a company's revenue rises with its
 * price while its power is sold out and falls beyond, so that the search has one peak.
 */
export function companiesByBestResponse(
  game: CompaniesGame,
  start: Prices,
  tolerance = 1e-10,
): CompaniesEquilibrium {
  let prices = start;
  for (let round = 1; round <= ROUNDS_MAX; round += 1) {
    let moved = 0;
    for (const [company, row] of start.entries()) {
      for (const period of row.keys()) {
        const before = prices[company]?.[period] ?? 0;
        const tried: Interval = { from: before / 4, to: before * 4 };
        const revenueAt = (price: number) =>
          revenueOf(game, withPrice(prices, company, period, price), company);
        const { at } = greatest(revenueAt, tried, 32);
        prices = withPrice(prices, company, period, at);
        moved = Math.max(moved, Math.abs(at / before - 1));
      }
    }
    if (moved <= tolerance) return { prices, rounds: round, isSettled: true };
  }
  return { prices, rounds: ROUNDS_MAX, isSettled: false };
}

/**
 * Prices at which each company's power is just sold, every consumer buying everywhere. With B the sum of
 * budgets, Z of bases, M the number of prices: p (G + Z) = (B + Z sum p) / M for each of them; summed,
 * p = B / (G + Z) / (M - sum Z / (G + Z)).
 */
export function companiesInClosedForm({ groups, availability }: CompaniesGame): Prices {
  const budgets = groups.reduce((sum, { count, budget }) => sum + count * budget, 0);
  const bases = groups.reduce((sum, { count, baseKwh }) => sum + count * baseKwh, 0);
  const all = availability.flat();
  const shares = all.reduce((sum, powerKwh) => sum + bases / (powerKwh + bases), 0);
  return availability.map((row) =>
    row.map((powerKwh) => budgets / (powerKwh + bases) / (all.length - shares)),
  );
}
