/** Runs under way, periods that are settled, and disputes. Tables 50 to 52. */

import { type Codec, hash32, list, struct, table, textUpTo, u32, u64 } from '@commonwatt/ledger';
import { type Run, runCodec } from './messages.ts';

export interface RunKey {
  readonly periodFromMs: number;
  readonly runHash: Uint8Array;
}
export const runKeyCodec: Codec<RunKey> = struct<RunKey>({ periodFromMs: u64, runHash: hash32 });

/** A run that waits for the signatures of enough checkers. */
export interface OpenRun {
  readonly run: Run;
  readonly proposedBy: number;
  readonly signedBy: readonly number[];
}
export const openRuns = table<RunKey, OpenRun>(
  50,
  'open runs',
  runKeyCodec,
  struct<OpenRun>({ run: runCodec, proposedBy: u32, signedBy: list(u32, 255) }),
);

/** Periods that are settled, and the run that did it. */
export interface SettledPeriod {
  readonly periodUntilMs: number;
  readonly runHash: Uint8Array;
  readonly height: number;
  readonly signedBy: readonly number[];
}
export const settledPeriods = table<number, SettledPeriod>(
  51,
  'settled periods',
  u64,
  struct<SettledPeriod>({
    periodUntilMs: u64,
    runHash: hash32,
    height: u64,
    signedBy: list(u32, 255),
  }),
);

export interface DisputeKey {
  readonly periodFromMs: number;
  readonly member: number;
}
export interface Dispute {
  readonly runHash: Uint8Array;
  readonly reason: string;
  readonly openedMs: number;
}
export const disputes = table<DisputeKey, Dispute>(
  52,
  'disputes',
  struct<DisputeKey>({ periodFromMs: u64, member: u32 }),
  struct<Dispute>({ runHash: hash32, reason: textUpTo(500), openedMs: u64 }),
);
