/**
 * How much a member could gain by stating another limit than its true one, tried on samples: in some hundred slots of
 * a run, an order that was drawn and the one nearest to the price, against prices spread evenly from the least to the
 * dearest, everyone else as they shouted.
 */

import { mixSeeds } from '../households/seeded-random.ts';
import type { Exchange, SlotBook, SlotClearing } from './book.ts';
import type { MisreportSample } from './results.ts';
import type { World, WorldMember } from './world.ts';

const SAMPLE_STREAM = 7;
const PRICES_TRIED = 9;
/** About so many slots of a run are looked at. */
const SLOTS_SAMPLED = 200;

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
  for (let tried = 0; tried < PRICES_TRIED; tried++) {
    const stated = Math.floor(floor + ((ceiling - floor) * tried) / (PRICES_TRIED - 1));
    gain = Math.max(gain, (await utility(exchange, book, at, stated)) - truth);
  }
  return gain;
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
