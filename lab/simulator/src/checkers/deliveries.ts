/**
 * What a settled period owes, from what its parties were told and what was metered. Which trade gets
 * how much of a meter's Wh is the settlement's to say; that it is one figure for both parties, within
 * the trade and both meters, and that no more could have been delivered, is counted here.
 */

import type { ComputedRun, RunInput } from '@commonwatt/contracts';
import { toHex } from '@commonwatt/ledger';
import { expectThat } from './findings.ts';

/** A trade as the bookkeeper has it. */
export interface BookedTrade {
  readonly seller: number;
  readonly buyer: number;
  readonly slotMs: number;
  readonly energy: bigint;
  readonly buyerPrice: bigint;
  readonly sellerPrice: bigint;
}

/** What was said off the ledger: to each party of a trade its delivery, and by the meters. */
export interface Statement {
  readonly lines: readonly {
    readonly member: number;
    readonly trade: string;
    readonly delivered: bigint;
  }[];
  readonly metered: readonly {
    readonly member: number;
    readonly slotMs: number;
    readonly imported: bigint;
    readonly exported: bigint;
  }[];
}

/** The statement of a run: its lines and the readings that it was computed from, nothing that is worked out. */
export function statementOf(
  { readings, meters }: Pick<RunInput, 'readings' | 'meters'>,
  { members }: Pick<ComputedRun, 'members'>,
): Statement {
  return {
    lines: members.flatMap(({ member, lines }) =>
      lines.map(({ trade, delivered }) => ({ member, trade: toHex(trade), delivered })),
    ),
    metered: [...readings].flatMap(([meter, own]) => {
      const owner = meters.get(meter);
      return owner?.measures === 'connection'
        ? own.map(({ slotMs, imported, exported }) => {
            return { member: owner.member, slotMs, imported, exported };
          })
        : [];
    }),
  };
}

/** What a run comes to: per member, negative where it pays; and what is left between the two prices. */
export interface Owed {
  readonly members: ReadonlyMap<number, bigint>;
  readonly spread: bigint;
  readonly deliveredBySlot: ReadonlyMap<number, bigint>;
}

/** Prices what was delivered of a period's trades. @throws Error where the statement is not sound. */
export function owedOf(trades: ReadonlyMap<string, BookedTrade>, statement: Statement): Owed {
  const delivered = deliveredOf(trades, statement);
  checkMeters(trades, delivered, statement);
  const members = new Map<number, bigint>();
  const deliveredBySlot = new Map<number, bigint>();
  let spread = 0n;
  for (const [name, { seller, buyer, slotMs, buyerPrice, sellerPrice }] of trades) {
    const energy = delivered.get(name) as bigint;
    add(members, buyer, -energy * buyerPrice);
    add(members, seller, energy * sellerPrice);
    spread += energy * (buyerPrice - sellerPrice);
    add(deliveredBySlot, slotMs, energy);
  }
  return { members, spread, deliveredBySlot };
}

/** Each trade's delivery, which both of its parties were told alike. */
function deliveredOf(
  trades: ReadonlyMap<string, BookedTrade>,
  { lines }: Statement,
): ReadonlyMap<string, bigint> {
  const told = new Map<string, Map<number, bigint>>();
  for (const { member, trade, delivered } of lines) {
    const terms = trades.get(trade);
    const isParty = terms !== undefined && (terms.seller === member || terms.buyer === member);
    expectThat(isParty, `member ${member} was told of trade ${trade}, which is not its own`);
    const ofTrade = told.get(trade) ?? new Map<number, bigint>();
    expectThat(!ofTrade.has(member), `member ${member} was told twice of trade ${trade}`);
    told.set(trade, ofTrade.set(member, delivered));
  }
  const all = new Map<string, bigint>();
  for (const [name, { seller, buyer, energy }] of trades) {
    const ofTrade = told.get(name);
    const [sold, bought] = [ofTrade?.get(seller), ofTrade?.get(buyer)];
    expectThat(
      sold !== undefined && sold === bought && sold >= 0n && sold <= energy,
      `trade ${name}: ${sold} Wh delivered to its seller's line, ${bought} to its buyer's, of ${energy}`,
    );
    all.set(name, sold);
  }
  return all;
}

