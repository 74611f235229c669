/** Messages of the settlement module: a run is proposed, signed by checkers, and takes effect. */

import {
  type Codec,
  energyWh,
  hash32,
  list,
  moneyNano,
  struct,
  textUpTo,
  u16,
  u32,
  u64,
} from '@commonwatt/ledger';
import type { Energy, Money } from '@commonwatt/units';

/** Totals of one slot: nobody's own figures. */
export interface SlotTotal {
  readonly slotMs: number;
  readonly traded: Energy;
  readonly delivered: Energy;
  readonly imported: Energy;
  readonly exported: Energy;
}

/** What a run posts for one member, and what it commits to without showing it. */
export interface Posting {
  readonly member: number;
  /** Positive where the member receives, negative where it pays. */
  readonly amount: Money;
  /** Root over the member's salted lines, one per trade. */
  readonly linesRoot: Uint8Array;
  /** Salted commitment to the energy bought, sold and renewably produced in the run. */
  readonly energyCommitment: Uint8Array;
}

/** A settlement run: the delivery and payment of every trade of a period. */
export interface Run {
  readonly periodFromMs: number;
  readonly periodUntilMs: number;
  /** Version of the settlement rules that computed it. */
  readonly rulesVersion: number;
  /** Root over the ledger's commitments to the readings that were used. */
  readonly readingsRoot: Uint8Array;
  readonly slotTotals: readonly SlotTotal[];
  readonly postings: readonly Posting[];
}
export const slotTotalCodec: Codec<SlotTotal> = struct<SlotTotal>({
  slotMs: u64,
  traded: energyWh,
  delivered: energyWh,
  imported: energyWh,
  exported: energyWh,
});
export const postingCodec: Codec<Posting> = struct<Posting>({
  member: u32,
  amount: moneyNano,
  linesRoot: hash32,
  energyCommitment: hash32,
});
export const runCodec: Codec<Run> = struct<Run>({
  periodFromMs: u64,
  periodUntilMs: u64,
  rulesVersion: u16,
  readingsRoot: hash32,
  slotTotals: list(slotTotalCodec, 1000),
  postings: list(postingCodec, 2500),
});

/** Puts a computed run before the checkers; where the sender is one, it signs by sending. */
export interface ProposeRun {
  readonly run: Run;
}
export const proposeRunCodec: Codec<ProposeRun> = struct<ProposeRun>({ run: runCodec });

/** A checker that re-executed a run and came to the same root. */
export interface SignRun {
  readonly periodFromMs: number;
  /** SHA-256 over the canonical bytes of the run. */
  readonly runHash: Uint8Array;
}
export const signRunCodec: Codec<SignRun> = struct<SignRun>({
  periodFromMs: u64,
  runHash: hash32,
});

/** A member or checker whose own re-execution disagrees. It moves no money and no verdict. */
export interface DisputeRun {
  readonly periodFromMs: number;
  readonly runHash: Uint8Array;
  readonly reason: string;
}
export const disputeRunCodec: Codec<DisputeRun> = struct<DisputeRun>({
  periodFromMs: u64,
  runHash: hash32,
  reason: textUpTo(500),
});
