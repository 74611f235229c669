/** What the bridge tells. A crossing that left is the leaf on which its proof rests. */

import { choice, moneyNano, optional, struct, textUpTo, u16, u32, u64 } from '@commonwatt/ledger';
import type { Money } from '@commonwatt/units';
import { type EntitlementKind, entitlementKindCodec } from '../certificates/messages.ts';
import { eventType } from '../event-type.ts';
import { type Crossing, crossingCodec } from './messages.ts';

/** An asset left for another ledger. */
export const crossingLeft = eventType<Crossing>(740, 'crossing left', crossingCodec, (value) => [
  value.member,
]);

/** An asset arrived from another ledger. */
export interface CrossingArrived {
  readonly peer: number;
  readonly number: number;
  readonly member: number;
  readonly amount: Money;
  readonly entitlement: EntitlementKind | undefined;
}
export const crossingArrived = eventType<CrossingArrived>(
  741,
  'crossing arrived',
  struct<CrossingArrived>({
    peer: u16,
    number: u64,
    member: u32,
    amount: moneyNano,
    entitlement: optional(entitlementKindCodec),
  }),
  (value) => [value.member],
);

/** A peer was named, changed, or its peg stands still or goes on. */
export interface PeerChanged {
  readonly peer: number;
  readonly change: 'named' | 'amended' | 'stopped' | 'resumed' | 'forked';
  readonly reason: string;
}
export const peerChanged = eventType<PeerChanged>(
  742,
  'peer changed',
  struct<PeerChanged>({
    peer: u16,
    change: choice('named', 'amended', 'stopped', 'resumed', 'forked'),
    reason: textUpTo(200),
  }),
  'public',
);
