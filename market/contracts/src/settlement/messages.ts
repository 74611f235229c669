/** Messages of the settlement module: a run is proposed, signed by checkers, and takes effect. */

import {
  type Codec,
  choice,
  energyWh,
  fieldPaths,
  HASH_LENGTH,
  hash32,
  list,
  moneyNano,
  optional,
  struct,
  textUpTo,
  u16,
  u32,
  u64,
  unrolled,
} from '@commonwatt/ledger';
import type { Energy, Money } from '@commonwatt/units';
import { type SettlementPolicy, settlementPolicyCodec } from './policy.ts';
import { TARIFFS_AT_ONCE_MAX, type Tariff, tariffCodec } from './tariff.ts';

/** Totals of one slot: nobody's own figures. */
export interface SlotTotal {
  readonly slotMs: number;
  readonly traded: Energy;
  readonly delivered: Energy;
  readonly imported: Energy;
  readonly exported: Energy;
  /** What of the imports, and of the exports, neither a trade nor sharing accounts for. */
  readonly residualImport: Energy;
  readonly residualExport: Energy;
  /** What was shared after delivery, by the slot in which it was used. */
  readonly shared: Energy;
  /** What sellers', and buyers', own readings stayed below their trades of the slot. */
  readonly sellersShort: Energy;
  readonly buyersShort: Energy;
}

/** What a run posts for one member, and what it commits to without showing it. */
export interface Posting {
  readonly member: number;
  /** Positive where the member receives, negative where it pays. */
  readonly amount: Money;
  /** What it receives, or pays where negative, beside its trades: the sum of its slot lines. */
  readonly charge: Money;
  /** Root over the member's salted lines, one per trade. */
  readonly linesRoot: Uint8Array;
  /** Root over its salted slot lines, one per metered slot: residual, shared energy and charges. */
  readonly slotLinesRoot: Uint8Array;
  /** Salted commitment to the energy bought, sold and renewably produced in the run. */
  readonly energyCommitment: Uint8Array;
}

/**
 * How far a period's settlement is: provisional runs may follow each other, a final one closes it, and
 * after that only adjusting ones refer to it. Each posts what it differs by from the one before.
 */
export const STAGES = ['provisional', 'final', 'adjusting'] as const;
export type Stage = (typeof STAGES)[number];

/** A settlement run: the delivery and payment of every trade of a period. */
export interface Run {
  readonly periodFromMs: number;
  readonly periodUntilMs: number;
  /** Version of the settlement rules that computed it. */
  readonly rulesVersion: number;
  readonly stage: Stage;
  /** 0 for the period's first run, rising by one with every other. */
  readonly sequence: number;
  /** The run whose postings this one adjusts: the one before it. */
  readonly adjusts: Uint8Array | undefined;
  /** Root over the ledger's commitments to the readings that were used. */
  readonly readingsRoot: Uint8Array;
  /** Salted root over what sharing was computed from beside readings (`sharing-inputs.ts`). */
  readonly sharingRoot: Uint8Array;
  readonly slotTotals: readonly SlotTotal[];
  /** What buyers pay for what was delivered beyond what sellers get: the community's. */
  readonly spread: Money;
  readonly postings: readonly Posting[];
}
/** As many as fit one action together. */
export const SLOTS_MAX = 600;
export const POSTINGS_MAX = 1500;
/** The last run that a period can have. */
export const SEQUENCE_MAX = 0xffff;

