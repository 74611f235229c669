/**
 * Meets two lists that stand by merit: the first with the first, the smaller remainder of the two
 * is paired, and whichever is empty gives way to the next (the north-west corner rule of the
 * transportation problem). Lists of b and a entries make at most b + a - 1 pairs.
 */

import type { Energy } from '@commonwatt/units';
import { energy } from '@commonwatt/units';

export type Pair<Bid, Ask> = { readonly bid: Bid; readonly ask: Ask; readonly energy: Energy };

type WithEnergy = { readonly energy: bigint };

/** Ends when a list is used up, or at the first two entries that do not meet. */
export function northWestCorner<Bid extends WithEnergy, Ask extends WithEnergy>(
  bids: readonly Bid[],
  asks: readonly Ask[],
  meet: (bid: Bid, ask: Ask) => boolean = () => true,
): Pair<Bid, Ask>[] {
  const pairs: Pair<Bid, Ask>[] = [];
  let bidAt = 0;
  let askAt = 0;
  let bidLeft = bids[0]?.energy ?? 0n;
  let askLeft = asks[0]?.energy ?? 0n;
  for (;;) {
    const bid = bids[bidAt];
    const ask = asks[askAt];
    if (bid === undefined || ask === undefined || !meet(bid, ask)) return pairs;
    const paired = smaller(bidLeft, askLeft);
    if (paired > 0n) pairs.push({ bid, ask, energy: energy(paired) });
    bidLeft -= paired;
    askLeft -= paired;
    if (bidLeft === 0n) bidLeft = bids[++bidAt]?.energy ?? 0n;
    if (askLeft === 0n) askLeft = asks[++askAt]?.energy ?? 0n;
  }
}

function smaller(a: bigint, b: bigint): bigint {
  if (b < a) return b;
  return a;
}
