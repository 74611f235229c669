/** Which members a figure shows: all of a street, and of a town a row that stands for all. */

import type { MemberResult } from '../../study/results.ts';

const ROWS_MAX = 40;
/** Of several mechanisms each row has as many bars. */
const BARS_MAX = 160;

export interface MemberRows {
  /** Indices into the members as given, in the order of the rows. */
  readonly shown: readonly number[];
  /** A sentence where not all are shown, else empty. */
  readonly note: string;
}

/** From the most to the least; above forty members, forty at equal distances of rank, first and last among them. */
export function memberRows(
  members: readonly MemberResult[],
  rankOf: (member: MemberResult) => number,
  bars = 1,
): MemberRows {
  const most = Math.min(ROWS_MAX, Math.floor(BARS_MAX / bars));
  const ranked = members
    .map((member, index) => ({ index, rank: rankOf(member) }))
    .sort((a, b) => b.rank - a.rank || a.index - b.index)
    .map(({ index }) => index);
  if (ranked.length <= most) return { shown: ranked, note: '' };
  const shown = Array.from(
    { length: most },
    (_, row) => ranked[Math.round((row * (ranked.length - 1)) / (most - 1))]!,
  );
  return {
    shown,
    note: ` Of ${ranked.length} members ${most} are shown, at equal distances in their order; the table members holds all.`,
  };
}
