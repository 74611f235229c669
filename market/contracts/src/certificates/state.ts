/**
 * On the market's ledger: entitlements, and what of them was opened of runs (tables 80 and 81). On
 * that of certificates: sources, ranges, duties and debts (tables 82 to 86).
 */

import {
  type Codec,
  choice,
  energyWh,
  grouping,
  groupingByKey,
  hash32,
  optional,
  priceNano,
  struct,
  table,
  textUpTo,
  u16,
  u32,
  u64,
} from '@commonwatt/ledger';
import type { Energy, Price } from '@commonwatt/units';
import { dayOf } from '../metering/state.ts';
import {
  type DutyKind,
  dutyKindCodec,
  type EntitlementKey,
  entitlementKeyCodec,
  entitlementKindCodec,
  type Production,
  REGION_CHARACTERS_MAX,
  technologyCodec,
} from './messages.ts';

const production = {
  fromMs: u64,
  untilMs: u64,
  technology: technologyCodec,
  region: textUpTo(REGION_CHARACTERS_MAX),
} as const;

/** What a member may carry over to the ledger of certificates for one source. */
export interface Entitlement extends Production {
  readonly energy: Energy;
  /** 1 when it was granted, rising with every correction. */
  readonly version: number;
  /** The version that last went to a ledger of certificates, and which ledger: 0 and 0 before. */
  readonly lockedVersion: number;
  readonly lockedPeer: number;
}
export const entitlements = table<EntitlementKey, Entitlement>(
  80,
  'entitlements',
  entitlementKeyCodec,
  struct<Entitlement>({
    ...production,
    energy: energyWh,
    version: u32,
    lockedVersion: u32,
    lockedPeer: u16,
  }),
);
export const entitlementsOfMember = groupingByKey(entitlements, ({ member }) => `${member}`);

/** Those that need nobody's will to cross: duties, and corrections of what crossed before. */
export const CARRIED = 'carried';
export const entitlementsToCarry = grouping(entitlements, ({ kind }, one) => {
  if (one.lockedVersion === one.version) return undefined;
  const isDuty = kind === 'quota' || kind === 'obligation';
  return isDuty || one.lockedVersion > 0 ? CARRIED : undefined;
});

export interface OpeningKey {
  readonly member: number;
  readonly source: Uint8Array;
}
/** Which run of a period a member's renewable energy was opened of. */
export interface Opening {
  readonly periodFromMs: number;
  readonly sequence: number;
  /** Until then the period may be settled again. */
  readonly untilMs: number;
}
export const openings = table<OpeningKey, Opening>(
  81,
  'openings',
  struct<OpeningKey>({ member: u32, source: hash32 }),
  struct<Opening>({ periodFromMs: u64, sequence: u16, untilMs: u64 }),
);
/** By the UTC day in which their period can be corrected no more. */
export const openingsOfDay = grouping(openings, (_key, { untilMs }) => dayOf(untilMs));

/** Where an entitlement came from: its ledger, and its name there. */
export interface SourceKey extends EntitlementKey {
  readonly peer: number;
}
const sourceKeyCodec: Codec<SourceKey> = struct<SourceKey>({
  peer: u16,
  member: u32,
  kind: entitlementKindCodec,
  source: hash32,
});
/** A claimed source: claimed once, and corrected by later versions alone. */
export interface CertificateSource extends Production {
  /** Its member's number here. */
  readonly holder: number;
  readonly version: number;
  /** What it comes to now. */
  readonly energy: Energy;
  /** The issuance of its certificates; 0 for a duty, which has none. */
  readonly issuance: number;
  /** How many certificates were ever issued for it, those withdrawn since among them. */
  readonly issued: Energy;
}
export const sources = table<SourceKey, CertificateSource>(
  82,
  'certificate sources',
  sourceKeyCodec,
  struct<CertificateSource>({
    ...production,
    holder: u32,
    version: u32,
    energy: energyWh,
    issuance: u64,
    issued: energyWh,
  }),
);
/** The source of an issuance, numbered from 1. */
export const issuances = table<number, SourceKey>(83, 'issuances', u64, sourceKeyCodec);

/** What certificates are: free, bound or used up. */
export const RANGE_STATUSES = [
  'live',
  'offered',
  /** Went with the energy: only good for its holder's quota, until that is full. */
  'green',
  'counted',
  'surrendered',
  'retired',
  'withdrawn',
] as const;
export type RangeStatus = (typeof RANGE_STATUSES)[number];

export interface RangeKey {
  readonly issuance: number;
  readonly first: Energy;
}
/** Certificates that follow each other within an issuance and share owner and fate. */
export interface CertificateRange {
  readonly energy: Energy;
  readonly owner: number;
  readonly status: RangeStatus;
  /** While it is offered. */
  readonly price: Price | undefined;
  /** The period of the duty that it counted for. */
  readonly period: number | undefined;
  /** Of what was retired. */
  readonly beneficiary: string;
}
export const ranges = table<RangeKey, CertificateRange>(
  84,
  'certificates',
  struct<RangeKey>({ issuance: u64, first: energyWh }),
  struct<CertificateRange>({
    energy: energyWh,
    owner: u32,
    status: choice(...RANGE_STATUSES),
    price: optional(priceNano),
    period: optional(u32),
    beneficiary: textUpTo(64),
  }),
);
export const rangesOfIssuance = groupingByKey(ranges, ({ issuance }) => `${issuance}`);
export const rangesOfMember = grouping(ranges, (_key, { owner }) => `${owner}`);
export const rangesByStatus = grouping(ranges, (_key, { status }) => status);
/** Ranges that an issuance may fall into. */
export const RANGES_MAX = 4096;

export interface DutyKey {
  readonly member: number;
  readonly duty: DutyKind;
  readonly period: number;
}
export interface Duty {
  readonly owed: Energy;
  /** What was counted for it; a correction of `owed` leaves it as it is. */
  readonly met: Energy;
}
export const duties = table<DutyKey, Duty>(
  85,
  'certificate duties',
  struct<DutyKey>({ member: u32, duty: dutyKindCodec, period: u32 }),
  struct<Duty>({ owed: energyWh, met: energyWh }),
);
export const dutiesOfMember = groupingByKey(duties, ({ member }) => `${member}`);

/** Certificates that a member was issued for energy that was corrected away after it gave them on. */
export const debts = table<number, { readonly energy: Energy }>(
  86,
  'certificate debts',
  u32,
  struct<{ readonly energy: Energy }>({ energy: energyWh }),
);
