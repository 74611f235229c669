/**
 * Everything that happens on the ledger, with its number, its layout and its audience. An event is
 * a leaf under the receipts root, so each can be proved alone and shown to those it concerns alone.
 */

import {
  choice,
  energyWh,
  hash32,
  list,
  moneyNano,
  optional,
  priceNano,
  struct,
  textUpTo,
  u16,
  u32,
  u64,
  unrolled,
} from '@commonwatt/ledger';
import type { Energy, Money, Price } from '@commonwatt/units';
import { eventType } from './event-type.ts';
import {
  type NetworkLine,
  networkCodec,
  type RuleSetting,
  ruleSettingsCodec,
  type Side,
  sideCodec,
} from './market/messages.ts';
import { type Trade, tradeCodec } from './market/state.ts';

export * from './direct-purchase/events.ts';
export * from './settlement/events.ts';

/** A member joined, changed, lost or regained its place. */
export interface MemberChanged {
  readonly member: number;
  readonly change:
    | 'enrolled'
    | 'joined'
    | 'amended'
    | 'revoked'
    | 'key rotated'
    | 'recovery begun'
    | 'recovery cancelled'
    | 'key recovered';
  readonly effectiveMs: number;
}
export const memberChanged = eventType<MemberChanged>(
  100,
  'member changed',
  struct<MemberChanged>({
    member: u32,
    change: choice(
      'enrolled',
      'joined',
      'amended',
      'revoked',
      'key rotated',
      'recovery begun',
      'recovery cancelled',
      'key recovered',
    ),
    effectiveMs: u64,
  }),
  (value) => [value.member],
);

/**
 * Money moved between two accounts, named as in wallet/state.ts. The reason says which way; a
 * settlement alone may be negative, where the member pays.
 */
export interface Posted {
  readonly member: number;
  readonly reason:
    | 'deposit'
    | 'withdrawal'
    | 'transfer in'
    | 'transfer out'
    | 'settlement'
    | 'withdrawal requested'
    | 'withdrawal rejected'
    | 'charges'
    | 'adjustment'
    | 'held back'
    | 'held amount paid'
    | 'paid by the community'
    | 'locked'
    | 'minted'
    | 'burnt'
    | 'released'
    | 'certificates bought'
    | 'certificates sold';
  readonly amount: Money;
}
const reasonCodec = choice(
  'deposit',
  'withdrawal',
  'transfer in',
  'transfer out',
  'settlement',
  'withdrawal requested',
  'withdrawal rejected',
  'charges',
  'adjustment',
  'held back',
  'held amount paid',
  'paid by the community',
  'locked',
  'minted',
  'burnt',
  'released',
  'certificates bought',
  'certificates sold',
);
export const posted = eventType<Posted>(
  200,
  'posted',
  unrolled(struct<Posted>({ member: u32, reason: reasonCodec, amount: moneyNano }), {
    write(writer, value) {
      writer.u32(value.member);
      reasonCodec.write(writer, value.reason);
      writer.bigI128(value.amount);
    },
  }),
  (value) => [value.member],
);

/** One order of a cleared book without its owner. */
export interface BookLine {
  readonly lot: Uint8Array;
  readonly side: Side;
  readonly limit: Price;
  /** What stood in the call: own crossings taken out, except where lines carry marks. */
  readonly energy: Energy;
  readonly filled: Energy;
  /** Where the outcome depends on who is who: lines with one mark, good for this slot alone, are of one member. */
  readonly party?: number | undefined;
  /** Where the rule is by time: when the order came. */
  readonly placedMs?: number | undefined;
  /** Where the rule knows zones: the feeder that the order is metered on. */
  readonly zone?: string | undefined;
}

/** A slot was cleared: everything with which anyone recomputes the price. */
export interface Cleared {
  readonly market: number;
  readonly slotMs: number;
  readonly mechanism: string;
  readonly mechanismVersion: number;
  readonly kThousandths: number;
  readonly settings?: readonly RuleSetting[] | undefined;
  /** The lines that the trades had to fit. */
  readonly network?: readonly NetworkLine[] | undefined;
  /** The hash of the block that closed the gate: the seed of the lots. */
  readonly seed: Uint8Array;
  /** Nothing where nothing was traded, and where trades have prices of their own. */
  readonly price: Price | undefined;
  readonly low: Price | undefined;
  readonly high: Price | undefined;
  readonly volume: Energy;
  readonly lines: readonly BookLine[];
}
export const cleared = eventType<Cleared>(
  300,
  'cleared',
  struct<Cleared>({
    market: u16,
    slotMs: u64,
    mechanism: textUpTo(64),
    mechanismVersion: u16,
    kThousandths: u16,
    settings: ruleSettingsCodec,
    network: networkCodec,
    seed: hash32,
    price: optional(priceNano),
    low: optional(priceNano),
    high: optional(priceNano),
    volume: energyWh,
    lines: list(
      struct<BookLine>({
        lot: hash32,
        side: sideCodec,
        limit: priceNano,
        energy: energyWh,
        filled: energyWh,
        party: optional(u32),
        placedMs: optional(u64),
        zone: optional(textUpTo(64)),
      }),
      100_000,
    ),
  }),
  'public',
);

