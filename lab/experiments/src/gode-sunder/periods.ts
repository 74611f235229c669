/** Runs of a market, each of six periods, with what its trades gained and how far their prices lay off. */

import { drawFrom, findTrader, type SessionTrade, tradeForDays } from '@commonwatt/mechanisms';
import { price } from '@commonwatt/units';
import { square } from '../arithmetic.ts';
import { equilibriumOf, type GodeSunderMarket, seatsOf } from './markets.ts';
import parameters from './parameters.json' with { type: 'json' };

export type ZeroIntelligence = 'zi-u' | 'zi-c';

export interface Amount {
  readonly runs: number;
  readonly shoutsPerPeriod: number;
}

export interface MarketRun {
  /** Gain of all periods as a percentage of the most there is. */
  readonly efficiencyPercent: number;
  readonly periods: readonly (readonly SessionTrade[])[];
}

export function runMarket(
  market: GodeSunderMarket,
  name: ZeroIntelligence,
  { runs, shoutsPerPeriod }: Amount,
): readonly MarketRun[] {
  const trader = findTrader(name);
  if (trader === undefined) throw new RangeError(`experiment: expected a trader, got ${name}`);
  const seats = seatsOf(market, trader);
  const most = equilibriumOf(market, trader).gain * parameters.periods;
  return Array.from({ length: runs }, (_, run) => {
    const periods = tradeForDays(seats, {
      days: parameters.periods,
      shoutsPerDay: shoutsPerPeriod,
      floor: price(BigInt(parameters.floor)),
      ceiling: price(BigInt(parameters.ceiling)),
      draw: drawFrom(BigInt(parameters.seed * 1_000_000 + market.market * 10_000 + run)),
    });
    const gained = Number(periods.flat().reduce((sum, { gain }) => sum + gain, 0n));
    return { efficiencyPercent: (100 * gained) / most, periods };
  });
}

/**
 * The slope of a straight line through the deviations of prices from `equilibrium`: the root of their mean
 * square over all periods of all runs, for the first trade, the second and so on, as far as the volume of
 * the equilibrium goes (Gode and Sunder 1993, Table 1).
 */
export function slopeOfDeviation(
  runs: readonly MarketRun[],
  { price: equilibrium, volume }: { readonly price: number; readonly volume: number },
): number {
  const periods = runs.flatMap((run) => run.periods);
  const points: { readonly x: number; readonly y: number }[] = [];
  for (let at = 0; at < volume; at++) {
    const squares = periods.flatMap((trades) => {
      const trade = trades[at];
      return trade === undefined ? [] : [square(Number(trade.price) - equilibrium)];
    });
    if (squares.length === 0) break;
    const meanSquare = squares.reduce((sum, one) => sum + one, 0) / squares.length;
    points.push({ x: at + 1, y: Math.sqrt(meanSquare) });
  }
  const mean = (of: (point: { x: number; y: number }) => number) =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [x0, y0] = [mean(({ x }) => x), mean(({ y }) => y)];
  return mean(({ x, y }) => (x - x0) * (y - y0)) / mean(({ x }) => square(x - x0));
}

/**
 * How far the profits of traders lie from those at the price of the equilibrium: the root of the mean square
 * over traders in each period, the mean of that over all periods of all runs (Gode and Sunder 1993, Table 3).
 */
export function profitDispersion(
  { buyers, sellers }: GodeSunderMarket,
  runs: readonly MarketRun[],
  equilibrium: number,
): number {
  const worth = (limit: number, at: number, price: number) =>
    at < buyers.length ? limit - price : price - limit;
  const limits = [...buyers, ...sellers];
  const fair = limits.map((units, at) =>
    units.reduce((sum, limit) => sum + Math.max(0, worth(limit, at, equilibrium)), 0),
  );
  const deviations = runs
    .flatMap(({ periods }) => periods)
    .map((trades) => {
      const profits = limits.map(() => 0);
      const traded = limits.map(() => 0);
      for (const { price: paid, buyer, seller } of trades) {
        for (const at of [buyer, seller]) {
          const limit = limits[at]?.[traded[at] ?? 0];
          if (limit === undefined) throw new RangeError(`profits: expected a unit of trader ${at}`);
          profits[at] = (profits[at] ?? 0) + worth(limit, at, Number(paid));
          traded[at] = (traded[at] ?? 0) + 1;
        }
      }
      const squares = profits.map((profit, at) => square(profit - (fair[at] ?? 0)));
      return Math.sqrt(squares.reduce((sum, one) => sum + one, 0) / squares.length);
    });
  return deviations.reduce((sum, one) => sum + one, 0) / deviations.length;
}
