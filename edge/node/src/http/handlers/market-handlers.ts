/** Markets, books without names, clearings and prices. */

import {
  availableEnergy,
  type Cleared,
  callMechanism,
  cleared,
  type Market,
  markets,
  orderIdText,
  quotes,
} from '@commonwatt/contracts';
import { toHex } from '@commonwatt/ledger';
import type { Desks } from '../../desks.ts';
import { valueOf as eventValue } from '../../projections/block-reader.ts';
import type { Handlers } from '../handler.ts';
import { readOpenBook } from '../open-book.ts';
import { readPeriod } from '../period.ts';
import { type Refused, refused, U16_MAX, wholeNumber } from '../refused.ts';

type MarketHandlers = Pick<
  Handlers,
  'marketList' | 'openBook' | 'slotClearing' | 'priceList' | 'availableQuotes' | 'communityTotals'
>;

export function marketHandlers(desks: Desks): MarketHandlers {
  const { ledger, projections } = desks;
  return {
    marketList: () => ({
      nowMs: desks.clock.nowMs(),
      markets: ledger.state.entries(markets).map(([number, one]) => marketView(number, one)),
    }),
    openBook: ({ params }) => {
      const at = slotAt(desks, params);
      return 'code' in at ? at : openBook(desks, at);
    },
    slotClearing: ({ params }) => {
      const at = slotAt(desks, params);
      return 'code' in at ? at : slotClearing(desks, at);
    },
    priceList: ({ params, query }) => {
      const number = wholeNumber(params.market, 'path.market', U16_MAX);
      if (ledger.state.get(markets, number) === undefined) {
        return refused('market_unknown', { market: number });
      }
      const { fromMs, untilMs, limit } = readPeriod(query);
      const within = projections
        .clearingsOf(number)
        .filter(({ slotMs }) => slotMs >= fromMs && slotMs < untilMs);
      const prices = within.slice(-limit).map((one) => ({
        slotMs: one.slotMs,
        price: priceText(one.price),
        sellerPrice: priceText(one.sellerPrice),
        volume: `${one.volume}`,
        offered: `${one.offered}`,
        requested: `${one.requested}`,
        trades: one.trades,
        height: one.height,
      }));
      return { prices };
    },
    availableQuotes: ({ params }) => {
      const at = slotAt(desks, params);
      return 'code' in at ? at : quotesOf(desks, at);
    },
    communityTotals: () => community(desks),
  };
}

interface SlotAt {
  readonly number: number;
  readonly market: Market;
  readonly slotMs: number;
}

function slotAt(
  { ledger }: Desks,
  params: { readonly market: string; readonly slotMs: string },
): SlotAt | Refused<'market_unknown' | 'slot_invalid'> {
  const number = wholeNumber(params.market, 'path.market', U16_MAX);
  const slotMs = wholeNumber(params.slotMs, 'path.slotMs', Number.MAX_SAFE_INTEGER);
  const market = ledger.state.get(markets, number);
  if (market === undefined) return refused('market_unknown', { market: number });
  const { slotLengthMs } = market.rules;
  // No gate closes before time begins.
  const isOnGrid = slotMs % slotLengthMs === 0 && slotMs >= market.rules.gateLeadMs;
  if (!isOnGrid) return refused('slot_invalid', { slotMs, slotLengthMs });
  return { number, market, slotMs };
}

function marketView(number: number, { rules, status, nextGateSlotMs }: Market) {
  return {
    market: number,
    name: rules.name,
    kind: rules.kind,
    status,
    slotLengthMs: rules.slotLengthMs,
    gateLeadMs: rules.gateLeadMs,
    horizonMs: rules.horizonMs,
    priceLeast: `${rules.priceLeast}`,
    priceMost: `${rules.priceMost}`,
    kThousandths: rules.kThousandths,
    mechanism: rules.mechanism,
    settings: [...(rules.settings ?? [])],
    network: networkView(rules),
    roundsMax: rules.roundsMax,
    nextSlotMs: nextGateSlotMs,
    nextGateMs: nextGateSlotMs - rules.gateLeadMs,
  };
}

