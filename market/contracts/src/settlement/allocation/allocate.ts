/**
 * What of each trade of a slot the meters allow: the most energy, and of all ways to reach it the one
 * that is fairest to the trade that gets least. Exact, unique and independent of the order of trades;
 * the rule and its proof are decision 0007.
 */

import { type Energy, energy } from '@commonwatt/units';
import { fairShares } from './fair-flow.ts';
import type { Fraction } from './fraction.ts';
import { Graph } from './graph.ts';
import { moveExcess } from './max-flow.ts';
import type { FlowArc } from './pieces.ts';
import { type BrokenShare, roundedUp } from './whole-energy.ts';

/** A trade as the allocation sees it; members by whatever name they have. */
export interface TradedEnergy<Member> {
  readonly seller: Member;
  readonly buyer: Member;
  readonly energy: Energy;
  /** Breaks ties between equal remainders: lower-case hexadecimal, different for every trade. */
  readonly lot: string;
}

/** What the members' meters counted in the slot; a member that is not named counted nothing. */
export interface MeteredSlot<Member> {
  readonly exported: ReadonlyMap<Member, bigint>;
  readonly imported: ReadonlyMap<Member, bigint>;
}

/** The most trades that one slot may have. */
export const ALLOCATION_TRADES_MAX = 1 << 20;

/**
 * The energy allocated to each trade, in the order of the trades.
 * @throws RangeError for a reading below zero, two equal lots and too many trades
 */
export function allocate<Member>(
  trades: readonly TradedEnergy<Member>[],
  metered: MeteredSlot<Member>,
): readonly Energy[] {
  checkTrades(trades);
  const network = new SlotNetwork(trades, metered);
  if (!network.isShort()) return trades.map((trade) => trade.energy);
  const { shares, total } = network.exact();
  return network.whole(shares, total).map(energy);
}

/**
 * What each trade would get if a Wh could be divided: the allocation before it is rounded.
 * @param apartNodesLeast see fair-flow.ts: how it is computed, and nothing of what comes out
 */
export function exactShares<Member>(
  trades: readonly TradedEnergy<Member>[],
  metered: MeteredSlot<Member>,
  apartNodesLeast?: number,
): readonly Fraction[] {
  checkTrades(trades);
  return new SlotNetwork(trades, metered).exact(apartNodesLeast).shares;
}

function checkTrades<Member>(trades: readonly TradedEnergy<Member>[]): void {
  if (trades.length > ALLOCATION_TRADES_MAX) {
    throw new RangeError(
      `allocation: expected at most ${ALLOCATION_TRADES_MAX} trades, got ${trades.length}`,
    );
  }
  const lots = new Set<string>();
  for (const { lot } of trades) {
    if (lots.has(lot)) throw new RangeError(`allocation: expected distinct lots, got ${lot} twice`);
    lots.add(lot);
  }
}

/** One side of a slot: its members by number, what each traded and what its meters counted. */
class SlotSide<Member> {
  readonly numbers = new Map<Member, number>();
  readonly traded: bigint[] = [];
  readonly counted: bigint[] = [];
  readonly #metered: ReadonlyMap<Member, bigint>;

  constructor(metered: ReadonlyMap<Member, bigint>) {
    this.#metered = metered;
  }

  add(member: Member, traded: bigint): number {
    const number = this.numbers.get(member) ?? this.#enter(member);
    this.traded[number] = (this.traded[number] as bigint) + traded;
    return number;
  }

  #enter(member: Member): number {
    const number = this.numbers.size;
    const counted = this.#metered.get(member) ?? 0n;
    if (counted < 0n) throw new RangeError(`reading of ${member}: expected >= 0, got ${counted}`);
    this.numbers.set(member, number);
    this.traded.push(0n);
    this.counted.push(counted);
    return number;
  }

  isShort(number: number): boolean {
    return (this.counted[number] as bigint) < (this.traded[number] as bigint);
  }

  anyShort(): boolean {
    return this.counted.some((_, number) => this.isShort(number));
  }
}

class SlotNetwork<Member> {
  readonly #trades: readonly TradedEnergy<Member>[];
  readonly #sellers: SlotSide<Member>;
  readonly #buyers: SlotSide<Member>;
  readonly #ends: readonly { readonly seller: number; readonly buyer: number }[];

