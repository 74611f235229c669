/** What entitlements and certificates say of the energy behind them, and the module's messages. */

import {
  type Codec,
  choice,
  energyWh,
  fixedBytes,
  hash32,
  priceNano,
  struct,
  textUpTo,
  u32,
  u64,
} from '@commonwatt/ledger';
import type { Energy, Price } from '@commonwatt/units';
import { SALT_LENGTH } from '../settlement/salts.ts';

/**
 * What settled energy gives rise to: certificates that their holder may sell (`renewable`), such
 * that went with the energy to a buyer's quota (`green`), and what is owed: a thermal producer's
 * certificates (`obligation`) and a large consumer's (`quota`).
 */
export const ENTITLEMENT_KINDS = ['renewable', 'green', 'obligation', 'quota'] as const;
export type EntitlementKind = (typeof ENTITLEMENT_KINDS)[number];
export const entitlementKindCodec: Codec<EntitlementKind> = choice(...ENTITLEMENT_KINDS);

/** What produced the energy; for a quota, which owes for whatever was consumed, `other`. */
export const TECHNOLOGIES = ['wind', 'thermal', 'other', 'solar', 'hydro', 'biomass'] as const;
export type Technology = (typeof TECHNOLOGIES)[number];
export const technologyCodec: Codec<Technology> = choice(...TECHNOLOGIES);

export const REGION_CHARACTERS_MAX = 64;

/** One entitlement of a member for each source: a settled deal, or a settled run. */
export interface EntitlementKey {
  readonly member: number;
  readonly kind: EntitlementKind;
  /** Names the deal or run for all time: the same whenever it is settled again. */
  readonly source: Uint8Array;
}
export const entitlementKeyCodec: Codec<EntitlementKey> = struct<EntitlementKey>({
  member: u32,
  kind: entitlementKindCodec,
  source: hash32,
});

/** When, where and by what the energy was produced, or consumed where a quota is owed. */
export interface Production {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly technology: Technology;
  readonly region: string;
}

/** A source's energy as it is settled now: a correction grants it again with other energy. */
export interface Grant extends EntitlementKey, Production {
  /** The whole of it, not the change. For duties what is owed, in certificates' Wh. */
  readonly energy: Energy;
}
export const grantCodec: Codec<Grant> = struct<Grant>({
  member: u32,
  kind: entitlementKindCodec,
  source: hash32,
  fromMs: u64,
  untilMs: u64,
  technology: technologyCodec,
  region: textUpTo(REGION_CHARACTERS_MAX),
  energy: energyWh,
});

/**
 * Opens what a settled run commits to for a member, and entitles it to certificates for the renewable
 * part. On the market's ledger, by the member; by a checker too, so that a correction reaches
 * certificates whose holder would rather keep them.
 */
export interface OpenRenewable {
  readonly member: number;
  readonly periodFromMs: number;
  readonly bought: Energy;
  readonly sold: Energy;
  readonly renewable: Energy;
  readonly salt: Uint8Array;
}
export const openRenewableCodec: Codec<OpenRenewable> = struct<OpenRenewable>({
  member: u32,
  periodFromMs: u64,
  bought: energyWh,
  sold: energyWh,
  renewable: energyWh,
  salt: fixedBytes(SALT_LENGTH),
});

/** A stretch of certificates from the beginning of a range on: one for each Wh. */
export interface Stretch {
  readonly issuance: number;
  /** The number of the range's first certificate within its issuance. */
  readonly first: Energy;
  /** How many: at most the range's. */
  readonly energy: Energy;
}
const stretch = { issuance: u64, first: energyWh, energy: energyWh } as const;

/** Gives own certificates to another member. */
export interface TransferCertificates extends Stretch {
  readonly to: number;
}
export const transferCertificatesCodec: Codec<TransferCertificates> = struct<TransferCertificates>({
  ...stretch,
  to: u32,
});

/** Offers own certificates at a price, nano-coin per Wh: 1000 is 1 coin per certificate of 1 MWh. */
export interface OfferCertificates extends Stretch {
  readonly price: Price;
}
export const offerCertificatesCodec: Codec<OfferCertificates> = struct<OfferCertificates>({
  ...stretch,
  price: priceNano,
});

/** Takes an own offer back, or debts and excess that name no more than a stretch. */
export const stretchCodec: Codec<Stretch> = struct<Stretch>({ ...stretch });

/** Buys offered certificates with own pegged coin, at most at a price. */
export interface BuyCertificates extends Stretch {
  readonly priceMost: Price;
}
export const buyCertificatesCodec: Codec<BuyCertificates> = struct<BuyCertificates>({
  ...stretch,
  priceMost: priceNano,
});

/** Uses own certificates up, for a purpose of one's own. */
export interface RetireCertificates extends Stretch {
  readonly beneficiary: string;
}
export const retireCertificatesCodec: Codec<RetireCertificates> = struct<RetireCertificates>({
  ...stretch,
  beneficiary: textUpTo(64),
});

/** What a member may owe certificates for. */
export const DUTIES = ['quota', 'obligation'] as const;
export type DutyKind = (typeof DUTIES)[number];
export const dutyKindCodec: Codec<DutyKind> = choice(...DUTIES);

/** Uses own certificates up for a duty of a period. */
export interface CountCertificates extends Stretch {
  readonly duty: DutyKind;
  readonly period: number;
}
export const countCertificatesCodec: Codec<CountCertificates> = struct<CountCertificates>({
  ...stretch,
  duty: dutyKindCodec,
  period: u32,
});
