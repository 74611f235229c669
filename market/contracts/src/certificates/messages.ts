/** What entitlements and certificates say of the energy behind them, and the module's messages. */

import {
  type Codec,
  choice,
  energyWh,
  hash32,
  struct,
  textUpTo,
  u32,
  u64,
} from '@commonwatt/ledger';
import type { Energy } from '@commonwatt/units';

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
