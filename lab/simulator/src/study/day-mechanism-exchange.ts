/**
 * Clears a whole day by one call of a mechanism that knows days. Its trades may join an ask of one slot with a bid of
 * another; what lies between is in batteries, and the mechanism says in which. That it adds up is checked here: a study's
 * energy must not depend on what a mechanism tells.
 */

import { sha256 } from '@commonwatt/consensus';
import {
  type AuctionMechanism,
  type Call,
  type Clearing,
  type Detail,
  lotsBySeed,
  type Order,
  type Trade,
} from '@commonwatt/mechanisms';
import { energy, price } from '@commonwatt/units';
import type {
  DayClearing,
  DayExchange,
  LentBattery,
  SlotBook,
  SlotClearing,
  SlotTrade,
} from './book.ts';
import { orderName } from './book.ts';
import type { DayDeclaration } from './day-mechanism.ts';
import { MarketError } from './market-error.ts';
import { lotSeedOf, type MechanismExchangeOptions, soundCall } from './mechanism-exchange.ts';

interface DayMechanismExchangeOptions extends MechanismExchangeOptions {
  readonly mechanism: AuctionMechanism;
  readonly declared: DayDeclaration;
}

/** Where an order stands: the book by its place in the day, and the row. */
interface Place {
  readonly interval: number;
  readonly row: number;
  readonly member: number;
}

export class DayMechanismExchange implements DayExchange {
  readonly #options: DayMechanismExchangeOptions;

  constructor(options: DayMechanismExchangeOptions) {
    this.#options = options;
  }

  /** @throws MarketError naming the first slot, where the mechanism refuses the day or its batteries do not add up */
  clearDay(books: readonly SlotBook[], batteries: readonly LentBattery[]): DayClearing {
    const { mechanism, seed, settings, tables, solve, declared } = this.#options;
    const [first] = books;
    if (first === undefined) return { clearings: [], flowsWh: batteries.map(() => []), told: '' };
    const lotSeed = lotSeedOf(seed, first);
    const places = new Map<string, Place>();
    const orders = books.flatMap((book, interval) => this.#ordersOf(book, interval, places));
    const given: Call = {
      orders,
      lots: lotsBySeed(sha256, lotSeed),
      settings,
      tables: {
        ...tables,
        [declared.table]: batteries.map(({ name, capacityWh, powerWh }) => ({
          battery: name,
          capacity_wh: BigInt(capacityWh),
          power_wh: BigInt(powerWh),
        })),
      },
    };
    const call = soundCall(mechanism, given, { solve, startMs: first.startMs });
    const clearing = mechanism.clear(call);
    const clearings = clearingsOf(books, { call, clearing, places, lotSeed });
    const flowsWh = flowsOf(clearing.details?.[declared.table], batteries, {
      interval: declared.interval,
      count: books.length,
    });
    const fault = faultOf(books, clearings, batteries, flowsWh);
    if (fault !== undefined) {
      const expected = `batteries of ${mechanism.name} that hold what was traded`;
      throw new MarketError(`market, ${lotSeed}`, expected, fault);
    }
    return { clearings, flowsWh, told: scalarsOf(clearing.details) };
  }

  #ordersOf(
    { members, isBid, energiesWh, prices }: SlotBook,
    interval: number,
    places: Map<string, Place>,
  ): Order[] {
    const { names, zones, declared } = this.#options;
    const when =
      declared.interval === 'time'
        ? { time: interval }
        : { extra: { [declared.interval]: BigInt(interval) } };
    return members.map((member, row): Order => {
      const name = names[member] as string;
      const id = `${orderName(name, isBid[row] as boolean)}/${interval}`;
      places.set(id, { interval, row, member });
      return {
        id,
        member: name,
        side: isBid[row] === true ? 'buy' : 'sell',
        limit: price(BigInt(prices[row] as number)),
        energy: energy(BigInt(energiesWh[row] as number)),
        zone: zones[member] as string,
        ...when,
      };
    });
  }
}

interface Cleared {
  readonly call: Call;
  readonly clearing: Clearing;
  readonly places: ReadonlyMap<string, Place>;
  readonly lotSeed: string;
}