/** Two members agreed, by a clearing or a negotiation. */
export interface Traded {
  readonly trade: Uint8Array;
  readonly terms: Trade;
}
export const traded = eventType<Traded>(
  301,
  'traded',
  struct<Traded>({ trade: hash32, terms: tradeCodec }),
  (value) => [value.terms.seller, value.terms.buyer],
);

/** SETM's Tran(g, c1, ...): Algorithm 2's case, who stands in it, and its payment.Transaction. */
export interface TransactionGrew {
  readonly kase: 'initial' | 'define' | 'update';
  readonly market: number;
  readonly slotMs: number;
  /** eP, and eC of everyone who joined so far. */
  readonly producer: number;
  readonly consumers: readonly number[];
  /** eRT, AT and ePr of the joining; the producer's own at the initial transaction. */
  readonly requestedMs: number;
  readonly agreedMs: number;
  readonly energy: Energy;
  readonly price: Price;
  /** What payment.Transaction put into escrow. */
  readonly payment: Money;
}
export const transactionGrew = eventType<TransactionGrew>(
  302,
  'transaction grew',
  struct<TransactionGrew>({
    kase: choice('initial', 'define', 'update'),
    market: u16,
    slotMs: u64,
    producer: u32,
    consumers: list(u32, 1000),
    requestedMs: u64,
    agreedMs: u64,
    energy: energyWh,
    price: priceNano,
    payment: moneyNano,
  }),
  (value) => [value.producer, ...value.consumers],
);

/** An order ended without a trade of all its energy. */
export interface OrderEnded {
  readonly member: number;
  readonly market: number;
  readonly slotMs: number;
  readonly side: Side;
  readonly energy: Energy;
  readonly reason:
    | 'withdrawn'
    | 'unmatched'
    | 'own crossing'
    | 'market halted'
    | 'not covered'
    | 'member revoked';
}
export const orderEnded = eventType<OrderEnded>(
  303,
  'order ended',
  struct<OrderEnded>({
    member: u32,
    market: u16,
    slotMs: u64,
    side: sideCodec,
    energy: energyWh,
    reason: choice(
      'withdrawn',
      'unmatched',
      'own crossing',
      'market halted',
      'not covered',
      'member revoked',
    ),
  }),
  (value) => [value.member],
);

/** A negotiation took a turn. */
export interface NegotiationMoved {
  readonly negotiation: Uint8Array;
  readonly index: number;
  readonly seller: number;
  readonly buyer: number;
  readonly by: Side;
  readonly step: 'reply' | 'send' | 'counter' | 'accept' | 'end';
  readonly energy: Energy;
  readonly price: Price;
  readonly round: number;
}
export const negotiationMoved = eventType<NegotiationMoved>(
  304,
  'negotiation moved',
  struct<NegotiationMoved>({
    negotiation: hash32,
    index: u16,
    seller: u32,
    buyer: u32,
    by: sideCodec,
    step: choice('reply', 'send', 'counter', 'accept', 'end'),
    energy: energyWh,
    price: priceNano,
    round: u16,
  }),
  (value) => [value.seller, value.buyer],
);

/** A market was defined, halted or opened again. */
export interface MarketChanged {
  readonly market: number;
  readonly change: 'defined' | 'open' | 'halted';
  readonly reason: string;
}
export const marketChanged = eventType<MarketChanged>(
  305,
  'market changed',
  struct<MarketChanged>({
    market: u16,
    change: choice('defined', 'open', 'halted'),
    reason: textUpTo(200),
  }),
  'public',
);

/** Readings of meters were committed to. */
export interface ReadingsCommitted {
  readonly periodFromMs: number;
  readonly meters: number;
}
export const readingsCommitted = eventType<ReadingsCommitted>(
  400,
  'readings committed',
  struct<ReadingsCommitted>({ periodFromMs: u64, meters: u32 }),
  'public',
);

/** Something was decided about a meter. */
export interface MeterChanged {
  readonly meter: number;
  readonly member: number;
  readonly change: 'registered' | 'retired' | 'replaced' | 'revoked' | 'participation set';
}
export const meterChanged = eventType<MeterChanged>(
  401,
  'meter changed',
  struct<MeterChanged>({
    meter: u32,
    member: u32,
    change: choice('registered', 'retired', 'replaced', 'revoked', 'participation set'),
  }),
  (value) => [value.member],
);

/** A proposal was made, approved or carried out. */
export interface ProposalMoved {
  readonly proposal: Uint8Array;
  readonly type: number;
  readonly approvals: number;
  readonly step: 'proposed' | 'approved' | 'carried out';
}
export const proposalMoved = eventType<ProposalMoved>(
  600,
  'proposal moved',
  struct<ProposalMoved>({
    proposal: hash32,
    type: u16,
    approvals: u16,
    step: choice('proposed', 'approved', 'carried out'),
  }),
  'public',
);

/** The ledger was restored from a backup and goes on behind the block that was kept. */
export interface EpochBegun {
  readonly epoch: number;
  readonly keptHeight: number;
  /** How many blocks there are known to have been before. */
  readonly lostSize: number | undefined;
}
export const epochBegun = eventType<EpochBegun>(
  601,
  'epoch begun',
  struct<EpochBegun>({ epoch: u32, keptHeight: u64, lostSize: optional(u64) }),
  'public',
);
