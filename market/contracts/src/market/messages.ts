/** Messages of the market module: SETM's SHARE, REQUEST, REPLY and SEND, and the standing order. */

import {
  type Codec,
  choice,
  energyWh,
  fieldPaths,
  hash32,
  list,
  optional,
  priceNano,
  struct,
  textUpTo,
  u8,
  u16,
  u32,
  u64,
  unrolled,
} from '@commonwatt/ledger';
import type { Energy, Price } from '@commonwatt/units';

export type Side = 'buy' | 'sell';
export const sideCodec: Codec<Side> = choice('buy', 'sell');

/**
 * An order's name: the transaction and the position of the action in it, and, for an order that was
 * derived from a standing one, the slot. It does not depend on when the order arrived.
 */
export interface OrderId {
  readonly transaction: Uint8Array;
  readonly index: number;
  /** Start of the slot for a derived order, 0 for one that was sent. */
  readonly derivedForMs: number;
}
const orderIdPaths = fieldPaths(['transaction', 'index', 'derivedForMs']);
export const orderIdCodec: Codec<OrderId> = unrolled(
  struct<OrderId>({
    transaction: hash32,
    index: u16,
    derivedForMs: u64,
  }),
  {
    write(writer, value) {
      hash32.write(writer, value.transaction);
      writer.u16(value.index);
      writer.u64(value.derivedForMs);
    },
    read(reader, field) {
      const paths = orderIdPaths(field);
      return {
        transaction: hash32.read(reader, paths[0] as string),
        index: u16.read(reader, paths[1] as string),
        derivedForMs: u64.read(reader, paths[2] as string),
      };
    },
  },
);

/** A negotiation or standing order: the transaction and position that began it. */
export interface ActionId {
  readonly transaction: Uint8Array;
  readonly index: number;
}
export const actionIdCodec: Codec<ActionId> = struct<ActionId>({ transaction: hash32, index: u16 });

/** SHARE: energy for sale in a slot at `limit` or more. */
export interface Share {
  readonly market: number;
  readonly slotMs: number;
  readonly energy: Energy;
  readonly limit: Price;
}
const sharePaths = fieldPaths(['market', 'slotMs', 'energy', 'limit']);
export const shareCodec: Codec<Share> = unrolled(
  struct<Share>({
    market: u16,
    slotMs: u64,
    energy: energyWh,
    limit: priceNano,
  }),
  {
    write(writer, value) {
      u16.write(writer, value.market);
      u64.write(writer, value.slotMs);
      energyWh.write(writer, value.energy);
      priceNano.write(writer, value.limit);
    },
    read(reader, field) {
      const paths = sharePaths(field);
      return {
        market: reader.u16(paths[0] as string),
        slotMs: reader.u64(paths[1] as string),
        energy: energyWh.read(reader, paths[2] as string),
        limit: reader.bigI64(paths[3] as string) as Price,
      };
    },
  },
);

/** REQUEST: energy wanted in a slot at `limit` or less; without a limit it asks what there is. */
export interface Request {
  readonly market: number;
  readonly slotMs: number;
  readonly energy: Energy;
  readonly limit: Price | undefined;
}
const requestLimit = optional(priceNano);
const requestPaths = fieldPaths(['market', 'slotMs', 'energy', 'limit']);
export const requestCodec: Codec<Request> = unrolled(
  struct<Request>({
    market: u16,
    slotMs: u64,
    energy: energyWh,
    limit: requestLimit,
  }),
  {
    write(writer, value) {
      u16.write(writer, value.market);
      u64.write(writer, value.slotMs);
      energyWh.write(writer, value.energy);
      requestLimit.write(writer, value.limit);
    },
    read(reader, field) {
      const paths = requestPaths(field);
      return {
        market: reader.u16(paths[0] as string),
        slotMs: reader.u64(paths[1] as string),
        energy: energyWh.read(reader, paths[2] as string),
        limit: requestLimit.read(reader, paths[3] as string),
      };
    },
  },
);

/**
 * REPLY: a quote on the other side's open order. A producer replies to a request, a consumer to a
 * share; either begins a negotiation, in which the other accepts or counters.
 */
export interface Reply {
  readonly order: OrderId;
  readonly energy: Energy;
  readonly price: Price;
}
export const replyCodec: Codec<Reply> = struct<Reply>({
  order: orderIdCodec,
  energy: energyWh,
  price: priceNano,
});

/** SEND Energy(x kW): a producer addresses part of its share to one consumer, at a price. */
export interface SendEnergy {
  readonly share: OrderId;
  readonly to: number;
  readonly energy: Energy;
  readonly price: Price;
}
export const sendEnergyCodec: Codec<SendEnergy> = struct<SendEnergy>({
  share: orderIdCodec,
  to: u32,
  energy: energyWh,
  price: priceNano,
});

/** A counter-offer: the other side's turn next. */
export interface Counter {
  readonly negotiation: ActionId;
  readonly energy: Energy;
  readonly price: Price;
}
export const counterCodec: Codec<Counter> = struct<Counter>({
  negotiation: actionIdCodec,
  energy: energyWh,
  price: priceNano,
});

