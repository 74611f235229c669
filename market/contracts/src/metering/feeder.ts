/** Where a member's connection hangs, as its meters say. */

import type { State } from '@commonwatt/ledger';
import { meterStatus, metersOfMember } from './state.ts';

/** What the meter with the lowest number says of those in use at the connection that name a feeder. */
export function feederOf(state: State, member: number): string | undefined {
  let lowest = Number.POSITIVE_INFINITY;
  let feeder: string | undefined;
  for (const [number, meter] of state.group(metersOfMember, `${member}`)) {
    const { measures, position } = meter;
    if (number >= lowest || measures !== 'connection' || position.feeder === '') continue;
    if (meterStatus(meter) !== 'active') continue;
    lowest = number;
    feeder = position.feeder;
  }
  return feeder;
}
