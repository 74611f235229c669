/**
 * What a member of the street does on the market. It knows its habits, not its future: a standing
 * order says what an hour of its day usually needs or spares, here the mean of that hour's own
 * quarter hours, and what a quarter hour needs or spares beyond it is ordered when its gate is near.
 * What a neighbour does not take or give, the supplier does: nobody orders at its own expense.
 */

import type { Side } from '@commonwatt/contracts';
import { type Energy, energy, QUARTER_HOUR_MS } from '@commonwatt/units';
import { exchangeWhAt, type Street, type StreetMember } from '../households/street.ts';

const SLOTS_PER_HOUR = 4;
const SLOTS_PER_DAY = 96;
const DAY_MS = SLOTS_PER_DAY * QUARTER_HOUR_MS;
/** Smaller deviations from the habit are left to the supplier. */
const NOTICED_WH = 20n;

/** A day's habit on one side: an energy for each quarter hour of the UTC day. */
export interface DayHabit {
  readonly side: Side;
  readonly energies: readonly Energy[];
}

/** An order for one slot beyond the habit. */
export interface Correction {
  readonly side: Side;
  readonly energy: Energy;
}

/** The habits of the day that begins with a slot, for each side on which there is any energy. */
export function dayHabits(
  street: Street,
  member: StreetMember,
  firstSlotIndex: number,
): readonly DayHabit[] {
  const sides: readonly Side[] = ['buy', 'sell'];
  return sides
    .map((side) => {
      const energies: Energy[] = Array.from({ length: SLOTS_PER_DAY }, () => energy(0n));
      for (let index = firstSlotIndex; index < firstSlotIndex + SLOTS_PER_DAY; index++) {
        energies[slotOfDay(street, index)] = habitWhAt(street, member, index, side);
      }
      return { side, energies };
    })
    .filter(({ energies }) => energies.some((one) => one > 0n));
}

/** Where a slot stands in the UTC day: 0 begins at midnight. */
function slotOfDay(street: Street, slotIndex: number): number {
  return Math.floor((street.slotAt(slotIndex).startMs % DAY_MS) / QUARTER_HOUR_MS);
}

/** The mean of the slot's hour, rounded down: never more than the hour's largest quarter hour. */
function habitWhAt(street: Street, member: StreetMember, slotIndex: number, side: Side): Energy {
  const first = slotIndex - (slotOfDay(street, slotIndex) % SLOTS_PER_HOUR);
  let sum = 0n;
  for (let index = first; index < first + SLOTS_PER_HOUR; index++) {
    sum += needWhAt(member, Math.max(0, index), side);
  }
  return energy(sum / BigInt(SLOTS_PER_HOUR));
}

/** What the member's own generation leaves to buy, or its own load leaves to sell. */
function needWhAt(member: StreetMember, slotIndex: number, side: Side): bigint {
  if (member.limits[side] === undefined) return 0n;
  const { demandWh, surplusWh } = exchangeWhAt(member, slotIndex);
  return side === 'buy' ? demandWh : surplusWh;
}

/** What a slot asks beyond the habit; nothing when the habit covers it. */
export function correctionFor(
  street: Street,
  member: StreetMember,
  slotIndex: number,
): Correction | undefined {
  for (const side of ['buy', 'sell'] as const) {
    const missing = needWhAt(member, slotIndex, side) - habitWhAt(street, member, slotIndex, side);
    if (missing >= NOTICED_WH) return { side, energy: energy(missing) };
  }
  return undefined;
}
