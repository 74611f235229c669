/** The slots of a run with what was shouted, cleared and metered in each: cleared one by one, or a day at once. */

import { mixSeeds, SeededRandom } from '../households/seeded-random.ts';
import { netsOf } from './accounts.ts';
import type { DayExchange, Exchange, LentBattery, SlotBook, SlotClearing } from './book.ts';
import type { LentBatteries } from './lent-batteries.ts';
import type { Traders } from './traders.ts';
import type { World } from './world.ts';

export interface ClearedSlot {
  readonly slot: number;
  readonly book: SlotBook;
  readonly clearing: SlotClearing;
  /** By member what it takes from outside itself, below zero gives: as metered, and with its own schedules alone. */
  readonly nets: Int32Array;
  readonly aloneNets: Int32Array;
  /** By member what the market put into its battery; below zero took out. */
  readonly carriedWh: Int32Array | null;
  /** Of the first slot of a day that was one call. */
  readonly day?: ClearedDay;
}

interface ClearedDay {
  readonly books: readonly SlotBook[];
  readonly clearings: readonly SlotClearing[];
  readonly batteries: readonly LentBattery[];
  readonly told: string;
}

interface Setting {
  readonly world: World;
  /** Rounds of shouting before a clearing that counts. */
  readonly rounds: number;
  readonly traders: Traders;
}

const FORECAST_STREAM = 6;

/** Whoever is handed a slot is done with it before the next: its nets are written over. */
export async function* clearedBySlot(
  setting: Setting,
  exchange: Exchange,
  forecast: { readonly errorPercent: number; readonly seed: number },
): AsyncGenerator<ClearedSlot> {
  const { world, rounds, traders } = setting;
  const nets = new Int32Array(world.members.length);
  const expected = new Int32Array(world.members.length);
  for (let slot = 0; slot < world.slots; slot++) {
    netsOf(world, slot, nets);
    expect(forecast, slot, nets, expected);
    for (let round = 0; ; round++) {
      const book = traders.shout(slot, startOf(world, slot), expected, round);
      const clearing = await exchange.clear(book);
      traders.learn(book, clearing, round);
      if (round + 1 < rounds) continue;
      yield { slot, book, clearing, nets, aloneNets: nets, carriedWh: null };
      break;
    }
  }
}

/**
 * A local day at a time. Members order what they lack and have over beside their batteries, for all slots of the day
 * before it is cleared; the batteries then do what was decided, and the meters say so.
 */
export async function* clearedByDay(
  { world, rounds, traders }: Setting,
  exchange: DayExchange,
  batteries: LentBatteries,
): AsyncGenerator<ClearedSlot> {
  const netsIn = (of: World, slot: number): Int32Array => {
    const nets = new Int32Array(of.members.length);
    netsOf(of, slot, nets);
    return nets;
  };
  for (let from = 0, to = 0; from < world.slots; from = to) {
    to = endOfDay(world, from);
    const lent = batteries.beginDay(from, to);
    const slots = Array.from({ length: to - from }, (_, interval) => from + interval);
    const wanted = slots.map((slot) => netsIn(batteries.world, slot));
    const clearRound = (round: number) => {
      const books = slots.map((slot, at) =>
        traders.shout(slot, startOf(world, slot), wanted[at] as Int32Array, round),
      );
      const day = exchange.clearDay(books, lent);
      for (const [at, book] of books.entries()) {
        traders.learn(book, day.clearings[at] as SlotClearing, round);
      }
      return { books, day };
    };
    for (let round = 0; round + 1 < rounds; round++) clearRound(round);
    const { books, day } = clearRound(rounds - 1);
    batteries.endDay(from, lent, day.flowsWh);
    for (const [at, slot] of slots.entries()) {
      const carriedWh = new Int32Array(world.members.length);
      for (const [index, { member }] of lent.entries()) {
        carriedWh[member] = day.flowsWh[index]?.[at] as number;
      }
      yield {
        slot,
        book: books[at] as SlotBook,
        clearing: day.clearings[at] as SlotClearing,
        nets: netsIn(batteries.world, slot),
        aloneNets: netsIn(world, slot),
        carriedWh,
        ...(at === 0 ? { day: { ...day, books, batteries: lent } } : {}),
      };
    }
  }
}

function endOfDay({ localTime, slots }: World, from: number): number {
  const day = localTime.day(from);
  let to = from + 1;
  while (to < slots && localTime.day(to) === day) to += 1;
  return to;
}

function startOf({ startMs, slotMs }: World, slot: number): number {
  return startMs + slot * slotMs;
}

/** What members take their net energy to be when they order. */
function expect(
  { errorPercent, seed }: { readonly errorPercent: number; readonly seed: number },
  slot: number,
  nets: Int32Array,
  expected: Int32Array,
): void {
  if (errorPercent === 0) {
    expected.set(nets);
    return;
  }
  for (let member = 0; member < nets.length; member++) {
    const random = new SeededRandom(mixSeeds(seed, FORECAST_STREAM, member, slot));
    const net = nets[member] as number;
    expected[member] = Math.round(net * (1 + (random.normal() * errorPercent) / 100));
  }
}
