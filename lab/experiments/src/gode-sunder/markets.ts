/** The five markets: twelve seats each, and where their schedules meet. */

import { mostGain, type Seat, type Trader } from '@commonwatt/mechanisms';
import { price } from '@commonwatt/units';
import parameters from './parameters.json' with { type: 'json' };

export interface GodeSunderMarket {
  readonly market: number;
  /** What each unit is worth to a buyer or costs a seller, one list for each of them. */
  readonly buyers: readonly (readonly number[])[];
  readonly sellers: readonly (readonly number[])[];
}

interface Equilibrium {
  /** The middle of the prices that clear the market. */
  readonly price: number;
  /** Units that are worth more to their buyer than they cost their seller. */
  readonly volume: number;
  /** What those units gain. */
  readonly gain: number;
}

type Group = { readonly count: number; readonly limits: readonly number[] };

const dealt = (groups: readonly Group[]) =>
  groups.flatMap(({ count, limits }) => Array.from({ length: count }, () => limits));

export const MARKETS: readonly GodeSunderMarket[] = parameters.markets.map((one) => ({
  market: one.market,
  buyers: dealt(one.buyers),
  sellers: dealt(one.sellers),
}));

// biome-ignore lint/suspicious/noExplicitAny: what it keeps is its own
export function seatsOf({ buyers, sellers }: GodeSunderMarket, trader: Trader<any>): Seat[] {
  const seated = (side: 'buy' | 'sell', limits: readonly number[]): Seat => ({
    side,
    limits: limits.map((limit) => price(BigInt(limit))),
    trader,
  });
  return [
    ...buyers.map((limits) => seated('buy', limits)),
    ...sellers.map((limits) => seated('sell', limits)),
  ];
}

// biome-ignore lint/suspicious/noExplicitAny: what it keeps is its own
export function equilibriumOf(market: GodeSunderMarket, trader: Trader<any>): Equilibrium {
  const bids = market.buyers.flat().sort((a, b) => b - a);
  const asks = market.sellers.flat().sort((a, b) => a - b);
  const pairs = Math.min(bids.length, asks.length);
  let volume = 0;
  while (volume < pairs && (bids[volume] ?? 0) > (asks[volume] ?? 0)) volume += 1;
  const low = Math.max(asks[volume - 1] ?? 0, bids[volume] ?? 0);
  const high = Math.min(bids[volume - 1] ?? 0, asks[volume] ?? Number.POSITIVE_INFINITY);
  const gain = Number(mostGain(seatsOf(market, trader)));
  return { price: (low + high) / 2, volume, gain };
}
