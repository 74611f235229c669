/** A trader that shouts what would have paid best against the prices it has seen. */

import { type Price, price } from '@commonwatt/units';
import type { Shout, Trader, TradingSituation } from './trader.ts';
import { drawBetween, withoutLoss } from './trader.ts';

export type BestResponseMemory = {
  /** The prices at which others traded, the latest last. */
  readonly prices: readonly Price[];
};

/** How many of the latest prices are remembered. */
export const PRICES_REMEMBERED_MAX = 64;
/** One shout in so many is tried at a chance price, so that it learns what it would not have tried. */
const ONE_TRIAL_IN = 16n;

export const bestResponse: Trader<BestResponseMemory> = {
  name: 'best-response',
  source: 'Brown 1951 (fictitious play); Fudenberg and Levine 1998, chapter 2',
  rule: 'Shouts what would have earned most against the last 64 prices; one shout in 16 is a trial',
  begin: () => ({ prices: [] }),
  quote({ prices }, situation, draw) {
    if (draw(ONE_TRIAL_IN) === 0n) {
      const { least, most } = withoutLoss(situation);
      return price(drawBetween(draw, least, most));
    }
    return best(prices, situation);
  },
  observe: ({ prices }, { accepted, price: at }: Shout) =>
    accepted ? { prices: [...prices, at].slice(-PRICES_REMEMBERED_MAX) } : { prices },
};

/** Of equal earnings the price that trades more often; the limit where nothing would have earned. */
function best(prices: readonly Price[], { side, limit }: TradingSituation): Price {
  let answer = limit;
  let most = 0n;
  let mostOften = 0n;
  for (const candidate of new Set(prices)) {
    const gain = side === 'buy' ? limit - candidate : candidate - limit;
    if (gain <= 0n) continue;
    let often = 0n;
    for (const seen of prices) {
      if (side === 'buy' ? seen <= candidate : seen >= candidate) often += 1n;
    }
    const earned = gain * often;
    if (earned > most || (earned === most && often > mostOften)) {
      answer = candidate;
      most = earned;
      mostOften = often;
    }
  }
  return answer;
}
