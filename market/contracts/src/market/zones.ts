/** Where members stand in the grid, as their meters say. */

import type { State } from '@commonwatt/ledger';
import { meterStatus, metersOfMember } from '../metering/state.ts';
import type { MarketRules } from './messages.ts';

/** Where feeders come together, and where members stand whose meters name none. */
export const COMMUNITY_ZONE = 'community';

/**
 * A member has one zone, whatever it buys or sells: its feeder, or where feeders come together for one that the
 * market's network does not know.
 */
export function zoneOf(
  state: State,
  member: number,
  { network }: Pick<MarketRules, 'network'>,
): string {
  const feeder = feederOf(state, member);
  const isKnown = network?.some(({ from, to }) => from === feeder || to === feeder) ?? true;
  return isKnown ? feeder : COMMUNITY_ZONE;
}

/** What the meter with the lowest number says of those in use at the member's connection that name a feeder. */
function feederOf(state: State, member: number): string {
  let lowest = Number.POSITIVE_INFINITY;
  let found = COMMUNITY_ZONE;
  for (const [number, meter] of state.group(metersOfMember, `${member}`)) {
    const { measures, position } = meter;
    if (number >= lowest || measures !== 'connection' || position.feeder === '') continue;
    if (meterStatus(meter) !== 'active') continue;
    lowest = number;
    found = position.feeder;
  }
  return found;
}
