/**
 * What a community decided about its settlement. A policy holds for the periods that begin from its
 * instant on, and is never changed for what has begun.
 */

import {
  type Codec,
  choice,
  list,
  priceNano,
  type State,
  struct,
  table,
  u8,
  u32,
  u64,
} from '@commonwatt/ledger';
import { type Price, price } from '@commonwatt/units';

/** How energy is shared after delivery, beside or instead of a market. */
export const SHARING_MODES = [
  'none',
  'static',
  'equal',
  'pro rata',
  'priority',
  'simple dynamic',
  'full dynamic',
  'hybrid',
  'hourly minimum',
  'operator',
] as const;
export type SharingMode = (typeof SHARING_MODES)[number];

/** What a member's place in the sharing is. */
export interface SharingKey {
  readonly member: number;
  /** Its fixed part of the production, for static and hybrid sharing. */
  readonly shareMillionths: number;
  /** Its tier, for sharing by priority: lower ones are served first. */
  readonly tier: number;
}

export interface SettlementPolicy {
  /** Periods that begin from here on. */
  readonly validFromMs: number;
  /** Per Wh that a member's reading stays below what it sold, or bought. */
  readonly sellerDeviationPrice: Price;
  readonly buyerDeviationPrice: Price;
  /** Whether what was metered and not allocated is only shown, or posted by the community's tariff. */
  readonly residualCharges: 'shown' | 'posted';
  readonly sharing: SharingMode;
  /** Per shared Wh, where the sharing rule has no price of its own. */
  readonly sharedPrice: Price;
  /** By rising member; who is not named has no fixed part and tier 0. */
  readonly sharingKeys: readonly SharingKey[];
  /** How long a run stands open to disputes before it takes effect. */
  readonly reviewMs: number;
  /** How long what was disputed is held back unless it is decided. */
  readonly disputeMs: number;
  /** How long after its first run a period may be settled again by difference. */
  readonly correctionMs: number;
}

const DAY_MS = 86_400_000;
export const REVIEW_MS_MAX = 31 * DAY_MS;
export const DISPUTE_MS_MAX = 366 * DAY_MS;
export const CORRECTION_MS_MAX = 3 * 366 * DAY_MS;
export const SHARING_KEYS_MAX = 1500;
/** How many a ledger keeps. */
export const POLICIES_MAX = 1000;

export const settlementPolicyCodec: Codec<SettlementPolicy> = struct<SettlementPolicy>({
  validFromMs: u64,
  sellerDeviationPrice: priceNano,
  buyerDeviationPrice: priceNano,
  residualCharges: choice('shown', 'posted'),
  sharing: choice(...SHARING_MODES),
  sharedPrice: priceNano,
  sharingKeys: list(
    struct<SharingKey>({ member: u32, shareMillionths: u32, tier: u8 }),
    SHARING_KEYS_MAX,
  ),
  reviewMs: u64,
  disputeMs: u64,
  correctionMs: u64,
});

/** What holds where a community decided nothing else. */
export const DEFAULT_POLICY: SettlementPolicy = {
  validFromMs: 0,
  sellerDeviationPrice: price(0n),
  buyerDeviationPrice: price(0n),
  residualCharges: 'shown',
  sharing: 'none',
  sharedPrice: price(0n),
  sharingKeys: [],
  reviewMs: 0,
  disputeMs: 14 * DAY_MS,
  correctionMs: 60 * DAY_MS,
};

/** By the instant from which they hold. */
export const policies = table<number, SettlementPolicy>(
  53,
  'settlement policies',
  u64,
  settlementPolicyCodec,
);

/** The policy of a period: the last one that has begun when the period begins. */
export function policyAt(state: State, periodFromMs: number): SettlementPolicy {
  const held = state.entries(policies).findLast(([fromMs]) => fromMs <= periodFromMs);
  return held?.[1] ?? DEFAULT_POLICY;
}

/** Why a policy cannot hold; nothing when it can. */
export function flawOfPolicy(policy: SettlementPolicy): string | undefined {
  const { sellerDeviationPrice, buyerDeviationPrice, sharingKeys } = policy;
  if (sellerDeviationPrice < 0n) return 'sellerDeviationPrice: expected 0 or more';
  if (buyerDeviationPrice < 0n) return 'buyerDeviationPrice: expected 0 or more';
  if (policy.reviewMs > REVIEW_MS_MAX) return `reviewMs: expected at most ${REVIEW_MS_MAX}`;
  if (policy.disputeMs > DISPUTE_MS_MAX) return `disputeMs: expected at most ${DISPUTE_MS_MAX}`;
  if (policy.correctionMs > CORRECTION_MS_MAX) {
    return `correctionMs: expected at most ${CORRECTION_MS_MAX}`;
  }
  let last = 0;
  let shares = 0;
  for (const { member, shareMillionths } of sharingKeys) {
    if (member <= last) return `sharingKeys: expected rising members, got ${member}`;
    last = member;
    shares += shareMillionths;
  }
  if (shares > 1_000_000) return `sharingKeys: expected at most 1000000 millionths, got ${shares}`;
  return undefined;
}