export const slotTotalCodec: Codec<SlotTotal> = struct<SlotTotal>({
  slotMs: u64,
  traded: energyWh,
  delivered: energyWh,
  imported: energyWh,
  exported: energyWh,
  residualImport: energyWh,
  residualExport: energyWh,
  shared: energyWh,
  sellersShort: energyWh,
  buyersShort: energyWh,
});
const postingPaths = fieldPaths([
  'member',
  'amount',
  'charge',
  'linesRoot',
  'slotLinesRoot',
  'energyCommitment',
]);
/** By hand: a run has a thousand of them, and each is read by every node. */
export const postingCodec: Codec<Posting> = unrolled(
  struct<Posting>({
    member: u32,
    amount: moneyNano,
    charge: moneyNano,
    linesRoot: hash32,
    slotLinesRoot: hash32,
    energyCommitment: hash32,
  }),
  {
    write(writer, value) {
      writer.u32(value.member);
      writer.bigI128(value.amount);
      writer.bigI128(value.charge);
      hash32.write(writer, value.linesRoot);
      hash32.write(writer, value.slotLinesRoot);
      hash32.write(writer, value.energyCommitment);
    },
    read(reader, field) {
      const paths = postingPaths(field);
      return {
        member: reader.u32(paths[0] as string),
        amount: moneyNano.read(reader, paths[1] as string),
        charge: moneyNano.read(reader, paths[2] as string),
        linesRoot: reader.copy(paths[3] as string, HASH_LENGTH),
        slotLinesRoot: reader.copy(paths[4] as string, HASH_LENGTH),
        energyCommitment: reader.copy(paths[5] as string, HASH_LENGTH),
      };
    },
  },
);
export const runCodec: Codec<Run> = struct<Run>({
  periodFromMs: u64,
  periodUntilMs: u64,
  rulesVersion: u16,
  stage: choice(...STAGES),
  sequence: u16,
  adjusts: optional(hash32),
  readingsRoot: hash32,
  sharingRoot: hash32,
  slotTotals: list(slotTotalCodec, SLOTS_MAX),
  spread: moneyNano,
  postings: list(postingCodec, POSTINGS_MAX),
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

/** One line of a run that a party of its trade disputes. */
export interface DisputedLine {
  readonly trade: Uint8Array;
  /** What the line says is paid for the trade, without a sign: this much is held back. */
  readonly amount: Money;
  /** The line's leaf under the disputing member's lines root: it names the evidence exactly. */
  readonly lineLeaf: Uint8Array;
}

/**
 * A member or checker whose own re-execution disagrees. Nobody's verdict changes; while a run is open
 * a party may name lines, and their amounts stay in escrow when it takes effect.
 */
export interface DisputeRun {
  readonly periodFromMs: number;
  readonly runHash: Uint8Array;
  readonly reason: string;
  /** By strictly rising trade. */
  readonly lines: readonly DisputedLine[];
}
export const DISPUTED_LINES_MAX = 100;
export const disputedLineCodec: Codec<DisputedLine> = struct<DisputedLine>({
  trade: hash32,
  amount: moneyNano,
  lineLeaf: hash32,
});
export const disputeRunCodec: Codec<DisputeRun> = struct<DisputeRun>({
  periodFromMs: u64,
  runHash: hash32,
  reason: textUpTo(500),
  lines: list(disputedLineCodec, DISPUTED_LINES_MAX),
});

/** Decides what becomes of a held amount. Authority: checkers. */
export interface DecideDispute {
  readonly periodFromMs: number;
  readonly trade: Uint8Array;
  /** What of the held amount is paid after all; the rest goes back to who would have paid. */
  readonly paid: Money;
}
export const decideDisputeCodec: Codec<DecideDispute> = struct<DecideDispute>({
  periodFromMs: u64,
  trade: hash32,
  paid: moneyNano,
});

/** The community's own accounts that settlement posts to, in the order in which they are paid. */
export const COMMUNITY_ACCOUNTS = [
  'deviations',
  'supply',
  'grid',
  'levies',
  'taxes',
  'spread',
] as const;
export type CommunityAccount = (typeof COMMUNITY_ACCOUNTS)[number];

/** Pays out what one of the community's own accounts holds. Authority: treasurers. */
export interface PayOut {
  readonly account: CommunityAccount;
  readonly amount: Money;
  /** Who receives it on the ledger; nothing where it leaves by the bank. */
  readonly member: number | undefined;
  /** Hash of what attests it, a bank entry or an invoice for instance: each is used once. */
  readonly reference: Uint8Array;
}
export const payOutCodec: Codec<PayOut> = struct<PayOut>({
  account: choice(...COMMUNITY_ACCOUNTS),
  amount: moneyNano,
  member: optional(u32),
  reference: hash32,
});

/** Changes the settlement of periods to come. Authority: operators. */
export interface SetSettlementPolicy {
  readonly policy: SettlementPolicy;
}
export const setSettlementPolicyCodec: Codec<SetSettlementPolicy> = struct<SetSettlementPolicy>({
  policy: settlementPolicyCodec,
});

/** Sets prices of slots to come, by rising instant. Authority: operators. */
export interface SetTariff {
  readonly series: readonly Tariff[];
}
export const setTariffCodec: Codec<SetTariff> = struct<SetTariff>({
  series: list(tariffCodec, TARIFFS_AT_ONCE_MAX),
});
