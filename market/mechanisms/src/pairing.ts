/**
 * Who delivers to whom. A call fixes what each order gets; the pairs only say which bid an ask
 * serves. The rule is the north-west corner: filled bids and filled asks by merit (equal limits by
 * lot), the first bid with the first ask, the smaller remainder traded, whichever is empty giving
 * way to the next. With b bids and a asks filled it makes at most b + a - 1 pairs.
 */

import type { Energy } from '@commonwatt/units';
import { energy } from '@commonwatt/units';
import type { Filled } from './clear-lines.ts';
import type { Line } from './order.ts';

export type Pair<L extends Line = Line> = {
  readonly bid: L;
  readonly ask: L;
  readonly energy: Energy;
};

/** @throws RangeError when the two sides were not filled with the same energy. */
export function pairFills<L extends Line>(
  bids: readonly Filled<L>[],
  asks: readonly Filled<L>[],
): Pair<L>[] {
  const pairs: Pair<L>[] = [];
  let bidAt = 0;
  let askAt = 0;
  let bidPaired = 0n;
  let askPaired = 0n;
  for (;;) {
    const bid = bids[bidAt];
    const ask = asks[askAt];
    if (bid === undefined || ask === undefined) {
      if (bid === undefined && ask === undefined) return pairs;
      const side = bid === undefined ? 'asks' : 'bids';
      throw new RangeError(`pairing: expected equal fills on both sides, got more on the ${side}`);
    }
    const bidLeft = bid.energy - bidPaired;
    const askLeft = ask.energy - askPaired;
    const paired = bidLeft < askLeft ? bidLeft : askLeft;
    pairs.push({ bid: bid.line, ask: ask.line, energy: energy(paired) });
    bidPaired += paired;
    askPaired += paired;
    if (paired === bidLeft) {
      bidAt += 1;
      bidPaired = 0n;
    }
    if (paired === askLeft) {
      askAt += 1;
      askPaired = 0n;
    }
  }
}
