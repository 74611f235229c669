/**
 * What open orders hold back, kept from what was sent and the time of the blocks alone: an order
 * stands from its acceptance until it is withdrawn, its market is halted, or the block after its gate
 * clears the slot. A standing order becomes an order when the gate closes.
 */

import type {
  Cleared,
  DefineMarket,
  OrderEnded,
  Side,
  StandingOrder,
  Trade,
} from '@commonwatt/contracts';
import { expectThat } from './findings.ts';

const DAY_MS = 86_400_000;

export interface BookedOrder {
  readonly member: number;
  readonly market: number;
  readonly slotMs: number;
  readonly side: Side;
  readonly energy: bigint;
  readonly limit: bigint;
}

interface Standing {
  readonly member: number;
  readonly order: StandingOrder;
}

interface BookedMarket {
  readonly rules: DefineMarket;
  isOpen: boolean;
  /** The first slot whose gate has not closed. */
  nextSlotMs: number;
}

/** What the time of a block brought about, as the ledger tells it. */
export interface Told {
  readonly cleared: readonly Cleared[];
  readonly trades: readonly Trade[];
  readonly ended: readonly OrderEnded[];
}

/** The name of a slot of a market. */
type SlotName = `${number} ${number}`;

export class OrderBooks {
  readonly #markets = new Map<number, BookedMarket>();
  readonly #orders = new Map<string, BookedOrder>();
  readonly #standing = new Map<string, Standing>();
  readonly #heldBack = new Map<number, bigint>();
  /** Slots whose gate has closed: the next block clears those that have orders. */
  #closed = new Set<SlotName>();
  /** Members of which two derived orders could not be told apart, until the slot is cleared. */
  #undecided = new Set<number>();

  constructor(markets: readonly DefineMarket[], fromMs: number) {
    for (const rules of markets) {
      if (rules.kind !== 'call auction') continue; // other orders hold nothing back
      const { market, slotLengthMs, gateLeadMs } = rules;
      const nextSlotMs = (Math.floor((fromMs + gateLeadMs) / slotLengthMs) + 1) * slotLengthMs;
      this.#markets.set(market, { rules, isOpen: true, nextSlotMs });
    }
  }

  /** What a member's open orders hold back; nothing where that cannot be told before the next block. */
  heldBack(member: number): bigint | undefined {
    return this.#undecided.has(member) ? undefined : (this.#heldBack.get(member) ?? 0n);
  }

  isCall(market: number): boolean {
    return this.#markets.has(market);
  }

  place(name: string, order: BookedOrder): void {
    if (!this.isCall(order.market)) return;
    this.#orders.set(name, order);
    this.#hold(order, 1n);
  }

  end(name: string): void {
    const order = this.#orders.get(name);
    if (order === undefined) return;
    this.#orders.delete(name);
    this.#hold(order, -1n);
  }

  placeStanding(name: string, member: number, order: StandingOrder): void {
    this.#standing.set(name, { member, order });
  }

  endStanding(name: string): void {
    this.#standing.delete(name);
  }

  /** A halted market gives back what its orders hold, and derives nothing. */
  setOpen(market: number, isOpen: boolean): void {
    const booked = this.#markets.get(market);
    if (booked === undefined) return;
    booked.isOpen = isOpen;
    if (isOpen) return;
    for (const [name, order] of this.#orders) if (order.market === market) this.end(name);
    this.#closed = new Set([...this.#closed].filter((slot) => !slot.startsWith(`${market} `)));
  }

  /** Books what the time of a block brought about, before anything in it was sent. */
  begin(timeMs: number, told: Told): void {
    this.#clear(told);
    for (const [number, market] of this.#markets) {
      const { slotLengthMs, gateLeadMs } = market.rules;
      for (; market.nextSlotMs - gateLeadMs <= timeMs; market.nextSlotMs += slotLengthMs) {
        if (market.isOpen) this.#close(number, market.nextSlotMs, slotLengthMs, told);
      }
    }
  }

  #hold({ member, side, energy, limit }: BookedOrder, sign: bigint): void {
    const most = energy * (side === 'buy' ? limit : -limit);
    if (most <= 0n) return;
    this.#heldBack.set(member, (this.#heldBack.get(member) ?? 0n) + sign * most);
  }

