/** Trades paired anew, so that nobody is the own counterpart. */

import { energy } from '@commonwatt/units';
import type { Trade } from '../mechanism.ts';

/** Each swap ends a self-trade or uses up a trade to swap with. */
const SWAPS_MAX = 1_000_000;

/**
 * A trade of a member with itself is swapped with one of two others: the first buyer with the second seller, and the
 * other way round. Everybody keeps what it trades at the own price. Undefined where there is nobody to swap with.
 */
export function withoutSelfTrades(trades: readonly Trade[]): readonly Trade[] | undefined {
  const sound = trades.filter(({ buyer, seller }) => buyer !== seller);
  const swaps = trades.filter(({ buyer, seller }) => buyer === seller);
  let left = SWAPS_MAX;
  for (const own of swaps) {
    let open: bigint = own.energy;
    for (let at = 0; open > 0n && at < sound.length; at++) {
      const other = sound[at] as Trade;
      if (other.buyer === own.buyer || other.seller === own.buyer) continue;
      left -= 1;
      if (left < 0) return undefined;
      const part = energy(open < other.energy ? open : other.energy);
      const rest = other.energy - part;
      const swapped = [
        {
          ...own,
          seller: other.seller,
          ask: other.ask,
          sellerPrice: other.sellerPrice,
          energy: part,
        },
        { ...other, seller: own.seller, ask: own.ask, sellerPrice: own.sellerPrice, energy: part },
      ];
      sound.splice(at, 1, ...swapped, ...(rest > 0n ? [{ ...other, energy: energy(rest) }] : []));
      // Both swapped trades have this member in them; what is left of the other is open to the next.
      open -= part;
    }
    if (open > 0n) return undefined;
  }
  return merged(sound);
}

/** One trade for each pair of orders. */
function merged(trades: readonly Trade[]): readonly Trade[] {
  const pairs = new Map<string, Trade>();
  for (const trade of trades) {
    const key = JSON.stringify([trade.bid, trade.ask]);
    const before = pairs.get(key);
    pairs.set(
      key,
      before === undefined ? trade : { ...before, energy: energy(before.energy + trade.energy) },
    );
  }
  return [...pairs.values()];
}
