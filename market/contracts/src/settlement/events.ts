/** What settlement tells: runs that took effect, disputes, and what the community decided. */

import {
  choice,
  hash32,
  list,
  moneyNano,
  optional,
  struct,
  u16,
  u32,
  u64,
  unrolled,
} from '@commonwatt/ledger';
import type { Money } from '@commonwatt/units';
import { eventType } from '../event-type.ts';
import {
  COMMUNITY_ACCOUNTS,
  type CommunityAccount,
  SLOTS_MAX,
  type SlotTotal,
  STAGES,
  type Stage,
  slotTotalCodec,
} from './messages.ts';
import { type SettlementPolicy, settlementPolicyCodec } from './policy.ts';
import { TARIFFS_AT_ONCE_MAX, type Tariff, tariffCodec } from './tariff.ts';

/** What a run posted to one of the community's own accounts; negative where that account pays. */
export interface CommunityPosting {
  readonly account: CommunityAccount;
  readonly amount: Money;
}

/** A run took effect: totals for everyone; each member's posting is its own event. */
export interface RunSettled {
  readonly periodFromMs: number;
  readonly periodUntilMs: number;
  readonly runHash: Uint8Array;
  readonly stage: Stage;
  readonly sequence: number;
  /** The run that this one adjusts. */
  readonly adjusts: Uint8Array | undefined;
  readonly signedBy: readonly number[];
  readonly slotTotals: readonly SlotTotal[];
  /** What was posted now, zeros left out: the difference to the run before, if there was one. */
  readonly community: readonly CommunityPosting[];
}
export const runSettled = eventType<RunSettled>(
  500,
  'run settled',
  struct<RunSettled>({
    periodFromMs: u64,
    periodUntilMs: u64,
    runHash: hash32,
    stage: choice(...STAGES),
    sequence: u16,
    adjusts: optional(hash32),
    signedBy: list(u32, 255),
    slotTotals: list(slotTotalCodec, SLOTS_MAX),
    community: list(
      struct<CommunityPosting>({
        account: choice(...COMMUNITY_ACCOUNTS),
        amount: moneyNano,
      }),
      COMMUNITY_ACCOUNTS.length,
    ),
  }),
  'public',
);

/** A member's or checker's own computation disagrees with a run. */
export interface RunDisputed {
  readonly periodFromMs: number;
  readonly runHash: Uint8Array;
  readonly member: number;
}
export const runDisputed = eventType<RunDisputed>(
  501,
  'run disputed',
  struct<RunDisputed>({ periodFromMs: u64, runHash: hash32, member: u32 }),
  (value) => [value.member],
);

/**
 * What a run that took effect says of one member: the leaf its proof rests on, because the whole
 * run is not shown to members.
 */
export interface MemberSettled {
  readonly member: number;
  readonly periodFromMs: number;
  readonly periodUntilMs: number;
  readonly runHash: Uint8Array;
  readonly sequence: number;
  /** The trades' part, and what beside them the run comes to for the member: whole, not the change. */
  readonly amount: Money;
  readonly charge: Money;
  readonly linesRoot: Uint8Array;
  readonly slotLinesRoot: Uint8Array;
  readonly energyCommitment: Uint8Array;
}
export const memberSettled = eventType<MemberSettled>(
  502,
  'member settled',
  unrolled(
    struct<MemberSettled>({
      member: u32,
      periodFromMs: u64,
      periodUntilMs: u64,
      runHash: hash32,
      sequence: u16,
      amount: moneyNano,
      charge: moneyNano,
      linesRoot: hash32,
      slotLinesRoot: hash32,
      energyCommitment: hash32,
    }),
    {
      write(writer, value) {
        writer.u32(value.member);
        writer.u64(value.periodFromMs);
        writer.u64(value.periodUntilMs);
        hash32.write(writer, value.runHash);
        writer.u16(value.sequence);
        writer.bigI128(value.amount);
        writer.bigI128(value.charge);
        hash32.write(writer, value.linesRoot);
        hash32.write(writer, value.slotLinesRoot);
        hash32.write(writer, value.energyCommitment);
      },
    },
  ),
  (value) => [value.member],
);

/** A disputed amount was held back, or what was held is decided or its time is over. */
export interface DisputeMoved {
  readonly periodFromMs: number;
  readonly trade: Uint8Array;
  readonly payer: number;
  readonly payee: number;
  readonly step: 'held' | 'decided' | 'over';
  /** What is held, or what of it was paid in the end. */
  readonly amount: Money;
}
export const disputeMoved = eventType<DisputeMoved>(
  503,
  'dispute moved',
  struct<DisputeMoved>({
    periodFromMs: u64,
    trade: hash32,
    payer: u32,
    payee: u32,
    step: choice('held', 'decided', 'over'),
    amount: moneyNano,
  }),
  (value) => [value.payer, value.payee],
);

/** The community decided how periods to come are settled. */
export const policySet = eventType<SettlementPolicy>(
  504,
  'settlement policy set',
  settlementPolicyCodec,
  'public',
);

/** Prices of slots to come were set. */
export interface TariffSet {
  readonly series: readonly Tariff[];
}
export const tariffSet = eventType<TariffSet>(
  505,
  'tariff set',
  struct<TariffSet>({ series: list(tariffCodec, TARIFFS_AT_ONCE_MAX) }),
  'public',
);

/** One of the community's own accounts paid out. Whom it paid is told to that member alone. */
export interface CommunityPaid {
  readonly account: CommunityAccount;
  readonly amount: Money;
  /** Whether it left the ledger by the bank. */
  readonly way: 'member' | 'bank';
}
export const communityPaid = eventType<CommunityPaid>(
  506,
  'community paid',
  struct<CommunityPaid>({
    account: choice(...COMMUNITY_ACCOUNTS),
    amount: moneyNano,
    way: choice('member', 'bank'),
  }),
  'public',
);