  #clear({ cleared, trades }: Told): void {
    const tradesBySlot = bySlot(trades);
    const books = bySlot([...this.#orders.values()]);
    const expected = new Set([...this.#closed].filter((slot) => books.has(slot)));
    for (const one of cleared) {
      const slot: SlotName = `${one.market} ${one.slotMs}`;
      expectThat(expected.delete(slot), `slot ${slot} was cleared and was not due`);
      checkCall(one, tradesBySlot.get(slot) ?? [], books.get(slot) ?? []);
      tradesBySlot.delete(slot);
    }
    for (const slot of expected) {
      const isSure = books.get(slot)?.some(({ member }) => !this.#undecided.has(member));
      expectThat(isSure !== true, `slot ${slot} was due and was not cleared`);
    }
    expectThat(tradesBySlot.size === 0, `trades of slots ${[...tradesBySlot.keys()]}, not cleared`);
    for (const [name, { market, slotMs }] of this.#orders) {
      if (this.#closed.has(`${market} ${slotMs}`)) this.end(name);
    }
    this.#closed = new Set();
    this.#undecided = new Set();
  }

  /** Derives the orders of standing orders but those that were told not to be covered. */
  #close(market: number, slotMs: number, slotLengthMs: number, { ended }: Told): void {
    this.#closed.add(`${market} ${slotMs}`);
    const wanted = new Map<string, [name: string, order: BookedOrder][]>();
    for (const [name, { member, order }] of this.#standing) {
      if (order.market !== market) continue;
      const energy = energyIn(order, slotMs, slotLengthMs);
      if (energy === 0n) continue;
      const { side, limit } = order;
      const likeness = `${member} ${side} ${energy}`;
      const alike = wanted.get(likeness) ?? [];
      alike.push([`${name} @ ${slotMs}`, { member, market, slotMs, side, energy, limit }]);
      wanted.set(likeness, alike);
    }
    const isUncovered = (one: OrderEnded) =>
      one.reason === 'not covered' && one.market === market && one.slotMs === slotMs;
    for (const { member, side, energy } of ended.filter(isUncovered)) {
      const likeness = `${member} ${side} ${energy}`;
      const alike = wanted.get(likeness) ?? [];
      expectThat(alike.length > 0, `slot ${slotMs}: nothing stood of member ${member} to ${side}`);
      // Which one of several was not covered is not told: all are kept as possible.
      if (alike.length > 1) this.#undecided.add(member);
      else wanted.delete(likeness);
    }
    for (const alike of wanted.values()) for (const one of alike) this.place(...one);
  }
}

/** One energy for all slots of its time, or one for each slot of the UTC day. */
function energyIn({ energies, fromMs, untilMs }: StandingOrder, slotMs: number, lengthMs: number) {
  if (slotMs < fromMs || slotMs >= untilMs) return 0n;
  const at = energies.length === 1 ? 0 : (slotMs % DAY_MS) / lengthMs;
  return (energies[at] ?? 0n) as bigint;
}

function bySlot<T extends { readonly market: number; readonly slotMs: number }>(
  all: readonly T[],
): Map<string, T[]> {
  const slots = new Map<string, T[]>();
  for (const one of all) {
    const slot = `${one.market} ${one.slotMs}`;
    const known = slots.get(slot);
    if (known === undefined) slots.set(slot, [one]);
    else known.push(one);
  }
  return slots;
}

/** What was cleared is what was traded, and nobody trades beyond its own orders. */
function checkCall(call: Cleared, trades: readonly Trade[], book: readonly BookedOrder[]): void {
  checkLines(call);
  const { market, slotMs, volume, price } = call;
  const place = `market ${market}, slot ${slotMs}`;
  const traded = trades.reduce((sum, { energy }) => sum + energy, 0n);
  expectThat(traded === volume, `${place}: ${traded} Wh in trades of a volume of ${volume}`);
  for (const { price: own, sellerPrice = own } of trades) {
    const isOne = price === undefined || (own === price && sellerPrice === price);
    expectThat(isOne, `${place}: a trade at ${own} and ${sellerPrice}, the call at ${price}`);
  }
  const sides = [
    ['buy', (one: Trade) => ({ member: one.buyer, at: one.price as bigint })],
    ['sell', (one: Trade) => ({ member: one.seller, at: one.sellerPrice ?? one.price })],
  ] as const;
  for (const [side, partOf] of sides) {
    const parts = trades.map((one) => ({ ...partOf(one), energy: one.energy }));
    for (const { member, at } of parts) {
      const isWorse = (price: bigint) => (side === 'buy' ? price >= at : price <= at);
      const met = sumOf(parts, (one) => one.member === member && isWorse(one.at));
      const room = sumOf(
        book,
        (one) => one.member === member && one.side === side && isWorse(one.limit),
      );
      expectThat(
        met <= room,
        `${place}: member ${member} has to ${side} ${met} Wh at ${at} or worse, and ordered ${room}`,
      );
    }
  }
}

function sumOf<T extends { readonly energy: bigint }>(
  all: readonly T[],
  counts: (one: T) => boolean,
) {
  return all.reduce((sum, one) => (counts(one) ? sum + one.energy : sum), 0n);
}

/** What was filled on one side was filled on the other, and no order beyond its energy. */
function checkLines({ slotMs, volume, lines, price }: Cleared): void {
  let sold = 0n;
  let bought = 0n;
  for (const { side, energy, filled, limit } of lines) {
    expectThat(filled >= 0n && filled <= energy, `slot ${slotMs}: ${filled} filled of ${energy}`);
    if (side === 'sell') sold += filled;
    else bought += filled;
    if (filled === 0n || price === undefined) continue;
    const isWithin = side === 'sell' ? price >= limit : price <= limit;
    expectThat(isWithin, `slot ${slotMs}: ${side} at ${price} beyond its limit ${limit}`);
  }
  expectThat(
    sold === bought && sold === volume,
    `slot ${slotMs}: ${sold} Wh sold, ${bought} bought, ${volume} in all`,
  );
}