function networkView({ network = [] }: Pick<Market['rules'], 'network'>) {
  return network.map(({ from, to, limit }) => ({ from, to, limit: `${limit}` }));
}

function openBook(desks: Desks, { number, market, slotMs }: SlotAt) {
  const { ledger, clock } = desks;
  const slot = { market: number, rules: market.rules, slotMs };
  const timeMs = Math.max(ledger.info().timeMs, clock.nowMs());
  const { lines, price, sellerPrice, volume } = readOpenBook(ledger, slot, timeMs);
  return {
    market: number,
    slotMs,
    gateMs: slotMs - market.rules.gateLeadMs,
    lines: lines.map(({ side, limit, energy }) => ({
      side,
      limit: `${limit}`,
      energy: `${energy}`,
    })),
    indication: {
      price: price === null ? null : `${price}`,
      sellerPrice: sellerPrice === null ? null : `${sellerPrice}`,
      volume: `${volume}`,
    },
    available: `${availableEnergy(ledger.state, number, slotMs)}`,
  };
}

function slotClearing(desks: Desks, { number, slotMs }: SlotAt) {
  const { projections } = desks;
  const entry = projections.clearing(number, slotMs);
  const event =
    entry &&
    projections.block(entry.height)?.events.find(({ leafIndex }) => leafIndex === entry.index);
  const value = event && eventValue(event, cleared);
  if (entry === undefined || event === undefined || value === undefined) {
    return refused('not_cleared', { market: number, slotMs });
  }
  return {
    clearing: {
      ...value,
      settings: [...(value.settings ?? [])],
      network: networkView(value),
      seed: toHex(value.seed),
      price: priceText(value.price),
      low: priceText(value.low),
      high: priceText(value.high),
      volume: `${value.volume}`,
      lines: value.lines.map((line) => ({
        lot: toHex(line.lot),
        side: line.side,
        limit: `${line.limit}`,
        energy: `${line.energy}`,
        filled: `${line.filled}`,
        party: line.party ?? null,
        placedMs: line.placedMs ?? null,
        zone: line.zone ?? null,
      })),
    },
    meanPrice: priceText(entry.price),
    meanSellerPrice: priceText(entry.sellerPrice),
    spread: `${entry.value - entry.sellerValue}`,
    why: desks.why(number, slotMs) ?? '',
    rule: ruleText(value),
    height: entry.height,
    leafIndex: entry.index,
    leaf: toHex(event.leaf),
    trades: entry.trades,
  };
}

const priceText = (price: bigint | undefined) => (price === undefined ? null : `${price}`);

function ruleText({ mechanism, mechanismVersion }: Cleared): string {
  const { rule, ties } = callMechanism(mechanism, mechanismVersion);
  return `${rule}. ${ties}.`;
}

/** The paper's REPLY to a REQUEST without a price: amounts and costs, by the name of the order. */
function quotesOf({ ledger }: Desks, { number, slotMs }: SlotAt) {
  return {
    available: `${availableEnergy(ledger.state, number, slotMs)}`,
    quotes: quotes(ledger.state, number, slotMs).map(({ order, energy, price }) => ({
      order: orderIdText(order),
      energy: `${energy}`,
      price: `${price}`,
    })),
  };
}

function community(desks: Desks) {
  const figures = desks.community();
  return {
    name: desks.ledger.genesis.name,
    nowMs: desks.clock.nowMs(),
    dayFromMs: figures.dayFromMs,
    tradedWh: `${figures.tradedWh}`,
    tradedValue: `${figures.tradedValue}`,
    averagePrice: priceText(figures.averagePrice),
    supplierPrice: priceText(figures.supplierPrice),
    feedInPrice: priceText(figures.feedInPrice),
    localShareThousandths: figures.localShareThousandths ?? null,
    settledUntilMs: figures.settledUntilMs ?? null,
    kinds: figures.kinds.map(({ kind, members }) => ({ kind, members })),
  };
}