/** Nobody delivered or took beyond its meters, and no slot could have delivered more. */
function checkMeters(
  trades: ReadonlyMap<string, BookedTrade>,
  delivered: ReadonlyMap<string, bigint>,
  { metered }: Statement,
): void {
  const counted = new Map<string, bigint>();
  for (const { member, slotMs, imported, exported } of metered) {
    add(counted, `${slotMs} ${member} bought`, imported);
    add(counted, `${slotMs} ${member} sold`, exported);
  }
  const taken = new Map<string, bigint>();
  const slots = new Map<number, BookedTrade[]>();
  const reached = new Map<number, bigint>();
  for (const [name, trade] of trades) {
    const { seller, buyer, slotMs } = trade;
    const energy = delivered.get(name) as bigint;
    add(taken, `${slotMs} ${seller} sold`, energy);
    add(taken, `${slotMs} ${buyer} bought`, energy);
    add(reached, slotMs, energy);
    slots.set(slotMs, [...(slots.get(slotMs) ?? []), trade]);
  }
  for (const [name, energy] of taken) {
    const most = counted.get(name) ?? 0n;
    expectThat(
      energy <= most,
      `${name} (slot, member, way): ${energy} Wh delivered, ${most} metered`,
    );
  }
  for (const [slotMs, own] of slots) {
    const most = mostDelivered(
      own,
      (seller) => counted.get(`${slotMs} ${seller} sold`) ?? 0n,
      (buyer) => counted.get(`${slotMs} ${buyer} bought`) ?? 0n,
    );
    const all = reached.get(slotMs) ?? 0n;
    expectThat(all === most, `slot ${slotMs}: ${all} Wh delivered, ${most} could have been`);
  }
}

const SOURCE = 'source';
const SINK = 'sink';

/** The largest flow from sellers' meters through trades to buyers' (Edmonds and Karp 1972: shortest paths). */
export function mostDelivered(
  trades: readonly Pick<BookedTrade, 'seller' | 'buyer' | 'energy'>[],
  exportedBy: (seller: number) => bigint,
  importedBy: (buyer: number) => bigint,
): bigint {
  const room = new Map<string, Map<string, bigint>>();
  const widen = (from: string, to: string, by: bigint) => {
    const ways = room.get(from) ?? new Map<string, bigint>();
    room.set(from, ways.set(to, (ways.get(to) ?? 0n) + by));
  };
  for (const seller of new Set(trades.map((one) => one.seller))) {
    widen(SOURCE, `sells ${seller}`, exportedBy(seller));
  }
  for (const buyer of new Set(trades.map((one) => one.buyer))) {
    widen(`buys ${buyer}`, SINK, importedBy(buyer));
  }
  for (const { seller, buyer, energy } of trades) widen(`sells ${seller}`, `buys ${buyer}`, energy);
  let flow = 0n;
  for (let path = shortestPath(room); path !== undefined; path = shortestPath(room)) {
    const steps = path.slice(1).map((to, at) => [path[at] as string, to] as const);
    let least = room.get(SOURCE)?.get(path[1] as string) ?? 0n;
    for (const [from, to] of steps) {
      const left = room.get(from)?.get(to) ?? 0n;
      if (left < least) least = left;
    }
    for (const [from, to] of steps) {
      widen(from, to, -least);
      widen(to, from, least);
    }
    flow += least;
  }
  return flow;
}

/** The nodes of a shortest way with room from source to sink. */
function shortestPath(
  room: ReadonlyMap<string, ReadonlyMap<string, bigint>>,
): readonly string[] | undefined {
  const before = new Map<string, string>([[SOURCE, '']]);
  const queue = [SOURCE];
  for (const from of queue) {
    for (const [to, left] of room.get(from) ?? []) {
      if (left <= 0n || before.has(to)) continue;
      before.set(to, from);
      queue.push(to);
    }
    if (before.has(SINK)) break;
  }
  if (!before.has(SINK)) return undefined;
  const path = [SINK];
  for (let at = before.get(SINK); at !== undefined && at !== ''; at = before.get(at))
    path.unshift(at);
  return path;
}

function add<K>(sums: Map<K, bigint>, key: K, by: bigint): void {
  sums.set(key, (sums.get(key) ?? 0n) + by);
}
