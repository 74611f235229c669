/**
 * What of a slot's trades a member itself failed to meet, and what of its readings no trade took.
 * A member answers for its own reading alone: what its counterparty could not deliver or take is the
 * counterparty's deviation.
 */

import { type Energy, energy } from '@commonwatt/units';
import type { MeteredSlot, TradedEnergy } from './allocation/allocate.ts';

/** How far a member's reading of a slot stays below its trades of that slot, on one side. */
export interface Deviation<Member> {
  readonly member: Member;
  readonly side: 'buyer' | 'seller';
  /** In Wh. A sum over trades, so it may be more than one entry of energy holds. */
  readonly energy: bigint;
}

/** What was metered and not allocated, by the direction of the meter. */
export interface Residual<Member> {
  readonly member: Member;
  readonly direction: 'import' | 'export';
  readonly energy: Energy;
}

type Trades<Member> = readonly TradedEnergy<Member>[];

/** One for every member and side whose reading does not cover its trades, sellers before buyers. */
export function ownDeviations<Member>(
  trades: Trades<Member>,
  metered: MeteredSlot<Member>,
): readonly Deviation<Member>[] {
  const traded = trades.map((trade) => trade.energy);
  const of = (side: 'buyer' | 'seller', counted: ReadonlyMap<Member, bigint>) =>
    [...sumsOf(trades, side, traded)].flatMap(([member, sum]) => {
      const missing = sum - (counted.get(member) ?? 0n);
      return missing > 0n ? [{ member, side, energy: missing }] : [];
    });
  return [...of('seller', metered.exported), ...of('buyer', metered.imported)];
}

/** One for every reading, zero included, exports before imports. */
export function residuals<Member>(
  trades: Trades<Member>,
  allocated: readonly Energy[],
  metered: MeteredSlot<Member>,
): readonly Residual<Member>[] {
  const of = (
    side: 'buyer' | 'seller',
    direction: 'import' | 'export',
    counted: ReadonlyMap<Member, bigint>,
  ) => {
    const sums = sumsOf(trades, side, allocated);
    return [...counted].map(([member, reading]) => ({
      member,
      direction,
      energy: energy(reading - (sums.get(member) ?? 0n)),
    }));
  };
  return [...of('seller', 'export', metered.exported), ...of('buyer', 'import', metered.imported)];
}

function sumsOf<Member>(
  trades: Trades<Member>,
  side: 'buyer' | 'seller',
  amounts: readonly bigint[],
): ReadonlyMap<Member, bigint> {
  const sums = new Map<Member, bigint>();
  trades.forEach((trade, index) => {
    const member = trade[side];
    sums.set(member, (sums.get(member) ?? 0n) + (amounts[index] as bigint));
  });
  return sums;
}
