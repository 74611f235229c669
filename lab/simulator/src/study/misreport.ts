/**
 * How much a member could gain by stating another limit than its true one, tried on samples: in some hundred slots of
 * a run, an order that was drawn and the one nearest to the price, against prices spread evenly from the least to the
 * dearest, everyone else as they shouted. Where a call is a day: on some ten days, an order that was drawn and the first that
 * got a part of what it wanted; its member's gain is that of the whole day.
 */

import { mixSeeds } from '../households/seeded-random.ts';
import type { DayExchange, Exchange, LentBattery, SlotBook, SlotClearing } from './book.ts';
import type { MisreportSample } from './results.ts';
import type { World, WorldMember } from './world.ts';

const SAMPLE_STREAM = 7;
const PRICES_TRIED = 9;
/** About so many slots of a run are looked at. */
const SLOTS_SAMPLED = 200;
const DAYS_SAMPLED = 10;

export interface MisreportSetting {
  readonly world: World;
  readonly book: SlotBook;
  readonly clearing: SlotClearing;
  readonly floor: number;
  readonly ceiling: number;
  readonly identity: { readonly seed: number };
}

/** None in a slot that is not drawn, or in which one side has no order. */
export async function sampleMisreports(
  exchange: Exchange,
  setting: MisreportSetting,
): Promise<readonly MisreportSample[]> {
  const { world, book, clearing, identity } = setting;
  const every = Math.ceil(world.slots / SLOTS_SAMPLED);
  const drawn = mixSeeds(identity.seed, SAMPLE_STREAM, book.slot);
  if (drawn % every !== 0) return [];
  if (!book.isBid.includes(true) || !book.isBid.includes(false)) return [];
  const rows = new Set([
    mixSeeds(identity.seed, SAMPLE_STREAM, book.slot, 1) % book.members.length,
  ]);
  if (clearing.price !== null) rows.add(nearestTo(book, clearing.price));
  const samples: MisreportSample[] = [];
  for (const at of rows) {
    const { name } = world.members[book.members[at] as number] as WorldMember;
    samples.push({
      startMs: book.startMs,
      member: name,
      gain: await mostGain(exchange, setting, at),
    });
  }
  return samples;
}

/** The order whose shout is nearest to a price; of equal ones the first. */
function nearestTo({ prices }: SlotBook, price: number): number {
  let nearest = 0;
  for (let at = 1; at < prices.length; at++) {
    const distance = Math.abs((prices[at] as number) - price);
    if (distance < Math.abs((prices[nearest] as number) - price)) nearest = at;
  }
  return nearest;
}

async function mostGain(
  exchange: Exchange,
  { book, floor, ceiling }: MisreportSetting,
  at: number,
): Promise<number> {
  const truth = await utility(exchange, book, at, book.limits[at] as number);
  let gain = 0;
  for (const stated of pricesTried(floor, ceiling)) {
    gain = Math.max(gain, (await utility(exchange, book, at, stated)) - truth);
  }
  return gain;
}

function pricesTried(floor: number, ceiling: number): readonly number[] {
  return Array.from({ length: PRICES_TRIED }, (_, tried) =>
    Math.floor(floor + ((ceiling - floor) * tried) / (PRICES_TRIED - 1)),
  );
}

export interface MisreportedDay {
  readonly books: readonly SlotBook[];
  readonly clearings: readonly SlotClearing[];
  readonly batteries: readonly LentBattery[];
}

/** None on a day that is not drawn, or without orders. */
export function sampleDayMisreports(
  exchange: DayExchange,
  setting: Pick<MisreportSetting, 'world' | 'floor' | 'ceiling' | 'identity'>,
  { books, clearings, batteries }: MisreportedDay,
): readonly MisreportSample[] {
  const { world, identity, floor, ceiling } = setting;
  const { localTime, slots } = world;
  const days = localTime.day(slots - 1) - localTime.day(0) + 1;
  const slot = books[0]?.slot ?? 0;
  const drawn = mixSeeds(identity.seed, SAMPLE_STREAM, slot);
  const places = books.flatMap(({ members }, interval) =>
    members.map((_, at) => ({ interval, at })),
  );
  if (drawn % Math.ceil(days / DAYS_SAMPLED) !== 0 || places.length === 0) return [];
  const samples = new Set([
    places[mixSeeds(identity.seed, SAMPLE_STREAM, slot, 1) % places.length],
    places.find(({ interval, at }) => isPartial(books[interval], clearings[interval], at)),
  ]);
  return [...samples].flatMap((place): MisreportSample[] => {
    const book = books[place?.interval ?? -1];
    if (place === undefined || book === undefined) return [];
    const member = book.members[place.at] as number;
    const stating = (stated: number): number => {
      const prices = [...book.prices];
      prices[place.at] = stated;
      const other = books.map((one, at) => (at === place.interval ? { ...book, prices } : one));
      return utilityOfDay(member, other, exchange.clearDay(other, batteries).clearings);
    };
    const truth = stating(book.limits[place.at] as number);
    const gains = pricesTried(floor, ceiling).map((stated) => stating(stated) - truth);
    const { name } = world.members[member] as WorldMember;
    return [{ startMs: book.startMs, member: name, gain: Math.max(0, ...gains) }];
  });
}

function isPartial(book: SlotBook | undefined, clearing: SlotClearing | undefined, at: number) {
  const filled = clearing?.filledWh[at] ?? 0;
  return filled > 0 && filled < (book?.energiesWh[at] ?? 0);
}

/** What all orders of a member on a day are worth to it by the true limits, less what it pays. */
function utilityOfDay(
  member: number,
  books: readonly SlotBook[],
  clearings: readonly SlotClearing[],
): number {
  let utility = 0;
  for (const [interval, { members, isBid, limits }] of books.entries()) {
    const { filledWh, payments } = clearings[interval] as SlotClearing;
    for (const [at, one] of members.entries()) {
      if (one !== member) continue;
      const worth = (filledWh[at] as number) * (limits[at] as number);
      utility += (isBid[at] === true ? worth : -worth) - (payments[at] as number);
    }
  }
  return utility;
}

/** What an order is worth to its member by the true limit when it states a price. */
async function utility(
  exchange: Exchange,
  book: SlotBook,
  at: number,
  stated: number,
): Promise<number> {
  const prices = [...book.prices];
  prices[at] = stated;
  const { filledWh, payments } = await exchange.clear({ ...book, prices });
  const worth = (filledWh[at] as number) * (book.limits[at] as number);
  return (book.isBid[at] === true ? worth : -worth) - (payments[at] as number);
}