  constructor(trades: readonly TradedEnergy<Member>[], metered: MeteredSlot<Member>) {
    this.#trades = trades;
    this.#sellers = new SlotSide(metered.exported);
    this.#buyers = new SlotSide(metered.imported);
    this.#ends = trades.map(({ seller, buyer, energy: traded }) => ({
      seller: this.#sellers.add(seller, traded),
      buyer: this.#buyers.add(buyer, traded),
    }));
  }

  isShort(): boolean {
    return this.#sellers.anyShort() || this.#buyers.anyShort();
  }

  /** In parts of a Wh, and what all of them come to. */
  exact(apartNodesLeast?: number): {
    readonly shares: readonly Fraction[];
    readonly total: bigint;
  } {
    const { arcs, total } = maximumFlow(this.#arcs());
    const shares = this.#trades.map((): Fraction => ({ numerator: 0n, denominator: 1n }));
    for (const { trade, ...share } of fairShares(arcs, apartNodesLeast)) shares[trade] = share;
    return { shares, total };
  }

  /**
   * Node 0 is where all energy comes from, node 1 where all of it goes. A member whose reading
   * covers its trades limits nothing, so its trades begin or end there; the others have a node.
   */
  #arcs(): readonly FlowArc[] {
    const [sellers, buyers] = [this.#sellers, this.#buyers];
    const none = { trade: -1, weight: 0n, flow: 0n };
    const sellerNode = (number: number) => (sellers.isShort(number) ? 2 + number : 0);
    const firstBuyer = 2 + sellers.counted.length;
    const buyerNode = (number: number) => (buyers.isShort(number) ? firstBuyer + number : 1);
    const arcs: FlowArc[] = [];
    sellers.counted.forEach((capacity, number) => {
      const to = sellerNode(number);
      if (to !== 0) arcs.push({ ...none, kind: 'supply', from: 0, to, capacity });
    });
    this.#ends.forEach(({ seller, buyer }, trade) => {
      const { energy: weight } = this.#trades[trade] as TradedEnergy<Member>;
      const [from, to] = [sellerNode(seller), buyerNode(buyer)];
      if (weight > 0n) {
        arcs.push({ kind: 'trade', trade, from, to, weight, capacity: weight, flow: 0n });
      }
    });
    buyers.counted.forEach((capacity, number) => {
      const from = buyerNode(number);
      if (from !== 1) arcs.push({ ...none, kind: 'demand', from, to: 1, capacity });
    });
    return arcs;
  }

  whole(shares: readonly Fraction[], total: bigint): readonly bigint[] {
    const whole = shares.map((one) => one.numerator / one.denominator);
    const sellers = [...this.#sellers.counted];
    const buyers = [...this.#buyers.counted];
    let missing = total;
    const broken: (BrokenShare & { readonly trade: number })[] = [];
    this.#ends.forEach(({ seller, buyer }, trade) => {
      const part = whole[trade] as bigint;
      missing -= part;
      sellers[seller] = (sellers[seller] as bigint) - part;
      buyers[buyer] = (buyers[buyer] as bigint) - part;
      const { numerator, denominator } = shares[trade] as Fraction;
      const remainder = { numerator: numerator - part * denominator, denominator };
      if (remainder.numerator === 0n) return;
      const { lot } = this.#trades[trade] as TradedEnergy<Member>;
      broken.push({ seller, buyer, remainder, lot, trade });
    });
    const up = roundedUp(broken, { sellers, buyers, missing: Number(missing) });
    broken.forEach(({ trade }, index) => {
      if (up[index]) whole[trade] = (whole[trade] as bigint) + 1n;
    });
    return whole;
  }
}

/** The arcs with a flow from node 0 to node 1 that is as great as can be. */
function maximumFlow(arcs: readonly FlowArc[]): {
  readonly arcs: readonly FlowArc[];
  readonly total: bigint;
} {
  const nodes = arcs.reduce((most, { from, to }) => Math.max(most, from, to), 1) + 1;
  const room = arcs.flatMap(({ capacity }) => [capacity, 0n]);
  const excess = new Array<bigint>(nodes).fill(0n);
  const offered = arcs.reduce((sum, { from, capacity }) => (from === 0 ? sum + capacity : sum), 0n);
  excess[0] = offered;
  excess[1] = -offered;
  moveExcess(new Graph(nodes, arcs), room, excess);
  return {
    arcs: arcs.map((arc, index) => ({ ...arc, flow: room[2 * index + 1] as bigint })),
    total: offered - excess[0],
  };
}
