/** Runs of a market, and what can be said of each of their days. */

import {
  drawFrom,
  findTrader,
  type Meeting,
  mostGain,
  type Seat,
  type SessionTrade,
  tradeForDays,
} from '@commonwatt/mechanisms';
import { price } from '@commonwatt/units';
import { square } from '../arithmetic.ts';
import { type MeanInterval, meanInterval } from '../sampling/mean-interval.ts';
import parameters from './parameters.json' with { type: 'json' };

export type TraderName = keyof typeof parameters.runs;

export type LimitMarket = (typeof parameters.markets)[number];

export const MARKETS: readonly LimitMarket[] = parameters.markets;

export interface Sessions {
  readonly market: LimitMarket;
  readonly trader: TraderName;
  readonly meeting: Meeting;
  readonly runs: number;
  /** How many prices there are to a cent. */
  readonly stepsPerCent: number;
}

/** One day over all runs; days without a trade have no price and count for the gain alone. */
export interface DayFigures {
  readonly meanCents: MeanInterval;
  /** Smith's alpha: the root mean square deviation from equilibrium, in per cent of it. */
  readonly alphaPercent: MeanInterval;
  readonly efficiencyPercent: MeanInterval;
}

export function dayFigures(sessions: Sessions): readonly DayFigures[] {
  const seats = seatsOf(sessions);
  const most = Number(mostGain(seats));
  const runs = Array.from({ length: sessions.runs }, (_, run) => daysOfRun(sessions, seats, run));
  return Array.from({ length: parameters.days }, (_, at): DayFigures => {
    const days = runs.map((days) => days[at] ?? []);
    const traded = days
      .filter((trades) => trades.length > 0)
      .map((trades) => trades.map((one) => Number(one.price) / sessions.stepsPerCent));
    return {
      meanCents: meanInterval(traded.map(mean)),
      alphaPercent: meanInterval(traded.map(alphaPercent)),
      efficiencyPercent: meanInterval(
        days.map((trades) => (100 * trades.reduce((sum, one) => sum + Number(one.gain), 0)) / most),
      ),
    };
  });
}

/** Smith 1962: 100 sigma / P, sigma taken about the equilibrium price P. */
export function alphaPercent(prices: readonly number[]): number {
  const equilibrium = parameters.equilibriumCents;
  return (100 * Math.sqrt(mean(prices.map((one) => square(one - equilibrium))))) / equilibrium;
}

function seatsOf({ market, trader: name, stepsPerCent }: Sessions): readonly Seat[] {
  const trader = findTrader(name);
  if (trader === undefined) throw new RangeError(`experiment: expected a trader, got ${name}`);
  const seated =
    (side: 'buy' | 'sell') =>
    (cents: number): Seat => ({
      side,
      limits: [price(BigInt(cents * stepsPerCent))],
      trader,
    });
  return [...market.buyers.map(seated('buy')), ...market.sellers.map(seated('sell'))];
}

function daysOfRun(
  { market, meeting, stepsPerCent }: Sessions,
  seats: readonly Seat[],
  run: number,
): readonly (readonly SessionTrade[])[] {
  const place = MARKETS.findIndex(({ name }) => name === market.name);
  return tradeForDays(seats, {
    days: parameters.days,
    shoutsPerDay: parameters.shoutsPerDay,
    quietShoutsMax: parameters.quietShoutsMax,
    floor: price(1n),
    ceiling: price(BigInt(parameters.ceilingCents * stepsPerCent)),
    draw: drawFrom(BigInt(parameters.seed * 1_000_000 + place * 10_000 + run)),
    meeting,
  });
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
