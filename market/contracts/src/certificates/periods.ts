/** Duties are owed and met by period: all of one length, numbered from the ledger's origin. */

import type { State } from '@commonwatt/ledger';
import { energy } from '@commonwatt/units';
import { certificateLedgerOf } from '../parameters.ts';
import { type Duty, type DutyKey, duties } from './state.ts';

/** The period of an instant; nothing before the first, or on a market's ledger. */
export function periodOf(state: State, instantMs: number): number | undefined {
  const ledger = certificateLedgerOf(state);
  if (ledger === undefined || instantMs < ledger.periodOriginMs) return undefined;
  const period = Math.floor((instantMs - ledger.periodOriginMs) / ledger.periodLengthMs);
  return period <= 0xffff_ffff ? period : undefined;
}

const NONE: Duty = { owed: energy(0n), met: energy(0n) };

/** What a member owes and met of a period. */
export function dutyOf(state: State, key: DutyKey): Duty {
  return state.get(duties, key) ?? NONE;
}
