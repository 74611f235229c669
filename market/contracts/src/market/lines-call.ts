/** A receipt of a clearing as a call, which anyone clears again. */

import { toHex } from '@commonwatt/ledger';
import type { LinesCall } from '@commonwatt/mechanisms';
import type { Cleared } from '../events.ts';
import { callMechanism, settingsOf, tablesOf } from './mechanism.ts';

/** @throws Error for a rule that this release lacks, and for settings that it does not take */
export function linesCallOf(cleared: Cleared): LinesCall {
  const mechanism = callMechanism(cleared.mechanism, cleared.mechanismVersion);
  return {
    mechanism,
    settings: settingsOf(mechanism, cleared),
    tables: tablesOf(mechanism, cleared),
    lines: cleared.lines.map(({ lot, side, limit, energy, party, placedMs, zone }) => {
      const time = placedMs === undefined ? undefined : placedMs - cleared.slotMs;
      return { lot: toHex(lot), side, limit, energy, party, time, zone };
    }),
  };
}