function clearingsOf(
  books: readonly SlotBook[],
  { call, clearing, places, lotSeed }: Cleared,
): readonly SlotClearing[] {
  const tradesOf = books.map((): SlotTrade[] => []);
  const placeOf = (id: string): Place => {
    const place = places.get(id);
    if (place === undefined) throw new Error(`clearing: expected an order of the day, got ${id}`);
    return place;
  };
  const payments = books.map(({ members }) => members.map(() => 0));
  const pay = ({ interval, row }: Place, money: number): void => {
    const ofSlot = payments[interval] as number[];
    ofSlot[row] = (ofSlot[row] as number) + money;
  };
  const isPriced = clearing.trades.every(
    ({ buyerPrice, sellerPrice }) => buyerPrice !== null && sellerPrice !== null,
  );
  for (const trade of clearing.trades) {
    const [bid, ask] = [placeOf(trade.bid), placeOf(trade.ask)];
    tradesOf[bid.interval]?.push(slotTrade(trade, bid, ask, call));
    if (!isPriced) continue;
    pay(bid, Number(trade.energy * (trade.buyerPrice ?? 0n)));
    pay(ask, -Number(trade.energy * (trade.sellerPrice ?? 0n)));
  }
  if (!isPriced) payAtOnce(clearing, call, (id, money) => pay(placeOf(id), money));
  const fillsOf = books.map(({ members }) => members.map(() => 0));
  for (const [id, filled] of clearing.fills) {
    const { interval, row } = placeOf(id);
    (fillsOf[interval] as number[])[row] = Number(filled);
  }
  const idsOf = books.map((): string[] => []);
  for (const { id } of call.orders) idsOf[placeOf(id).interval]?.push(id);
  return books.map(
    ({ members }, interval): SlotClearing => ({
      price: null,
      priceLow: null,
      priceHigh: null,
      filledWh: fillsOf[interval] as number[],
      payments: payments[interval] as number[],
      trades: tradesOf[interval] as SlotTrade[],
      lotSeed,
      ids: idsOf[interval] as string[],
      times: members.map(() => interval),
    }),
  );
}

function slotTrade(trade: Trade, bid: Place, ask: Place, { lots }: Call): SlotTrade {
  return {
    bid: bid.row,
    ask: ask.row,
    ...(ask.interval === bid.interval
      ? {}
      : { askElsewhere: { id: trade.ask, member: ask.member } }),
    energyWh: Number(trade.energy),
    buyerPrice: trade.buyerPrice === null ? null : Number(trade.buyerPrice),
    sellerPrice: trade.sellerPrice === null ? null : Number(trade.sellerPrice),
    lot: lots(`${trade.bid} ${trade.ask}`),
  };
}

/** Where trades have no prices a member is told one sum for the day, which its first order carries. */
function payAtOnce(
  { payments }: Clearing,
  { orders }: Call,
  pay: (id: string, money: number) => void,
): void {
  const told = new Set<string>();
  for (const { id, member } of orders) {
    if (!told.has(member)) pay(id, Number(payments.get(member) ?? 0n));
    told.add(member);
  }
}

/** What the outcome tells of each battery: rows of its name, the interval, and what it was charged with. */
function flowsOf(
  detail: Detail | undefined,
  batteries: readonly LentBattery[],
  { interval, count }: { readonly interval: string; readonly count: number },
): readonly (readonly number[])[] {
  const flows = new Map(batteries.map(({ name }) => [name, new Array<number>(count).fill(0)]));
  for (const row of Array.isArray(detail) ? (detail as readonly Detail[]) : []) {
    const told = row as { readonly [name: string]: Detail };
    const flow = flows.get(String(told.battery));
    const at = Number(told[interval]);
    const charged = Number(told.charged_wh);
    if (flow?.[at] === undefined || !Number.isSafeInteger(charged)) {
      const text = `battery ${String(told.battery)}, ${interval} ${String(told[interval])}`;
      throw new Error(`clearing: expected whole Wh of a battery of the day, got ${text}`);
    }
    flow[at] = charged;
  }
  return [...flows.values()];
}

/** What a battery cannot do, or what the trades of a slot leave over or lack beside the batteries. */
function faultOf(
  books: readonly SlotBook[],
  clearings: readonly SlotClearing[],
  batteries: readonly LentBattery[],
  flowsWh: readonly (readonly number[])[],
): string | undefined {
  for (const [at, { name, capacityWh, powerWh }] of batteries.entries()) {
    let storedWh = 0;
    for (const flow of flowsWh[at] as readonly number[]) {
      storedWh += flow;
      if (Math.abs(flow) > powerWh || storedWh < 0 || storedWh > capacityWh) {
        return `${flow} Wh into the battery of ${name}, which then holds ${storedWh}`;
      }
    }
    if (storedWh !== 0) return `${storedWh} Wh left in the battery of ${name}`;
  }
  for (const [interval, { isBid }] of books.entries()) {
    let over = 0;
    const { filledWh } = clearings[interval] as SlotClearing;
    for (const [row, filled] of filledWh.entries()) over += isBid[row] === true ? -filled : filled;
    for (const flow of flowsWh) over -= flow[interval] as number;
    if (over !== 0) return `${over} Wh more sold than bought and stored in interval ${interval}`;
  }
  return undefined;
}

/** Plain facts of an outcome as name=value. */
function scalarsOf(details: Clearing['details']): string {
  return Object.entries(details ?? {})
    .filter(([, value]) => value === null || typeof value !== 'object')
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(' ');
}