/** Accepts what the other side offered last, named again so that nothing else is accepted. */
export interface Accept {
  readonly negotiation: ActionId;
  readonly energy: Energy;
  readonly price: Price;
}
export const acceptCodec: Codec<Accept> = struct<Accept>({
  negotiation: actionIdCodec,
  energy: energyWh,
  price: priceNano,
});

export interface EndNegotiation {
  readonly negotiation: ActionId;
}
export const endNegotiationCodec: Codec<EndNegotiation> = struct<EndNegotiation>({
  negotiation: actionIdCodec,
});

/** Takes back an open order before its gate closes. */
export interface Withdraw {
  readonly order: OrderId;
}
export const withdrawCodec: Codec<Withdraw> = struct<Withdraw>({ order: orderIdCodec });

/**
 * One signed order for every slot from `fromMs` to `untilMs`: one energy for all of them, or a
 * profile of one energy for each slot of the UTC day. The phone may be off.
 */
export interface StandingOrder {
  readonly market: number;
  readonly side: Side;
  readonly limit: Price;
  readonly energies: readonly Energy[];
  readonly fromMs: number;
  readonly untilMs: number;
}
export const standingOrderCodec: Codec<StandingOrder> = struct<StandingOrder>({
  market: u16,
  side: sideCodec,
  limit: priceNano,
  energies: list(energyWh, 288),
  fromMs: u64,
  untilMs: u64,
});

/** Ends a standing order: no order is derived from it in any slot whose gate is still open. */
export interface WithdrawStanding {
  readonly standing: ActionId;
}
export const withdrawStandingCodec: Codec<WithdrawStanding> = struct<WithdrawStanding>({
  standing: actionIdCodec,
});

export const MARKET_KINDS = ['call auction', 'negotiated'] as const;
export type MarketKind = (typeof MARKET_KINDS)[number];

/** What a mechanism is told besides its orders, as `clear --param` writes it. */
export interface RuleSetting {
  readonly name: string;
  readonly value: string;
}
export const ruleSettingsCodec: Codec<readonly RuleSetting[] | undefined> = optional(
  list(struct<RuleSetting>({ name: textUpTo(40), value: textUpTo(200) }), 16),
);

/** What a line between two feeders carries in a slot, either way; `COMMUNITY_ZONE` is where they come together. */
export interface NetworkLine {
  readonly from: string;
  readonly to: string;
  readonly limit: Energy;
}
export const NETWORK_LINES_MAX = 256;
export const networkCodec: Codec<readonly NetworkLine[] | undefined> = optional(
  list(
    struct<NetworkLine>({ from: textUpTo(64), to: textUpTo(64), limit: energyWh }),
    NETWORK_LINES_MAX,
  ),
);

/** How a market works. Authority: operators. */
export interface MarketRules {
  readonly name: string;
  readonly kind: MarketKind;
  /** Length of a slot. */
  readonly slotLengthMs: number;
  /** The gate closes this long before the slot begins. */
  readonly gateLeadMs: number;
  /** Orders are taken for slots that begin at most this far ahead. */
  readonly horizonMs: number;
  /** Limits outside the collar are refused. */
  readonly priceLeast: Price;
  readonly priceMost: Price;
  /** The setting k of a mechanism that has one, in thousandths: 500 is the midpoint of the interval. */
  readonly kThousandths: number;
  /** Rule set that clears it: an auction that can be a rule of a market, or `negotiation`. */
  readonly mechanism: string;
  /** Offers and counter-offers a negotiation may have. */
  readonly roundsMax: number;
  /** Other settings of the mechanism; without them it takes its own. */
  readonly settings?: readonly RuleSetting[] | undefined;
  /** The lines that its trades have to fit, where the mechanism knows a network. */
  readonly network?: readonly NetworkLine[] | undefined;
}
export const marketRulesCodec: Codec<MarketRules> = struct<MarketRules>({
  name: textUpTo(40),
  kind: choice(...MARKET_KINDS),
  slotLengthMs: u32,
  gateLeadMs: u32,
  horizonMs: u64,
  priceLeast: priceNano,
  priceMost: priceNano,
  kThousandths: u16,
  mechanism: textUpTo(64),
  roundsMax: u8,
  settings: ruleSettingsCodec,
  network: networkCodec,
});

export interface DefineMarket extends MarketRules {
  readonly market: number;
}
export const defineMarketCodec: Codec<DefineMarket> = struct<DefineMarket>({
  market: u16,
  name: textUpTo(40),
  kind: choice(...MARKET_KINDS),
  slotLengthMs: u32,
  gateLeadMs: u32,
  horizonMs: u64,
  priceLeast: priceNano,
  priceMost: priceNano,
  kThousandths: u16,
  mechanism: textUpTo(64),
  roundsMax: u8,
  settings: ruleSettingsCodec,
  network: networkCodec,
});

/** The kill switch: a halted market takes no order and clears nothing. Authority: operators. */
export interface SetMarketOpen {
  readonly market: number;
  readonly open: 'open' | 'halted';
  readonly reason: string;
}
export const setMarketOpenCodec: Codec<SetMarketOpen> = struct<SetMarketOpen>({
  market: u16,
  open: choice('open', 'halted'),
  reason: textUpTo(200),
});
