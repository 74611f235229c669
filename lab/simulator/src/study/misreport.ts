/**
 * How much a member could gain by stating another limit than its true one, tried on samples: one order of one slot
 * a day against prices spread evenly from the least to the dearest, everyone else as they shouted.
 */

import { mixSeeds } from '../households/seeded-random.ts';
import type { Exchange, SlotBook } from './book.ts';
import type { MisreportSample } from './results.ts';
import type { World, WorldMember } from './world.ts';

const SAMPLE_STREAM = 7;
const PRICES_TRIED = 9;
const DAY_MS = 86_400_000;

export interface MisreportSetting {
  readonly world: World;
  readonly book: SlotBook;
  readonly floor: number;
  readonly ceiling: number;
  readonly identity: { readonly seed: number };
}

/** One sample in the slot that a day draws, if both sides have an order then; else none. */
export async function sampleMisreports(
  exchange: Exchange,
  { world, book, floor, ceiling, identity }: MisreportSetting,
): Promise<readonly MisreportSample[]> {
  const perDay = Math.max(1, DAY_MS / world.slotMs);
  const day = Math.floor(book.slot / perDay);
  const drawn = mixSeeds(identity.seed, SAMPLE_STREAM, day);
  if (book.slot % perDay !== drawn % perDay) return [];
  if (!book.isBid.includes(true) || !book.isBid.includes(false)) return [];
  const at = mixSeeds(identity.seed, SAMPLE_STREAM, day, 1) % book.members.length;
  const truth = await utility(exchange, book, at, book.limits[at] as number);
  let gain = 0;
  for (let tried = 0; tried < PRICES_TRIED; tried++) {
    const stated = Math.floor(floor + ((ceiling - floor) * tried) / (PRICES_TRIED - 1));
    gain = Math.max(gain, (await utility(exchange, book, at, stated)) - truth);
  }
  const { name } = world.members[book.members[at] as number] as WorldMember;
  return [{ startMs: book.startMs, member: name, gain }];
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
