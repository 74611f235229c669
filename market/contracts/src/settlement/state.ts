/**
 * Runs under way, periods that are settled and what judging a later run of them needs, disputes and
 * what they hold back. Tables 50 to 52, 55 and 56; policies and tariffs are tables 53 and 54.
 */

import {
  type Codec,
  choice,
  energyWh,
  grouping,
  hash32,
  list,
  moneyNano,
  struct,
  table,
  textUpTo,
  u16,
  u32,
  u64,
  unrolled,
} from '@commonwatt/ledger';
import type { Energy, Money } from '@commonwatt/units';
import {
  DISPUTED_LINES_MAX,
  type DisputedLine,
  disputedLineCodec,
  POSTINGS_MAX,
  type Run,
  runCodec,
  SLOTS_MAX,
  STAGES,
  type Stage,
} from './messages.ts';

export interface RunKey {
  readonly periodFromMs: number;
  readonly runHash: Uint8Array;
}
export const runKeyCodec: Codec<RunKey> = struct<RunKey>({ periodFromMs: u64, runHash: hash32 });

/** A run that waits for the signatures of enough checkers. */
export interface OpenRun {
  readonly run: Run;
  readonly proposedBy: number;
  /** When it was: it takes effect once the policy's time to dispute it is over. */
  readonly proposedMs: number;
  readonly signedBy: readonly number[];
}
export const openRuns = table<RunKey, OpenRun>(
  50,
  'open runs',
  runKeyCodec,
  struct<OpenRun>({ run: runCodec, proposedBy: u32, proposedMs: u64, signedBy: list(u32, 255) }),
);

/** Periods that are settled, and the last run that did it. */
export interface SettledPeriod {
  readonly periodUntilMs: number;
  readonly runHash: Uint8Array;
  readonly rulesVersion: number;
  readonly stage: Stage;
  readonly sequence: number;
  readonly readingsRoot: Uint8Array;
  readonly sharingRoot: Uint8Array;
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
    rulesVersion: u16,
    stage: choice(...STAGES),
    sequence: u16,
    readingsRoot: hash32,
    sharingRoot: hash32,
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
  readonly lines: readonly DisputedLine[];
}
export const disputes = table<DisputeKey, Dispute>(
  52,
  'disputes',
  struct<DisputeKey>({ periodFromMs: u64, member: u32 }),
  struct<Dispute>({
    runHash: hash32,
    reason: textUpTo(500),
    openedMs: u64,
    lines: list(disputedLineCodec, DISPUTED_LINES_MAX),
  }),
);
export const disputesOfPeriod = grouping(disputes, (key) => `${key.periodFromMs}`);

/** What a member was posted for a settled period so far, and what its trades then bound. */
export interface PostedMember {
  readonly member: number;
  readonly amount: Money;
  readonly charge: Money;
  /** At most this it pays for its trades, and at most that it receives. */
  readonly escrow: Money;
  readonly claims: Money;
  /** At most this it pays for its own deviations. */
  readonly deviationMost: Money;
  /** What the last run commits to for it: see `openRenewable`. */
  readonly energyCommitment: Uint8Array;
}
const postedMemberCodec: Codec<PostedMember> = unrolled(
  struct<PostedMember>({
    member: u32,
    amount: moneyNano,
    charge: moneyNano,
    escrow: moneyNano,
    claims: moneyNano,
    deviationMost: moneyNano,
    energyCommitment: hash32,
  }),
  {
    write(writer, value) {
      writer.u32(value.member);
      writer.bigI128(value.amount);
      writer.bigI128(value.charge);
      writer.bigI128(value.escrow);
      writer.bigI128(value.claims);
      writer.bigI128(value.deviationMost);
      hash32.write(writer, value.energyCommitment);
    },
  },
);

/** What judging a later run of a settled period needs, until its correction window ends. */
export interface Correctable {
  readonly periodUntilMs: number;
  /** From here on the period changes no more, and this entry is dropped. */
  readonly untilMs: number;
  /** By rising member. */
  readonly members: readonly PostedMember[];
  readonly traded: readonly { readonly slotMs: number; readonly energy: Energy }[];
  readonly spreadMost: Money;
  /** What was posted to the community's accounts so far. */
  readonly deviations: Money;
  readonly supply: Money;
  readonly grid: Money;
  readonly levies: Money;
  readonly taxes: Money;
  readonly spread: Money;
}
/** By the period's beginning. */
export const correctables = table<number, Correctable>(
  55,
  'correctable periods',
  u64,
  struct<Correctable>({
    periodUntilMs: u64,
    untilMs: u64,
    members: list(postedMemberCodec, POSTINGS_MAX),
    traded: list(
      struct<Correctable['traded'][number]>({ slotMs: u64, energy: energyWh }),
      SLOTS_MAX,
    ),
    spreadMost: moneyNano,
    deviations: moneyNano,
    supply: moneyNano,
    grid: moneyNano,
    levies: moneyNano,
    taxes: moneyNano,
    spread: moneyNano,
  }),
);

export interface HeldKey {
  readonly periodFromMs: number;
  readonly trade: Uint8Array;
}
/** A disputed amount: it stays in its payer's escrow until it is decided or its time is over. */
export interface Held {
  readonly payer: number;
  readonly payee: number;
  readonly amount: Money;
  readonly untilMs: number;
}
export const helds = table<HeldKey, Held>(
  56,
  'held amounts',
  struct<HeldKey>({ periodFromMs: u64, trade: hash32 }),
  struct<Held>({ payer: u32, payee: u32, amount: moneyNano, untilMs: u64 }),
);
