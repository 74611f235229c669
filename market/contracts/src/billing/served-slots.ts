/**
 * A member's slots: what its meters counted, what the community took and gave of it, and what is left for
 * supplier and grid. What a longer slot delivered is taken from the readings that it covers, the earliest
 * first, after what shorter slots delivered: the order in which a settlement run serves them.
 */

import { type Energy, energy, type Money, money } from '@commonwatt/units';
import type { Quality } from '../metering/ruling.ts';
import type {
  AllocatedLine,
  DeviationLine,
  MeteredReading,
  TakingPart,
} from './statement-input.ts';

/** One slot of a meter's grid. Energies in Wh; money is the member's: positive where it receives. */
export interface SlotStatement {
  readonly slotMs: number;
  readonly imported: Energy;
  readonly exported: Energy;
  readonly bought: Energy;
  readonly sold: Energy;
  readonly residualImport: Energy;
  readonly residualExport: Energy;
  /** Of trades, by the slot in which they begin. */
  readonly tradedBuy: Energy;
  readonly tradedSell: Energy;
  readonly deviationBuy: Energy;
  readonly deviationSell: Energy;
  /** What trades and deviations of the slot come to. */
  readonly amount: Money;
  /** The least trustworthy of the slot's readings; a reading that is not there is missing. */
  readonly quality: Quality;
}

export interface ServedSlots {
  /** By rising slot: every slot that has a reading, a line or a deviation. */
  readonly slots: readonly SlotStatement[];
  /** Slots in which more was allocated than the ruling readings hold. */
  readonly aboveMetered: readonly number[];
}

type Sums = Record<
  | 'imported'
  | 'exported'
  | 'bought'
  | 'sold'
  | 'tradedBuy'
  | 'tradedSell'
  | 'deviationBuy'
  | 'deviationSell'
  | 'amount',
  bigint
>;

const COUNTED = { buy: 'imported', sell: 'exported' } as const;
const TAKEN = { buy: 'bought', sell: 'sold' } as const;
const TRADED = { buy: 'tradedBuy', sell: 'tradedSell' } as const;
const DEVIATION = { buy: 'deviationBuy', sell: 'deviationSell' } as const;

interface Given {
  readonly slotLengthMs: number;
  readonly readings: readonly MeteredReading[];
  readonly lines: readonly AllocatedLine[];
  readonly deviations: readonly DeviationLine[];
  /** What of the readings counts, where that is not everything. */
  readonly takingPart?: readonly TakingPart[] | undefined;
  /** The least quality of a slot. */
  readonly qualityOf: (slotMs: number) => Quality;
}

export function servedSlots(given: Given): ServedSlots {
  const slots = new Map<number, Sums>();
  const at = (slotMs: number): Sums => {
    const known = slots.get(slotMs) ?? emptySums();
    slots.set(slotMs, known);
    return known;
  };
  for (const { slotMs, imported, exported } of given.readings) {
    const sums = at(slotMs);
    sums.imported += imported;
    sums.exported += exported;
  }
  const aboveMetered: number[] = [];
  for (const { slotMs, imported, exported } of given.takingPart ?? []) {
    const sums = at(slotMs);
    if (imported > sums.imported || exported > sums.exported) aboveMetered.push(slotMs);
    sums.imported = imported;
    sums.exported = exported;
  }
  for (const line of inServingOrder(given.lines)) {
    const sums = at(line.slotMs);
    sums[TRADED[line.side]] += line.traded;
    sums.amount += line.money;
    if (serve(at, given.slotLengthMs, line) > 0n) aboveMetered.push(line.slotMs);
  }
  for (const { slotMs, side, energy: fallenShort, money: charged } of given.deviations) {
    const sums = at(slotMs);
    sums[DEVIATION[side]] += fallenShort;
    sums.amount += charged;
  }
  const rising = [...slots].sort(([a], [b]) => a - b);
  return {
    slots: rising.map(([slotMs, sums]) => slotOf(slotMs, sums, given.qualityOf(slotMs))),
    aboveMetered,
  };
}

function inServingOrder(lines: readonly AllocatedLine[]): readonly AllocatedLine[] {
  return [...lines].sort((a, b) => a.slotLengthMs - b.slotLengthMs || a.slotMs - b.slotMs);
}

/** Takes a line's energy from the readings that it covers; returns what they do not hold. */
function serve(
  at: (slotMs: number) => Sums,
  slotLengthMs: number,
  { slotMs, slotLengthMs: lineMs, side, delivered }: AllocatedLine,
): bigint {
  let left: bigint = delivered;
  for (let covered = slotMs; covered < slotMs + lineMs && left > 0n; covered += slotLengthMs) {
    const sums = at(covered);
    const free = sums[COUNTED[side]] - sums[TAKEN[side]];
    const taken = free < left ? free : left;
    if (taken <= 0n) continue;
    sums[TAKEN[side]] += taken;
    left -= taken;
  }
  // The community's account stays whole: what no reading holds is told, and stands in the first slot.
  if (left > 0n) at(slotMs)[TAKEN[side]] += left;
  return left;
}

function slotOf(slotMs: number, sums: Sums, quality: Quality): SlotStatement {
  const residual = (counted: bigint, taken: bigint): Energy =>
    energy(counted > taken ? counted - taken : 0n);
  return {
    slotMs,
    imported: energy(sums.imported),
    exported: energy(sums.exported),
    bought: energy(sums.bought),
    sold: energy(sums.sold),
    residualImport: residual(sums.imported, sums.bought),
    residualExport: residual(sums.exported, sums.sold),
    tradedBuy: energy(sums.tradedBuy),
    tradedSell: energy(sums.tradedSell),
    deviationBuy: energy(sums.deviationBuy),
    deviationSell: energy(sums.deviationSell),
    amount: money(sums.amount),
    quality,
  };
}

function emptySums(): Sums {
  return {
    imported: 0n,
    exported: 0n,
    bought: 0n,
    sold: 0n,
    tradedBuy: 0n,
    tradedSell: 0n,
    deviationBuy: 0n,
    deviationSell: 0n,
    amount: 0n,
  };
}
