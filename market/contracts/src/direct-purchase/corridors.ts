/** Corridors are named by two regions in either direction. */

import type { RoundCorridor, RoundRules } from './messages.ts';

interface Ends {
  readonly from: string;
  readonly to: string;
}

/** One name for both directions. */
export function corridorKey({ from, to }: Ends): string {
  const [a, b] = from <= to ? [from, to] : [to, from];
  return JSON.stringify([a, b]);
}

/** The corridor that joins two regions of a round; nothing where it has none. */
export function corridorBetween(
  { corridors }: Pick<RoundRules, 'corridors'>,
  ends: Ends,
): RoundCorridor | undefined {
  const key = corridorKey(ends);
  return corridors.find((one) => corridorKey(one) === key);
}

/** Whether any corridor of a round touches a region. */
export function hasRegion({ corridors }: Pick<RoundRules, 'corridors'>, region: string): boolean {
  return corridors.some(({ from, to }) => from === region || to === region);
}
