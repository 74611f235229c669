/** The open book of a slot as it would clear if the gate closed now, without a name in it. */

import {
  bookOf,
  clearCall,
  feederOf,
  isByZone,
  type Market,
  newestCall,
  settingsOf,
  tablesOf,
  timeOf,
  zoneOf,
} from '@commonwatt/contracts';
import type { Ledger } from '@commonwatt/ledger';
import type { Order } from '@commonwatt/mechanisms';
import { divideDown, type Energy, type Price, price } from '@commonwatt/units';

const LINES_MAX = 5000;

export interface OpenLine {
  readonly side: 'buy' | 'sell';
  readonly limit: Price;
  readonly energy: Energy;
}

export interface OpenBook {
  /** Orders that were sent, and those the standing ones would become: by side, then by merit. */
  readonly lines: readonly OpenLine[];
  readonly price: Price | null;
  /** What sellers would get: less where trades have two prices. */
  readonly sellerPrice: Price | null;
  readonly volume: bigint;
}

/** Reads the book of a slot. Whoever reads it learns no order's name, member or arrival. */
export function readOpenBook(
  ledger: Ledger,
  slot: { readonly market: number; readonly rules: Market['rules']; readonly slotMs: number },
  timeMs: number,
): OpenBook {
  const { market, rules, slotMs } = slot;
  const height = (ledger.head?.height ?? -1) + 1;
  const entries = bookOf(ledger.state, { market, slotMs }, { height, timeMs });
  const lines: OpenLine[] = [];
  for (const { order } of entries) {
    const { side, limit, energy } = order;
    if (limit !== undefined) lines.push({ side, limit, energy });
  }
  lines.sort(byMerit);
  const asked = () => indication(ledger, entries, rules);
  return { lines: lines.slice(0, LINES_MAX), ...onceAHeight(ledger, `${market}/${slotMs}`, asked) };
}

type Entries = ReturnType<typeof bookOf>;
type Indication = Pick<OpenBook, 'price' | 'sellerPrice' | 'volume'>;

/** A book changes with a block alone, and some rules take long: each is cleared once a block. */
function onceAHeight(ledger: Ledger, slot: string, clear: () => Indication): Indication {
  const height = ledger.head?.height ?? -1;
  let kept = indications.get(ledger);
  if (kept?.height !== height) {
    kept = { height, bySlot: new Map() };
    indications.set(ledger, kept);
  }
  const known = kept.bySlot.get(slot) ?? clear();
  kept.bySlot.set(slot, known);
  return known;
}

const indications = new WeakMap<
  Ledger,
  { readonly height: number; readonly bySlot: Map<string, Indication> }
>();

/** What a call would give, as a mean where trades have prices of their own. Nobody has drawn a lot yet, so equal limits share anyhow. */
function indication(ledger: Ledger, entries: Entries, rules: Market['rules']): Indication {
  const nothing = { price: null, sellerPrice: null, volume: 0n };
  const mechanism = newestCall(rules.mechanism);
  if (mechanism === undefined) return nothing;
  const isZoned = isByZone(mechanism);
  const orders = entries.flatMap(({ order }, at): Order[] => {
    const { member, side, limit, energy } = order;
    if (limit === undefined) return [];
    const zone = isZoned ? zoneOf(feederOf(ledger.state, member), rules) : undefined;
    return [{ id: `${at}`, member: `${member}`, side, limit, energy, time: timeOf(order), zone }];
  });
  if (orders.length === 0) return nothing;
  const lots = (id: string) => Number(id).toString(16).padStart(64, '0');
  const told = { settings: settingsOf(mechanism, rules), tables: tablesOf(mechanism, rules) };
  const clearing = clearCall(mechanism, { orders, lots, ...told });
  if (clearing === undefined) return nothing;
  const { price: agreed, volume, trades } = clearing;
  if (agreed !== null || volume === 0n) return { price: agreed, sellerPrice: agreed, volume };
  const meanOf = (side: 'buyerPrice' | 'sellerPrice') => {
    const value = trades.reduce((sum, one) => sum + one.energy * (one[side] ?? 0n), 0n);
    return price(divideDown(value, volume));
  };
  return { price: meanOf('buyerPrice'), sellerPrice: meanOf('sellerPrice'), volume };
}

function byMerit(a: OpenLine, b: OpenLine): number {
  if (a.side !== b.side) return a.side === 'buy' ? -1 : 1;
  if (a.limit !== b.limit) {
    const rising = a.limit > b.limit ? 1 : -1;
    return a.side === 'buy' ? -rising : rising;
  }
  return a.energy === b.energy ? 0 : a.energy > b.energy ? -1 : 1;
}
