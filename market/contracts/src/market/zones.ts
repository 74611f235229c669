/** Where members stand in the grid, as a market's network sees it. */

import type { State } from '@commonwatt/ledger';
import type { MarketRules } from './messages.ts';

/** Where feeders come together, and where members stand of whom no feeder is told. */
export const COMMUNITY_ZONE = 'community';

/** What the meters say, which come after the market in the line: the feeder of a member's connection, if any. */
export type FeederOf = (state: State, member: number) => string | undefined;

/** A member has one zone, whatever it buys or sells: its feeder, if the market's network knows it. */
export function zoneOf(
  feeder: string | undefined,
  { network }: Pick<MarketRules, 'network'>,
): string {
  if (feeder === undefined) return COMMUNITY_ZONE;
  const isKnown = network?.some(({ from, to }) => from === feeder || to === feeder) ?? true;
  return isKnown ? feeder : COMMUNITY_ZONE;
}
