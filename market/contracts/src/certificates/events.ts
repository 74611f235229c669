/** What the certificates module tells. */

import { choice, energyWh, optional, priceNano, struct, u32, u64 } from '@commonwatt/ledger';
import type { Energy, Price } from '@commonwatt/units';
import { eventType } from '../event-type.ts';
import { type DutyKind, dutyKindCodec, type Grant, grantCodec, type Stretch } from './messages.ts';

/** A source entitles a member, or was corrected. */
export interface EntitlementGranted {
  readonly grant: Grant;
  readonly version: number;
}
export const entitlementGranted = eventType<EntitlementGranted>(
  720,
  'entitlement granted',
  struct<EntitlementGranted>({ grant: grantCodec, version: u32 }),
  (value) => [value.grant.member],
);

/** Certificates came to be, changed hands, or were bound or used up. */
export interface CertificatesMoved extends Stretch {
  readonly step:
    | 'issued'
    | 'transferred'
    | 'offered'
    | 'offer withdrawn'
    | 'bought'
    | 'retired'
    | 'counted'
    | 'surrendered'
    | 'freed'
    | 'withdrawn'
    | 'debt settled';
  /** One member twice where they stay with it. */
  readonly from: number;
  readonly to: number;
  /** Of an offer or a purchase. */
  readonly price: Price | undefined;
}
export const certificatesMoved = eventType<CertificatesMoved>(
  721,
  'certificates moved',
  struct<CertificatesMoved>({
    issuance: u64,
    first: energyWh,
    energy: energyWh,
    step: choice(
      'issued',
      'transferred',
      'offered',
      'offer withdrawn',
      'bought',
      'retired',
      'counted',
      'surrendered',
      'freed',
      'withdrawn',
      'debt settled',
    ),
    from: u32,
    to: u32,
    price: optional(priceNano),
  }),
  ({ from, to }) => (from === to ? [to] : [from, to]),
);

/** What a member owes for a period, or what it met of it, is another. */
export interface DutyChanged {
  readonly member: number;
  readonly duty: DutyKind;
  readonly period: number;
  readonly owed: Energy;
  readonly met: Energy;
}
export const dutyChanged = eventType<DutyChanged>(
  722,
  'certificate duty changed',
  struct<DutyChanged>({
    member: u32,
    duty: dutyKindCodec,
    period: u32,
    owed: energyWh,
    met: energyWh,
  }),
  (value) => [value.member],
);

/** What a member owes for certificates that should not have been issued is another. */
export interface DebtChanged {
  readonly member: number;
  readonly energy: Energy;
}
export const debtChanged = eventType<DebtChanged>(
  723,
  'certificate debt changed',
  struct<DebtChanged>({ member: u32, energy: energyWh }),
  (value) => [value.member],
);
