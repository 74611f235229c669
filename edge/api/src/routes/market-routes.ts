/** What everyone may see of the markets: rules, the book without names, clearings, prices. */

import * as Type from 'typebox';
import type { Route } from '../route.ts';
import {
  energyWh,
  hash,
  height,
  hex,
  instantMs,
  instantText,
  limitText,
  market,
  moneyNano,
  nullable,
  numberText,
  priceNano,
  record,
  side,
} from '../schema.ts';

/** What the mechanism of a market is told besides its orders, as `clear --param` writes it. */
const ruleSetting = record({ name: Type.String(), value: Type.String() });

/** What a line between two feeders carries in a slot, either way. */
const networkLine = record({ from: Type.String(), to: Type.String(), limit: energyWh });

export const marketSchema = record({
  market,
  name: Type.String(),
  kind: Type.Union([Type.Literal('call auction'), Type.Literal('negotiated')]),
  status: Type.Union([Type.Literal('open'), Type.Literal('halted')]),
  slotLengthMs: Type.Integer(),
  gateLeadMs: Type.Integer(),
  horizonMs: Type.Integer(),
  priceLeast: priceNano,
  priceMost: priceNano,
  kThousandths: Type.Integer(),
  mechanism: Type.String(),
  settings: Type.Array(ruleSetting),
  network: Type.Array(networkLine),
  roundsMax: Type.Integer(),
  /** The slot whose gate closes next. */
  nextSlotMs: instantMs,
  nextGateMs: instantMs,
});

export const marketList = {
  method: 'GET',
  path: '/api/markets',
  summary: 'The markets, their rules and the slot that is open now.',
  access: { kind: 'public' },
  response: record({ nowMs: instantMs, markets: Type.Array(marketSchema) }),
  refusals: [],
} as const satisfies Route;

/** An open order without its owner, for pictures of the book. */
export const openLine = record({ side, limit: priceNano, energy: energyWh });

export const openBook = {
  method: 'GET',
  path: '/api/markets/{market}/slots/{slotMs}/book',
  summary: 'The open book of a slot without names, standing orders included as they would derive.',
  access: { kind: 'public' },
  params: record({ market: numberText, slotMs: instantText }),
  response: record({
    market,
    slotMs: instantMs,
    gateMs: instantMs,
    lines: Type.Array(openLine),
    /** What the book would clear at if the gate closed now: not a promise. */
    indication: record({
      price: nullable(priceNano),
      /** What sellers would get, where that is less. */
      sellerPrice: nullable(priceNano),
      volume: energyWh,
    }),
    /** Algorithm 2's Manager: energy on offer now. */
    available: energyWh,
  }),
  refusals: ['market_unknown', 'slot_invalid'],
} as const satisfies Route;

export const clearingLine = record({
  lot: hash,
  side,
  limit: priceNano,
  energy: energyWh,
  filled: energyWh,
  /** Where the outcome depends on who is who: lines with one mark are of one member of this slot. */
  party: nullable(Type.Integer()),
  /** Where the rule goes by time: when the order came. */
  placedMs: nullable(instantMs),
  /** Where the rule knows zones: the feeder that the order is metered on. */
  zone: nullable(Type.String()),
});

export const clearingSchema = record({
  market,
  slotMs: instantMs,
  mechanism: Type.String(),
  mechanismVersion: Type.Integer(),
  kThousandths: Type.Integer(),
  settings: Type.Array(ruleSetting),
  network: Type.Array(networkLine),
  seed: hash,
  price: nullable(priceNano),
  low: nullable(priceNano),
  high: nullable(priceNano),
  volume: energyWh,
  lines: Type.Array(clearingLine),
});

export const slotClearing = {
  method: 'GET',
  path: '/api/markets/{market}/slots/{slotMs}/clearing',
  summary: 'The clearing of a slot with the book as lines, its leaf, and why this price.',
  access: { kind: 'public' },
  params: record({ market: numberText, slotMs: instantText }),
  response: record({
    clearing: clearingSchema,
    /** The price, or what buyers pay in the mean by energy where each trade has its own. */
    meanPrice: nullable(priceNano),
    /** What sellers get: less where a trade has two prices. */
    meanSellerPrice: nullable(priceNano),
    /** What buyers pay beyond what sellers get, if all is delivered: it goes to the community. */
    spread: moneyNano,
    why: Type.String(),
    /** The rule and how it breaks ties, word for word. */
    rule: Type.String(),
    height,
    leafIndex: Type.Integer(),
    leaf: hex,
    trades: Type.Integer(),
  }),
  refusals: ['market_unknown', 'slot_invalid', 'not_cleared'],
} as const satisfies Route;

export const priceList = {
  method: 'GET',
  path: '/api/markets/{market}/prices',
  summary:
    'Cleared prices and volumes, oldest first; where trades have prices of their own, their mean by energy.',
  access: { kind: 'public' },
  params: record({ market: numberText }),
  query: record({
    from: Type.Optional(instantText),
    until: Type.Optional(instantText),
    limit: Type.Optional(limitText),
  }),
  response: record({
    prices: Type.Array(
      record({
        slotMs: instantMs,
        price: nullable(priceNano),
        /** What sellers get: less where trades have two prices. */
        sellerPrice: nullable(priceNano),
        volume: energyWh,
        offered: energyWh,
        requested: energyWh,
        trades: Type.Integer(),
        height,
      }),
    ),
  }),
  refusals: ['market_unknown'],
} as const satisfies Route;

/** SETM's REPLY to a REQUEST without a price: what is available, at which cost, without names. */
export const availableQuotes = {
  method: 'GET',
  path: '/api/markets/{market}/slots/{slotMs}/quotes',
  summary: 'What producers offer in a slot: amounts and costs, by the name of the order.',
  access: { kind: 'member' },
  params: record({ market: numberText, slotMs: instantText }),
  response: record({
    available: energyWh,
    quotes: Type.Array(record({ order: Type.String(), energy: energyWh, price: priceNano })),
  }),
  refusals: ['market_unknown', 'slot_invalid'],
} as const satisfies Route;

export const communityTotals = {
  method: 'GET',
  path: '/api/community',
  summary: 'Totals of the community for the day: energy traded, average price, local share.',
  access: { kind: 'public' },
  response: record({
    name: Type.String(),
    nowMs: instantMs,
    dayFromMs: instantMs,
    tradedWh: energyWh,
    tradedValue: Type.String(),
    averagePrice: nullable(priceNano),
    supplierPrice: nullable(priceNano),
    feedInPrice: nullable(priceNano),
    /** Thousandths of the day's metered demand that was covered inside the community. */
    localShareThousandths: nullable(Type.Integer()),
    settledUntilMs: nullable(instantMs),
    /** The street as a picture needs it: kinds and sums, no one's own figures. */
    kinds: Type.Array(record({ kind: Type.String(), members: Type.Integer() })),
  }),
  refusals: [],
} as const satisfies Route;
