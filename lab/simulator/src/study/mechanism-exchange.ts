/** Clears slots by a mechanism alone, as `commonwatt clear` does: no ledger, no members' money. */

import { sha256 } from '@commonwatt/consensus';
import {
  type AuctionMechanism,
  type Call,
  type Clearing,
  lotsBySeed,
  type Order,
  type SharingMechanism,
  type Solve,
  type Values,
} from '@commonwatt/mechanisms';
import { energy, formatInstant, price } from '@commonwatt/units';
import { mixSeeds } from '../households/seeded-random.ts';
import { type Exchange, orderName, type SlotBook, type SlotClearing } from './book.ts';
import { MarketError } from './market-error.ts';

export type StudyMechanism = AuctionMechanism | SharingMechanism;

export interface MechanismExchangeOptions {
  readonly mechanism: StudyMechanism;
  readonly settings: Values;
  readonly tables: Readonly<Record<string, readonly Values[]>>;
  /** By member index. */
  readonly names: readonly string[];
  readonly zones: readonly string[];
  readonly seed: number;
  readonly slotMs: number;
  readonly solve: Solve | undefined;
  /** What a rule of sharing takes a Wh from outside to cost, and one that goes outside to bring. */
  readonly supplyPrice: number;
  readonly feedInPrice: number;
}

const TIME_STREAM = 3;

export class MechanismExchange implements Exchange {
  readonly #options: MechanismExchangeOptions;

  constructor(options: MechanismExchangeOptions) {
    this.#options = options;
  }

  /** @throws MarketError naming the slot, where the mechanism refuses the book */
  clear(book: SlotBook): SlotClearing {
    const { mechanism } = this.#options;
    const lotSeed = lotSeedOf(this.#options.seed, book);
    const call = this.#callOf(book, lotSeed);
    const outcome = mechanism.kind === 'auction' ? mechanism.clear(call) : mechanism.share(call);
    const times = call.orders.map(({ time = 0 }) => time);
    if ('shares' in outcome) {
      return { ...this.#sharedOf(book, outcome.shares), lotSeed, times };
    }
    return { ...clearedOf(book, call, outcome), lotSeed, times };
  }

  /** What the orders of a slot are to the mechanism. */
  #callOf(book: SlotBook, lotSeed: string): Call {
    const { mechanism, settings, tables, solve } = this.#options;
    const lots = lotsBySeed(sha256, lotSeed);
    const given: Call = { orders: this.#ordersOf(book), lots, settings, tables };
    return soundCall(mechanism, given, { solve, startMs: book.startMs });
  }

  #ordersOf({ members, isBid, energiesWh, prices, slot }: SlotBook): readonly Order[] {
    const { names, zones, seed, slotMs } = this.#options;
    return members.map((member, at): Order => {
      const name = names[member] as string;
      return {
        id: orderName(name, isBid[at] as boolean),
        member: name,
        side: isBid[at] === true ? 'buy' : 'sell',
        limit: price(BigInt(prices[at] as number)),
        energy: energy(BigInt(energiesWh[at] as number)),
        time: mixSeeds(seed, TIME_STREAM, member, slot) % slotMs,
        zone: zones[member] as string,
      };
    });
  }

  #sharedOf(
    { members, isBid, energiesWh }: SlotBook,
    shares: readonly { readonly member: string; readonly energy: bigint; readonly money: bigint }[],
  ): Omit<SlotClearing, 'lotSeed' | 'times'> {
    const { names, supplyPrice, feedInPrice } = this.#options;
    const byMember = new Map(shares.map((share) => [share.member, share]));
    const filledWh: number[] = [];
    const payments: number[] = [];
    for (const [at, member] of members.entries()) {
      const share = byMember.get(names[member] as string);
      const isBuyer = isBid[at] === true;
      const filled = share === undefined ? 0 : Number(isBuyer ? share.energy : -share.energy);
      const outside = (energiesWh[at] as number) - filled;
      const outsideMoney = isBuyer ? outside * supplyPrice : -outside * feedInPrice;
      filledWh.push(filled);
      payments.push(Number(share?.money ?? 0n) - outsideMoney);
    }
    return { price: null, priceLow: null, priceHigh: null, filledWh, payments, trades: [] };
  }
}

/**
 * The call with a candidate, where the mechanism wants one and there is a solver.
 * @throws MarketError naming the slot at which it begins, where the mechanism refuses it
 */
export function soundCall(
  mechanism: StudyMechanism,
  given: Call,
  { solve, startMs }: { readonly solve: Solve | undefined; readonly startMs: number },
): Call {
  const { problem } = mechanism;
  const call =
    problem === undefined || solve === undefined || !wantsCandidate(mechanism, given)
      ? given
      : { ...given, candidate: solve(problem(given)) };
  const refusal = mechanism.refuse(call);
  if (refusal === undefined) return call;
  const told = JSON.stringify(refusal, (_key, value: unknown) =>
    typeof value === 'bigint' ? `${value}` : value,
  );
  const place = `market, ${formatInstant(startMs)}`;
  throw new MarketError(place, `a book that ${mechanism.name} can clear`, told);
}

/** Everything else about the call is right, and only the candidate is missing. */
function wantsCandidate(mechanism: StudyMechanism, call: Call): boolean {
  const code = mechanism.refuse(call)?.code;
  return code === undefined || code === 'candidate_missing';
}

/** `clear --seed` with it repeats the clearing of a slot. */
export function lotSeedOf(seed: number, { startMs }: SlotBook): string {
  return `${seed}/${formatInstant(startMs)}`;
}

function clearedOf(
  { members }: SlotBook,
  { orders, lots }: Call,
  clearing: Clearing,
): Omit<SlotClearing, 'lotSeed' | 'times'> {
  const rowOf = new Map(orders.map(({ id }, at) => [id, at]));
  const row = (id: string): number => {
    const at = rowOf.get(id);
    if (at === undefined) throw new Error(`clearing: expected an order of the book, got ${id}`);
    return at;
  };
  const filledWh = orders.map(({ id }) => Number(clearing.fills.get(id) ?? 0n));
  const payments = members.map(() => 0);
  const told = new Set<string>();
  for (const [at, { member }] of orders.entries()) {
    // A member that stands on both sides is told one sum, which its first order carries.
    if (!told.has(member)) payments[at] = Number(clearing.payments.get(member) ?? 0n);
    told.add(member);
  }
  return {
    price: clearing.price === null ? null : Number(clearing.price),
    priceLow: clearing.priceInterval === null ? null : Number(clearing.priceInterval.low),
    priceHigh: clearing.priceInterval === null ? null : Number(clearing.priceInterval.high),
    filledWh,
    payments,
    trades: clearing.trades.map(({ bid, ask, energy: traded, buyerPrice, sellerPrice }) => ({
      bid: row(bid),
      ask: row(ask),
      energyWh: Number(traded),
      buyerPrice: buyerPrice === null ? null : Number(buyerPrice),
      sellerPrice: sellerPrice === null ? null : Number(sellerPrice),
      lot: lots(`${bid} ${ask}`),
    })),
  };
}
