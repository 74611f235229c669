/** Which members a figure shows: all of a street, and of a town a row that stands for all. */

import type { MemberResult } from '../../study/results.ts';

const ROWS_MAX = 40;

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
): MemberRows {
  const ranked = members
    .map((member, index) => ({ index, rank: rankOf(member) }))
    .sort((a, b) => b.rank - a.rank || a.index - b.index)
    .map(({ index }) => index);
  if (ranked.length <= ROWS_MAX) return { shown: ranked, note: '' };
  const shown = Array.from(
    { length: ROWS_MAX },
    (_, row) => ranked[Math.round((row * (ranked.length - 1)) / (ROWS_MAX - 1))]!,
  );
  return {
    shown,
    note: ` Of ${ranked.length} members ${ROWS_MAX} are shown, at equal distances in their order; the table members holds all.`,
  };
}
